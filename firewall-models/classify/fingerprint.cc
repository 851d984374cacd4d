// SPDX-License-Identifier: GPL-2.0-only
#include "classify/fingerprint.h"

#include "base/bytes.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <openssl/evp.h>
#include <string_view>
#include <vector>

namespace imsfw::classify
{

namespace
{

constexpr std::size_t SHORT_HASH = 12; ///< hexadecimal digits of each of JA4's two hashes
constexpr uint16_t SERVER_NAME = 0;
constexpr uint16_t ALPN = 16;

/// RFC 8701 2: 0x0A0A, 0x1A1A, ... 0xFAFA
bool
IsGrease(uint16_t value)
{
    return (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);
}

std::vector<uint16_t>
WithoutGrease(const std::vector<uint16_t>& values)
{
    std::vector<uint16_t> kept;
    std::copy_if(values.begin(),
                 values.end(),
                 std::back_inserter(kept),
                 [](uint16_t value) { return !IsGrease(value); });
    return kept;
}

template <typename T>
std::string
JoinDecimal(const std::vector<T>& values)
{
    std::vector<std::string> words;
    for (const auto value : values)
    {
        words.push_back(std::to_string(value));
    }
    return Join(words, "-");
}

std::string
JoinHex(const std::vector<uint16_t>& values)
{
    std::vector<std::string> words;
    for (const auto value : values)
    {
        ByteWriter writer;
        writer.U16(value);
        words.push_back(ToHex(writer.Written()));
    }
    return Join(words, ",");
}

/// @return nothing where this build of OpenSSL lacks the digest (MD5 under FIPS).
std::string
HexDigest(const char* name, std::string_view text)
{
    std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
    std::size_t size = digest.size();
    const int done =
        EVP_Q_digest(nullptr, name, nullptr, text.data(), text.size(), digest.data(), &size);
    return done == 1 ? ToHex(ByteView(digest.data(), size)) : std::string();
}

/// JA4.md: "The cipher hash is a truncated sha256 hash [...] first 12 characters"; zeros where there is nothing to hash.
std::string
ShortHash(std::string_view text)
{
    return text.empty() ? std::string(SHORT_HASH, '0')
                        : HexDigest("SHA256", text).substr(0, SHORT_HASH);
}

std::string
VersionName(const TlsFindings& hello, HelloTransport transport)
{
    const auto offered = WithoutGrease(hello.supportedVersions);
    uint16_t version = hello.helloVersion;
    if (!offered.empty())
    {
        // DTLS counts its versions downwards.
        const bool isDtls = transport == HelloTransport::DTLS;
        version = isDtls ? *std::min_element(offered.begin(), offered.end())
                         : *std::max_element(offered.begin(), offered.end());
    }
    switch (version)
    {
    case 0x0304:
        return "13";
    case 0x0303:
        return "12";
    case 0x0302:
        return "11";
    case 0x0301:
        return "10";
    case 0x0300:
        return "s3";
    case 0x0002:
        return "s2";
    case 0xFEFF:
        return "d1";
    case 0xFEFD:
        return "d2";
    case 0xFEFC:
        return "d3";
    default:
        return "00";
    }
}

std::string
TwoDigits(std::size_t count)
{
    const std::string digits = std::to_string(std::min<std::size_t>(count, 99));
    return digits.size() < 2 ? "0" + digits : digits;
}

/// JA4.md, "ALPN Extension Value": first and last character of the first value, of its hexadecimal form where either is
/// not alphanumeric.
std::string
AlpnName(const TlsFindings& hello)
{
    if (hello.alpn.empty() || hello.alpn.front().empty())
    {
        return "00";
    }
    const std::string& first = hello.alpn.front();
    const auto isPlain = [](char c)
    { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (isPlain(first.front()) && isPlain(first.back()))
    {
        return {first.front(), first.back()};
    }
    const std::string hex = ToHex(ByteView(std::string_view(first)));
    return {hex.front(), hex.back()};
}

char
TransportName(HelloTransport transport)
{
    switch (transport)
    {
    case HelloTransport::TCP:
        return 't';
    case HelloTransport::QUIC:
        return 'q';
    case HelloTransport::DTLS:
        return 'd';
    }
    return 't';
}

} // namespace

std::string
Ja3Text(const TlsFindings& hello)
{
    return std::to_string(hello.helloVersion) + "," + JoinDecimal(WithoutGrease(hello.offered)) +
           "," + JoinDecimal(WithoutGrease(hello.extensions)) + "," +
           JoinDecimal(WithoutGrease(hello.groups)) + "," + JoinDecimal(hello.pointFormats);
}

std::string
Ja3(const TlsFindings& hello)
{
    return hello.clientHello ? HexDigest("MD5", Ja3Text(hello)) : std::string();
}

std::string
Ja4(const TlsFindings& hello, HelloTransport transport)
{
    if (!hello.clientHello)
    {
        return {};
    }
    auto suites = WithoutGrease(hello.offered);
    auto extensions = WithoutGrease(hello.extensions);
    const auto algorithms = WithoutGrease(hello.signatureAlgorithms);
    const bool hasName =
        std::find(extensions.begin(), extensions.end(), SERVER_NAME) != extensions.end();
    const std::string head = TransportName(transport) + VersionName(hello, transport) +
                             (hasName ? "d" : "i") + TwoDigits(suites.size()) +
                             TwoDigits(extensions.size()) + AlpnName(hello);
    std::sort(suites.begin(), suites.end());
    const auto isCounted = [](uint16_t type) { return type != SERVER_NAME && type != ALPN; };
    extensions.erase(std::stable_partition(extensions.begin(), extensions.end(), isCounted),
                     extensions.end());
    std::sort(extensions.begin(), extensions.end());
    std::string listed = JoinHex(extensions);
    if (!algorithms.empty())
    {
        listed += "_" + JoinHex(algorithms);
    }
    return head + "_" + ShortHash(JoinHex(suites)) + "_" + ShortHash(listed);
}

} // namespace imsfw::classify
