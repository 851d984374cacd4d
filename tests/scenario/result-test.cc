// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a result says beside its verdicts: latencies that follow from round trips, phases that fit together, evidence.
#include "scenario-run.h"

#include "base/text.h"

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

/// Links without serialisation to speak of: what is left of a latency is round trips.
std::vector<std::string>
Measured(std::vector<std::string> settings)
{
    for (const char* link : {"access", "dmz", "internet", "core"})
    {
        settings.push_back(std::string("links.") + link + ".rate=10Gbps");
    }
    settings.insert(settings.end(),
                    {"links.access.delay=10ms",
                     "links.dmz.delay=1ms",
                     "links.internet.delay=20ms",
                     "links.core.delay=5ms",
                     "call.duration=2s"});
    return settings;
}

double
RegistrationMs(std::vector<std::string> settings)
{
    const auto output = RunWith(Measured(std::move(settings)));
    EXPECT_TRUE(output.result.registration) << Why(output.result);
    return output.result.registration ? ToMilliseconds(*output.result.registration) : 0;
}

} // namespace

TEST(ResultTest, RegistrationTakesItsRoundTrips)
{
    const double roundTrip = 2 * (10 + 20 + 5);
    const double slack = 0.5; // serialisation and processing at 10 Gbit/s
    // SIP Digest: two transactions. TCP: one more. TLS 1.2: two more; TLS 1.3: one.
    EXPECT_NEAR(RegistrationMs({"transport=sip-udp"}), 2 * roundTrip, slack);
    EXPECT_NEAR(RegistrationMs({"transport=sip-tcp"}), 3 * roundTrip, slack);
    EXPECT_NEAR(
        RegistrationMs({"transport=solution", "tls.suites=[NULL-SHA]"}), 5 * roundTrip, slack);
    EXPECT_NEAR(
        RegistrationMs({"transport=solution", "tls.suites=[AES128-SHA]"}), 5 * roundTrip, slack);
    EXPECT_NEAR(RegistrationMs({"transport=solution", "tls.suites=[TLS_AES_128_GCM_SHA256]"}),
                4 * roundTrip,
                slack);
}

TEST(ResultTest, AProxyAddsARoundTripToItAndA407AnotherOne)
{
    const double proxyLeg = 2 * (10 + 1);
    const double serverLeg = 2 * (1 + 20 + 5);
    const double through = proxyLeg + serverLeg;
    const double slack = 1;
    // TCP to the proxy, CONNECT (which waits for the proxy's own TCP), then TLS 1.2 and two transactions end to end.
    EXPECT_NEAR(
        RegistrationMs(
            {"firewall.policy=proxy-only", "transport=solution", "tls.suites=[AES128-SHA]"}),
        proxyLeg + through + 4 * through,
        slack);
    EXPECT_NEAR(RegistrationMs({"firewall.policy=authenticating-proxy",
                                "transport=solution",
                                "tls.suites=[AES128-SHA]"}),
                2 * proxyLeg + through + 4 * through,
                slack);
}

TEST(ResultTest, PhasesLieWithinTheRunAndNameTheSteps)
{
    const auto output = RunWith(Measured({"transport=solution"}));
    std::vector<std::string> names;
    for (const auto& phase : output.result.phases)
    {
        EXPECT_LE(phase.start, phase.end) << phase.name;
        EXPECT_LE(phase.end, output.result.simulatedEnd) << phase.name;
        names.push_back(phase.plane + "/" + phase.name);
    }
    for (const char* expected : {"control/connect",
                                 "control/attempt",
                                 "control/tcp",
                                 "control/tls",
                                 "media/first-media-up",
                                 "media/first-media-down",
                                 "control/register",
                                 "control/invite-to-answer",
                                 "media/tls",
                                 "media/turn-allocate",
                                 "media/turn-channel-bind"})
    {
        EXPECT_NE(std::find(names.begin(), names.end(), expected), names.end())
            << expected << " is not among " << Join(names, ", ");
    }
}

TEST(ResultTest, EveryByteOfAPhaseBelongsToALayerAndInnerPhasesToTheirOuterOne)
{
    const auto output = RunWith(Measured(
        {"firewall.policy=authenticating-proxy", "transport=solution", "media.rtcp=true"}));
    const auto& phases = output.result.phases;
    for (std::size_t i = 0; i < phases.size(); ++i)
    {
        const auto& phase = phases[i];
        ASSERT_TRUE(phase.traffic) << phase.name;
        EXPECT_EQ(phase.traffic->sent[Layer::OTHER] + phase.traffic->received[Layer::OTHER], 0U)
            << phase.name;
        EXPECT_EQ(phase.traffic->sent[Layer::RETRANSMITTED], 0U) << phase.name;
        uint64_t inner = 0;
        for (const auto& other : phases)
        {
            inner += other.parent == i ? other.traffic->sent.Total() : 0;
        }
        EXPECT_LE(inner, phase.traffic->sent.Total()) << phase.name;
        if (phase.name == "attempt" || phase.name == "connect")
        {
            EXPECT_EQ(inner, phase.traffic->sent.Total()) << phase.name << " has no gaps";
        }
    }
}

TEST(ResultTest, LayersOfARegistrationAreWhereTheyShouldBe)
{
    const auto layersOf = [](const std::vector<std::string>& settings)
    {
        const auto output = RunWith(Measured(settings));
        std::string text;
        for (const auto& phase : output.result.phases)
        {
            for (std::size_t i = 0; phase.name == "register" && i < LAYERS; ++i)
            {
                text +=
                    phase.traffic->sent.bytes[i] > 0 ? ToString(static_cast<Layer>(i)) + " " : "";
            }
        }
        return text;
    };
    EXPECT_EQ(layersOf({"transport=sip-udp"}), "ip udp sip ");
    EXPECT_EQ(layersOf({"transport=sip-tcp"}), "ip tcp sip ");
    EXPECT_EQ(layersOf({"transport=solution"}), "ip tcp tls sip ");
}

TEST(ResultTest, AFailedAttemptIsAPhaseWithWhatItSentInVain)
{
    const auto output = RunWith({"firewall.policy=voip-vpn-ports-closed",
                                 "attempts.order=ordered",
                                 "attempts.transports=[sip-tcp, solution-direct]",
                                 "attempts.cap=3s",
                                 "call.duration=1s"});
    const auto& failed = output.result.phases.front();
    EXPECT_EQ(failed.name, "attempt");
    EXPECT_EQ(failed.transport, "sip-tcp");
    EXPECT_EQ(failed.end - failed.start, std::chrono::seconds(3));
    ASSERT_TRUE(failed.traffic);
    EXPECT_EQ(failed.traffic->sent.packets, 2U) << "SYNs at 0 and 1 s; the next at 3 s";
    EXPECT_EQ(failed.traffic->received.packets, 0U);
    EXPECT_EQ(failed.traffic->roundTrips, 0U);
    const auto nextRoot = std::find_if(output.result.phases.begin() + 1,
                                       output.result.phases.end(),
                                       [](const Phase& phase) { return phase.depth == 0; });
    ASSERT_NE(nextRoot, output.result.phases.end());
    EXPECT_EQ(nextRoot->name + "/" + nextRoot->transport, "attempt/solution-direct");
}

TEST(ResultTest, AskingAResolverIsAPhaseOfItsAttempt)
{
    const auto output =
        RunWith(Measured({"transport=solution", "dns.resolution=ue", "call.enabled=false"}));
    const auto& phases = output.result.phases;
    const auto asked = std::find_if(phases.begin(),
                                    phases.end(),
                                    [](const Phase& one) { return one.name == "name-resolution"; });
    ASSERT_NE(asked, phases.end()) << Why(output.result);
    EXPECT_EQ(asked->plane, "control");
    ASSERT_TRUE(asked->parent);
    EXPECT_EQ(asked->traffic->roundTrips, 1U);
    EXPECT_GT(asked->traffic->sent[Layer::DNS], 12U);
    EXPECT_GT(asked->traffic->received[Layer::DNS], asked->traffic->sent[Layer::DNS]);
    EXPECT_EQ(phases.front().traffic->sent[Layer::OTHER], 0U);
    const auto both = RunWith(Measured({"transport=solution", "dns.resolution=ue"}));
    const auto isOfMedia = [](const Phase& one)
    { return one.plane == "media" && one.name == "name-resolution"; };
    EXPECT_EQ(std::count_if(both.result.phases.begin(), both.result.phases.end(), isOfMedia), 1);
}

TEST(ResultTest, PhasesAreThereWithoutTheirBytesWhereNobodyMeasures)
{
    const auto output =
        RunWith(Measured({"transport=solution", "evidence.phases=false", "call.enabled=false"}));
    std::string names;
    for (const auto& phase : output.result.phases)
    {
        names += phase.name + " ";
        EXPECT_FALSE(phase.traffic) << phase.name;
    }
    EXPECT_EQ(names, "attempt connect tls register ");
}

TEST(ResultTest, VoiceIsMeasuredBothWaysAndNothingIsLostOnACleanPath)
{
    const auto output = RunWith(Measured({"transport=solution"}));
    for (const auto& voice : {output.result.voiceUp, output.result.voiceDown})
    {
        ASSERT_TRUE(voice) << Why(output.result);
        EXPECT_GE(voice->sent, 95U); // two seconds of 20 ms packets, less the way of the ACK
        EXPECT_EQ(voice->lost, 0U);
        EXPECT_NEAR(
            voice->delayMeanMs, 10 + 20 + 5 + 5 + 5, 1); // over the relay: down and up its own link
    }
}

TEST(ResultTest, TheNegotiatedSuiteIsTheOneAskedFor)
{
    const auto output = RunWith(Measured({"transport=solution", "tls.suites=[NULL-SHA]"}));
    ASSERT_EQ(output.result.tls.size(), 2U);
    for (const auto& tls : output.result.tls)
    {
        EXPECT_EQ(tls.suite, "TLS_RSA_WITH_NULL_SHA");
        EXPECT_TRUE(tls.isNull);
    }
    EXPECT_EQ(output.result.notes.size(), 2U);
}

TEST(ResultTest, ASilentDropCostsTheCapAndAResetAboutARoundTrip)
{
    const auto silent =
        RunWith({"firewall.policy=web-ports-only", "transport=sip-tcp", "limits.attempt=4s"});
    ASSERT_TRUE(silent.result.control.decidedBy);
    EXPECT_EQ(silent.result.control.decidedBy->detail, "drop");
    EXPECT_GT(silent.result.simulatedEnd, TimePoint(std::chrono::seconds(4)));
    const auto reset = RunWith({"firewall.policy=web-protocols-only",
                                "control.transport=none",
                                "media.transport=tcp",
                                "media.port=443",
                                "limits.attempt=4s"});
    ASSERT_TRUE(reset.result.mediaUdp.decidedBy);
    EXPECT_EQ(reset.result.mediaUdp.decidedBy->rule, "not-tls-on-443");
    EXPECT_LT(reset.result.simulatedEnd, TimePoint(std::chrono::seconds(2)));
}

TEST(ResultTest, APolicyMayAskNdpiWhatAFlowIs)
{
    // nDPI 4.2 names SIP in the clear on any port, and takes TLS for what it is.
    const auto plain = RunWith({"firewall.policy=ndpi-voip",
                                "control.transport=tcp",
                                "control.port=80",
                                "media.path=none",
                                "proxy.use=never",
                                "limits.attempt=2s"});
    ASSERT_TRUE(plain.result.control.decidedBy) << Why(plain.result);
    EXPECT_EQ(plain.result.control.decidedBy->reason, "recognised");
    const auto tls = RunWith(
        {"firewall.policy=ndpi-voip", "control.port=443", "media.path=none", "call.duration=1s"});
    EXPECT_EQ(tls.result.control.verdict, Verdict::PASS) << Why(tls.result);
}
