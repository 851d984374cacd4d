// SPDX-License-Identifier: GPL-2.0-only
#include "live-flows.h"

#include "firewall-bench-packets.h"

#include <cstdio>
#include <cstdlib>

namespace imsfw::bench
{

using engine::Action;
using engine::Engine;
using engine::Policy;
using engine::Rule;
using engine::Zone;

namespace
{

/// A stateful port filter with NAT: out to 80, 443 and UDP 3478.
Policy
PortFilter()
{
    Policy policy;
    policy.id = "port-filter";
    policy.nat.enabled = true;
    policy.rules = {PortRule("http", IpProtocol::TCP, 80, Action::ALLOW),
                    PortRule("https", IpProtocol::TCP, 443, Action::ALLOW),
                    PortRule("stun", IpProtocol::UDP, 3478, Action::ALLOW)};
    return policy;
}

} // namespace

void
Require(bool holds, const char* what)
{
    if (!holds)
    {
        std::fprintf(stderr, "firewall-bench: wrong verdict: %s\n", what);
        std::exit(1);
    }
}

engine::EngineConfig
Config(std::size_t flows)
{
    engine::EngineConfig config;
    config.externalAddress = *IpAddress::Parse("203.0.113.1");
    config.inside = {*IpPrefix::Parse("10.0.0.0/8")};
    config.maxFlows = flows;
    return config;
}

Rule
PortRule(const std::string& id, IpProtocol protocol, uint16_t port, Action action)
{
    Rule rule;
    rule.id = id;
    rule.from = Zone::INSIDE;
    rule.to = Zone::OUTSIDE;
    rule.protocol = protocol;
    rule.ports = {{port, port}};
    rule.action = action;
    return rule;
}

bool
PassOn(Engine& engine, TimePoint now, Zone from, Bytes& packet)
{
    engine.HandlePacket(now, from, std::move(packet));
    auto out = engine.PollTransmit();
    if (!out)
    {
        return false;
    }
    packet = std::move(out->packet);
    return out->kind == engine::TransmitKind::FORWARDED;
}

void
DrainEvents(Engine& engine)
{
    while (engine.PollEvent())
    {
    }
}

// The refused flow of the check has a place of its own: it must not drive out one of those that are live.
LiveFlows::LiveFlows(std::size_t count)
    : m_count(count), m_random(1, 1, "bench"), m_engine(PortFilter(), Config(count + 1), m_random)
{
    for (std::size_t i = 0; i < count; ++i)
    {
        Bytes packet = UdpPacket(TupleOf(i), 160);
        Require(PassOn(m_engine, m_now, Zone::INSIDE, packet), "a new flow must pass");
        DrainEvents(m_engine);
    }
    Require(m_engine.GetFlowCount() == count, "all flows are live");
    const Bytes bad = UdpPacket({0x0a000001, 0xc6336401, 1, 5060, IpProtocol::UDP}, 160);
    m_engine.HandlePacket(m_now, Zone::INSIDE, bad);
    Require(!m_engine.PollTransmit(), "port 5060 must not pass");
    DrainEvents(m_engine);
    Require(m_engine.GetCounters().evicted == 0, "no flow gives way");
}

engine::Ip4Tuple
LiveFlows::TupleOf(std::size_t index)
{
    constexpr std::size_t ENDPOINTS = 50'000;
    const auto host = static_cast<uint32_t>(index % ENDPOINTS);
    const auto server = static_cast<uint32_t>(index / ENDPOINTS);
    return {0x0a000000 + host / 1000,
            0xc6336400 + server,
            static_cast<uint16_t>(2000 + host),
            3478,
            IpProtocol::UDP};
}

bool
LiveFlows::Send(std::size_t flow, Bytes& buffer)
{
    WriteUdpHeader(buffer, TupleOf(flow));
    m_now += std::chrono::nanoseconds(200);
    return PassOn(m_engine, m_now, Zone::INSIDE, buffer);
}

bool
LiveFlows::SendTogether(const uint32_t* flows, std::vector<engine::InPacket>& packets)
{
    for (std::size_t i = 0; i < TOGETHER; ++i)
    {
        packets[i].from = Zone::INSIDE;
        WriteUdpHeader(packets[i].bytes, TupleOf(flows[i]));
    }
    m_now += std::chrono::nanoseconds(200) * static_cast<int64_t>(TOGETHER);
    m_engine.HandlePackets(m_now, packets);
    std::size_t passed = 0;
    while (auto out = m_engine.PollTransmit())
    {
        packets[passed++].bytes = std::move(out->packet);
    }
    return passed == TOGETHER;
}

std::vector<engine::InPacket>
LiveFlows::MakeBuffers()
{
    return std::vector<engine::InPacket>(TOGETHER, {Zone::INSIDE, UdpPacket(TupleOf(0), 160)});
}

} // namespace imsfw::bench
