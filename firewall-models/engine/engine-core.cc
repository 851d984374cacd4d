// SPDX-License-Identifier: GPL-2.0-only
#include "engine/engine-core.h"

#include "classify/probe-recogniser.h"
#include "engine/packet/packet-rewriter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace imsfw::engine
{

using classify::Direction;

namespace
{

/// @return true where a packet is of the kind that may travel in this direction of a flow with its addresses.
bool
FitsDirection(const IpPacket& packet, Direction direction)
{
    // The identifier alone does not tell an echo from its reply.
    return packet.tuple.protocol != IpProtocol::ICMP ||
           packet.icmp == (direction == Direction::TO_SERVER ? IcmpKind::QUERY : IcmpKind::REPLY);
}

/// Packets whose waits for memory overlap: a driver's usual burst.
constexpr std::size_t GROUP = 32;

/// Packets of a group whose flows are asked of memory at once: two steps are what a core can have under way (16 lines
/// in those of 2023).
constexpr std::size_t STEP = 8;

/// @return true where a SYN begins another connection on the addresses of one that is over.
bool
IsReopened(const Flow& flow, const IpPacket& packet)
{
    return packet.tuple.protocol == IpProtocol::TCP && packet.tuple == flow.original &&
           packet.IsFirstSyn() && (flow.wasCut || (flow.IsAllowed() && flow.tcp.IsOver()));
}

/// @return who names flows: our own probes, or what the program brought; null where it brought nothing fitting.
std::shared_ptr<classify::RecogniserFactory>
ChooseRecognisers(const Policy& policy, const EngineConfig& config)
{
    const bool isOther = policy.recogniser != Policy{}.recogniser;
    if (!isOther)
    {
        return std::make_shared<classify::ProbeRecogniserFactory>();
    }
    const bool fits = config.recogniser && config.recogniser->GetName() == policy.recogniser;
    return fits ? config.recogniser : nullptr;
}

std::vector<uint32_t>
ExternalAddresses(const EngineConfig& config)
{
    std::vector<uint32_t> addresses{config.externalAddress.ToV4()};
    for (const IpAddress& address : config.morePoolAddresses)
    {
        addresses.push_back(address.ToV4());
    }
    return addresses;
}

} // namespace

std::string
FindConfigProblem(const Policy& policy, const EngineConfig& config)
{
    const auto recognisers = ChooseRecognisers(policy, config);
    if (!recognisers)
    {
        return "policy " + policy.id + " needs the recogniser \"" + policy.recogniser +
               "\", which is not there";
    }
    for (const Rule& rule : policy.rules)
    {
        const auto problem = classify::FindUnknownName(rule.recognised, *recognisers);
        if (!problem.empty())
        {
            return "policy " + policy.id + ", rule " + rule.id + ": " + problem;
        }
    }
    return {};
}

Engine::Core::Core(Policy policy, EngineConfig config, RandomSource& random)
    : m_policy(std::move(policy)),
      m_recognisers(ChooseRecognisers(m_policy.Get(), config)),
      m_external(config.externalAddress.ToV4()),
      m_zones(std::move(config.inside), std::move(config.dmz)),
      m_nat(m_policy.Get().nat, ExternalAddresses(config), random),
      m_flows(config.maxFlows),
      m_outbox(m_policy),
      m_refuser(m_policy, m_external, m_outbox),
      m_explains(config.explains),
      m_weekStart(config.weekStart)
{
}

void
Engine::Core::HandlePacket(TimePoint now, Zone from, Bytes bytes)
{
    HandleTimeout(now);
    const auto packet = ParseIp(bytes);
    HandleParsed(now, from, packet, packet ? packet->tuple.Hash() : 0, std::move(bytes));
}

void
Engine::Core::HandlePackets(TimePoint now, std::vector<InPacket>& packets)
{
    HandleTimeout(now);
    for (std::size_t first = 0; first < packets.size(); first += GROUP)
    {
        HandleGroup(now, &packets[first], std::min(GROUP, packets.size() - first));
    }
}

void
Engine::Core::HandleGroup(TimePoint now, InPacket* packets, std::size_t count)
{
    std::array<std::optional<IpPacket>, GROUP> parsed;
    std::array<std::size_t, GROUP> hashes{};
    std::size_t announced = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
        parsed[i] = ParseIp(packets[i].bytes);
        hashes[i] = parsed[i] ? parsed[i]->tuple.Hash() : 0;
        // Many at a time, as processors overlap best what comes close together; while memory brings those, others are
        // parsed.
        const bool isTime = (i + 1) % (2 * STEP) == 0 || i + 1 == count;
        for (; isTime && announced <= i; ++announced)
        {
            m_flows.FetchIndex(hashes[announced]);
        }
    }
    std::size_t fetched = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
        // While some are handled, memory brings the flows of the next ones.
        for (; i % STEP == 0 && fetched < std::min(count, i + 2 * STEP); ++fetched)
        {
            m_flows.FetchFlow(hashes[fetched]);
        }
        HandleParsed(now, packets[i].from, parsed[i], hashes[i], std::move(packets[i].bytes));
    }
}

void
Engine::Core::HandleParsed(
    TimePoint now, Zone from, const std::optional<IpPacket>& packet, std::size_t hash, Bytes bytes)
{
    if (!packet)
    {
        ++m_outbox.counters.malformed;
        return;
    }
    Arrival arrival{now, from, *packet, std::move(bytes)};
    if (packet->isFragment)
    {
        ++m_outbox.counters.fragments;
        HandleFragment(arrival);
        return;
    }
    HandleWhole(arrival, hash);
}

void
Engine::Core::HandleWhole(Arrival& arrival, std::size_t hash)
{
    const IpPacket& packet = arrival.packet;
    if (packet.icmp == IcmpKind::ERROR)
    {
        HandleIcmpError(arrival);
        return;
    }
    auto found = m_flows.Find(packet.tuple, hash);
    if (found.flow != nullptr && IsReopened(*found.flow, packet))
    {
        Forget(*found.flow);
        found.flow = nullptr;
    }
    if (found.flow == nullptr)
    {
        OpenFlow(arrival);
        return;
    }
    if (arrival.from != found.flow->Origin(found.direction) ||
        !FitsDirection(packet, found.direction))
    {
        RefuseStray(arrival, Reason::NO_STATE);
        return;
    }
    Pass(*found.flow, found.direction, arrival, false);
}

void
Engine::Core::HandleTimeout(TimePoint now)
{
    while (const auto flow = m_flows.TakeExpired(now))
    {
        ++m_outbox.counters.expired;
        m_nat.Release(*flow);
    }
}

void
Engine::Core::Reboot(TimePoint now)
{
    HandleTimeout(now);
    while (m_flows.Size() > 0)
    {
        ++m_outbox.counters.lost;
        m_nat.Release(m_flows.TakeNearestToExpiry());
    }
    m_fragments.Clear();
}

void
Engine::Core::HandleIcmpError(Arrival& arrival)
{
    const auto& nat = m_policy.Get().nat;
    const auto subject = FindSubject(m_flows, arrival);
    if (!subject || !nat.passesIcmpErrors)
    {
        RefuseStray(arrival, Reason::NO_STATE);
        return;
    }
    TranslateIcmpError(arrival, *subject);
    m_outbox.Forward(subject->flow->Target(subject->direction), std::move(arrival.bytes));
    if (nat.onIcmpError == StateEffect::REMOVE)
    {
        Forget(*subject->flow);
    }
}

void
Engine::Core::RefuseStray(const Arrival& arrival, Reason reason)
{
    const auto to = m_zones.Find(IpAddress::V4(arrival.packet.tuple.destination));
    m_refuser.RefuseStray(arrival, m_policy.Get().refusal, reason, to);
}

void
Engine::Core::Pass(Flow& flow, Direction direction, Arrival& arrival, bool isFirst)
{
    const bool wasAllowed = flow.IsAllowed();
    const bool hasChanged = wasAllowed && Inspect(flow, direction, arrival);
    if (isFirst || hasChanged || !flow.IsAllowed())
    {
        m_outbox.Report(arrival,
                        flow,
                        m_flows.DetailsOf(flow).id,
                        isFirst,
                        std::exchange(m_explanation, nullptr));
    }
    if (flow.IsAllowed())
    {
        Refresh(flow, direction, arrival);
        const bool ends =
            arrival.packet.Has(TCP_RST) && m_policy.Get().nat.onReset == StateEffect::REMOVE;
        Forward(flow, direction, arrival);
        if (ends)
        {
            Forget(flow);
        }
        return;
    }
    ++m_outbox.counters.refused;
    if (wasAllowed && flow.isWatched)
    {
        flow.showsPage =
            direction == Direction::TO_SERVER && m_flows.DetailsOf(flow).watch->HasHttpRequest();
    }
    m_refuser.Answer(flow, direction, arrival);
    if (wasAllowed)
    {
        Cut(flow, direction, arrival, isFirst);
    }
}

bool
Engine::Core::Inspect(Flow& flow, Direction direction, const Arrival& arrival)
{
    if (!flow.isWatched)
    {
        return false;
    }
    ++m_outbox.counters.inspected;
    m_outbox.counters.inspectedBytes += arrival.Payload().Size();
    const Verdict verdict = m_flows.DetailsOf(flow).watch->Handle(direction, arrival);
    const bool hasChanged = verdict != flow.verdict;
    if (m_explains && (hasChanged || m_explanation != nullptr))
    {
        m_explanation =
            std::make_shared<Explanation>(m_flows.DetailsOf(flow).watch->Explain(arrival.now));
    }
    flow.verdict = verdict;
    if (flow.IsAllowed() &&
        m_flows.DetailsOf(flow).watch->IsSettled()) // else the refusal still asks it
    {
        Unwatch(flow);
    }
    return hasChanged;
}

void
Engine::Core::Unwatch(Flow& flow)
{
    m_flows.DetailsOf(flow).watch.reset();
    flow.isWatched = false;
}

void
Engine::Core::Cut(Flow& flow, Direction direction, const Arrival& arrival, bool isFirst)
{
    flow.wasCut = true;
    Unwatch(flow);
    m_flows.SetExpiry(flow, arrival.now + m_policy.Get().nat.timeouts.tcpTransitory);
    const bool isTcp = flow.original.protocol == IpProtocol::TCP;
    const bool isReset =
        flow.verdict.action == Action::RESET || flow.verdict.action == Action::HTTP_403;
    if (isTcp && !isFirst && isReset)
    {
        m_refuser.ResetReceiver(flow, direction, arrival);
    }
}

void
Engine::Core::Refresh(Flow& flow, Direction direction, const Arrival& arrival)
{
    const auto& packet = arrival.packet;
    if (packet.tuple.protocol == IpProtocol::TCP)
    {
        const bool isKept = m_policy.Get().nat.onReset == StateEffect::KEEP;
        flow.tcp.Handle(direction, isKept ? packet.flags & ~TCP_RST : packet.flags);
        uint32_t& next = flow.next[Index(direction)];
        const uint32_t end = packet.sequence + packet.SegmentLength(arrival.bytes.size());
        if (packet.Has(TCP_SYN) || static_cast<int32_t>(end - next) > 0)
        {
            next = end;
        }
    }
    const auto& nat = m_policy.Get().nat;
    flow.isAnswered = flow.isAnswered || direction == Direction::TO_CLIENT;
    const bool isInboundUdp =
        packet.tuple.protocol == IpProtocol::UDP && arrival.from == Zone::OUTSIDE;
    if (!isInboundUdp || nat.inboundRefresh)
    {
        m_flows.SetExpiry(flow, arrival.now + LifetimeOf(flow));
    }
}

Duration
Engine::Core::LifetimeOf(const Flow& flow) const
{
    const auto& times = m_policy.Get().nat.timeouts;
    if (!flow.IsAllowed())
    {
        return times.tcpTransitory;
    }
    switch (flow.original.protocol)
    {
    case IpProtocol::TCP:
        return flow.tcp.IsEstablished() ? times.tcpEstablished : times.tcpTransitory;
    case IpProtocol::UDP:
        return flow.isAnswered ? times.udp : times.udpUnanswered.value_or(times.udp);
    case IpProtocol::ICMP:
        return times.icmp;
    case IpProtocol::ESP:
    case IpProtocol::AH:
    case IpProtocol::ICMPV6:
        break;
    }
    return times.other;
}

bool
Engine::Core::Shape(const Flow& flow, const Arrival& arrival, Duration& delay)
{
    const Rule* rule = m_policy.RuleOf(flow.verdict.rule);
    if (rule == nullptr)
    {
        return true;
    }
    delay = rule->delay;
    if (!rule->bitsPerSecond)
    {
        return true;
    }
    constexpr Duration LONGEST_QUEUE = std::chrono::seconds(1);
    TimePoint& sendsUntil = m_flows.DetailsOf(flow).sendsUntil;
    const TimePoint start = std::max(sendsUntil, arrival.now);
    if (start - arrival.now > LONGEST_QUEUE)
    {
        return false;
    }
    const uint64_t bits = 8 * arrival.bytes.size();
    sendsUntil = start + Duration(bits * 1'000'000'000 / *rule->bitsPerSecond);
    delay += sendsUntil - arrival.now;
    return true;
}

void
Engine::Core::Forward(Flow& flow, Direction direction, Arrival& arrival)
{
    Duration delay(0);
    if (m_policy.HasShaping() && !Shape(flow, arrival, delay))
    {
        ++m_outbox.counters.throttled;
        return;
    }
    Rewrite(arrival.bytes, arrival.packet, flow.Leaving(direction));
    m_outbox.Forward(flow.Target(direction), std::move(arrival.bytes), delay);
}

} // namespace imsfw::engine
