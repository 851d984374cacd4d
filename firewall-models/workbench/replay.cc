// SPDX-License-Identifier: GPL-2.0-only
#include "workbench/replay.h"

#include "engine/packet/ip-packet.h"

#include <algorithm>
#include <map>

namespace imsfw::workbench
{

namespace
{

using engine::Zone;

/// Keeps one verdict for each flow as the engine reports them.
class Ledger
{
  public:
    void
    Note(const engine::VerdictEvent& event, uint64_t packet)
    {
        FlowVerdict& verdict = Find(event);
        verdict.action = event.action;
        verdict.rule = event.ruleId;
        verdict.reason = event.reason;
        verdict.packet = packet;
        verdict.decidedAt = event.at;
        verdict.firstBytes = event.firstBytes;
        verdict.explanation = event.explanation;
    }

    void
    Count(const FiveTuple& tuple)
    {
        auto known = m_index.find(tuple);
        known = known != m_index.end() ? known : m_index.find(tuple.Reversed());
        if (known != m_index.end())
        {
            ++m_verdicts[known->second].packets;
        }
    }

    /// @return whether the flow's last verdict refused it: what follows is not judged again.
    bool
    IsRefused(const FiveTuple& tuple) const
    {
        for (const auto& key : {tuple, tuple.Reversed()})
        {
            const auto known = m_index.find(key);
            if (known != m_index.end())
            {
                return m_verdicts[known->second].action != engine::Action::ALLOW;
            }
        }
        return false;
    }

    std::vector<FlowVerdict>
    Take()
    {
        return std::move(m_verdicts);
    }

  private:
    FlowVerdict&
    Find(const engine::VerdictEvent& event)
    {
        const auto [known, isNew] = m_index.emplace(event.flow, m_verdicts.size());
        if (isNew)
        {
            FlowVerdict verdict;
            verdict.flow = event.flow;
            verdict.from = event.from;
            verdict.to = event.to;
            m_verdicts.push_back(std::move(verdict));
        }
        return m_verdicts[known->second];
    }

    std::map<FiveTuple, std::size_t> m_index;
    std::vector<FlowVerdict> m_verdicts;
};

void
Discard(engine::Engine& engine)
{
    while (engine.PollTransmit())
    {
    }
}

} // namespace

Zone
Sides::ZoneOf(const IpAddress& address) const
{
    const auto contains = [&](const IpPrefix& prefix) { return prefix.Contains(address); };
    if (std::any_of(inside.begin(), inside.end(), contains))
    {
        return Zone::INSIDE;
    }
    return std::any_of(dmz.begin(), dmz.end(), contains) ? Zone::DMZ : Zone::OUTSIDE;
}

std::vector<FlowVerdict>
Replay(engine::Policy policy,
       const Capture& capture,
       const Sides& sides,
       std::shared_ptr<classify::RecogniserFactory> recogniser)
{
    policy.nat.enabled = false;
    engine::EngineConfig config;
    config.inside = sides.inside;
    config.dmz = sides.dmz;
    config.explains = true;
    config.weekStart = 3 * std::chrono::hours(24); // captures count from 1970-01-01, a Thursday
    config.recogniser = std::move(recogniser);
    SeededRandom random(1, 1, "replay");
    engine::Engine engine(std::move(policy), config, random);
    Ledger ledger;
    uint64_t number = 0;
    for (const auto& packet : capture.packets)
    {
        ++number;
        const auto header = engine::ParseIp(ByteView(packet.ip));
        if (!header)
        {
            continue;
        }
        const FiveTuple tuple = header->tuple.ToFiveTuple();
        if (!ledger.IsRefused(tuple))
        {
            engine.HandlePacket(packet.at, sides.ZoneOf(tuple.source.address), packet.ip);
            Discard(engine);
            while (const auto event = engine.PollEvent())
            {
                ledger.Note(*event, number);
            }
        }
        ledger.Count(tuple);
    }
    return ledger.Take();
}

} // namespace imsfw::workbench
