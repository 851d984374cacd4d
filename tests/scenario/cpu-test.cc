// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// CPUs in whole runs: what they add, queues at a P-CSCF, and that nothing else changes.
#include "scenario-run.h"

#include "base/time.h"
#include "cpu-tables.h"

#include <algorithm>
#include <fstream>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

using Settings = std::vector<std::string>;

const Settings REGISTER{
    "call.enabled=false", "media.path=none", "tls.suites=[TLS_AES_128_GCM_SHA256]"};

Settings
With(Settings settings, const Settings& more)
{
    settings.insert(settings.end(), more.begin(), more.end());
    return settings;
}

const CpuResult&
CpuOf(const RunResult& result, const std::string& node)
{
    const auto found = std::find_if(result.cpus.begin(),
                                    result.cpus.end(),
                                    [&](const CpuResult& cpu) { return cpu.node == node; });
    EXPECT_NE(found, result.cpus.end()) << node;
    static const CpuResult none;
    return found == result.cpus.end() ? none : *found;
}

Duration
TimeOf(const CpuResult& cpu, const std::string& operation)
{
    for (const auto& item : cpu.operations)
    {
        if (item.name == operation)
        {
            return item.time;
        }
    }
    return {};
}

/// @return the mean registration time of all UEs in ms.
double
MeanRegistration(const RunResult& result)
{
    double sum = 0;
    for (const auto& ue : result.ues)
    {
        EXPECT_TRUE(ue.registration) << ue.name;
        sum += ue.registration ? ToMilliseconds(*ue.registration) : 0;
    }
    return sum / static_cast<double>(result.ues.size());
}

TEST(CpuScenario, WithoutOneComputingIsFreeAndTheResultSaysSo)
{
    const auto output = RunWith(REGISTER);
    EXPECT_TRUE(output.result.cpus.empty());
    EXPECT_TRUE(HasNote(output.result, "computing takes no simulated time (cpu: none)"));
    ASSERT_EQ(output.result.tls.size(), 1U);
    EXPECT_EQ(output.result.tls[0].computed, Duration(0));
}

TEST(CpuScenario, ARegistrationTakesLongerByWhatIsComputedOnItsWay)
{
    const auto free = RunWith(REGISTER);
    const auto output = RunWith(With(REGISTER, {"cpu.ue.table=phone", "cpu.p_cscf.table=server"}));
    const auto& ue = CpuOf(output.result, "ue");
    const auto& pCscf = CpuOf(output.result, "p-cscf");
    EXPECT_EQ(output.result.cpus.size(), 2U);
    EXPECT_TRUE(HasNote(output.result, "no simulated time at: proxy, turn, firewall"));
    EXPECT_GT(TimeOf(ue, "verify/rsa-2048"), Duration(0));
    EXPECT_GT(TimeOf(pCscf, "sign/rsa-2048"), Duration(0));
    EXPECT_GT(output.result.tls[0].computed, Duration(0));
    ASSERT_TRUE(free.result.registration && output.result.registration);
    const auto added = *output.result.registration - *free.result.registration;
    // At least the asymmetric operations, which nothing overlaps; at most everything.
    EXPECT_GE(added, TimeOf(ue, "verify/rsa-2048") + TimeOf(pCscf, "sign/rsa-2048"));
    EXPECT_LE(added, ue.busy + pCscf.busy);
    EXPECT_EQ(pCscf.waited, Duration(0)) << "one UE waits for nobody";
    for (const auto& phase : output.result.phases)
    {
        ASSERT_TRUE(phase.computed) << phase.name;
        if (phase.name == "tls")
        {
            EXPECT_EQ(*phase.computed, output.result.tls[0].computed);
        }
        if (phase.name == "attempt")
        {
            EXPECT_GT(*phase.computed, output.result.tls[0].computed)
                << "records cost something too";
            EXPECT_LE(*phase.computed, ue.busy);
        }
    }
    EXPECT_FALSE(free.result.phases.front().computed);
}

TEST(CpuScenario, SpeedAndCoresAreThoseOfTheExperiment)
{
    const auto plain = RunWith(With(REGISTER, {"cpu.p_cscf.table=server"}));
    const auto fast = RunWith(
        With(REGISTER, {"cpu.p_cscf.table=server", "cpu.p_cscf.speed=4", "cpu.p_cscf.cores=7"}));
    const auto& fastCpu = CpuOf(fast.result, "p-cscf");
    EXPECT_EQ(fastCpu.cores, 7U);
    EXPECT_NEAR(ToMilliseconds(CpuOf(plain.result, "p-cscf").busy),
                4 * ToMilliseconds(fastCpu.busy),
                0.001);
}

TEST(CpuScenario, AStormQueuesAtThePCscfAndMoreCoresHelp)
{
    const Settings storm =
        With(REGISTER, {"ues.count=20", "cpu.p_cscf.table=server", "cpu.p_cscf.speed=0.02"});
    const auto free = RunWith(With(REGISTER, {"ues.count=20"}));
    const auto one = RunWith(With(storm, {"cpu.p_cscf.cores=1"}));
    const auto four = RunWith(With(storm, {"cpu.p_cscf.cores=4"}));
    EXPECT_GT(CpuOf(one.result, "p-cscf").waited, CpuOf(four.result, "p-cscf").waited);
    EXPECT_GT(CpuOf(one.result, "p-cscf").longestWait, std::chrono::milliseconds(100));
    EXPECT_GT(MeanRegistration(one.result), MeanRegistration(four.result));
    EXPECT_GT(MeanRegistration(four.result), MeanRegistration(free.result));
}

TEST(CpuScenario, EcdsaServesAStormFasterThanRsa)
{
    const Settings storm = With(
        REGISTER,
        {"ues.count=20", "cpu.p_cscf.table=server", "cpu.p_cscf.cores=1", "cpu.p_cscf.speed=0.02"});
    const auto rsa = RunWith(With(storm, {"tls.certificate=rsa-2048"}));
    const auto ecdsa = RunWith(With(storm, {"tls.certificate=ecdsa-p256"}));
    EXPECT_GT(MeanRegistration(rsa.result), MeanRegistration(ecdsa.result));
    EXPECT_EQ(TimeOf(CpuOf(ecdsa.result, "p-cscf"), "sign/rsa-2048"), Duration(0));
    EXPECT_GT(TimeOf(CpuOf(ecdsa.result, "p-cscf"), "sign/secp256r1"), Duration(0));
}

TEST(CpuScenario, FirewallProxyAndRelayAreChargedForWhatPassesThem)
{
    const auto output = RunWith({"firewall.policy=content-inspecting",
                                 "transport=solution",
                                 "call.duration=2s",
                                 "cpu.firewall.table=gateway",
                                 "cpu.proxy.table=server",
                                 "cpu.turn.table=server"});
    EXPECT_EQ(output.result.mediaUdp.verdict, Verdict::PASS) << Why(output.result);
    const auto& firewall = CpuOf(output.result, "firewall");
    EXPECT_GT(TimeOf(firewall, "firewall/packet"), Duration(0));
    EXPECT_GT(TimeOf(firewall, "firewall/inspect"), Duration(0));
    EXPECT_GT(TimeOf(CpuOf(output.result, "web-proxy"), "proxy/copy"), Duration(0));
    EXPECT_GT(TimeOf(CpuOf(output.result, "turn-server"), "relay/copy"), Duration(0));
    const auto plain =
        RunWith({"firewall.policy=content-inspecting", "transport=solution", "call.duration=2s"});
    ASSERT_TRUE(plain.result.voiceUp && output.result.voiceUp);
    EXPECT_EQ(output.result.voiceUp->received, plain.result.voiceUp->received);
    EXPECT_GT(output.result.voiceUp->delayMeanMs, plain.result.voiceUp->delayMeanMs);
}

TEST(CpuScenario, SrtpIsChargedAtTheUeAndAddsToTheDelay)
{
    const Settings call{"transport=sip-udp",
                        "firewall.policy=stateful-nat",
                        "media.srtp=AES_CM_128_HMAC_SHA1_80",
                        "media.video.enabled=true",
                        "call.duration=2s"};
    const auto free = RunWith(call).result;
    const auto result = RunWith(With(call, {"cpu.ue.table=phone"})).result;
    ASSERT_TRUE(result.voiceUp && result.voiceUp->srtp) << Why(result);
    ASSERT_TRUE(result.videoUp && result.videoUp->srtp && result.videoDown->srtp);
    const auto& ue = CpuOf(result, "ue");
    const auto table = LoadCpuTable("phone");
    ASSERT_TRUE(table);
    const auto priceOf = [&](const char* operation, uint64_t packets, uint64_t bytes) {
        return *table->PriceOf({operation, packets, bytes});
    };
    const char* protect = "protect/AES_CM_128_HMAC_SHA1_80";
    const auto& voice = *result.voiceUp->srtp;
    const auto& video = *result.videoUp->srtp;
    // Each packet is rounded by itself.
    const auto isAbout = [](Duration one, Duration other, uint64_t packets)
    { return std::abs((one - other).count()) <= static_cast<int64_t>(packets); };
    EXPECT_TRUE(isAbout(voice.protect, priceOf(protect, voice.sent, voice.plainBytes), voice.sent));
    EXPECT_TRUE(isAbout(video.protect, priceOf(protect, video.sent, video.plainBytes), video.sent));
    EXPECT_EQ(TimeOf(ue, protect), voice.protect + video.protect);
    EXPECT_EQ(TimeOf(ue, "unprotect/AES_CM_128_HMAC_SHA1_80"),
              result.voiceDown->srtp->unprotect + result.videoDown->srtp->unprotect);
    EXPECT_EQ(voice.unprotect, Duration(0)) << "the callee's computing is free";
    EXPECT_GT(result.voiceUp->delayMeanMs, free.voiceUp->delayMeanMs);
    EXPECT_EQ(free.voiceUp->srtp->protect, Duration(0));
    EXPECT_EQ(free.voiceUp->received, result.voiceUp->received);
}

TEST(CpuScenario, ATableFromBeforeSrtpWasPricedTakesItAsFreeAndTheResultSaysSo)
{
    const auto folder = ScratchFolder("old-table");
    const auto table = folder / "old.yaml";
    std::ofstream(table) << "title: Old\ncpu: C\nderivation: D\noperations:\n"
                            "  firewall/packet: {each_ns: 1}\n";
    const auto result = RunWith({"transport=sip-udp",
                                 "firewall.policy=stateful-nat",
                                 "media.srtp=AEAD_AES_256_GCM",
                                 "call.duration=1s",
                                 "cpu.ue.table=" + table.string()})
                            .result;
    EXPECT_TRUE(HasNote(result, "protect/AEAD_AES_256_GCM, unprotect/AEAD_AES_256_GCM"));
    EXPECT_EQ(CpuOf(result, "ue").busy, Duration(0));
    std::filesystem::remove_all(folder);
}

TEST(CpuScenario, TheSameSeedGivesTheSameResult)
{
    const Settings settings = With(REGISTER,
                                   {"ues.count=5",
                                    "cpu.ue.table=phone",
                                    "cpu.p_cscf.table=server",
                                    "cpu.firewall.table=gateway"});
    const Experiment experiment;
    const auto first = RunWith(settings);
    const auto second = RunWith(settings);
    EXPECT_EQ(ToJson(experiment, first.result, {}), ToJson(experiment, second.result, {}));
    EXPECT_EQ(first.keyLog, second.keyLog);
}

} // namespace
