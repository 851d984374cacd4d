// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// IP addresses, endpoints and five-tuples as plain values.
#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace imsfw
{

/// An IPv4 or IPv6 address; default-constructed it is 0.0.0.0.
class IpAddress
{
  public:
    IpAddress() = default;

    /// @param hostOrder 0x0a000001 is 10.0.0.1
    static IpAddress V4(uint32_t hostOrder);
    static IpAddress V6(const std::array<uint8_t, 16>& bytes);
    /// @return nothing where @p text is not an address in the usual notation.
    static std::optional<IpAddress> Parse(std::string_view text);
    /// @return nothing where @p bytes is neither 4 nor 16 bytes long.
    static std::optional<IpAddress> FromBytes(ByteView bytes);

    bool
    IsV4() const
    {
        return m_isV4;
    }

    /// @pre IsV4()
    uint32_t ToV4() const;

    /// @return 4 or 16 bytes, in network order.
    ByteView
    AsBytes() const
    {
        return {m_bytes.data(), m_isV4 ? 4U : 16U};
    }

    /// @return the usual notation; IPv6 after RFC 5952.
    std::string ToString() const;

    friend bool
    operator==(const IpAddress& a, const IpAddress& b)
    {
        return a.m_isV4 == b.m_isV4 && a.m_bytes == b.m_bytes;
    }

    friend bool
    operator!=(const IpAddress& a, const IpAddress& b)
    {
        return !(a == b);
    }

    friend bool
    operator<(const IpAddress& a, const IpAddress& b)
    {
        return std::tie(a.m_isV4, a.m_bytes) < std::tie(b.m_isV4, b.m_bytes);
    }

  private:
    bool m_isV4{true};
    std::array<uint8_t, 16>
        m_bytes{}; ///< an IPv4 address fills the first four, the rest stays zero
};

/// An address with its transport port.
struct Endpoint
{
    IpAddress address;
    uint16_t port{0};

    /// @return "10.0.0.1:443" or "[2001:db8::1]:443"
    std::string ToString() const;
    /// @return nothing where @p text is not in the notation of ToString.
    static std::optional<Endpoint> Parse(std::string_view text);

    friend bool
    operator==(const Endpoint& a, const Endpoint& b)
    {
        return a.port == b.port && a.address == b.address;
    }

    friend bool
    operator!=(const Endpoint& a, const Endpoint& b)
    {
        return !(a == b);
    }

    friend bool
    operator<(const Endpoint& a, const Endpoint& b)
    {
        return std::tie(a.address, a.port) < std::tie(b.address, b.port);
    }
};

/// IANA protocol numbers of the IP header; a value read off the wire may be any other.
enum class IpProtocol : uint8_t
{
    ICMP = 1,
    TCP = 6,
    UDP = 17,
    ESP = 50,
    AH = 51,
    ICMPV6 = 58,
};

/// @return "tcp", "udp", ... or the number for what has no name here.
std::string ToString(IpProtocol protocol);

/// Who talks to whom. For protocols without ports these are 0 (for ICMP echo, the identifier).
struct FiveTuple
{
    IpProtocol protocol{IpProtocol::TCP};
    Endpoint source;
    Endpoint destination;

    FiveTuple
    Reversed() const
    {
        return {protocol, destination, source};
    }

    /// @return "tcp 10.0.0.1:50000 > 192.0.2.1:443"
    std::string ToString() const;

    friend bool
    operator==(const FiveTuple& a, const FiveTuple& b)
    {
        return a.protocol == b.protocol && a.source == b.source && a.destination == b.destination;
    }

    friend bool
    operator!=(const FiveTuple& a, const FiveTuple& b)
    {
        return !(a == b);
    }

    friend bool
    operator<(const FiveTuple& a, const FiveTuple& b)
    {
        return std::tie(a.protocol, a.source, a.destination) <
               std::tie(b.protocol, b.source, b.destination);
    }
};

/// An address range written as prefix, such as 10.0.0.0/8 or 2001:db8::/32.
struct IpPrefix
{
    IpAddress address;
    uint8_t length{0};

    bool Contains(const IpAddress& candidate) const;
    std::string ToString() const;
    /// @return nothing where @p text is no prefix; an address alone is a prefix of full length.
    static std::optional<IpPrefix> Parse(std::string_view text);
};

} // namespace imsfw

template <>
struct std::hash<imsfw::IpAddress>
{
    std::size_t operator()(const imsfw::IpAddress& address) const noexcept;
};

template <>
struct std::hash<imsfw::Endpoint>
{
    std::size_t operator()(const imsfw::Endpoint& endpoint) const noexcept;
};

template <>
struct std::hash<imsfw::FiveTuple>
{
    std::size_t operator()(const imsfw::FiveTuple& tuple) const noexcept;
};
