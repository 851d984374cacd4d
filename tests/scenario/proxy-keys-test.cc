// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The keys of web proxies and names, by what they change in a whole run; and what ends a connection that is stopped.
#include "fallback.h"
#include "policy-file.h"
#include "scenario-run.h"

#include <algorithm>
#include <set>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

double
RegistrationMs(std::vector<std::string> settings)
{
    settings.push_back("tls.suites=[AES128-SHA]");
    const auto result = Register(std::move(settings));
    EXPECT_TRUE(result.registration) << Why(result);
    return result.registration ? ToMilliseconds(*result.registration) : 0;
}

} // namespace

TEST(ProxyKeysTest, NamesAreResolvedByWhoeverTheExperimentSays)
{
    const std::string policy = "firewall.policy=proxy-only";
    const double plain = RegistrationMs({policy});
    const double slack = 0.5;
    // The UE asks its firewall, 5 ms away; the proxy asks it from 0.5 ms away; the resolver takes its time.
    EXPECT_NEAR(
        RegistrationMs({policy, "dns.resolution=ue", "dns.delay=100ms"}), plain + 10 + 100, slack);
    EXPECT_NEAR(RegistrationMs({policy, "dns.resolution=proxy", "dns.delay=100ms"}),
                plain + 1 + 100,
                slack);
    EXPECT_NEAR(
        RegistrationMs({"firewall.policy=udp-blocked", "dns.resolution=proxy", "dns.delay=100ms"}),
        RegistrationMs({"firewall.policy=udp-blocked"}) + 10 + 100,
        slack);
}

TEST(ProxyKeysTest, ANameThatLeadsNowhereFailsWhereItWasAskedFor)
{
    const auto atUe =
        Register({"dns.resolution=ue", "dns.failure=name-error", "firewall.policy=proxy-only"});
    ASSERT_TRUE(atUe.control.decidedBy);
    EXPECT_EQ(atUe.control.decidedBy->element, "ue");
    EXPECT_EQ(atUe.control.decidedBy->reason, "dns-name-error");
    const auto atProxy = Register(
        {"dns.resolution=proxy", "dns.failure=server-failure", "firewall.policy=proxy-only"});
    ASSERT_TRUE(atProxy.control.decidedBy);
    EXPECT_EQ(atProxy.control.decidedBy->element, "web-proxy");
    EXPECT_EQ(atProxy.control.decidedBy->rule, "name-not-resolved");
    const auto silent = Register({"dns.resolution=ue", "dns.failure=silent", "dns.timeout=1s"});
    ASSERT_TRUE(silent.control.decidedBy);
    EXPECT_EQ(silent.control.decidedBy->reason, "dns-timeout");
    EXPECT_EQ(silent.control.decidedBy->at, TimePoint(std::chrono::seconds(2)));
}

TEST(ProxyKeysTest, MediaIsReachedByNameToo)
{
    for (const std::string resolution : {"dns.resolution=ue", "dns.resolution=proxy"})
    {
        const auto result = RunWith({"transport=solution",
                                     "firewall.policy=content-inspecting",
                                     "tls.suites=[AES128-SHA]",
                                     "call.duration=2s",
                                     resolution})
                                .result;
        EXPECT_EQ(result.control.verdict, Verdict::PASS) << Why(result);
        EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << Why(result);
    }
}

TEST(ProxyKeysTest, ASecondProxyCostsARoundTripBetweenTheTwo)
{
    const std::string policy = "firewall.policy=proxy-only";
    const double slack = 0.5;
    // TCP and CONNECT between the two (1 ms each way and back), and every round trip longer by 1 ms: CONNECT, two of
    // TLS, two of SIP.
    EXPECT_NEAR(RegistrationMs({policy, "proxy.chained=true", "proxy.via=proxy.example"}),
                RegistrationMs({policy}) + 1 + 5,
                slack + 1);
    const auto named = Register({policy, "proxy.chained=true", "dns.resolution=proxy"});
    EXPECT_EQ(named.control.verdict, Verdict::PASS) << Why(named);
}

TEST(ProxyKeysTest, AProxyThatClosesAfterItsChallengeCostsAConnection)
{
    const std::string policy = "firewall.policy=authenticating-proxy";
    const double roundTripToProxy = 2 * 5.5;
    EXPECT_NEAR(RegistrationMs({policy, "proxy.closes_after_407=true"}),
                RegistrationMs({policy}) + roundTripToProxy,
                0.5);
    const auto wrong = Register({policy, "proxy.closes_after_407=true", "proxy.password=wrong"});
    ASSERT_TRUE(wrong.control.decidedBy);
    EXPECT_EQ(wrong.control.decidedBy->rule, "authentication-required");
}

TEST(ProxyKeysTest, LimitsPagesAndRulesOfSelection)
{
    const std::string policy = "firewall.policy=proxy-only";
    const auto full = Register({policy, "ues.count=3", "proxy.max_tunnels=2"});
    const auto passed =
        std::count_if(full.ues.begin(),
                      full.ues.end(),
                      [](const UeResult& ue) { return ue.control.verdict == Verdict::PASS; });
    EXPECT_EQ(passed, 2);
    const auto page = Register({"firewall.policy=authenticating-proxy", "proxy.full_pages=true"});
    EXPECT_EQ(page.control.verdict, Verdict::PASS) << Why(page);

    const auto direct = Register({policy, "proxy.select=[\"* DIRECT\"]"});
    EXPECT_EQ(direct.control.verdict, Verdict::FAIL); // only the proxy may go out
    EXPECT_FALSE(direct.viaProxy);
    const auto byRule = Register(
        {policy, "dns.resolution=proxy", "proxy.use=never", "proxy.select=[\"*.ims.test PROXY\"]"});
    EXPECT_EQ(byRule.control.verdict, Verdict::PASS) << Why(byRule);
    EXPECT_TRUE(byRule.viaProxy);
    const auto told = Register({policy, "tls.alpn=[sip/2]", "proxy.alpn_header=true"});
    EXPECT_EQ(told.control.verdict, Verdict::PASS) << Why(told);
}

TEST(ProxyKeysTest, TheNextChoiceIsTriedWhereTheOneBeforeCannotBeReached)
{
    struct Row
    {
        const char* what;
        std::vector<std::string> settings;
        const char* outcomes; ///< of the choices' attempts, in their order
        double atLeastMs;     ///< that went by before the one that won
        double atMostMs;
    };

    const std::string policy = "firewall.policy=proxy-only"; // drops what it refuses
    const std::string cap = "limits.attempt=4s";
    const Row rows[] = {
        {"a firewall drops",
         {policy, cap, R"(proxy.select=["* PROXY 10.3.0.2:8080; PROXY"])"},
         "failed won ",
         4000,
         4000},
        {"directly first",
         {policy, cap, R"(proxy.select=["* DIRECT; PROXY"])"},
         "failed won ",
         4000,
         4000},
        {"nobody at the port",
         {R"(proxy.select=["* PROXY 192.0.2.2:8080; DIRECT"])"},
         "failed won ",
         40,
         45},
        {"no list", {policy, R"(proxy.select=["* PROXY"])"}, "won ", 0, 0},
        {"the first works",
         {policy, R"(proxy.select=["* PROXY; PROXY 10.3.0.2:8080; DIRECT"])"},
         "won not-started not-started ",
         0,
         0},
        {"the third works",
         {R"(proxy.select=["* PROXY 192.0.2.2:8080; PROXY 192.0.2.2:8081; DIRECT"])"},
         "failed failed won ",
         80,
         90},
        {"a rule for another",
         {policy, R"(proxy.select=["*.9 PROXY; DIRECT", "* PROXY"])"},
         "won not-started ",
         0,
         0},
    };
    for (const auto& row : rows)
    {
        auto settings = row.settings;
        settings.emplace_back("tls.suites=[AES128-SHA]");
        const auto result = Register(settings);
        std::string outcomes;
        for (const auto& attempt : result.attempts)
        {
            outcomes += attempt.plane == "control" ? attempt.outcome + " " : "";
        }
        EXPECT_EQ(outcomes, row.outcomes) << row.what << " " << Why(result);
        const auto cost = FallbackCost(result.attempts, "control");
        ASSERT_TRUE(cost) << row.what;
        EXPECT_GE(ToMilliseconds(*cost), row.atLeastMs) << row.what;
        EXPECT_LE(ToMilliseconds(*cost), row.atMostMs) << row.what;
    }
}

TEST(ProxyKeysTest, AProxyThatWasReachedAndSaysNoDecides)
{
    const auto result = Register({"firewall.policy=authenticating-proxy",
                                  "proxy.password=wrong",
                                  R"(proxy.select=["* PROXY; DIRECT"])"});
    ASSERT_TRUE(result.control.decidedBy) << Why(result);
    EXPECT_EQ(result.control.decidedBy->rule, "authentication-required");
    ASSERT_EQ(result.attempts.size(), 2U);
    EXPECT_EQ(result.attempts[1].outcome, "not-started");
    EXPECT_EQ(FallbackCost(result.attempts, "control"), std::nullopt);
}

TEST(ProxyKeysTest, MediaTakeTheChoiceThatWorkedForControl)
{
    const auto result = RunWith({"transport=solution",
                                 "tls.suites=[AES128-SHA]",
                                 "call.duration=1s",
                                 R"(proxy.select=["* PROXY 192.0.2.2:8080; DIRECT"])"})
                            .result;
    EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << Why(result);
    EXPECT_EQ(FallbackCost(result.attempts, "media"), Duration(0));
}

TEST(ResetTest, AResetBehindTheWebProxyEndsTheAttemptAtOnce)
{
    // The firewall resets both ends of the proxy's connection; the proxy closes the tunnel.
    const auto result = Register({"firewall.policy=content-inspecting", "tls.suites=[NULL-SHA]"});
    ASSERT_TRUE(result.control.decidedBy) << Why(result);
    EXPECT_EQ(result.control.decidedBy->rule, "null-suite-from-proxy");
    ASSERT_FALSE(result.attempts.empty());
    EXPECT_LT(ToMilliseconds(result.attempts[0].ended->time_since_epoch()), 200);
}

TEST(StallTest, APeerThatFallsSilentAtAnyStepEndsInANamedFailureWithinTheCap)
{
    for (const bool hasProxy : {false, true})
    {
        std::set<std::string> steps;
        for (unsigned bytes = 0; bytes <= 7000; bytes += 250)
        {
            const PolicyFile policy(StallingAfter(bytes, hasProxy));
            const auto result = RunWith({"firewall.policy=" + policy.Path(),
                                         "transport=solution",
                                         "tls.suites=[AES128-SHA]",
                                         "media.path=none",
                                         "call.duration=1s"})
                                    .result;
            if (result.control.verdict == Verdict::PASS)
            {
                continue; // no packet went beyond
            }
            ASSERT_EQ(result.control.verdict, Verdict::FAIL) << bytes;
            ASSERT_TRUE(result.control.decidedBy) << bytes;
            EXPECT_EQ(result.control.decidedBy->rule, "stalls") << bytes << " " << Why(result);
            // Registration, call, hang-up and incoming call have limits.attempt (10 s) each.
            EXPECT_LE(result.simulatedEnd, TimePoint(std::chrono::seconds(60))) << bytes;
            steps.insert(result.registration ? "registered" : "unregistered");
        }
        EXPECT_EQ(steps.size(), 2U) << hasProxy; // it fell silent before registration and after
    }
}
