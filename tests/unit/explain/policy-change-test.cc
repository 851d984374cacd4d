// SPDX-License-Identifier: GPL-2.0-only
#include "policy-change.h"

#include "data-files.h"
#include "engine/policy/policy-loader.h"
#include "finished-run.h"
#include "verdict-finder.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

/// @return the ids of the rules that the edited policy has, or its error.
std::vector<std::string>
RulesAfter(const std::string& policy, const PolicyEdit& edit)
{
    const TestFolder folder;
    const auto text = EditPolicy(policy, edit);
    if (!text)
    {
        return {text.Error()};
    }
    folder.Write("edited.yaml", *text);
    const auto loaded = engine::LoadPolicy(folder.Path() + "/edited.yaml", PolicyDirectory());
    if (!loaded)
    {
        return {config::ToString(loaded.Error())};
    }
    std::vector<std::string> ids;
    for (const auto& rule : loaded->rules)
    {
        ids.push_back(rule.id);
    }
    return ids;
}

bool
Has(const std::vector<std::string>& ids, const std::string& id)
{
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

} // namespace

TEST(PolicyChangeTest, TakesOutAnOwnRuleAndOneOfABase)
{
    const std::string policy = "web-protocols-only";
    const auto whole = RulesAfter(policy, {});
    ASSERT_TRUE(Has(whole, "not-tls-on-443") && Has(whole, "udp-blocked"));
    const auto fewer = RulesAfter(policy, {{"not-tls-on-443", "udp-blocked"}, {}});
    EXPECT_EQ(fewer.size() + 2, whole.size());
    EXPECT_FALSE(Has(fewer, "not-tls-on-443") || Has(fewer, "udp-blocked"));
    EXPECT_EQ(RulesAfter("udp-blocked", {{"udp-blocked"}, {}}).size() + 1,
              RulesAfter("udp-blocked", {}).size()); // the only rule of its file
}

TEST(PolicyChangeTest, LetsAFlowThroughBehindTheOwnRules)
{
    PolicyEdit edit;
    edit.openings.push_back({*ParseFlow("tcp 10.1.0.2:49153 > 192.0.2.2:5061")});
    const auto rules = RulesAfter("web-protocols-only", edit);
    ASSERT_GE(rules.size(), 3U);
    EXPECT_EQ(rules[2], "let-through-1");
    EXPECT_EQ(edit.ToString(), "with a rule that allows tcp from inside to port 5061 outside");
}

TEST(PolicyChangeTest, SaysWhatStandsInTheWay)
{
    EXPECT_FALSE(EditPolicy("no-such-policy", {}));
    const auto rules = RulesAfter("stateful-nat", {{"no-such-rule"}, {}});
    ASSERT_EQ(rules.size(), 1U);
    EXPECT_NE(rules[0].find("no-such-rule"), std::string::npos);
}

} // namespace imsfw::scenario
