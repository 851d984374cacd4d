// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The firewall driven by packets, as they are or composed from a few hosts and ports so that flows arise: memory stays
/// bounded, what it sends are packets, time-outs end.
///
/// The input: a policy, then for each packet a byte of kind and zone, a byte of time that passes, and either a piece or
/// the fields of a packet with a piece as payload.
#include "engine/engine.h"
#include "engine/policy/policy-loader.h"
#include "fuzz-input.h"

#include <array>
#include <string>
#include <vector>

using namespace imsfw;

namespace
{

constexpr std::size_t MAX_FLOWS = 16;
constexpr uint32_t INSIDE = 0x0A010000;
constexpr uint32_t OUTSIDE = 0xCB007100;
constexpr uint32_t EXTERNAL = 0xC6336401;
constexpr std::array<uint16_t, 8> PORTS{443, 80, 53, 3478, 5060, 3128, 40000, 500};

const std::vector<engine::Policy>&
Policies()
{
    static const std::vector<engine::Policy> policies = []
    {
        std::vector<engine::Policy> loaded;
        for (const auto* id : {"stateful-nat",
                               "symmetric-nat",
                               "udp-blocked",
                               "web-ports-only",
                               "content-inspecting"})
        {
            auto policy = engine::LoadPolicy(id, IMSFW_SOURCE_DIR "/firewall-models/policies");
            FUZZ_CHECK(policy);
            loaded.push_back(*policy);
        }
        return loaded;
    }();
    return policies;
}

uint32_t
HostOf(uint8_t choice)
{
    constexpr uint32_t HOSTS = 4;
    switch (choice % 3)
    {
    case 0:
        return INSIDE + choice / 3 % HOSTS;
    case 1:
        return OUTSIDE + choice / 3 % HOSTS;
    default:
        return EXTERNAL;
    }
}

/// @return an IPv4 packet without checksums, put together from the input.
Bytes
Compose(fuzz::FuzzInput& input)
{
    constexpr std::array<uint8_t, 4> PROTOCOLS{6, 17, 1, 50};
    const uint8_t protocol = PROTOCOLS[input.U8() % PROTOCOLS.size()];
    const uint32_t source = HostOf(input.U8());
    const uint32_t destination = HostOf(input.U8());
    const uint8_t ports = input.U8();
    const uint8_t flags = input.U8();
    const uint32_t sequence = input.U8();
    const ByteView payload = input.Piece().Sub(0, 1400);
    ByteWriter writer;
    const std::size_t header = protocol == 6 ? 20 : 8;
    writer.U16(0x4500);
    writer.U16(static_cast<uint16_t>(20 + header + payload.Size()));
    writer.U32(0);
    writer.U8(64);
    writer.U8(protocol);
    writer.U16(0);
    writer.U32(source);
    writer.U32(destination);
    writer.U16(protocol == 1 ? static_cast<uint16_t>(flags << 8) : PORTS[ports % PORTS.size()]);
    writer.U16(PORTS[ports / 8 % PORTS.size()]);
    if (protocol == 6)
    {
        writer.U32(sequence);
        writer.U32(0);
        writer.U16(static_cast<uint16_t>(0x5000 | flags));
        writer.U16(65535);
        writer.U32(0);
    }
    else
    {
        writer.U16(static_cast<uint16_t>(header + payload.Size()));
        writer.U16(0);
    }
    writer.Put(payload);
    return writer.Finish();
}

void
Drain(engine::Engine& engine)
{
    while (const auto packet = engine.PollTransmit())
    {
        FUZZ_CHECK(packet->packet.size() >= 20 && packet->packet.size() <= 65535);
    }
    while (engine.PollEvent())
    {
    }
    FUZZ_CHECK(engine.GetFlowCount() <= MAX_FLOWS);
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    SeededRandom random(1, 1, "fuzz");
    engine::EngineConfig config;
    config.externalAddress = IpAddress::V4(EXTERNAL);
    config.inside = {IpPrefix{IpAddress::V4(INSIDE), 16}};
    config.maxFlows = MAX_FLOWS;
    engine::Engine engine(Policies()[input.U8() % Policies().size()], config, random);
    TimePoint now{};
    while (!input.IsAtEnd())
    {
        const uint8_t head = input.U8();
        now += std::chrono::milliseconds(input.U8() * 100);
        const auto from = (head & 2) == 0 ? engine::Zone::INSIDE : engine::Zone::OUTSIDE;
        engine.HandlePacket(now, from, (head & 1) == 0 ? Compose(input) : input.Piece().ToBytes());
        Drain(engine);
    }
    for (int rounds = 0; engine.NextTimeout(); ++rounds)
    {
        FUZZ_CHECK(rounds < 1000);
        engine.HandleTimeout(*engine.NextTimeout());
        Drain(engine);
    }
    FUZZ_CHECK(engine.GetFlowCount() == 0);
    return 0;
}
