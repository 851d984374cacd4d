// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A five-tuple of IPv4 in 16 bytes: what the tables are keyed by and packets are rewritten to.
///
/// FiveTuple says the same for people and for IPv6; this one is compared, hashed and copied for every packet.
#pragma once

#include "base/address.h"

namespace imsfw::engine
{

struct Ip4Tuple
{
    uint32_t source{0}; ///< 0x0a000001 is 10.0.0.1
    uint32_t destination{0};
    uint16_t sourcePort{0}; ///< 0 without ports; the identifier for ICMP queries, in both ports
    uint16_t destinationPort{0};
    IpProtocol protocol{IpProtocol::TCP};

    /// @pre both addresses are IPv4
    static Ip4Tuple
    From(const FiveTuple& tuple)
    {
        return {tuple.source.address.ToV4(),
                tuple.destination.address.ToV4(),
                tuple.source.port,
                tuple.destination.port,
                tuple.protocol};
    }

    FiveTuple
    ToFiveTuple() const
    {
        return {protocol,
                {IpAddress::V4(source), sourcePort},
                {IpAddress::V4(destination), destinationPort}};
    }

    Ip4Tuple
    Reversed() const
    {
        return {destination, source, destinationPort, sourcePort, protocol};
    }

    std::size_t
    Hash() const
    {
        const uint64_t addresses = uint64_t{source} << 32 | destination;
        const uint64_t rest = uint64_t{sourcePort} << 24 | uint64_t{destinationPort} << 40 |
                              static_cast<uint64_t>(protocol);
        return Mix(Mix(addresses) ^ rest);
    }

    friend bool
    operator==(const Ip4Tuple& a, const Ip4Tuple& b)
    {
        return a.source == b.source && a.destination == b.destination &&
               a.sourcePort == b.sourcePort && a.destinationPort == b.destinationPort &&
               a.protocol == b.protocol;
    }

    friend bool
    operator!=(const Ip4Tuple& a, const Ip4Tuple& b)
    {
        return !(a == b);
    }

  private:
    /// Spreads every input bit over all output bits (the finaliser of MurmurHash3, public domain).
    static uint64_t
    Mix(uint64_t value)
    {
        value = (value ^ value >> 33) * 0xff51afd7ed558ccdULL;
        value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53ULL;
        return value ^ value >> 33;
    }
};

} // namespace imsfw::engine

template <>
struct std::hash<imsfw::engine::Ip4Tuple>
{
    std::size_t
    operator()(const imsfw::engine::Ip4Tuple& tuple) const noexcept
    {
        return tuple.Hash();
    }
};
