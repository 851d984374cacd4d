// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// IPv6 and NAT64 packets in any order: what comes out is a packet again, and what is kept is bounded.
#include "engine/ip6/ip6-engine.h"
#include "fuzz-input.h"

using namespace imsfw;

namespace
{

engine::Policy
AllowOut()
{
    engine::Policy policy;
    policy.nat.enabled = true;
    policy.nat.fragments = engine::FragmentBehaviour::ANY_ORDER;
    engine::Rule rule;
    rule.id = "out";
    rule.from = engine::Zone::INSIDE;
    rule.action = engine::Action::ALLOW;
    policy.rules = {rule};
    return policy;
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    engine::Ip6Config config;
    config.engine.externalAddress = *IpAddress::Parse("203.0.113.1");
    config.engine.inside = {*IpPrefix::Parse("2001:db8::/64")};
    config.engine.maxFlows = 16;
    config.ownAddress = *IpAddress::Parse("2001:db8::1");
    config.translates = true;
    SeededRandom random(1, 1, "fuzz");
    engine::Ip6Engine engine(AllowOut(), config, random);
    TimePoint now{};
    while (!input.IsAtEnd())
    {
        now += std::chrono::milliseconds(input.U8());
        const auto from = input.U8() % 2 == 0 ? engine::Zone::INSIDE : engine::Zone::OUTSIDE;
        const std::size_t length = input.U8();
        engine.HandlePacket(now, from, input.Take(length).ToBytes());
        while (const auto out = engine.PollTransmit())
        {
            const bool isPacket =
                engine::ParseIp6(out->packet) || (!out->packet.empty() && out->packet[0] >> 4 == 4);
            FUZZ_CHECK(isPacket);
        }
        while (engine.PollEvent())
        {
        }
        FUZZ_CHECK(engine.GetFlowCount() <= 32);
    }
    return 0;
}
