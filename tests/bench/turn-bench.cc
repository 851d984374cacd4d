// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the TURN server's core takes on one core: a STUN binding (aim: at most 2 us), and a ChannelData frame of a voice
/// packet relayed either way (aim: at most 200 ns, and no allocation once it runs).
///
/// Before anything is timed, the answer's address and the relayed bytes are compared; what is wrong ends the program with
/// status 1. The floor, in the same run, is what no relay can do without: the frame looked up by client and copied once.
#include "allocation-counter.h"
#include "ims-turn-channel-data.h"
#include "turn-session.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <unordered_map>

namespace imsfw::bench
{

namespace
{

using namespace turn;
using stun::Builder;
using stun::Message;
using stun::MessageClass;
using stun::Method;
namespace attribute = stun::attribute;

constexpr uint16_t CHANNEL = 0x4000;
const Endpoint PEER{IpAddress::V4(0xc0000209), 7000};
const Bytes VOICE(172, 0x55); // G.711, 20 ms, with its RTP header

void
Require(bool holds, const char* what)
{
    if (!holds)
    {
        std::fprintf(stderr, "turn-bench: %s\n", what);
        std::exit(EXIT_FAILURE);
    }
}

/// A server with some clients, each of which has a channel to PEER.
class Bench
{
  public:
    explicit Bench(ClientId::Transport transport, std::size_t clients = 1)
        : m_transport(transport),
          m_session(turntest::TurnSession::Config()),
          server(m_session.server),
          now(m_session.now)
    {
        for (std::size_t i = 0; i < clients; ++i)
        {
            Prepare(ClientOf(i));
        }
    }

    ClientId
    ClientOf(std::size_t index) const
    {
        const auto host = static_cast<uint32_t>(0x0a000001 + index);
        return {m_transport, {IpAddress::V4(host), 40000}, index + 1};
    }

    /// @return the port that @p index is relayed from.
    uint16_t
    PortOf(std::size_t index) const
    {
        return m_ports.at(index);
    }

    /// @return the one command, taken out.
    ServerCommand
    TheCommand()
    {
        auto command = server.PollCommand();
        Require(command.has_value(), "the server says nothing");
        return std::move(*command);
    }

    /// As the owner of the sockets does it: carry out what there is, give buffers back, forget events.
    void
    Drain()
    {
        while (auto command = server.PollCommand())
        {
            benchmark::DoNotOptimize(command->data.data());
            server.GiveBack(std::move(command->data));
        }
        while (server.PollEvent())
        {
        }
    }

  private:
    void
    Prepare(const ClientId& client)
    {
        const auto relayed = m_session.Allocate(client);
        Require(relayed.has_value(), "no allocation");
        m_ports.push_back(relayed->port);
        Require(m_session.Bind(client, CHANNEL, PEER), "no channel");
    }

    ClientId::Transport m_transport;
    turntest::TurnSession m_session;
    std::vector<uint16_t> m_ports;

  public:
    Server& server;
    TimePoint& now;
};

stun::TransportMode
ModeOf(ClientId::Transport transport)
{
    return transport == ClientId::Transport::UDP ? stun::TransportMode::DATAGRAM
                                                 : stun::TransportMode::STREAM;
}

/// Allocations of the timed part, for each iteration; the first ones are made before it.
void
ReportAllocations(benchmark::State& state, std::size_t before)
{
    state.counters["allocations"] = benchmark::Counter(
        static_cast<double>(CountAllocations() - before), benchmark::Counter::kAvgIterations);
}

void
Binding(benchmark::State& state)
{
    Bench bench(ClientId::Transport::UDP);
    SeededRandom random(1, 1, "binding");
    const Bytes request =
        Builder(Method::BINDING, MessageClass::REQUEST, stun::TransactionId::Draw(random)).Finish();
    const ClientId client = bench.ClientOf(0);
    bench.server.HandleClientInput(bench.now, client, request);
    const Bytes answer = bench.TheCommand().data;
    Require(Message::Parse(answer)->GetXorAddress(attribute::XOR_MAPPED_ADDRESS) == client.remote,
            "the binding's answer is wrong");
    for ([[maybe_unused]] auto _ : state)
    {
        bench.server.HandleClientInput(bench.now, client, request);
        bench.Drain();
    }
}

void
ToPeer(benchmark::State& state, ClientId::Transport transport)
{
    const auto clients = static_cast<std::size_t>(state.range(0));
    Bench bench(transport, clients);
    const Bytes frame = MakeChannelData(CHANNEL, VOICE, ModeOf(transport));
    bench.server.HandleClientInput(bench.now, bench.ClientOf(0), frame);
    const ServerCommand sent = bench.TheCommand();
    Require(sent.peer == PEER && sent.data == VOICE && sent.relayPort == bench.PortOf(0),
            "what goes to the peer is wrong");
    for (std::size_t i = 0; i < clients; ++i) // every stream's buffer is there
    {
        bench.server.HandleClientInput(bench.now, bench.ClientOf(i), frame);
        bench.Drain();
    }
    std::size_t index = 0;
    const std::size_t before = CountAllocations();
    for ([[maybe_unused]] auto _ : state)
    {
        bench.server.HandleClientInput(bench.now, bench.ClientOf(index), frame);
        bench.Drain();
        index = index + 1 < clients ? index + 1 : 0;
    }
    ReportAllocations(state, before);
}

void
ToClient(benchmark::State& state, ClientId::Transport transport)
{
    const auto clients = static_cast<std::size_t>(state.range(0));
    Bench bench(transport, clients);
    bench.server.HandlePeerInput(bench.now, bench.PortOf(0), PEER, VOICE);
    const ServerCommand sent = bench.TheCommand();
    Require(sent.client == bench.ClientOf(0) &&
                sent.data == MakeChannelData(CHANNEL, VOICE, ModeOf(transport)),
            "what goes to the client is wrong");
    bench.server.HandlePeerInput(bench.now, bench.PortOf(0), PEER, VOICE);
    bench.Drain();
    std::size_t index = 0;
    const std::size_t before = CountAllocations();
    for ([[maybe_unused]] auto _ : state)
    {
        bench.server.HandlePeerInput(bench.now, bench.PortOf(index), PEER, VOICE);
        bench.Drain();
        index = index + 1 < clients ? index + 1 : 0;
    }
    ReportAllocations(state, before);
}

/// The client looked up, the frame copied: the floor.
void
FindAndCopy(benchmark::State& state)
{
    const auto clients = static_cast<std::size_t>(state.range(0));
    std::unordered_map<ClientId, uint16_t, ClientIdHash> ports;
    std::vector<ClientId> ids;
    for (std::size_t i = 0; i < clients; ++i)
    {
        const auto host = static_cast<uint32_t>(0x0a000001 + i);
        ids.push_back({ClientId::Transport::UDP, {IpAddress::V4(host), 40000}, i + 1});
        ports[ids.back()] = static_cast<uint16_t>(i);
    }
    Bytes buffer(VOICE.size());
    std::size_t index = 0;
    for ([[maybe_unused]] auto _ : state)
    {
        benchmark::DoNotOptimize(ports.find(ids[index])->second);
        buffer.assign(VOICE.begin(), VOICE.end());
        benchmark::DoNotOptimize(buffer.data());
        benchmark::ClobberMemory();
        index = index + 1 < clients ? index + 1 : 0;
    }
}

BENCHMARK(FindAndCopy)->Arg(1)->Arg(1'000);
BENCHMARK(Binding);
BENCHMARK_CAPTURE(ToPeer, udp, ClientId::Transport::UDP)->Arg(1)->Arg(1'000);
BENCHMARK_CAPTURE(ToClient, udp, ClientId::Transport::UDP)->Arg(1)->Arg(1'000);
BENCHMARK_CAPTURE(ToPeer, stream, ClientId::Transport::TCP)->Arg(1)->Arg(1'000);
BENCHMARK_CAPTURE(ToClient, stream, ClientId::Transport::TCP)->Arg(1)->Arg(1'000);

} // namespace

} // namespace imsfw::bench

BENCHMARK_MAIN();
