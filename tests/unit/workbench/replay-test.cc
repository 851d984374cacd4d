// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Captures of real programs through the shipped policies: which flow is cut, by which rule.
#include "workbench/replay.h"

#include "shipped-policy.h"

using namespace imsfw;
using namespace imsfw::workbench;

namespace
{

/// The client's side of the captures (tests/golden/captures/README.md).
const Sides SIDES{{*IpPrefix::Parse("10.1.0.0/24")}, {*IpPrefix::Parse("10.3.0.0/24")}};

struct Row
{
    const char* capture;
    const char* policy;
    const char* verdict; ///< of every flow of the capture: action and rule
};

std::string
Verdicts(const Row& row)
{
    const auto capture = ReadCapture(GoldenCapture(row.capture));
    EXPECT_TRUE(capture) << (capture ? "" : capture.Error());
    std::string text;
    for (const auto& verdict : Replay(ShippedPolicy(row.policy), *capture, SIDES))
    {
        const std::string one = ToString(verdict.action) + " " + verdict.rule;
        if (text.find(one) == std::string::npos)
        {
            text += (text.empty() ? "" : ", ") + one;
        }
    }
    return text;
}

} // namespace

TEST(ReplayTest, RealTrafficIsJudgedByTheRuleThatItMeets)
{
    const Row rows[] = {
        {"sip_udp5060.lan", "stateful-nat", "allow udp-out"},
        {"sip_udp5060.lan", "voip-vpn-ports-closed", "drop sip-udp-closed"},
        {"sip_udp5060.lan", "udp-blocked", "drop udp-blocked"},
        {"sip_null.lan", "web-ports-only", "allow web-ports"},
        {"sip_null.lan", "web-protocols-only", "allow web-ports"},
        {"sip_aes128sha.lan", "web-protocols-only", "allow web-ports"},
        {"sip_null.lan", "proxy-only", "drop default"},
        {"px_sip_null.lan", "proxy-only", "allow to-proxy"},
        {"px_sip_null.lan", "content-inspecting", "reset null-suite-to-proxy"},
        {"px_turn_tcp.lan", "content-inspecting", "reset content-to-proxy"},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(Verdicts(row), row.verdict) << row.capture << " through " << row.policy;
    }
}

TEST(ReplayTest, AVerdictNamesThePacketThatDecidedAndCountsTheOthers)
{
    const auto capture = ReadCapture(GoldenCapture("px_sip_null.lan"));
    ASSERT_TRUE(capture);
    const auto verdicts = Replay(ShippedPolicy("content-inspecting"), *capture, SIDES);
    ASSERT_EQ(verdicts.size(), 1U);
    EXPECT_EQ(verdicts[0].reason, engine::Reason::NULL_SUITE);
    EXPECT_GT(verdicts[0].packet, 4U);
    EXPECT_EQ(verdicts[0].packets, capture->packets.size());
    EXPECT_EQ(verdicts[0].firstBytes[0], 0x16); // the ServerHello's record
}

TEST(ReplayTest, WithoutTheInsideNothingWasAskedFor)
{
    const auto capture = ReadCapture(GoldenCapture("sip_null.lan"));
    ASSERT_TRUE(capture);
    for (const auto& verdict : Replay(ShippedPolicy("stateful-nat"), *capture, {}))
    {
        EXPECT_NE(verdict.action, engine::Action::ALLOW);
    }
}
