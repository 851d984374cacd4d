// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How fast the firewall engine is: packets of live flows, new flows under many rules, and inspected captures.
///
/// Before anything is timed, the verdicts are checked; a wrong one ends the program with status 1.
#include "allocation-counter.h"
#include "base/random.h"
#include "engine/engine.h"
#include "firewall-bench-packets.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

namespace imsfw::bench
{

namespace
{

using engine::Action;
using engine::Engine;
using engine::EngineConfig;
using engine::Policy;
using engine::Rule;
using engine::Zone;

EngineConfig
Config(std::size_t flows)
{
    EngineConfig config;
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

void
Require(bool holds, const char* what)
{
    if (!holds)
    {
        std::fprintf(stderr, "firewall-bench: wrong verdict: %s\n", what);
        std::exit(1);
    }
}

/// Put a packet in and take what comes out; the bytes' memory goes round.
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

/// Flows of inside hosts to one port; 50,000 inside endpoints at most, as one external address has no more ports.
class LiveFlows
{
  public:
    explicit LiveFlows(std::size_t count)
        : m_count(count), m_random(1, 1, "bench"), m_engine(PortFilter(), Config(count), m_random)
    {
        for (std::size_t i = 0; i < count; ++i)
        {
            Bytes packet = UdpPacket(TupleOf(i), 160);
            Require(PassOn(m_engine, m_now, Zone::INSIDE, packet), "a new flow must pass");
            DrainEvents(m_engine);
        }
        Require(m_engine.GetFlowCount() == count, "all flows are live");
        Bytes bad = UdpPacket({0x0a000001, 0xc6336401, 1, 5060, IpProtocol::UDP}, 160);
        m_engine.HandlePacket(m_now, Zone::INSIDE, bad);
        Require(!m_engine.PollTransmit(), "port 5060 must not pass");
        DrainEvents(m_engine);
    }

    static engine::Ip4Tuple
    TupleOf(std::size_t index)
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

    /// One packet of @p flow, out of a buffer that is kept.
    bool
    Send(std::size_t flow, Bytes& buffer)
    {
        WriteUdpHeader(buffer, TupleOf(flow));
        m_now += std::chrono::nanoseconds(200);
        return PassOn(m_engine, m_now, Zone::INSIDE, buffer);
    }

    /// One packet of each of @p flows, out of buffers that are kept, in one call.
    bool
    SendTogether(const std::vector<std::size_t>& flows, std::vector<engine::InPacket>& packets)
    {
        for (std::size_t i = 0; i < flows.size(); ++i)
        {
            packets[i].from = Zone::INSIDE;
            WriteUdpHeader(packets[i].bytes, TupleOf(flows[i]));
        }
        m_now += std::chrono::nanoseconds(200) * static_cast<int64_t>(flows.size());
        m_engine.HandlePackets(m_now, packets);
        std::size_t passed = 0;
        while (auto out = m_engine.PollTransmit())
        {
            packets[passed++].bytes = std::move(out->packet);
        }
        return passed == flows.size();
    }

    std::size_t
    Count() const
    {
        return m_count;
    }

  private:
    std::size_t m_count;
    SeededRandom m_random;
    TimePoint m_now{std::chrono::seconds(1)};
    Engine m_engine;
};

/// Packets of @p active of the live flows, in a scattered order.
void
RunLive(benchmark::State& state, std::size_t active)
{
    LiveFlows flows(static_cast<std::size_t>(state.range(0)));
    Bytes buffer = UdpPacket(LiveFlows::TupleOf(0), 160);
    const std::size_t step = flows.Count() / active;
    std::size_t next = 0;
    bool allPassed = true;
    for (std::size_t i = 0; i < 10'000; ++i)
    {
        flows.Send(i % flows.Count(), buffer);
    }
    const std::size_t before = CountAllocations();
    for (auto _ : state)
    {
        next = (next + 7919) % active;
        allPassed = flows.Send(next * step, buffer) && allPassed;
    }
    const std::size_t made = CountAllocations() - before;
    Require(allPassed, "packets of live flows must pass");
    state.SetItemsProcessed(state.iterations());
    state.counters["allocations_per_packet"] =
        static_cast<double>(made) / static_cast<double>(state.iterations());
}

/// All flows speak in turn: with many of them the memory's speed counts too.
void
LiveFlowsAllSpeak(benchmark::State& state)
{
    RunLive(state, static_cast<std::size_t>(state.range(0)));
}

/// A thousand of the live flows speak: what the number of flows itself costs.
void
LiveFlowsThousandSpeak(benchmark::State& state)
{
    RunLive(state, 1000);
}

/// All flows speak in a random order, 32 packets in each call, as drivers hand them over.
void
LiveFlowsAllSpeakTogether(benchmark::State& state)
{
    constexpr std::size_t TOGETHER = 32; // DPDK's usual burst
    LiveFlows flows(static_cast<std::size_t>(state.range(0)));
    std::vector<engine::InPacket> packets(TOGETHER,
                                          {Zone::INSIDE, UdpPacket(LiveFlows::TupleOf(0), 160)});
    std::vector<std::size_t> speaking(TOGETHER);
    uint64_t random = 1;
    const auto choose = [&]
    {
        for (std::size_t& flow : speaking)
        {
            random = random * 6364136223846793005ULL + 1442695040888963407ULL; // Knuth's MMIX
            flow = static_cast<std::size_t>((random >> 33) % flows.Count());
        }
    };
    bool allPassed = true;
    for (int i = 0; i < 1000; ++i)
    {
        choose();
        flows.SendTogether(speaking, packets);
    }
    const std::size_t before = CountAllocations();
    for (auto _ : state)
    {
        choose();
        allPassed = flows.SendTogether(speaking, packets) && allPassed;
    }
    const std::size_t made = CountAllocations() - before;
    Require(allPassed, "packets of live flows must pass");
    const auto count = static_cast<int64_t>(TOGETHER) * state.iterations();
    state.SetItemsProcessed(count);
    state.counters["allocations_per_packet"] =
        static_cast<double>(made) / static_cast<double>(count);
}

BENCHMARK(LiveFlowsAllSpeakTogether)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(LiveFlowsAllSpeak)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(LiveFlowsThousandSpeak)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

/// @p count rules by address and port, of which none concerns the flows, before the one that lets them through.
Policy
ManyRules(std::size_t count)
{
    Policy policy;
    policy.id = "many-rules";
    for (std::size_t i = 0; i < count; ++i)
    {
        Rule rule = PortRule("r" + std::to_string(i),
                             i % 2 == 0 ? IpProtocol::UDP : IpProtocol::TCP,
                             static_cast<uint16_t>(1 + i % 3000),
                             Action::DROP);
        const auto address = IpAddress::V4(0x40000000U + static_cast<uint32_t>(i) * 4096U);
        rule.addresses = {{address, static_cast<uint8_t>(20 + i % 12)}};
        rule.ports = {{rule.ports[0].low, static_cast<uint16_t>(rule.ports[0].low + 40)}};
        policy.rules.push_back(rule);
    }
    policy.rules.push_back(PortRule("stun", IpProtocol::UDP, 3478, Action::ALLOW));
    return policy;
}

/// New flows: each is judged by all rules.
void
NewFlowsUnderRules(benchmark::State& state)
{
    SeededRandom random(1, 1, "bench");
    Engine engine(ManyRules(static_cast<std::size_t>(state.range(0))), Config(1000), random);
    Bytes buffer = UdpPacket(LiveFlows::TupleOf(0), 20);
    TimePoint now{std::chrono::seconds(1)};
    std::size_t index = 0;
    for (auto _ : state)
    {
        auto tuple = LiveFlows::TupleOf(index++ % 50'000);
        tuple.destination =
            0x40000000U + static_cast<uint32_t>(index * 2654435761U >> 8 & 0x3ffffff);
        WriteUdpHeader(buffer, tuple);
        now += std::chrono::microseconds(1);
        Require(PassOn(engine, now, Zone::INSIDE, buffer), "the last rule lets new flows through");
        DrainEvents(engine);
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(NewFlowsUnderRules)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);

} // namespace

} // namespace imsfw::bench

BENCHMARK_MAIN();
