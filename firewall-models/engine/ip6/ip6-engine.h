// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The firewall for IPv6: the same policies, rules, state and inspection, without translation; and NAT64 (RFC 6146) for
/// packets to a translation prefix.
///
/// Sans-IO. IPv6 addresses get stand-ins, under which packets go through engines as IPv4 (see StandIns); what passes leaves
/// as it came, or translated by RFC 7915. Two engines: one without NAT for IPv6 to IPv6, one with the policy's NAT for
/// NAT64, whose mapping, filtering, time-outs and ports are those of the section `nat`. Rules' IPv6 addresses hold for IPv6
/// destinations; IPv4 ones for those behind the translation prefix. Left out: NPTv6, the well-known prefix's checks of
/// RFC 6052 3.1, and all that ParseIp6 and ip-translation.h leave out.
#pragma once

#include "engine/engine.h"
#include "engine/flow/ring-queue.h"
#include "engine/ip6/ip-translation.h"
#include "engine/ip6/stand-ins.h"

#include <memory>

namespace imsfw::engine
{

struct Ip6Config
{
    EngineConfig
        engine; ///< zones may be prefixes of both families; the external address is NAT64's
    IpAddress ownAddress;                                   ///< IPv6; the source of ICMPv6 errors
    IpPrefix translation{*IpPrefix::Parse("64:ff9b::/96")}; ///< RFC 6052 2.1; 96 bits
    bool translates{false};                                 ///< NAT64 is there
};

class Ip6Engine
{
  public:
    /// @param random must outlive the engine
    Ip6Engine(const Policy& policy, Ip6Config config, RandomSource& random);

    /// @param from the side that the packet came from
    /// @param packet IPv6; from outside also IPv4, which is for NAT64
    void HandlePacket(TimePoint now, Zone from, Bytes packet);
    void HandleTimeout(TimePoint now);
    std::optional<TimePoint> NextTimeout() const;

    /// @return IPv6, or IPv4 on its way out of NAT64
    std::optional<OutPacket> PollTransmit();
    /// @return with IPv6 addresses; those of NAT64's servers are within the translation prefix
    std::optional<VerdictEvent> PollEvent();

    /// @return the sums of both engines; `malformed` counts what has no headers, no stand-in or no counterpart too.
    Counters GetCounters() const;
    std::size_t GetFlowCount() const;

  private:
    void Handle6(TimePoint now, Zone from, const Bytes& bytes);
    void HandleNative(TimePoint now, Zone from, const Bytes& bytes, const Ip6Packet& packet);
    void HandleToTranslate(TimePoint now, Zone from, const Bytes& bytes, const Ip6Packet& packet);
    void DrainNative(const Bytes& original, const Bytes& asIp4);
    void DrainTranslated();
    std::optional<Ends4> NativeEnds(const Ip6Packet& packet);
    std::optional<Ends4> TranslatedEnds(const Ip6Packet& packet);
    /// For a packet to inside, or one that it quotes: a stand-in and an address behind the prefix, in any order.
    std::optional<Ends6> Ends6Of(const Ends4& ends) const;
    std::optional<IpAddress> AddressOf(uint32_t address) const;
    void Report(VerdictEvent event);

    Ip6Config m_config;
    StandIns m_standIns;
    Engine m_native;
    std::unique_ptr<Engine> m_translating; ///< null without NAT64
    uint64_t m_malformed{0};
    RingQueue<OutPacket> m_transmits;
    RingQueue<VerdictEvent> m_events;
};

} // namespace imsfw::engine
