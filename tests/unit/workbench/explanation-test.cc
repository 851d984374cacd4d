// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What an explanation says is what decided: over every golden capture and every shipped policy, and word by word.
#include "workbench/replay.h"

#include "shipped-policy.h"

#include <algorithm>
#include <filesystem>
#include <set>

using namespace imsfw;
using namespace imsfw::workbench;
using engine::RuleFate;

namespace
{

namespace fs = std::filesystem;

const Sides SIDES{{*IpPrefix::Parse("10.1.0.0/24")}, {*IpPrefix::Parse("10.3.0.0/24")}};

std::vector<std::string>
StemsOf(const std::string& folder, const std::string& extension)
{
    std::vector<std::string> stems;
    for (const auto& entry : fs::directory_iterator(IMSFW_SOURCE_DIR + folder))
    {
        if (entry.path().extension() == extension)
        {
            stems.push_back(entry.path().stem().string());
        }
    }
    return stems;
}

std::vector<FlowVerdict>
Verdicts(const engine::Policy& policy, const std::string& capture, const Sides& sides = SIDES)
{
    const auto packets = ReadCapture(GoldenCapture(capture));
    EXPECT_TRUE(packets) << (packets ? "" : packets.Error());
    return packets ? Replay(policy, *packets, sides) : std::vector<FlowVerdict>{};
}

/// The rules before the deciding one were passed over with a reason, those behind it were not reached.
void
ExpectInOrder(const FlowVerdict& verdict, const engine::Policy& policy)
{
    const auto& explanation = *verdict.explanation;
    ASSERT_EQ(explanation.rules.size(), policy.rules.size());
    RuleFate expected = RuleFate::PASSED_OVER;
    for (std::size_t i = 0; i < policy.rules.size(); ++i)
    {
        const auto& account = explanation.rules[i];
        EXPECT_EQ(account.id, policy.rules[i].id);
        if (account.id == verdict.rule)
        {
            EXPECT_EQ(account.fate, RuleFate::MATCHED);
            expected = RuleFate::NOT_REACHED;
            continue;
        }
        EXPECT_EQ(account.fate, expected) << account.id;
        EXPECT_EQ(account.why.empty(), expected == RuleFate::NOT_REACHED) << account.id;
    }
}

/// @return "fate: why" of @p rule in the explanation of the capture's first flow.
std::string
Account(const std::string& policy, const std::string& capture, const std::string& rule)
{
    const auto verdicts = Verdicts(ShippedPolicy(policy), capture);
    for (const auto& account : verdicts.at(0).explanation->rules)
    {
        if (account.id == rule)
        {
            return ToString(account.fate) + ": " + account.why;
        }
    }
    return "no such rule";
}

} // namespace

TEST(ExplanationTest, NamesTheRuleThatDecidedOnEveryGoldenCaptureThroughEveryPolicy)
{
    std::size_t rows = 0;
    std::set<std::string> deciders;
    for (const auto& id : StemsOf("/firewall-models/policies", ".yaml"))
    {
        const auto policy = ShippedPolicy(id);
        for (const auto& capture : StemsOf("/tests/golden/captures", ".pcap"))
        {
            for (const auto& sides : {SIDES, Sides{}})
            {
                for (const auto& verdict : Verdicts(policy, capture, sides))
                {
                    SCOPED_TRACE(id + " " + capture);
                    if (verdict.explanation == nullptr)
                    {
                        EXPECT_EQ(verdict.rule, "unsolicited"); // no rule was asked
                        continue;
                    }
                    EXPECT_EQ(verdict.explanation->decidedBy, verdict.rule);
                    ExpectInOrder(verdict, policy);
                    deciders.insert(verdict.rule);
                    ++rows;
                }
            }
        }
    }
    EXPECT_GE(rows, 200U);
    EXPECT_GE(deciders.size(), 8U); // not one and the same rule everywhere
}

TEST(ExplanationTest, SaysWhichConditionKeptARuleFromMatching)
{
    const struct
    {
        const char* policy;
        const char* capture;
        const char* rule;
        const char* account;
    } rows[] = {
        {"udp-blocked", "sip_udp5060.lan", "udp-blocked", "matched: "},
        {"udp-blocked", "sip_udp5060.lan", "sip-tcp-closed", "not reached: "},
        {"stateful-nat", "sip_udp5060.lan", "tcp-out", "passed over: protocol is udp, not tcp"},
        {"web-ports-only", "sip_udp5060.lan", "web-ports", "passed over: protocol is udp, not tcp"},
        {"web-protocols-only", "sip_null.lan", "not-http-on-80", "passed over: port 443 is not 80"},
        {"web-protocols-only",
         "sip_null.lan",
         "not-tls-on-443",
         "passed over: not decidable yet: the first bytes have not told whether it is TLS"},
        {"proxy-only", "sip_null.lan", "to-proxy", "passed over: it goes to outside, not to dmz"},
        {"content-inspecting",
         "px_sip_null.lan",
         "null-suite-from-proxy",
         "passed over: it comes from inside, not from dmz"},
        {"content-inspecting",
         "px_turn_tcp.lan",
         "null-suite-to-proxy",
         "passed over: not decidable yet: no TLS suite has been negotiated"},
    };

    for (const auto& row : rows)
    {
        EXPECT_EQ(Account(row.policy, row.capture, row.rule), row.account)
            << row.policy << " " << row.capture << " " << row.rule;
    }
}

TEST(ExplanationTest, KnowsWhatWasKnownWhenTheVerdictFell)
{
    auto policy = ShippedPolicy("web-protocols-only");
    engine::Rule readable;
    readable.id = "readable";
    readable.nullSuite = true;
    readable.action = engine::Action::RESET;
    const auto allowing =
        std::find_if(policy.rules.begin(),
                     policy.rules.end(),
                     [](const engine::Rule& rule) { return rule.id == "web-ports"; });
    policy.rules.insert(allowing, readable);
    const auto verdicts = Verdicts(policy, "sip_null.lan");
    ASSERT_EQ(verdicts.size(), 1U);
    EXPECT_EQ(verdicts[0].rule, "readable");
    const auto& rules = verdicts[0].explanation->rules;
    const auto tls =
        std::find_if(rules.begin(),
                     rules.end(),
                     [](const engine::RuleAccount& rule) { return rule.id == "not-tls-on-443"; });
    ASSERT_NE(tls, rules.end());
    EXPECT_EQ(tls->why, "first bytes are TLS"); // not "not decidable yet", as when the flow began
    const auto encrypted = Verdicts(policy, "sip_aes128sha.lan");
    EXPECT_EQ(encrypted.at(0).rule, "web-ports");
}
