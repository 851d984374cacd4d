// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The control plane's keys, by what they change in a whole run.
#include "scenario-run.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

/// A registered UE that calls without media, waits, and is called.
RunResult
CallAfter(const std::string& idle, std::vector<std::string> settings)
{
    settings.insert(settings.end(),
                    {"media.path=none",
                     "call.duration=1s",
                     "call.idle=" + idle,
                     "limits.simulated=10h",
                     "sip.expires=100h",
                     "sip.max_expires=100h"});
    return RunWith(settings).result;
}

} // namespace

TEST(SipKeysTest, EveryWayOfAuthenticationRegisters)
{
    for (const std::string settings : {"sip.authentication=digest",
                                       "sip.authentication=aka",
                                       "sip.algorithms=[SHA-256]",
                                       "sip.algorithms=[SHA-256, MD5]",
                                       "sip.qop=[auth-int]",
                                       "sip.qop=[auth-int, auth]",
                                       "sip.security_agreement=true",
                                       "sip.timers=3gpp",
                                       "sip.expires=60s"})
    {
        const auto result = Register({settings});
        EXPECT_EQ(result.control.verdict, Verdict::PASS) << settings << " " << Why(result);
        EXPECT_EQ(HasNote(result, "AKA over TLS is an extension"),
                  settings == "sip.authentication=aka");
    }
    const auto overUdp =
        RunWith({"transport=sip-udp", "sip.authentication=aka", "media.path=none"});
    EXPECT_EQ(overUdp.result.control.verdict, Verdict::PASS) << Why(overUdp.result);
    EXPECT_FALSE(HasNote(overUdp.result, "extension"));
}

TEST(SipKeysTest, SubscribersComeFromAFileInItsOrder)
{
    const auto folder = ScratchFolder("subscribers");
    const std::string file = folder / "hss.yaml";
    // The keys of the first are those of TS 35.208 test set 1.
    std::ofstream(file) << "subscribers:\n"
                           "  - impi: a7@ims.test\n"
                           "    impu: sip:alice@ims.test\n"
                           "    password: wonderland\n"
                           "    aka: {k: 465b5ce8b199b49faa5f0a2ee238a6bc,\n"
                           "          op: cdc202d5123e20f62b6d676ac72cb318, sqn: 64}\n"
                           "  - {impi: b8@ims.test, impu: 'sip:bob@ims.test', password: builder,\n"
                           "     aka: {k: 0396eb317b6d1c36f19c1c84cd6ffd16,\n"
                           "           op: ff53bade17df5d4e793073ce9d7579fa}}\n";
    const std::vector<std::string> base{
        "sip.subscribers=" + file, "transport=sip-udp", "media.path=none", "ues.count=2"};
    for (const std::string authentication : {"digest", "aka"})
    {
        auto settings = base;
        settings.insert(settings.end(),
                        {"call.enabled=false", "sip.authentication=" + authentication});
        const auto output = RunWith(settings, folder);
        EXPECT_EQ(output.result.control.verdict, Verdict::PASS) << Why(output.result);
        std::string capture;
        ASSERT_TRUE(ReadFile(folder / "p-cscf.pcap", capture));
        for (const std::string identity : {"username=\"a7@ims.test\"",
                                           "username=\"b8@ims.test\"",
                                           "<sip:alice@ims.test>",
                                           "<sip:bob@ims.test>"})
        {
            EXPECT_NE(capture.find(identity), std::string::npos) << identity;
        }
    }
    auto calls = base;
    calls.insert(calls.end(), {"call.duration=1s", "sip.password=builder"});
    const auto wrong = RunWith(calls).result;
    ASSERT_TRUE(wrong.control.decidedBy) << "the first one's is another";
    EXPECT_EQ(wrong.control.decidedBy->reason, "sip-wrong-credentials");
    ASSERT_EQ(wrong.ues.size(), 2U);
    EXPECT_EQ(wrong.ues[1].control.verdict, Verdict::PASS) << "the second one's is right";
    std::filesystem::remove_all(folder);
}

TEST(SipKeysTest, AnIsimThatIsAheadCostsAnotherRoundTrip)
{
    const std::string aka = "sip.authentication=aka";
    const auto inStep = Register({aka});
    const auto ahead = Register({aka, "sip.aka_out_of_step=true"});
    ASSERT_TRUE(inStep.registration && ahead.registration) << Why(ahead);
    const double roundTrip = 2 * (5 + 15 + 0.5);
    EXPECT_NEAR(
        ToMilliseconds(*ahead.registration), ToMilliseconds(*inStep.registration) + roundTrip, 1);
}

TEST(SipKeysTest, ASessionIsRefreshedWhileItLasts)
{
    const auto plain =
        RunWith({"transport=sip-tcp", "media.path=none", "call.duration=60s"}).result;
    const auto refreshed =
        RunWith({"transport=sip-tcp", "media.path=none", "call.duration=60s", "call.refresh=10s"})
            .result;
    EXPECT_EQ(refreshed.control.verdict, Verdict::PASS) << Why(refreshed);
    EXPECT_GT(refreshed.firewall.allowed, plain.firewall.allowed + 10);
}

TEST(KeepAliveTest, AFlowThatAFirewallForgetsTakesNoCallUnlessItIsKeptAlive)
{
    // The NAT forgets a UDP flow in less than 10 minutes: the policy's own time-out decides.
    EXPECT_EQ(CallAfter("10s", {"transport=sip-udp"}).control.verdict, Verdict::PASS);
    EXPECT_EQ(CallAfter("10min", {"transport=sip-udp"}).control.verdict, Verdict::FAIL);
    for (const std::string kind : {"crlf", "stun"})
    {
        const auto alive = CallAfter(
            "10min", {"transport=sip-udp", "sip.keep_alive=20s", "sip.keep_alive_kind=" + kind});
        EXPECT_EQ(alive.control.verdict, Verdict::PASS) << kind << " " << Why(alive);
        EXPECT_TRUE(alive.flowFailures.empty());
    }
}

TEST(KeepAliveTest, ARecommendedIntervalAndAFlowTimerKeepAliveToo)
{
    for (const std::string setting : {"sip.keep_alive_recommended=20s", "sip.flow_timer=20s"})
    {
        const auto alive = CallAfter("10min", {"transport=sip-udp", setting});
        EXPECT_EQ(alive.control.verdict, Verdict::PASS) << setting << " " << Why(alive);
    }
}

TEST(KeepAliveTest, AFlowThatAProxyClosesIsFormedAnewAndResumed)
{
    // The proxy of this type closes a tunnel that is idle for two minutes.
    const std::vector<std::string> settings{"transport=solution",
                                            "firewall.policy=authenticating-proxy",
                                            "tls.suites=[TLS_AES_128_GCM_SHA256]",
                                            "tls.resumption=tickets"};
    const auto lost = CallAfter("200s", settings);
    EXPECT_EQ(lost.control.verdict, Verdict::FAIL);
    ASSERT_TRUE(lost.control.decidedBy);

    auto recovering = settings;
    recovering.push_back("sip.recover=true");
    const auto formed = CallAfter("200s", recovering);
    EXPECT_EQ(formed.control.verdict, Verdict::PASS) << Why(formed);
    ASSERT_EQ(formed.flowFailures.size(), 1U);
    ASSERT_TRUE(formed.flowFailures.front().recovered);
    ASSERT_EQ(formed.tls.size(), 2U);
    EXPECT_FALSE(formed.tls.front().isResumed);
    EXPECT_TRUE(formed.tls.back().isResumed);

    auto kept = settings;
    kept.push_back("sip.keep_alive=100s");
    EXPECT_EQ(CallAfter("200s", kept).control.verdict, Verdict::PASS);
}

TEST(KeepAliveTest, TcpsOwnKeepANatsMappingOnlyWhereTheyAreSoonEnough)
{
    // This gateway forgets a connection that is idle for 350 s. Linux's 2 h come too late for it.
    struct Row
    {
        std::vector<std::string> settings;
        Verdict verdict;
    };

    const Row rows[] = {
        {{"tcp.keep_alive=none", "tcp.keep_alive_time=5min"}, Verdict::FAIL},
        {{"tcp.keep_alive=ues"}, Verdict::FAIL},
        {{"tcp.keep_alive=ues", "tcp.keep_alive_time=351s"}, Verdict::FAIL},
        {{"tcp.keep_alive=ues", "tcp.keep_alive_time=349s"}, Verdict::PASS},
        {{"tcp.keep_alive=all", "tcp.keep_alive_time=349s"}, Verdict::PASS},
    };
    for (const auto& row : rows)
    {
        auto settings = row.settings;
        settings.insert(settings.end(), {"transport=sip-tcp", "firewall.policy=nat-cloud"});
        const auto result = CallAfter("20min", settings);
        EXPECT_EQ(result.control.verdict, row.verdict) << settings[0] << settings[1] << Why(result);
    }
}

TEST(KeepAliveTest, TcpsOwnFindOutThatAFlowIsDead)
{
    const std::vector<std::string> settings{"transport=sip-tcp",
                                            "firewall.policy=nat-cloud",
                                            "sip.recover=true",
                                            "tcp.keep_alive=ues",
                                            "tcp.keep_alive_time=10min",
                                            "tcp.keep_alive_interval=20s",
                                            "tcp.keep_alive_probes=3"};
    const auto result = CallAfter("16min", settings);
    EXPECT_EQ(result.control.verdict, Verdict::PASS) << Why(result);
    ASSERT_EQ(result.flowFailures.size(), 1U);
    const auto& failure = result.flowFailures.front();
    EXPECT_EQ(failure.reason, "tcp-timeout");
    EXPECT_EQ(failure.detail, "keep-alive probes were not answered");
    // 10 min after the last segment, then three times 20 s.
    EXPECT_NEAR(ToMilliseconds(failure.at.time_since_epoch()), 660e3, 3e3);
    EXPECT_TRUE(failure.recovered);
    // The flow that was formed anew is measured as the first one was.
    std::vector<Phase> registers;
    std::copy_if(result.phases.begin(),
                 result.phases.end(),
                 std::back_inserter(registers),
                 [](const Phase& phase) { return phase.name == "register"; });
    ASSERT_EQ(registers.size(), 2U);
    for (const auto& phase : registers)
    {
        ASSERT_TRUE(phase.traffic);
        EXPECT_EQ(phase.traffic->roundTrips, 2U);
        EXPECT_GT(phase.traffic->sent.Total(), 1000U);
    }
}

TEST(KeepAliveTest, TcpsOwnAreNotWhatAProxyCountsAsUse)
{
    // The proxy closes tunnels over which no data went: probes end at its own TCP.
    const auto result = CallAfter("200s",
                                  {"transport=solution",
                                   "firewall.policy=authenticating-proxy",
                                   "tcp.keep_alive=all",
                                   "tcp.keep_alive_time=30s"});
    EXPECT_EQ(result.control.verdict, Verdict::FAIL);
}

TEST(KeepAliveTest, AResumedSessionExpiresInSimulatedTime)
{
    const auto result = CallAfter("200s",
                                  {"transport=solution",
                                   "firewall.policy=authenticating-proxy",
                                   "tls.resumption=ids",
                                   "tls.session_lifetime=100s",
                                   "sip.recover=true"});
    ASSERT_EQ(result.tls.size(), 2U) << Why(result);
    EXPECT_FALSE(result.tls.back().isResumed);
}

TEST(ArrivalTest, AfterAPowerCutThePhonesComeInARush)
{
    const auto result = Register({"ues.count=400",
                                  "ues.arrival=power-cut",
                                  "ues.over=10s",
                                  "evidence.phases=false",
                                  "tls.suites=[AES128-SHA]"});
    ASSERT_EQ(result.ues.size(), 400U);
    double sum = 0;
    double squares = 0;
    for (const auto& ue : result.ues)
    {
        const double at = ToMilliseconds(ue.started.time_since_epoch()) / 10000;
        EXPECT_EQ(ue.control.verdict, Verdict::PASS);
        EXPECT_GT(at, 0);
        EXPECT_LT(at, 1);
        sum += at;
        squares += at * at;
    }
    const double mean = sum / 400;
    const double deviation = std::sqrt(squares / 400 - mean * mean);
    // Beta(3, 4): mean 3/7, variance 3 * 4 / (7^2 * 8). Four standard errors.
    EXPECT_NEAR(mean, 3.0 / 7, 4 * 0.175 / 20);
    EXPECT_NEAR(deviation, 0.175, 0.025);
}
