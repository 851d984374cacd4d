// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The first packet of common flows through each of the nine policies: verdict and rule.
#include "engine/engine.h"
#include "engine/policy-loader.h"

#include <gtest/gtest.h>

using namespace imsfw;
using namespace imsfw::engine;

namespace
{

const std::string DIRECTORY = std::string(IMSFW_SOURCE_DIR) + "/firewall-models/policies";
const char* const TYPES[] = {"stateful-nat",
                             "symmetric-nat",
                             "voip-vpn-ports-closed",
                             "udp-blocked",
                             "web-ports-only",
                             "web-protocols-only",
                             "proxy-only",
                             "authenticating-proxy",
                             "content-inspecting"};

Bytes
FirstPacket(IpProtocol protocol, uint16_t port, uint32_t destination = 0xc0000201)
{
    ByteWriter w;
    const bool isTcp = protocol == IpProtocol::TCP;
    w.U16(0x4500);
    w.U16(isTcp ? 40 : 28);
    w.U32(0);
    w.U8(64);
    w.U8(static_cast<uint8_t>(protocol));
    w.U16(0);
    w.U32(0x0a000002);
    w.U32(destination);
    w.U16(40000);
    w.U16(port);
    if (isTcp)
    {
        w.U32(1000);
        w.U32(0);
        w.U32(0x50020000);
        w.U32(0);
    }
    else
    {
        w.U16(8);
        w.U16(0);
    }
    return w.Finish();
}

struct Row
{
    IpProtocol protocol;
    uint16_t port;
    const char* expected; ///< P or - for each of the nine, of the first packet alone
};

} // namespace

TEST(PolicyTypes, FirstPackets)
{
    const Row rows[] = {
        {IpProtocol::UDP, 5060, "PP-------"},
        {IpProtocol::TCP, 5060, "PP-------"},
        {IpProtocol::TCP, 5061, "PP-------"},
        {IpProtocol::UDP, 4500, "PP-------"},
        {IpProtocol::UDP, 500, "PP-------"},
        {IpProtocol::UDP, 3478, "PPP------"},
        {IpProtocol::TCP, 3478, "PPPP-----"},
        {IpProtocol::TCP, 5349, "PPPP-----"},
        {IpProtocol::TCP, 80, "PPPPPP---"},
        {IpProtocol::TCP, 443, "PPPPPP---"},
        {IpProtocol::ESP, 0, "---------"},
    };
    for (std::size_t type = 0; type < 9; ++type)
    {
        const auto policy = LoadPolicy(TYPES[type], DIRECTORY);
        ASSERT_TRUE(policy.IsOk()) << config::ToString(policy.Error());
        EXPECT_EQ(policy->label, std::to_string(type + 1));
        for (const Row& row : rows)
        {
            SeededRandom random(1, 1, "test");
            EngineConfig config;
            config.externalAddress = IpAddress::V4(0xcb007101);
            config.inside = {*IpPrefix::Parse("10.0.0.0/8")};
            Engine engine(*policy, config, random);
            engine.HandlePacket(TimePoint{}, Zone::INSIDE, FirstPacket(row.protocol, row.port));
            const auto event = engine.PollEvent();
            ASSERT_TRUE(event);
            EXPECT_EQ(event->action == Action::ALLOW, row.expected[type] == 'P')
                << TYPES[type] << " " << event->flow.ToString() << " " << event->ruleId;
            EXPECT_EQ(engine.PollTransmit().has_value(), row.expected[type] == 'P');
        }
    }
}

TEST(PolicyLoader, NamesTheNearestOfAnUnknownPolicy)
{
    const auto policy = LoadPolicy("symetric-nat", DIRECTORY);
    ASSERT_FALSE(policy.IsOk());
    ASSERT_EQ(policy.Error().size(), 1U);
    EXPECT_EQ(policy.Error().front().line, 0);
    EXPECT_NE(policy.Error().front().message.find("symmetric-nat"), std::string::npos);
}

TEST(EngineRobustness, TruncationAtEveryByteForwardsNothing)
{
    const auto policy = LoadPolicy("stateful-nat", DIRECTORY);
    ASSERT_TRUE(policy.IsOk());
    SeededRandom random(1, 1, "test");
    Engine engine(*policy, {}, random);
    const Bytes whole = FirstPacket(IpProtocol::TCP, 443);
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        engine.HandlePacket(TimePoint{},
                            Zone::INSIDE,
                            Bytes(whole.begin(), whole.begin() + static_cast<long>(size)));
        EXPECT_FALSE(engine.PollTransmit());
    }
    EXPECT_EQ(engine.GetCounters().malformed, whole.size());
}
