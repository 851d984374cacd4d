// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The index of rules against trying them one by one, and what a compiled policy makes of both kinds of rules.
#include "engine/rules/rule-index.h"

#include "../classify/talk.h"
#include "engine/rules/compiled-policy.h"
#include "packets.h"

#include <gtest/gtest.h>

namespace imsfw::engine
{

namespace
{

TEST(PortMap, AgreesWithTryingAllClaims)
{
    classify::Noise noise(1);
    for (int round = 0; round < 200; ++round)
    {
        std::vector<PortClaim> claims;
        for (std::size_t i = noise.Below(12); i > 0; --i)
        {
            const auto low = static_cast<uint16_t>(noise.Below(40) * 1700);
            const auto high =
                static_cast<uint16_t>(std::min<std::size_t>(low + noise.Below(9000), 65535));
            claims.push_back({low, high, static_cast<RuleNumber>(noise.Below(8))});
        }
        const PortMap map(claims);
        for (uint32_t port = 0; port <= 65535; port += port < 3 || port > 65500 ? 1 : 17)
        {
            RuleNumber expected = NO_RULE;
            for (const auto& claim : claims)
            {
                const bool covers = port >= claim.low && port <= claim.high;
                expected = covers ? std::min(expected, claim.rule) : expected;
            }
            ASSERT_EQ(map.Find(static_cast<uint16_t>(port)), expected) << port;
        }
    }
}

Rule
RandomRule(classify::Noise& noise)
{
    Rule rule;
    rule.id = "r" + std::to_string(noise.Below(1000));
    const IpProtocol protocols[] = {
        IpProtocol::TCP, IpProtocol::UDP, IpProtocol::ICMP, static_cast<IpProtocol>(47)};
    if (noise.Below(3) != 0)
    {
        rule.protocol = protocols[noise.Below(4)];
    }
    if (noise.Below(2) == 0)
    {
        rule.from = static_cast<Zone>(noise.Below(3));
    }
    if (noise.Below(2) == 0)
    {
        rule.to = static_cast<Zone>(noise.Below(3));
    }
    for (std::size_t i = noise.Below(3); i > 0; --i)
    {
        const auto low = static_cast<uint16_t>(noise.Below(30));
        rule.ports.push_back({low, static_cast<uint16_t>(low + noise.Below(5))});
    }
    for (std::size_t i = noise.Below(3); i > 0; --i)
    {
        const auto address = IpAddress::V4(0xc0000200U + static_cast<uint32_t>(noise.Below(16)));
        rule.addresses.push_back({address, static_cast<uint8_t>(noise.Below(33))});
    }
    if (noise.Below(8) == 0)
    {
        rule.addresses.push_back(*IpPrefix::Parse("2001:db8::/32"));
    }
    return rule;
}

TEST(RuleIndex, AgreesWithTryingAllRules)
{
    classify::Noise noise(2);
    for (int round = 0; round < 300; ++round)
    {
        std::vector<Rule> rules;
        std::vector<RuleNumber> numbers;
        for (RuleNumber i = 0; i < noise.Below(40); ++i)
        {
            rules.push_back(RandomRule(noise));
            if (noise.Below(5) != 0)
            {
                numbers.push_back(i);
            }
        }
        const RuleIndex index(rules, numbers);
        for (int i = 0; i < 300; ++i)
        {
            const uint8_t protocols[] = {6, 17, 1, 47, 50};
            const Ip4Tuple flow{1,
                                0xc0000200U + static_cast<uint32_t>(noise.Below(20)),
                                7,
                                static_cast<uint16_t>(noise.Below(36)),
                                static_cast<IpProtocol>(protocols[noise.Below(5)])};
            const auto from = static_cast<Zone>(noise.Below(3));
            const auto to = static_cast<Zone>(noise.Below(3));
            RuleNumber expected = NO_RULE;
            for (const RuleNumber number : numbers)
            {
                if (expected == NO_RULE &&
                    FindHeaderObstacle(rules[number], flow, from, to) == Condition::NONE)
                {
                    expected = number;
                }
            }
            ASSERT_EQ(index.Find(flow, from, to), expected) << round << "/" << i;
        }
    }
}

TEST(RuleIndex, ManyProtocolsAreApart)
{
    std::vector<Rule> rules(256);
    std::vector<RuleNumber> numbers;
    for (RuleNumber i = 0; i < 256; ++i)
    {
        rules[i].protocol = static_cast<IpProtocol>(i);
        numbers.push_back(i);
    }
    const RuleIndex index(rules, numbers);
    for (RuleNumber i = 0; i < 256; ++i)
    {
        const Ip4Tuple flow{1, 2, 0, 0, static_cast<IpProtocol>(i)};
        EXPECT_EQ(index.Find(flow, Zone::DMZ, Zone::INSIDE), i);
    }
}

Rule
Named(const std::string& id, Action action)
{
    Rule rule;
    rule.id = id;
    rule.action = action;
    return rule;
}

TEST(CompiledPolicy, KeepsConditionalRulesBeforeTheFirstPlainOne)
{
    Policy policy;
    policy.refusal = Action::ICMP;
    policy.rules = {
        Named("sip", Action::REFUSE), Named("tcp", Action::ALLOW), Named("late", Action::DROP)};
    policy.rules[0].content = {classify::Application::SIP};
    policy.rules[1].protocol = IpProtocol::TCP;
    policy.rules[2].nullSuite = true;
    const CompiledPolicy compiled(policy);
    const auto tcp =
        compiled.Open(TcpFlow("10.0.0.1:1", "192.0.2.1:2"), Zone::INSIDE, Zone::OUTSIDE);
    EXPECT_EQ(tcp.base, (Verdict{Action::ALLOW, Reason::RULE, 1}));
    EXPECT_EQ(tcp.conditional, std::vector<RuleNumber>{0});
    const auto udp =
        compiled.Open(UdpFlow("10.0.0.1:1", "192.0.2.1:2"), Zone::INSIDE, Zone::OUTSIDE);
    EXPECT_EQ(udp.base, (Verdict{Action::ICMP, Reason::DEFAULT, NO_RULE}));
    EXPECT_EQ(udp.conditional, (std::vector<RuleNumber>{0, 2}));
    classify::Findings findings;
    const FlowFacts facts{findings, 0, Duration(0), {}};
    EXPECT_EQ(compiled.Judge(tcp.base, tcp.conditional, facts), tcp.base);
    findings.content = {classify::Application::SIP};
    EXPECT_EQ(compiled.Judge(tcp.base, tcp.conditional, facts),
              (Verdict{Action::ICMP, Reason::CONTENT, 0}));
    findings.tls.emplace();
    findings.tls->nullSuite = true;
    EXPECT_EQ(compiled.Judge(udp.base, udp.conditional, facts).rule, 0U); // the first decides
    EXPECT_EQ(compiled.NameOf(0), "sip");
    EXPECT_EQ(compiled.NameOf(NO_RULE), "default");
}

TEST(CompiledPolicy, RulesOverTheSourceStandWhereTheyAreWritten)
{
    Policy policy;
    policy.rules = {Named("printer", Action::DROP),
                    Named("resolver", Action::RESET),
                    Named("all", Action::ALLOW),
                    Named("late", Action::DROP)};
    policy.rules[0].source.addresses = {*IpPrefix::Parse("10.0.9.0/24"),
                                        *IpPrefix::Parse("2001:db8::/32")};
    policy.rules[1].protocol = IpProtocol::UDP;
    policy.rules[1].source.ports = {{53, 53}, {5353, 5354}};
    policy.rules[3].source.addresses = {*IpPrefix::Parse("10.0.0.0/8")};
    const CompiledPolicy compiled(policy);

    struct Row
    {
        Ip4Tuple flow;
        const char* decides;
        const char* whyNotFirst; ///< what the explanation says of rule "printer"
        const char* whyNotSecond;
    };

    const Row rows[] = {
        {TcpFlow("10.0.9.1:9", "192.0.2.1:2"), "printer", "", ""},
        {UdpFlow("10.0.9.1:53", "192.0.2.1:2"), "printer", "", ""},
        {UdpFlow("10.0.8.1:5354", "192.0.2.1:2"),
         "resolver",
         "source address 10.0.8.1 is not in 10.0.9.0/24, 2001:db8::/32",
         ""},
        {UdpFlow("10.0.8.1:5355", "10.0.9.1:53"),
         "all",
         "source address 10.0.8.1 is not in 10.0.9.0/24, 2001:db8::/32",
         "source port 5355 is not 53, 5353-5354"},
        {TcpFlow("10.0.8.1:53", "192.0.2.1:2"),
         "all",
         "source address 10.0.8.1 is not in 10.0.9.0/24, 2001:db8::/32",
         "protocol is tcp, not udp"},
    };
    const classify::Findings findings;
    const FlowFacts facts{findings, 0, Duration(0), {}};
    for (const Row& row : rows)
    {
        const auto opening = compiled.Open(row.flow, Zone::INSIDE, Zone::OUTSIDE);
        EXPECT_EQ(compiled.NameOf(opening.base.rule), row.decides);
        EXPECT_TRUE(opening.conditional.empty()); // nothing is left to look at
        const auto explanation = compiled.Explain(opening, facts);
        EXPECT_EQ(explanation.decidedBy, row.decides);
        EXPECT_EQ(explanation.rules[0].why, row.whyNotFirst);
        EXPECT_EQ(explanation.rules[1].why, row.whyNotSecond);
    }
}

TEST(CompiledPolicy, ARuleOverTheSourceMayLookAtBytesToo)
{
    Policy policy;
    policy.rules = {Named("sip", Action::RESET)};
    policy.rules[0].source.addresses = {*IpPrefix::Parse("10.0.9.0/24")};
    policy.rules[0].content = {classify::Application::SIP};
    const CompiledPolicy compiled(policy);
    const auto conditionalOf = [&](const char* source) {
        return compiled.Open(TcpFlow(source, "192.0.2.1:2"), Zone::INSIDE, Zone::OUTSIDE)
            .conditional;
    };
    EXPECT_EQ(conditionalOf("10.0.9.1:1"), std::vector<RuleNumber>{0});
    EXPECT_TRUE(conditionalOf("10.0.8.1:1").empty());
}

} // namespace

} // namespace imsfw::engine
