// SPDX-License-Identifier: GPL-2.0-only
#include "classify/tls-hello.h"

#include <algorithm>
#include <array>

namespace imsfw::classify
{

namespace
{

enum Extension : uint16_t
{
    SERVER_NAME = 0,
    TRUNCATED_HMAC = 4,
    SUPPORTED_GROUPS = 10,
    EC_POINT_FORMATS = 11,
    SIGNATURE_ALGORITHMS = 13,
    ALPN = 16,
    SESSION_TICKET = 35,
    PRE_SHARED_KEY = 41,
    SUPPORTED_VERSIONS = 43,
};

constexpr uint8_t HOST_NAME = 0;
constexpr std::size_t RANDOM_SIZE = 32;
constexpr std::size_t LARGEST_NAME = 255; // RFC 1035 2.3.4

/// RFC 8446 4.1.3: SHA-256 of "HelloRetryRequest", in place of the random.
constexpr std::array<uint8_t, RANDOM_SIZE> HELLO_RETRY_RANDOM{
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};

/// Call @p visit(type, content) for each extension until one is refused.
/// @return false where a length is wrong or @p visit refused.
template <typename Visitor>
bool
ForEachExtension(ByteReader& hello, Visitor visit)
{
    if (hello.IsAtEnd())
    {
        return true; // RFC 5246 7.4.1.2: a hello without extensions ends here
    }
    const auto block = hello.TakePrefixed16();
    if (!block || !hello.IsAtEnd())
    {
        return false;
    }
    ByteReader extensions(*block);
    while (!extensions.IsAtEnd())
    {
        const auto type = extensions.U16();
        const auto content = extensions.TakePrefixed16();
        if (!type || !content || !visit(*type, *content))
        {
            return false;
        }
    }
    return true;
}

bool
ReadServerName(ByteView content, std::string& sni)
{
    ByteReader reader(content);
    const auto list = reader.TakePrefixed16();
    if (!list || !reader.IsAtEnd())
    {
        return false;
    }
    ByteReader names(*list);
    while (!names.IsAtEnd())
    {
        const auto type = names.U8();
        const auto name = names.TakePrefixed16();
        if (!type || !name)
        {
            return false;
        }
        if (*type == HOST_NAME && sni.empty())
        {
            sni = name->Sub(0, LARGEST_NAME).AsText();
        }
    }
    return true;
}

bool
ReadProtocolNames(ByteView content, std::vector<std::string>& protocols)
{
    ByteReader reader(content);
    const auto list = reader.TakePrefixed16();
    if (!list || !reader.IsAtEnd())
    {
        return false;
    }
    ByteReader names(*list);
    while (!names.IsAtEnd())
    {
        const auto name = names.TakePrefixed8();
        if (!name)
        {
            return false;
        }
        if (protocols.size() < TlsFindings::MAX_ALPN)
        {
            protocols.emplace_back(name->AsText());
        }
    }
    return true;
}

/// @return false where @p list is no sequence of 16-bit values, or is empty.
bool
ReadValues(ByteView list, std::vector<uint16_t>& values, std::size_t most)
{
    ByteReader reader(list);
    values.reserve(std::min(list.Size() / 2, most));
    while (reader.Remaining() >= 2)
    {
        const auto value = reader.U16();
        if (values.size() < most)
        {
            values.push_back(*value);
        }
    }
    return reader.IsAtEnd() && !values.empty();
}

/// An extension that is nothing but one list of 16-bit values; the list's length takes @p width bytes.
bool
ReadListExtension(ByteView content, unsigned width, std::vector<uint16_t>& values)
{
    ByteReader reader(content);
    const auto list = width == 1 ? reader.TakePrefixed8() : reader.TakePrefixed16();
    return list && reader.IsAtEnd() && ReadValues(*list, values, TlsFindings::MAX_LISTED);
}

bool
ReadPointFormats(ByteView content, std::vector<uint8_t>& formats)
{
    ByteReader reader(content);
    const auto list = reader.TakePrefixed8();
    if (!list || !reader.IsAtEnd())
    {
        return false;
    }
    formats = list->ToBytes();
    return true;
}

bool
ReadClientExtension(uint16_t type, ByteView content, ClientHelloFacts& facts)
{
    if (facts.extensions.size() < TlsFindings::MAX_LISTED)
    {
        facts.extensions.push_back(type);
    }
    switch (type)
    {
    case SERVER_NAME:
        return ReadServerName(content, facts.sni);
    case ALPN:
        return ReadProtocolNames(content, facts.alpn);
    case SUPPORTED_GROUPS:
        return ReadListExtension(content, 2, facts.groups);
    case EC_POINT_FORMATS:
        return ReadPointFormats(content, facts.pointFormats);
    case SIGNATURE_ALGORITHMS:
        return ReadListExtension(content, 2, facts.signatureAlgorithms);
    case SUPPORTED_VERSIONS:
        return ReadListExtension(content, 1, facts.supportedVersions);
    case SESSION_TICKET:
        facts.hasTicket = !content.IsEmpty();
        return true;
    default: // of no concern to a firewall
        return true;
    }
}

} // namespace

std::optional<ClientHelloFacts>
ReadClientHello(ByteView body)
{
    ByteReader reader(body);
    const auto version = reader.U16();
    const auto random = reader.Take(RANDOM_SIZE);
    const auto session = reader.TakePrefixed8();
    const auto suites = reader.TakePrefixed16();
    const auto compressions = reader.TakePrefixed8();
    ClientHelloFacts facts;
    if (!version || !random || !session || !suites || !compressions ||
        !ReadValues(*suites, facts.suites, TlsFindings::MAX_OFFERED))
    {
        return std::nullopt;
    }
    facts.version = *version;
    facts.hasSessionId = !session->IsEmpty();
    const bool sound = ForEachExtension(reader,
                                        [&facts](uint16_t type, ByteView content)
                                        { return ReadClientExtension(type, content, facts); });
    return sound ? std::optional(std::move(facts)) : std::nullopt;
}

namespace
{

bool
ReadServerExtension(uint16_t type, ByteView content, ServerHelloFacts& facts)
{
    if (type == SUPPORTED_VERSIONS)
    {
        ByteReader reader(content);
        const auto selected = reader.U16();
        facts.version = selected.value_or(0);
        return selected && reader.IsAtEnd();
    }
    if (type == ALPN)
    {
        std::vector<std::string> chosen;
        const bool sound = ReadProtocolNames(content, chosen);
        facts.alpn = chosen.empty() ? "" : chosen.front();
        return sound;
    }
    facts.preSharedKey = facts.preSharedKey || type == PRE_SHARED_KEY;
    facts.truncatedMac = facts.truncatedMac || type == TRUNCATED_HMAC;
    return true;
}

} // namespace

std::optional<ServerHelloFacts>
ReadServerHello(ByteView body)
{
    ByteReader reader(body);
    const auto version = reader.U16();
    const auto random = reader.Take(RANDOM_SIZE);
    const auto session = reader.TakePrefixed8();
    const auto suite = reader.U16();
    const auto compression = reader.U8();
    if (!version || !random || !session || !suite || !compression)
    {
        return std::nullopt;
    }
    ServerHelloFacts facts;
    facts.version = *version;
    facts.suite = *suite;
    facts.compressed = *compression != 0;
    facts.helloRetry = *random == ByteView(HELLO_RETRY_RANDOM.data(), RANDOM_SIZE);
    const bool sound = ForEachExtension(reader,
                                        [&facts](uint16_t type, ByteView content)
                                        { return ReadServerExtension(type, content, facts); });
    return sound ? std::optional(std::move(facts)) : std::nullopt;
}

} // namespace imsfw::classify
