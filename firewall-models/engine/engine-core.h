// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The engine's own parts and the way of a packet through them.
#pragma once

#include "engine/engine.h"
#include "engine/flow/flow-table.h"
#include "engine/nat/fragment-table.h"
#include "engine/nat/nat-binder.h"
#include "engine/output/refuser.h"
#include "engine/packet/icmp-errors.h"
#include "engine/zone-map.h"

namespace imsfw::engine
{

class Engine::Core
{
  public:
    Core(Policy policy, EngineConfig config, RandomSource& random);

    void HandlePacket(TimePoint now, Zone from, Bytes bytes);
    void HandlePackets(TimePoint now, std::vector<InPacket>& packets);
    void HandleTimeout(TimePoint now);
    void Reboot(TimePoint now);

    FlowTable&
    Flows()
    {
        return m_flows;
    }

    Outbox&
    Output()
    {
        return m_outbox;
    }

  private:
    void HandleGroup(TimePoint now, InPacket* packets, std::size_t count);
    /// @param hash of the packet's addresses
    void HandleParsed(TimePoint now,
                      Zone from,
                      const std::optional<IpPacket>& packet,
                      std::size_t hash,
                      Bytes bytes);
    /// A whole packet, or a first fragment.
    void HandleWhole(Arrival& arrival, std::size_t hash);
    void HandleFragment(Arrival& arrival);
    void HandleFirstFragment(Arrival arrival, const FragmentKey& key);
    void ForwardFragment(Arrival& arrival, const FragmentTable::Way& way);
    void HandleIcmpError(Arrival& arrival);
    void RefuseStray(const Arrival& arrival, Reason reason);

    /// The first packet of a flow, or of none.
    void OpenFlow(Arrival& arrival);
    /// @return nothing where the packet begins no flow, and was refused.
    std::optional<WholeFlow> MakeFlow(const Arrival& arrival);
    /// Let the policy judge @p flow by its first packet's headers.
    /// @param fallback what holds where no rule matches; nothing: the policy's default
    void Judge(WholeFlow& flow,
               const Ip4Tuple& asSeen,
               Zone to,
               TimePoint now,
               const std::optional<Verdict>& fallback = std::nullopt);
    void BindOutbound(WholeFlow& flow);
    /// A flow from outside to the external address. @return anything but PASSES: it is none
    NatTable::Inbound BindInbound(WholeFlow& flow, TimePoint now);
    /// RFC 4787 REQ-9: a flow from an inside host to the external address. @return as BindInbound
    NatTable::Inbound BindHairpin(WholeFlow& flow, TimePoint now);
    /// Try the rules that addresses alone do not decide, and keep them with the flow.
    void JudgeConditions(WholeFlow& flow, CompiledPolicy::Opening opening, TimePoint now);
    void RefuseForLackOfPorts(WholeFlow& flow);
    /// Put a flow into the table; the one nearest to its expiry gives way where there is no room.
    Flow& Remember(WholeFlow flow);
    void Forget(Flow& flow);

    /// A packet of a known flow: look at it, then forward or refuse.
    void Pass(Flow& flow, classify::Direction direction, Arrival& arrival, bool isFirst);
    /// @return true where the verdict is another one now.
    bool Inspect(Flow& flow, classify::Direction direction, const Arrival& arrival);
    /// No rule needs to see more of @p flow.
    void Unwatch(Flow& flow);
    /// A flow that was allowed is refused from this packet on.
    void Cut(Flow& flow, classify::Direction direction, const Arrival& arrival, bool isFirst);
    void Refresh(Flow& flow, classify::Direction direction, const Arrival& arrival);
    Duration LifetimeOf(const Flow& flow) const;
    /// Delay and throttle as the rule behind the verdict says: a queue of a second at most for each flow.
    /// @return false where the packet is dropped, as the queue is full
    bool Shape(const Flow& flow, const Arrival& arrival, Duration& delay);
    void Forward(Flow& flow, classify::Direction direction, Arrival& arrival);

    CompiledPolicy m_policy;
    std::shared_ptr<classify::RecogniserFactory>
        m_recognisers; ///< null where the policy's is not there
    uint32_t m_external;
    ZoneMap m_zones;
    NatBinder m_nat;
    FlowTable m_flows;
    FragmentTable m_fragments;
    Outbox m_outbox;
    Refuser m_refuser;
    bool m_explains;
    Duration m_weekStart;
    std::shared_ptr<const Explanation> m_explanation; ///< of a verdict that is about to be reported
};

} // namespace imsfw::engine
