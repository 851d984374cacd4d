// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A stream that shows the wrong first bytes is cut in both directions and stays cut.
#include "engine/engine.h"
#include "engine/ip-packet.h"
#include "engine/policy-loader.h"
#include "engine/refusal-packets.h"

#include <gtest/gtest.h>

using namespace imsfw;
using namespace imsfw::engine;

TEST(Cut, NonTlsOn443IsResetOnBothSides)
{
    const auto policy = LoadPolicy("web-protocols-only",
                                   std::string(IMSFW_SOURCE_DIR) + "/firewall-models/policies");
    ASSERT_TRUE(policy.IsOk());
    SeededRandom random(1, 1, "test");
    EngineConfig config;
    config.externalAddress = IpAddress::V4(0xcb007101);
    config.inside = {*IpPrefix::Parse("10.0.0.0/8")};
    Engine engine(*policy, config, random);
    const auto flow = Ip4Tuple::From(
        {IpProtocol::TCP, *Endpoint::Parse("10.0.0.2:40000"), *Endpoint::Parse("192.0.2.1:443")});
    engine.HandlePacket(TimePoint{}, Zone::INSIDE, MakeReset(flow, 1000, 0, TCP_SYN));
    const auto syn = engine.PollTransmit();
    ASSERT_TRUE(syn);
    const auto seen = ParseIp(syn->packet);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->tuple.ToFiveTuple().source.ToString(), "203.0.113.1:40000");
    EXPECT_EQ(syn->packet, MakeReset(seen->tuple, 1000, 0, TCP_SYN)); // checksums as if made anew
    engine.HandlePacket(TimePoint{},
                        Zone::OUTSIDE,
                        MakeReset(seen->tuple.Reversed(), 5000, 1001, TCP_SYN | TCP_ACK));
    ASSERT_TRUE(engine.PollTransmit());
    Bytes data = MakeReset(flow, 1001, 5001, TCP_ACK);
    Append(data, ByteView(std::string_view("REGISTER sip:ims.example SIP/2.0\r\n")));
    data[3] = static_cast<uint8_t>(data.size());
    engine.HandlePacket(TimePoint{}, Zone::INSIDE, data);
    const auto toSender = engine.PollTransmit();
    const auto toServer = engine.PollTransmit();
    ASSERT_TRUE(toSender && toServer);
    EXPECT_EQ(toSender->packet, MakeReset(flow.Reversed(), 5001, 0, TCP_RST));
    EXPECT_EQ(toServer->packet, MakeReset(seen->tuple, 1001, 5001, TCP_RST | TCP_ACK));
    std::optional<VerdictEvent> last;
    while (auto event = engine.PollEvent())
    {
        last = event;
    }
    ASSERT_TRUE(last);
    EXPECT_EQ(last->ruleId, "not-tls-on-443");
    EXPECT_EQ(last->reason, Reason::FIRST_BYTES);
    engine.HandlePacket(TimePoint{}, Zone::INSIDE, data);
    EXPECT_EQ(engine.PollTransmit()->kind, TransmitKind::GENERATED);
    EXPECT_FALSE(engine.PollTransmit());
}
