// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Our probes against nDPI 4.2, on the same packets in the same run: packets per second of CPU time.
///
/// Each recogniser is made anew for each flow and gets every packet until it says that it wants no more. Before anything
/// is timed, what either says of each flow is checked; a wrong verdict ends the program with status 1. Aim: at least as
/// many packets per second as nDPI.
#include "classify/probe-recogniser.h"
#include "inspection-flows.h"
#include "ndpi/ndpi-recogniser.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace imsfw::bench
{

namespace
{

using classify::Recogniser;
using classify::RecogniserFactory;
using Recognisers = std::vector<std::unique_ptr<Recogniser>>;

constexpr std::size_t COPIES = 50;

const std::vector<BenchFlow>&
Flows()
{
    static const std::vector<BenchFlow> flows = MakeFlows();
    return flows;
}

const Traffic&
MixedTraffic()
{
    static const Traffic traffic = Mix(Flows(), COPIES);
    return traffic;
}

RecogniserFactory&
Ndpi()
{
    static const auto factory = ndpi::MakeNdpiFactory();
    if (!factory)
    {
        std::fprintf(stderr, "inspection-bench: %s\n", factory.Error().c_str());
        std::exit(2);
    }
    return **factory;
}

RecogniserFactory&
Probes()
{
    static classify::ProbeRecogniserFactory factory;
    return factory;
}

Recognisers
Run(RecogniserFactory& factory, const Traffic& traffic)
{
    Recognisers recognisers(traffic.tuples.size());
    for (const auto& [flow, packet] : traffic.packets)
    {
        auto& recogniser = recognisers[flow];
        if (!recogniser)
        {
            recogniser = factory.Make(traffic.tuples[flow]);
        }
        if (!recogniser->IsSettled())
        {
            recogniser->Handle(packet);
        }
    }
    return recognisers;
}

/// As an engine does whose rules ask for content at any time: the inspector sees every packet that can tell something.
std::vector<classify::StreamInspector>
RunInspectors(const Traffic& traffic)
{
    std::vector<classify::StreamInspector> inspectors(traffic.tuples.size());
    for (const auto& [flow, packet] : traffic.packets)
    {
        if (traffic.tuples[flow].protocol == IpProtocol::TCP)
        {
            const bool syn = (packet.tcpFlags & classify::FLOW_TCP_SYN) != 0;
            inspectors[flow].HandleSegment(packet.direction, packet.sequence, syn, packet.payload);
        }
        else
        {
            inspectors[flow].HandleDatagram(packet.direction, packet.payload);
        }
    }
    return inspectors;
}

void
CheckVerdicts(RecogniserFactory& factory, std::string BenchFlow::*expected)
{
    const auto& traffic = MixedTraffic();
    const auto recognisers = Run(factory, traffic);
    for (std::size_t flow = 0; flow < recognisers.size(); ++flow)
    {
        recognisers[flow]->Finish();
        const auto& kind = Flows()[traffic.kinds[flow]];
        const auto& found = recognisers[flow]->GetVerdict().application;
        if (found != kind.*expected)
        {
            std::fprintf(stderr,
                         "inspection-bench: %s calls %s \"%s\", not \"%s\"\n",
                         factory.GetName().c_str(),
                         kind.name.c_str(),
                         found.c_str(),
                         (kind.*expected).c_str());
            std::exit(1);
        }
    }
}

void
Inspect(benchmark::State& state, RecogniserFactory& factory, const std::vector<BenchFlow>& flows)
{
    const Traffic traffic = Mix(flows, COPIES);
    for ([[maybe_unused]] auto _ : state)
    {
        benchmark::DoNotOptimize(Run(factory, traffic));
    }
    state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(traffic.packets.size()));
}

double
CpuSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <typename Work>
double
Time(Work work)
{
    const double start = CpuSeconds();
    benchmark::DoNotOptimize(work());
    return CpuSeconds() - start;
}

/// All in turn, so that what disturbs one disturbs the others; the best of all rounds counts.
void
ReportComparison()
{
    constexpr int ROUNDS = 30;
    const auto& traffic = MixedTraffic();
    double ndpi = 1e9;
    double probes = 1e9;
    double inspectors = 1e9;
    for (int i = 0; i < ROUNDS; ++i)
    {
        ndpi = std::min(ndpi, Time([&] { return Run(Ndpi(), traffic); }));
        probes = std::min(probes, Time([&] { return Run(Probes(), traffic); }));
        inspectors = std::min(inspectors, Time([&] { return RunInspectors(traffic); }));
    }
    const auto millions = static_cast<double>(traffic.packets.size()) / 1e6;
    std::printf("mixed traffic, %zu packets of %zu flows, million packets per second of CPU time\n",
                traffic.packets.size(),
                traffic.tuples.size());
    std::printf("  nDPI 4.2, until it has named the flow    %7.2f\n", millions / ndpi);
    std::printf(
        "  our probes, likewise                     %7.2f  = %.2f times nDPI (aim: at least 1)\n",
        millions / probes,
        ndpi / probes);
    std::printf("  our probes, all that can be read         %7.2f\n", millions / inspectors);
}

void
Register()
{
    for (auto* factory : {&Ndpi(), &Probes()})
    {
        benchmark::RegisterBenchmark(("mixed/" + factory->GetName()).c_str(),
                                     [factory](benchmark::State& state)
                                     { Inspect(state, *factory, Flows()); });
    }
    for (const auto& flow : Flows())
    {
        for (auto* factory : {&Ndpi(), &Probes()})
        {
            benchmark::RegisterBenchmark((flow.name + "/" + factory->GetName()).c_str(),
                                         [&flow, factory](benchmark::State& state)
                                         { Inspect(state, *factory, {flow}); });
        }
    }
}

} // namespace

} // namespace imsfw::bench

int
main(int count, char** arguments)
{
    using namespace imsfw::bench;
    CheckVerdicts(Probes(), &BenchFlow::probes);
    CheckVerdicts(Ndpi(), &BenchFlow::ndpi);
    Register();
    benchmark::Initialize(&count, arguments);
    benchmark::RunSpecifiedBenchmarks();
    ReportComparison();
    return 0;
}
