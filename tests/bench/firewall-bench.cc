// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How fast the firewall engine is: packets of live flows, new flows under many rules, and inspected captures.
///
/// Before anything is timed, the verdicts are checked; a wrong one ends the program with status 1.
#include "allocation-counter.h"
#include "firewall-bench-packets.h"
#include "live-flows.h"
#include "speaking-order.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>

namespace imsfw::bench
{

namespace
{

using engine::Action;
using engine::Engine;
using engine::Policy;
using engine::Rule;
using engine::Zone;

/// Live flows that speak in one order, round and round.
class Speakers
{
  public:
    Speakers(Order order, std::size_t flows)
        : m_flows(flows), m_order(MakeSpeakingOrder(order, flows)), m_buffers(m_flows.MakeBuffers())
    {
    }

    /// Pass on @p bursts of TOGETHER packets each.
    void
    SpeakTogether(std::size_t bursts)
    {
        bool allPassed = true;
        for (std::size_t i = 0; i < bursts; ++i)
        {
            allPassed = m_flows.SendTogether(&m_order[m_next], m_buffers) && allPassed;
            m_next = (m_next + TOGETHER) % m_order.size();
        }
        Require(allPassed, "packets of live flows must pass");
    }

    void
    SpeakAlone()
    {
        Require(m_flows.Send(m_order[m_next], m_buffers.front().bytes),
                "packets of live flows must pass");
        m_next = (m_next + 1) % m_order.size();
    }

  private:
    LiveFlows m_flows;
    std::vector<uint32_t> m_order;
    std::vector<engine::InPacket> m_buffers;
    std::size_t m_next{0};
};

/// Time @p speak, and see that it allocates nothing.
template <typename Speak>
void
RunLive(benchmark::State& state, std::size_t packets, Speak speak)
{
    constexpr int WARM_UP = 1000;
    for (int i = 0; i < WARM_UP; ++i)
    {
        speak();
    }
    const std::size_t before = CountAllocations();
    for ([[maybe_unused]] auto _ : state)
    {
        speak();
    }
    const std::size_t made = CountAllocations() - before;
    Require(made == 0, "packets of live flows allocate nothing");
    state.SetItemsProcessed(static_cast<int64_t>(packets) * state.iterations());
}

/// Packets come 32 in each call, as drivers hand them over.
void
LiveFlowsTogether(benchmark::State& state, Order order)
{
    Speakers speakers(order, static_cast<std::size_t>(state.range(0)));
    RunLive(state, TOGETHER, [&] { speakers.SpeakTogether(1); });
}

/// Each packet comes in a call of its own, and waits for memory alone.
void
LiveFlowsAlone(benchmark::State& state, Order order)
{
    Speakers speakers(order, static_cast<std::size_t>(state.range(0)));
    RunLive(state, 1, [&] { speakers.SpeakAlone(); });
}

BENCHMARK_CAPTURE(LiveFlowsTogether, local, Order::LOCAL)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(LiveFlowsTogether, uniform, Order::UNIFORM)
    ->Arg(1'000)
    ->Arg(100'000)
    ->Arg(1'000'000);
BENCHMARK_CAPTURE(LiveFlowsAlone, local, Order::LOCAL)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(LiveFlowsAlone, uniform, Order::UNIFORM)
    ->Arg(1'000)
    ->Arg(100'000)
    ->Arg(1'000'000);

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

/// New flows, each judged by all of @p rules.
class NewFlows
{
  public:
    explicit NewFlows(std::size_t rules)
        : m_random(1, 1, "bench"), m_engine(ManyRules(rules), Config(1000), m_random)
    {
    }

    void
    Open()
    {
        auto tuple = LiveFlows::TupleOf(m_index++ % 50'000);
        tuple.destination =
            0x40000000U + static_cast<uint32_t>(m_index * 2654435761U >> 8 & 0x3ffffff);
        WriteUdpHeader(m_buffer, tuple);
        m_now += std::chrono::microseconds(1);
        Require(PassOn(m_engine, m_now, Zone::INSIDE, m_buffer),
                "the last rule lets new flows through");
        DrainEvents(m_engine);
    }

  private:
    SeededRandom m_random;
    Engine m_engine;
    Bytes m_buffer{UdpPacket(LiveFlows::TupleOf(0), 20)};
    TimePoint m_now{std::chrono::seconds(1)};
    std::size_t m_index{0};
};

void
NewFlowsUnderRules(benchmark::State& state)
{
    NewFlows flows(static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto _ : state)
    {
        flows.Open();
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(NewFlowsUnderRules)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);

double
CpuSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Few flows and many in turn, so that what disturbs one disturbs the other; the best of all rounds counts.
void
ReportIndependence(const char* name, Order order)
{
    constexpr int ROUNDS = 20;
    constexpr std::size_t BURSTS = 8192;
    constexpr std::array<std::size_t, 3> COUNTS{1'000, 100'000, 1'000'000};
    std::array<std::unique_ptr<Speakers>, COUNTS.size()> speakers;
    std::array<double, COUNTS.size()> best{1e9, 1e9, 1e9};
    for (int round = 0; round < ROUNDS; ++round)
    {
        for (std::size_t i = 0; i < COUNTS.size(); ++i)
        {
            speakers[i] =
                speakers[i] ? std::move(speakers[i]) : std::make_unique<Speakers>(order, COUNTS[i]);
            const double start = CpuSeconds();
            speakers[i]->SpeakTogether(BURSTS);
            best[i] = std::min(best[i], CpuSeconds() - start);
        }
    }
    const double packets = BURSTS * TOGETHER / 1e6;
    std::printf("  %-8s %7.2f %11.2f %13.2f   1,000,000 : 1,000 = %.2f\n",
                name,
                packets / best[0],
                packets / best[1],
                packets / best[2],
                best[2] / best[0]);
}

void
ReportIndependence()
{
    std::printf("million packets per second of CPU time, %zu in each call, by live flows\n"
                "  order      1,000     100,000     1,000,000\n",
                TOGETHER);
    ReportIndependence("local", Order::LOCAL);
    ReportIndependence("uniform", Order::UNIFORM);
}

/// For those who count instructions: nothing but @p times bursts of live flows, or new flows under so many rules.
int
Work(const std::string& what, std::size_t count, std::size_t times)
{
    if (what != "rules")
    {
        Speakers(ParseOrder(what), count).SpeakTogether(times);
        return 0;
    }
    NewFlows flows(count);
    for (std::size_t i = 0; i < times; ++i)
    {
        flows.Open();
    }
    return 0;
}

} // namespace

} // namespace imsfw::bench

/// "--work local|uniform FLOWS BURSTS" and "--work rules RULES FLOWS" are for tests/bench/firewall-work-run; other options
/// are Google Benchmark's.
int
main(int count, char** arguments)
{
    using namespace imsfw::bench;
    if (count == 5 && std::string(arguments[1]) == "--work")
    {
        return Work(arguments[2], std::stoul(arguments[3]), std::stoul(arguments[4]));
    }
    benchmark::Initialize(&count, arguments);
    benchmark::RunSpecifiedBenchmarks();
    ReportIndependence();
    return 0;
}
