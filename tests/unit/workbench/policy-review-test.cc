// SPDX-License-Identifier: GPL-2.0-only
#include "workbench/policy-review.h"

#include "shipped-policy.h"

#include "base/text.h"

using namespace imsfw;
using namespace imsfw::workbench;
using engine::Rule;
using engine::Zone;

namespace
{

Rule
MakeRule(const std::string& id,
         std::optional<Zone> from,
         std::optional<IpProtocol> protocol,
         std::vector<engine::PortRange> ports,
         const char* address = "")
{
    Rule rule;
    rule.id = id;
    rule.from = from;
    rule.protocol = protocol;
    rule.ports = std::move(ports);
    if (const auto prefix = IpPrefix::Parse(address))
    {
        rule.addresses = {*prefix};
    }
    return rule;
}

/// The ids of the rules that are remarked on.
std::string
Remarked(std::vector<Rule> rules)
{
    engine::Policy policy;
    policy.rules = std::move(rules);
    policy.hasWrittenDefault = true;
    std::vector<std::string> ids;
    for (const auto& remark : Review(policy))
    {
        ids.push_back(remark.rule);
    }
    return Join(ids, ",");
}

} // namespace

TEST(PolicyReviewTest, ARuleThatAnEarlierOneCoversNeverDecides)
{
    const auto tcp = IpProtocol::TCP;
    const auto wide = MakeRule("wide", Zone::INSIDE, tcp, {{80, 90}, {443, 443}}, "10.0.0.0/8");
    const auto narrow = [&](std::vector<engine::PortRange> ports, const char* address)
    { return MakeRule("narrow", Zone::INSIDE, tcp, std::move(ports), address); };
    EXPECT_EQ(Remarked({wide, narrow({{81, 82}, {443, 443}}, "10.1.0.0/16")}), "narrow");
    EXPECT_EQ(Remarked({wide, narrow({{81, 91}}, "10.1.0.0/16")}), "");
    EXPECT_EQ(Remarked({wide, narrow({{80, 80}}, "11.0.0.0/8")}), "");
    EXPECT_EQ(Remarked({wide, narrow({{80, 80}}, "")}), "");
    EXPECT_EQ(Remarked({wide, narrow({}, "10.1.0.0/16")}), "");
    EXPECT_EQ(
        Remarked({wide, MakeRule("udp", Zone::INSIDE, IpProtocol::UDP, {{80, 80}}, "10.1.0.0/16")}),
        "");
    EXPECT_EQ(Remarked({MakeRule("all", {}, {}, {}), wide, narrow({{80, 80}}, "10.1.0.0/16")}),
              "wide,narrow");
}

TEST(PolicyReviewTest, ARuleForSomeSourcesCoversTheirFlowsOnly)
{
    auto guests = MakeRule("guests", {}, {}, {});
    guests.source.addresses = {*IpPrefix::Parse("10.0.9.0/24")};
    auto one = MakeRule("one", {}, {}, {});
    one.source.addresses = {*IpPrefix::Parse("10.0.9.1/32")};
    EXPECT_EQ(Remarked({guests, one}), "one");
    EXPECT_EQ(Remarked({one, guests}), "");
    EXPECT_EQ(Remarked({guests, MakeRule("all", {}, {}, {})}), "");
}

TEST(PolicyReviewTest, ARuleThatLooksAtBytesCoversNothing)
{
    auto looks = MakeRule("looks", {}, {}, {});
    looks.firstBytes = engine::FirstBytes::TLS;
    EXPECT_EQ(Remarked({looks, MakeRule("after", {}, {}, {})}), "");
    EXPECT_EQ(Remarked({MakeRule("before", {}, {}, {}), looks}), "looks");
}

TEST(PolicyReviewTest, TheNineTypesHaveNoRuleThatNeverDecides)
{
    for (const char* id : {"stateful-nat",
                           "symmetric-nat",
                           "voip-vpn-ports-closed",
                           "udp-blocked",
                           "web-ports-only",
                           "web-protocols-only",
                           "proxy-only",
                           "authenticating-proxy",
                           "content-inspecting"})
    {
        for (const auto& remark : Review(ShippedPolicy(id)))
        {
            ADD_FAILURE() << id << ": " << remark.rule << " " << remark.text;
        }
    }
}

TEST(PolicyReviewTest, ADefaultThatIsNotWrittenIsRemarkedOn)
{
    engine::Policy policy;
    const auto remarks = Review(policy);
    ASSERT_EQ(remarks.size(), 1U);
    EXPECT_EQ(remarks[0].rule, "");
    EXPECT_EQ(remarks[0].text.rfind("no `default` is written down", 0), 0U);
    policy.hasWrittenDefault = true;
    EXPECT_TRUE(Review(policy).empty());
}
