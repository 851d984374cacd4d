// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A stateful firewall with NAT: IPv4 packets in, packets and verdicts out.
///
/// Sans-IO. Flows are judged by the policy's rules in the direction in which they were opened, and again whenever
/// their bytes tell more. NAT after RFC 4787, 5382 and 5508. Left out: IPv6, reassembly of fragments (refused, or passed on behind their first one),
/// application layer gateways.
#pragma once

#include "base/random.h"
#include "classify/recogniser.h"
#include "engine/output/out-packet.h"
#include "engine/rules/verdict.h"

#include <memory>
#include <optional>
#include <vector>

namespace imsfw::engine
{

struct EngineConfig
{
    IpAddress externalAddress; ///< IPv4; of the NAT, and the source of ICMP errors
    std::vector<IpAddress>
        morePoolAddresses; ///< IPv4; further ones for policies whose NAT has a pool
    std::vector<IpPrefix> inside;
    std::vector<IpPrefix> dmz;
    Duration weekStart{
        0}; ///< time of the week at time 0, since Monday 00:00: for rules with a schedule
    std::size_t maxFlows{65536}; ///< beyond, the flow nearest to its expiry gives way
    /// Who names flows, for policies whose recogniser is not our own probes; see FindConfigProblem.
    std::shared_ptr<classify::RecogniserFactory> recogniser;
    bool explains{
        false}; ///< each verdict comes with what became of every rule; costs time and memory
};

/// A packet as it comes in.
struct InPacket
{
    Zone from{Zone::INSIDE};
    Bytes bytes; ///< a whole IPv4 packet with its header
};

/// @return what @p config lacks, or a rule of @p policy asks of the recogniser that it never says; empty where all is
/// well. An engine made in spite of it takes the rules concerned for rules that never hold.
std::string FindConfigProblem(const Policy& policy, const EngineConfig& config);

class Engine
{
  public:
    /// @param random must outlive the engine
    Engine(Policy policy, EngineConfig config, RandomSource& random);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// @param from the side that the packet came from
    /// @param ipPacket a whole IPv4 packet with its header
    void HandlePacket(TimePoint now, Zone from, Bytes ipPacket);

    /// The same for packets that came together, in their order: the waits for memory of neighbours overlap, so that this
    /// costs less where there are many flows. The packets' bytes are taken out of @p packets.
    void HandlePackets(TimePoint now, std::vector<InPacket>& packets);

    /// Forget flows whose time is over.
    void HandleTimeout(TimePoint now);

    /// Lose all state, as a device does that is switched off and on.
    void Reboot(TimePoint now);

    /// @return when HandleTimeout may have something to do; it may also come too early, as packets prolong flows.
    std::optional<TimePoint> NextTimeout() const;

    std::optional<OutPacket> PollTransmit();
    std::optional<VerdictEvent> PollEvent();

    Counters GetCounters() const;
    std::size_t GetFlowCount() const;

    /// @param leaving a flow's addresses behind the NAT, in the direction in which it was opened
    /// @return those with which it was opened; nothing where no flow leaves so.
    std::optional<FiveTuple> FindOpener(const FiveTuple& leaving) const;

  private:
    class Core;
    std::unique_ptr<Core> m_core;
};

} // namespace imsfw::engine
