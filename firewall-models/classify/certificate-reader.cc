// SPDX-License-Identifier: GPL-2.0-only
#include "classify/certificate-reader.h"

#include "base/text.h"
#include "classify/der-reader.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace imsfw::classify
{

namespace
{

struct AttributeName
{
    std::string_view oid; ///< encoded, as text
    std::string_view name;
};

// RFC 4514 3; the OIDs are 2.5.4.x (X.520).
constexpr std::array<AttributeName, 6> ATTRIBUTES{{
    {"\x55\x04\x03", "CN"},
    {"\x55\x04\x06", "C"},
    {"\x55\x04\x07", "L"},
    {"\x55\x04\x08", "ST"},
    {"\x55\x04\x0A", "O"},
    {"\x55\x04\x0B", "OU"},
}};

constexpr std::string_view SUBJECT_ALT_NAME = "\x55\x1D\x11"; // 2.5.29.17, RFC 5280 4.2.1.6

/// RFC 4514 2.4. Bytes beyond printable ASCII are written in hexadecimal, UTF-8 included.
std::string
Escape(std::string_view value)
{
    constexpr std::string_view SPECIAL = "\"+,;<>\\";
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i)
    {
        const char c = value[i];
        const bool atEdge = i == 0 || i + 1 == value.size();
        if (c < ' ' || c > '~')
        {
            text += "\\" + ToHex(ByteView(value.substr(i, 1)));
            continue;
        }
        const bool isSpecial = SPECIAL.find(c) != std::string_view::npos || (c == ' ' && atEdge) ||
                               (c == '#' && i == 0);
        text += isSpecial ? std::string{'\\', c} : std::string{c};
    }
    return text;
}

std::string
NameOf(ByteView oid)
{
    for (const auto& known : ATTRIBUTES)
    {
        if (known.oid == oid.AsText())
        {
            return std::string(known.name);
        }
    }
    return "oid." + ToHex(oid);
}

/// @return one relative distinguished name, its attributes joined by "+"; nothing where it is malformed.
std::optional<std::string>
WriteRdn(ByteView set)
{
    std::vector<std::string> parts;
    DerReader attributes(set);
    while (!attributes.IsAtEnd())
    {
        const auto pair = attributes.Take(DER_SEQUENCE);
        if (!pair)
        {
            return std::nullopt;
        }
        DerReader fields(*pair);
        const auto oid = fields.Take(DER_OID);
        const auto value = fields.Next(); // any of the string types
        if (!oid || !value)
        {
            return std::nullopt;
        }
        const ByteView text = value->content.Sub(0, CERTIFICATE_NAME_LIMIT);
        parts.push_back(NameOf(*oid) + "=" + Escape(text.AsText()));
    }
    return Join(parts, "+");
}

/// RFC 4514 2.1: "starting with the last element of the sequence and moving backwards toward the first"
std::optional<std::string>
WriteName(ByteView name)
{
    std::string text;
    DerReader rdns(name);
    while (!rdns.IsAtEnd())
    {
        const auto set = rdns.Take(DER_SET);
        auto rdn = set ? WriteRdn(*set) : std::nullopt;
        if (!rdn)
        {
            return std::nullopt;
        }
        if (text.size() < CERTIFICATE_NAME_LIMIT)
        {
            text = text.empty() ? *rdn : *rdn + "," + text;
        }
    }
    text.resize(std::min(text.size(), CERTIFICATE_NAME_LIMIT));
    return text;
}

void
ReadAltNames(ByteView octets, std::vector<std::string>& names)
{
    DerReader outer(octets);
    DerReader general(outer.Take(DER_SEQUENCE).value_or(ByteView()));
    while (const auto name = general.Next())
    {
        const bool isDns = name->tag == DER_CONTEXT_2_PLAIN; // dNSName [2] IA5String
        if (isDns && names.size() < CertificateFacts::MAX_NAMES)
        {
            names.emplace_back(name->content.Sub(0, CERTIFICATE_NAME_LIMIT).AsText());
        }
    }
}

void
ReadExtensions(ByteView wrapped, std::vector<std::string>& names)
{
    DerReader outer(wrapped);
    DerReader extensions(outer.Take(DER_SEQUENCE).value_or(ByteView()));
    while (const auto extension = extensions.Take(DER_SEQUENCE))
    {
        DerReader fields(*extension);
        const auto oid = fields.Take(DER_OID);
        fields.Skip(DER_BOOLEAN); // critical
        const auto value = fields.Take(DER_OCTETS);
        if (oid && value && oid->AsText() == SUBJECT_ALT_NAME)
        {
            ReadAltNames(*value, names);
        }
    }
}

} // namespace

std::optional<CertificateFacts>
ReadCertificate(ByteView der)
{
    DerReader file(der);
    DerReader certificate(file.Take(DER_SEQUENCE).value_or(ByteView()));
    DerReader fields(certificate.Take(DER_SEQUENCE).value_or(ByteView())); // tbsCertificate
    fields.Skip(DER_CONTEXT_0);                                            // version
    const auto serial = fields.Next();
    const auto algorithm = fields.Take(DER_SEQUENCE);
    const auto issuer = fields.Take(DER_SEQUENCE);
    const auto validity = fields.Take(DER_SEQUENCE);
    const auto subject = fields.Take(DER_SEQUENCE);
    const auto key = fields.Take(DER_SEQUENCE);
    if (!serial || !algorithm || !issuer || !validity || !subject || !key)
    {
        return std::nullopt;
    }
    auto issuerText = WriteName(*issuer);
    auto subjectText = WriteName(*subject);
    if (!issuerText || !subjectText)
    {
        return std::nullopt;
    }
    CertificateFacts facts{std::move(*subjectText), std::move(*issuerText), {}};
    while (const auto field = fields.Next()) // unique identifiers, then extensions
    {
        if (field->tag == DER_CONTEXT_3)
        {
            ReadExtensions(field->content, facts.dnsNames);
        }
    }
    return facts;
}

std::optional<CertificateFacts>
ReadCertificateMessage(ByteView message)
{
    ByteReader reader(message);
    const auto listLength = reader.U24();
    const auto first = reader.TakePrefixed24();
    return listLength && first ? ReadCertificate(*first) : std::nullopt;
}

} // namespace imsfw::classify
