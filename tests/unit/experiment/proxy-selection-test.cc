// SPDX-License-Identifier: GPL-2.0-only
// Rules by which a UE selects web proxies, and the ways that come of them.
#include "experiment-loader.h"
#include "proxy-selection.h"

#include <gtest/gtest.h>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

/// "direct", "network's", "10.3.0.2:8080", each with a blank behind it.
std::string
Text(const std::vector<ProxyChoice>& choices)
{
    std::string text;
    for (const auto& choice : choices)
    {
        text += choice.isDirect ? "direct" : choice.proxy ? choice.proxy->ToString() : "network's";
        text += " ";
    }
    return text;
}

std::string
Complaint(const std::string& yaml)
{
    const auto experiment = LoadExperimentText("t", yaml);
    return experiment ? "" : experiment.Error().front().message;
}

} // namespace

TEST(ProxySelectionTest, TheFirstRuleThatFitsDecides)
{
    const std::vector<std::string> rules{
        "turn.* PROXY; DIRECT", "*.ims.test DIRECT", "192.0.2.? PROXY 10.3.0.2:8080; PROXY"};
    const std::pair<const char*, const char*> rows[] = {
        {"turn.ims.test", "network's direct "},
        {"p-cscf.ims.test", "direct "},
        {"P-CSCF.IMS.TEST", "direct "},
        {"ims.test", ""},
        {"192.0.2.2", "10.3.0.2:8080 network's "},
        {"192.0.2.20", ""},
    };
    for (const auto& [host, choices] : rows)
    {
        EXPECT_EQ(Text(SelectProxies(rules, host)), choices) << host;
    }
    EXPECT_TRUE(SelectProxies({}, "ims.test").empty());
}

TEST(ProxySelectionTest, RulesAreReadOrRefused)
{
    const std::pair<const char*, const char*> good[] = {
        {"* DIRECT", "direct "},
        {"* PROXY", "network's "},
        {"*.test PROXY; DIRECT", "network's direct "},
        {"* PROXY;DIRECT;PROXY 192.0.2.9:3128", "network's direct 192.0.2.9:3128 "},
        {"*   DIRECT", "direct "},
    };
    for (const auto& [rule, choices] : good)
    {
        const auto parsed = ParseProxyRule(rule);
        ASSERT_TRUE(parsed) << rule;
        EXPECT_EQ(Text(parsed->choices), choices) << rule;
    }
    for (const char* rule : {"",
                             "*",
                             "* ",
                             " DIRECT",
                             "* direct",
                             "* SOCKS 10.3.0.2:1080",
                             "* PROXY;",
                             "* ; DIRECT",
                             "* PROXY 10.3.0.2",
                             "* PROXY 10.3.0.2:0",
                             "* PROXY 10.3.0.2:70000",
                             "* PROXY 999.3.0.2:3128",
                             "* PROXY proxy.example:3128",
                             "* DIRECT 10.3.0.2:3128"})
    {
        EXPECT_FALSE(ParseProxyRule(rule)) << rule;
    }
}

TEST(ProxySelectionTest, AWayIsFollowedByItsFurtherChoices)
{
    const auto experiment = LoadExperimentText(
        "t",
        "attempts: {order: ordered, transports: [sip-tcp, solution]}\n"
        "proxy: {select: [\"turn.* DIRECT\", \"* PROXY 10.3.0.2:8080; PROXY; DIRECT\"]}");
    ASSERT_TRUE(experiment);
    std::string names;
    for (const auto& way : experiment->Ways())
    {
        names += way.name + "/" + std::to_string(way.choice) + " ";
    }
    EXPECT_EQ(names,
              "sip-tcp/0 sip-tcp (choice 2)/1 sip-tcp (choice 3)/2 "
              "solution/0 solution (choice 2)/1 solution (choice 3)/2 ");
    EXPECT_EQ(MostChoices({}), 1U);
}

TEST(ProxySelectionTest, MistakesAreToldAtTheirPlace)
{
    EXPECT_EQ(Complaint("proxy: {select: [\"* PROXY 10.3.0.2:8080; DIRECT\"]}"), "");
    EXPECT_NE(Complaint("proxy: {select: [\"* PROXY 999.3.0.2:8080\"]}").find("PROXY ADDRESS:PORT"),
              std::string::npos);
    EXPECT_NE(Complaint("proxy: {select: [\"* SOCKS 10.3.0.2:8080\"]}"), "");
    EXPECT_NE(Complaint("attempts: {order: race, transports: [sip-tcp, solution]}\n"
                        "proxy: {select: [\"* PROXY; DIRECT\"]}")
                  .find("race"),
              std::string::npos);
    EXPECT_EQ(Complaint("attempts: {order: race, transports: [sip-tcp, solution]}\n"
                        "proxy: {select: [\"* PROXY\"]}"),
              "");
}
