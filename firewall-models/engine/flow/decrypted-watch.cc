// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow/decrypted-watch.h"

#include "engine/flow/tcp-state.h"

namespace imsfw::engine
{

namespace
{

/// What passes where no rule for decrypted streams holds.
constexpr Verdict PASSES{Action::ALLOW, Reason::DEFAULT, NO_RULE};

FlowWatch::Start
StartOf(const CompiledPolicy& policy, const Ip4Tuple& flow, TimePoint now, Duration weekTime)
{
    FlowWatch::Start start;
    start.opening = policy.Open(flow, Zone::DMZ, Zone::OUTSIDE);
    start.opening.base = start.verdict = PASSES;
    start.now = now;
    start.weekTime = weekTime;
    start.isDecrypted = true;
    return start;
}

} // namespace

DecryptedWatch::DecryptedWatch(std::shared_ptr<const CompiledPolicy> policy,
                               const FiveTuple& flow,
                               TimePoint now,
                               Duration weekTime)
    : m_policy(std::move(policy)),
      m_flow(Ip4Tuple::From(flow)),
      m_watch(*m_policy, StartOf(*m_policy, m_flow, now, weekTime), nullptr)
{
}

std::optional<std::string>
DecryptedWatch::Handle(TimePoint now, classify::Direction direction, ByteView bytes)
{
    const bool isToServer = direction == classify::Direction::TO_SERVER;
    IpPacket packet;
    packet.tuple = isToServer ? m_flow : m_flow.Reversed();
    packet.flags = TCP_ACK;
    packet.sequence = m_next[Index(direction)];
    m_next[Index(direction)] += static_cast<uint32_t>(bytes.Size());
    const Verdict verdict = m_watch.Handle(direction, {now, Zone::DMZ, packet, bytes.ToBytes()});
    if (verdict.action == Action::ALLOW)
    {
        return std::nullopt;
    }
    return std::string(m_policy->NameOf(verdict.rule));
}

} // namespace imsfw::engine
