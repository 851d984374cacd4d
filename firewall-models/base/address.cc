// SPDX-License-Identifier: GPL-2.0-only
#include "base/address.h"

#include "base/text.h"

#include <algorithm>
#include <arpa/inet.h>

namespace imsfw
{

IpAddress
IpAddress::V4(uint32_t hostOrder)
{
    IpAddress address;
    for (int i = 0; i < 4; ++i)
    {
        address.m_bytes[i] = hostOrder >> (24 - 8 * i) & 0xff;
    }
    return address;
}

IpAddress
IpAddress::V6(const std::array<uint8_t, 16>& bytes)
{
    IpAddress address;
    address.m_isV4 = false;
    address.m_bytes = bytes;
    return address;
}

std::optional<IpAddress>
IpAddress::Parse(std::string_view text)
{
    const std::string terminated(text);
    std::array<uint8_t, 16> bytes{};
    if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1)
    {
        return FromBytes({bytes.data(), 4});
    }
    if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1)
    {
        return V6(bytes);
    }
    return std::nullopt;
}

std::optional<IpAddress>
IpAddress::FromBytes(ByteView bytes)
{
    if (bytes.Size() != 4 && bytes.Size() != 16)
    {
        return std::nullopt;
    }
    IpAddress address;
    address.m_isV4 = bytes.Size() == 4;
    std::copy(bytes.begin(), bytes.end(), address.m_bytes.begin());
    return address;
}

uint32_t
IpAddress::ToV4() const
{
    return static_cast<uint32_t>(m_bytes[0]) << 24 | m_bytes[1] << 16 | m_bytes[2] << 8 |
           m_bytes[3];
}

std::string
IpAddress::ToString() const
{
    char text[INET6_ADDRSTRLEN];
    inet_ntop(m_isV4 ? AF_INET : AF_INET6, m_bytes.data(), text, sizeof(text));
    return text;
}

std::string
Endpoint::ToString() const
{
    const std::string host = address.IsV4() ? address.ToString() : "[" + address.ToString() + "]";
    return host + ":" + std::to_string(port);
}

std::optional<Endpoint>
Endpoint::Parse(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
    {
        return std::nullopt;
    }
    auto host = text.substr(0, colon);
    const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    const auto address = IpAddress::Parse(bracketed ? host.substr(1, host.size() - 2) : host);
    const auto port = ParseNumber(text.substr(colon + 1), 0, UINT16_MAX);
    if (!address || address->IsV4() == bracketed || !port)
    {
        return std::nullopt;
    }
    return Endpoint{*address, static_cast<uint16_t>(*port)};
}

std::string
ToString(IpProtocol protocol)
{
    switch (protocol)
    {
    case IpProtocol::ICMP:
        return "icmp";
    case IpProtocol::TCP:
        return "tcp";
    case IpProtocol::UDP:
        return "udp";
    case IpProtocol::ESP:
        return "esp";
    case IpProtocol::AH:
        return "ah";
    case IpProtocol::ICMPV6:
        return "icmpv6";
    }
    return std::to_string(static_cast<unsigned>(protocol)); // off the wire, and nameless here
}

std::string
FiveTuple::ToString() const
{
    return imsfw::ToString(protocol) + " " + source.ToString() + " > " + destination.ToString();
}

bool
IpPrefix::Contains(const IpAddress& candidate) const
{
    if (candidate.IsV4() != address.IsV4())
    {
        return false;
    }
    const ByteView mine = address.AsBytes();
    const ByteView theirs = candidate.AsBytes();
    const std::size_t whole = length / 8;
    if (mine.Sub(0, whole) != theirs.Sub(0, whole))
    {
        return false;
    }
    const unsigned bits = length % 8;
    const auto mask = static_cast<uint8_t>(0xff00 >> bits);
    return bits == 0 || ((mine[whole] ^ theirs[whole]) & mask) == 0;
}

std::string
IpPrefix::ToString() const
{
    return address.ToString() + "/" + std::to_string(length);
}

std::optional<IpPrefix>
IpPrefix::Parse(std::string_view text)
{
    const auto slash = text.find('/');
    const auto address = IpAddress::Parse(text.substr(0, slash));
    if (!address)
    {
        return std::nullopt;
    }
    const uint8_t full = address->IsV4() ? 32 : 128;
    if (slash == std::string_view::npos)
    {
        return IpPrefix{*address, full};
    }
    const auto length = ParseNumber(text.substr(slash + 1), 0, full);
    if (!length)
    {
        return std::nullopt;
    }
    return IpPrefix{*address, static_cast<uint8_t>(*length)};
}

} // namespace imsfw

namespace
{

/// Mixes one 64-bit word into a running hash (the finaliser of MurmurHash3).
std::size_t
Mix(std::size_t hash, uint64_t word)
{
    uint64_t x = hash ^ word;
    x = (x ^ x >> 33) * 0xff51afd7ed558ccd;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53;
    return x ^ x >> 33;
}

} // namespace

std::size_t
std::hash<imsfw::IpAddress>::operator()(const imsfw::IpAddress& address) const noexcept
{
    if (address.IsV4())
    {
        return Mix(4, address.ToV4());
    }
    imsfw::ByteReader reader(address.AsBytes());
    const auto high = Mix(6, *reader.U64());
    return Mix(high, *reader.U64());
}

std::size_t
std::hash<imsfw::Endpoint>::operator()(const imsfw::Endpoint& endpoint) const noexcept
{
    return Mix(std::hash<imsfw::IpAddress>()(endpoint.address), endpoint.port);
}

std::size_t
std::hash<imsfw::FiveTuple>::operator()(const imsfw::FiveTuple& tuple) const noexcept
{
    const std::hash<imsfw::Endpoint> endpoint;
    return Mix(Mix(endpoint(tuple.source), endpoint(tuple.destination)),
               static_cast<uint64_t>(tuple.protocol));
}
