// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Firewalls beyond the nine types in whole runs: TLS interception, two NATs in a row, pools, reboots, schedules.
#include "scenario-run.h"

#include <fstream>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

std::string
Word(const RunResult& result)
{
    return ToString(result.control.verdict) + " " + ToString(result.mediaUdp.verdict);
}

RunOutput
Outcome(const std::string& policy, std::vector<std::string> more)
{
    more.insert(more.begin(), {"firewall.policy=\"" + policy + "\"", "call.duration=2s"});
    return RunWith(more);
}

const std::string AES = "tls.suites=[AES128-SHA]";

} // namespace

TEST(TlsInterceptionRun, AUeThatDoesNotTrustRefusesAndTheResultNamesWhy)
{
    const auto result = Outcome("tls-intercepting", {"transport=solution", AES}).result;
    EXPECT_EQ(result.control.verdict, Verdict::FAIL);
    ASSERT_TRUE(result.control.decidedBy);
    const auto& event = *result.control.decidedBy;
    EXPECT_EQ(event.element, "web-proxy");
    EXPECT_EQ(event.rule, "tls-interception");
    EXPECT_EQ(event.reason, "tls-certificate-verify-failed");
    EXPECT_NE(event.detail.find("certificate"), std::string::npos) << event.detail;
}

TEST(TlsInterceptionRun, WhatPassesWhereTheUeTrusts)
{
    const auto with = [](const std::string& policy, const std::string& suites)
    {
        return Outcome(policy,
                       {"transport=solution",
                        "tls.suites=[" + suites + "]",
                        "tls.trusts_interceptor=true"})
            .result;
    };
    const auto open = with("tls-intercepting", "AES128-SHA");
    EXPECT_EQ(Word(open), "pass pass") << Why(open);
    const auto content = with("tls-intercepting-content", "AES128-SHA");
    EXPECT_EQ(content.control.verdict, Verdict::FAIL);
    EXPECT_EQ(content.control.decidedBy->rule, "decrypted-content") << Why(content);
    EXPECT_EQ(content.control.decidedBy->element, "web-proxy");
    EXPECT_EQ(with("tls-intercepting", "NULL-SHA").control.verdict, Verdict::FAIL);
    // The policy below it lets the same run through without anybody's trust.
    EXPECT_EQ(Word(Outcome("proxy-only", {"transport=solution", AES}).result), "pass pass");
}

TEST(TlsInterceptionRun, TheProxyNegotiatesForItself)
{
    const auto registration = [](const std::string& policy, const std::string& suite)
    {
        const auto result =
            Outcome(
                policy,
                {"transport=solution", "tls.suites=[" + suite + "]", "tls.trusts_interceptor=true"})
                .result;
        EXPECT_TRUE(result.registration) << Why(result);
        return result.registration.value_or(Duration(0));
    };
    // The UE's TLS 1.2 ends at the proxy, which speaks TLS 1.3 over the longer way: a round trip less there.
    EXPECT_LT(registration("tls-intercepting", "AES128-SHA"),
              registration("proxy-only", "AES128-SHA"));
    // With TLS 1.3 on both sides nothing is saved: the two handshakes run one within the other.
    EXPECT_NEAR(ToMilliseconds(registration("tls-intercepting", "TLS_AES_128_GCM_SHA256")),
                ToMilliseconds(registration("proxy-only", "TLS_AES_128_GCM_SHA256")),
                1);
}

TEST(DoubleNatRun, BothNatsAreInTheWay)
{
    EXPECT_EQ(Word(Outcome("double-nat", {"transport=solution", AES}).result), "pass pass");
    const auto both = Outcome("double-nat", {"transport=sip-udp"}).result;
    const auto one = Outcome("nat-home", {"transport=sip-udp"}).result;
    const auto outer = Outcome("nat-cgnat", {"transport=sip-udp"}).result;
    EXPECT_EQ(Word(one), "pass fail"); // symmetric: nobody knows the port that media leave from
    EXPECT_EQ(Word(outer), "pass pass");
    EXPECT_EQ(Word(both), Word(one));
    EXPECT_GT(both.firewall.allowed, one.firewall.allowed);
}

TEST(RebootRun, ConnectionsDieWithTheState)
{
    const auto reboot = Outcome(
        "stateful-nat", {"transport=sip-tcp", "call.duration=10s", "firewall.reboot_at=4s"});
    const auto calm = Outcome("stateful-nat", {"transport=sip-tcp", "call.duration=10s"});
    EXPECT_EQ(calm.result.control.verdict, Verdict::PASS);
    EXPECT_EQ(calm.result.firewall.refused, 0U);
    EXPECT_GT(reboot.result.firewall.refused, 0U);
}

TEST(ScheduleRun, TheClockDecides)
{
    const auto folder = ScratchFolder("schedule");
    const std::string file = folder / "office-hours.yaml";
    std::ofstream(file)
        << "id: office-hours\ntitle: Office hours\nextends: stateful-nat\nrules:\n"
           "  - {id: closed, to: outside, time: {days: [sat, sun]}, action: drop}\n";
    const auto on = [&](const std::string& start)
    {
        return Outcome(file, {"transport=sip-udp", "firewall.clock_start=\"" + start + "\""})
            .result.control;
    };
    EXPECT_EQ(on("fri 12:00").verdict, Verdict::PASS);
    const auto closed = on("sat 12:00");
    EXPECT_EQ(closed.verdict, Verdict::FAIL);
    EXPECT_EQ(closed.decidedBy->rule, "closed");
    EXPECT_EQ(closed.decidedBy->reason, "schedule");
    EXPECT_FALSE(LoadExperiment("", {"firewall.clock_start=\"noon\""}));
}
