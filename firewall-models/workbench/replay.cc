// SPDX-License-Identifier: GPL-2.0-only
#include "workbench/replay.h"

#include "engine/ip6/ip6-engine.h"
#include "engine/packet/ip-packet.h"
#include "engine/packet/packet-fields.h"

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

/// @return who talks to whom, of either family; nothing where the packet cannot be read.
std::optional<FiveTuple>
TupleOf(ByteView packet)
{
    if (const auto header = engine::ParseIp(packet))
    {
        return header->tuple.ToFiveTuple();
    }
    const auto header = engine::ParseIp6(packet);
    if (!header)
    {
        return std::nullopt;
    }
    FiveTuple tuple{header->protocol, {header->source, 0}, {header->destination, 0}};
    const ByteView body = packet.Sub(header->payloadOffset);
    const bool hasPorts = tuple.protocol == IpProtocol::TCP || tuple.protocol == IpProtocol::UDP;
    if (hasPorts && body.Size() >= 4)
    {
        tuple.source.port = engine::Get16(body, 0);
        tuple.destination.port = engine::Get16(body, 2);
    }
    else if (tuple.protocol == IpProtocol::ICMPV6 && body.Size() >= 6)
    {
        tuple.source.port = tuple.destination.port = engine::Get16(body, 4);
    }
    return tuple;
}

/// Hand a packet to the engine for its family, and write down what that says.
template <typename AnyEngine>
void
Judge(AnyEngine& engine, const CapturedPacket& packet, Zone from, uint64_t number, Ledger& ledger)
{
    engine.HandlePacket(packet.at, from, packet.ip);
    while (engine.PollTransmit())
    {
    }
    while (const auto event = engine.PollEvent())
    {
        ledger.Note(*event, number);
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
    engine::Ip6Config config6;
    config6.engine = config;
    engine::Ip6Engine engine6(policy, config6, random);
    engine::Engine engine(std::move(policy), config, random);
    Ledger ledger;
    uint64_t number = 0;
    for (const auto& packet : capture.packets)
    {
        ++number;
        const auto tuple = TupleOf(packet.ip);
        if (!tuple)
        {
            continue;
        }
        if (!ledger.IsRefused(*tuple))
        {
            const Zone from = sides.ZoneOf(tuple->source.address);
            const bool isIp4 = tuple->source.address.IsV4();
            isIp4 ? Judge(engine, packet, from, number, ledger)
                  : Judge(engine6, packet, from, number, ledger);
        }
        ledger.Count(*tuple);
    }
    return ledger.Take();
}

} // namespace imsfw::workbench
