// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Calls by ICE between networks: which pair carries the media follows from what the firewalls let through.
#include "scenario-run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

/// A call by ICE from one network into another. @param callee empty: at the core's side
RunResult
Call(const std::string& caller, const std::string& callee, std::vector<std::string> more = {})
{
    std::vector<std::string> settings{"transport=solution-ice",
                                      "tls.suites=[TLS_RSA_WITH_AES_128_CBC_SHA]",
                                      "call.duration=2s",
                                      "firewall.policy=" + caller};
    if (!callee.empty())
    {
        settings.push_back("callee.policy=" + callee);
    }
    settings.insert(settings.end(), more.begin(), more.end());
    return RunWith(settings).result;
}

/// @return "relay: relay tls+proxy, srflx udp"
std::string
Tell(const RunResult& result)
{
    if (!result.mediaPair)
    {
        return "none: " + Why(result);
    }
    const auto tell = [](const MediaPairEnd& end)
    { return end.type + " " + end.transport + (end.viaProxy ? "+proxy" : ""); };
    return result.mediaPair->kind + ": " + tell(result.mediaPair->local) + ", " +
           tell(result.mediaPair->remote);
}

} // namespace

TEST(IceScenarioTest, ThePairFollowsFromBothNetworks)
{
    struct Row
    {
        const char* caller;
        const char* callee;
        const char* pair;
    };

    for (const Row& row : std::vector<Row>{
             {"stateful-nat", "", "reflexive: srflx udp, host udp"},
             {"stateful-nat", "stateful-nat", "reflexive: srflx udp, srflx udp"},
             {"symmetric-nat", "stateful-nat", "reflexive: prflx udp, srflx udp"},
             {"udp-blocked", "udp-blocked", "relay: relay tcp, relay tcp"},
             {"web-protocols-only", "web-protocols-only", "relay: relay tls, relay tls"},
             {"content-inspecting", "stateful-nat", "relay: relay tls+proxy, srflx udp"},
             {"content-inspecting", "proxy-only", "relay: relay tls+proxy, relay tls+proxy"}})
    {
        const auto result = Call(row.caller, row.callee);
        EXPECT_EQ(Tell(result), row.pair) << row.caller << " x " << row.callee;
        EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << Why(result);
        EXPECT_EQ(result.control.verdict, Verdict::PASS) << Why(result);
    }
}

TEST(IceScenarioTest, AnotherRuleAnotherPair)
{
    // The same two networks: what differs is one rule for UDP, or what the UE has.
    EXPECT_EQ(Tell(Call("symmetric-nat", "symmetric-nat")).substr(0, 6), "relay:");
    const auto folder = ScratchFolder("ice");
    const auto policy = (folder / "open.yaml").string();
    std::ofstream(policy)
        << "id: other-name\ntitle: t\nextends: symmetric-nat\n"
           "nat: {mapping: endpoint-independent, filtering: endpoint-independent}\n";
    EXPECT_EQ(Tell(Call(policy, "symmetric-nat")).substr(0, 10), "reflexive:");
    EXPECT_EQ(Tell(Call("udp-blocked", "udp-blocked", {"media.ice.servers=[tls:443]"})),
              "relay: relay tls, relay tls");
    std::filesystem::remove_all(folder);
}

TEST(IceScenarioTest, WithoutATurnServerTwoBlockedNetworksHaveNoPair)
{
    const auto result = Call("udp-blocked", "udp-blocked", {"media.ice.servers=[]"});
    EXPECT_EQ(result.control.verdict, Verdict::PASS) << Why(result);
    EXPECT_EQ(result.mediaUdp.verdict, Verdict::FAIL);
    ASSERT_TRUE(result.mediaUdp.decidedBy);
    EXPECT_EQ(result.mediaUdp.decidedBy->element, "nimsfw") << Why(result);
    EXPECT_FALSE(result.mediaPair);
    EXPECT_FALSE(result.iceLegs.empty());
}

TEST(IceScenarioTest, EachLegTellsWhatStoppedIt)
{
    // A firewall that drops UDP stops the STUN server and the TURN server by UDP ...
    const auto lines = [](const RunResult& result)
    {
        std::vector<std::string> told;
        for (const IceLeg& leg : result.iceLegs)
        {
            told.push_back(leg.party + ", " + leg.local + " to " + leg.remote + ": " + leg.state +
                           ", " + leg.element + " " + leg.rule);
        }
        return told;
    };
    EXPECT_EQ(lines(Call("udp-blocked", "udp-blocked", {"media.ice.servers=[udp:3478]"})),
              (std::vector<std::string>{"ue, srflx udp to : unanswered, nimsfw udp-blocked",
                                        "ue, relay udp to : unanswered, nimsfw udp-blocked",
                                        "callee, srflx udp to : unanswered, nimsfw udp-blocked",
                                        "callee, relay udp to : unanswered, nimsfw udp-blocked"}));
    // ... and the checks, from whichever end: the call gives up before they do.
    EXPECT_EQ(lines(Call("udp-blocked", "", {"media.ice.servers=[]"})),
              (std::vector<std::string>{
                  "ue, srflx udp to : unanswered, nimsfw udp-blocked",
                  "ue, host udp to host udp 192.0.2.10:40000: in-progress, nimsfw udp-blocked",
                  "callee, host udp to host udp 10.1.0.2:49153: in-progress,  "}));

    // Where one leg works, the others tell that they did not, and that it was not the firewall's doing.
    const auto found = Call("stateful-nat", "");
    EXPECT_TRUE(std::any_of(found.iceLegs.begin(),
                            found.iceLegs.end(),
                            [](const IceLeg& leg)
                            { return leg.state == "succeeded" && leg.element.empty(); }));
    EXPECT_TRUE(RunWith({"call.duration=1s"}).result.iceLegs.empty()) << "no ICE";
}

TEST(IceScenarioTest, BothProfilesAndBothSignallingsFindTheSamePair)
{
    for (const char* setting :
         {"media.ice.profile=rfc5245", "media.ice.lite=true", "control.transport=none"})
    {
        const auto result = Call("stateful-nat", "", {setting});
        EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << setting << Why(result);
        ASSERT_TRUE(result.mediaPair) << setting;
        EXPECT_EQ(result.mediaPair->kind, "reflexive") << setting;
    }
}

TEST(IceScenarioTest, TcpHostCandidatesServeWhereUdpIsBlocked)
{
    const auto result = Call("udp-blocked", "", {"media.ice.tcp=true", "media.ice.servers=[]"});
    EXPECT_EQ(Tell(result), "reflexive: prflx tcp, host tcp");
    EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << Why(result);
}

TEST(IceScenarioTest, ConsentEndsACallWhoseFirewallForgotIt)
{
    const std::vector<std::string> reboot{"call.duration=60s", "firewall.reboot_at=8s"};
    const auto with = [&](const char* setting)
    {
        auto settings = reboot;
        settings.emplace_back(setting);
        return settings;
    };
    // A NAT that maps by destination maps anew, to another port, which the callee's filter does not know.
    const auto lost = Call("symmetric-nat", "stateful-nat", reboot);
    EXPECT_EQ(lost.mediaUdp.verdict, Verdict::FAIL);
    ASSERT_TRUE(lost.mediaUdp.decidedBy);
    EXPECT_EQ(lost.mediaUdp.decidedBy->reason, "ice-consent-expired") << Why(lost);
    // RFC 7675 5.1: 30 s after the last answer, which is at most 6 s older than the reboot.
    const double at = ToMilliseconds(lost.mediaUdp.decidedBy->at.time_since_epoch());
    EXPECT_GT(at, 8000 + 30'000 - 6000);
    EXPECT_LT(at, 8000 + 30'000 + 1000);
    // Without consent nobody notices during the call; that the voice stopped is seen at its end.
    const auto deaf = Call("symmetric-nat", "stateful-nat", with("media.ice.consent=false"));
    EXPECT_EQ(deaf.mediaUdp.verdict, Verdict::FAIL);
    ASSERT_TRUE(deaf.mediaUdp.decidedBy);
    EXPECT_NE(deaf.mediaUdp.decidedBy->reason, "ice-consent-expired");
    EXPECT_GT(ToMilliseconds(deaf.mediaUdp.decidedBy->at.time_since_epoch()), 60'000);
    // A NAT whose mapping does not depend on where packets go comes back with the same one.
    const auto kept = Call("stateful-nat", "stateful-nat", reboot);
    EXPECT_EQ(kept.mediaUdp.verdict, Verdict::PASS) << Why(kept);
}

TEST(IceScenarioTest, BothProfilesAgreeOnAPairWithTcpCandidatesBesides)
{
    // RFC 5245 8.1.1.2: aggressive nomination may end on another pair first; both ends must end on the same.
    for (const char* profile : {"media.ice.profile=rfc5245", "media.ice.profile=rfc8445"})
    {
        for (const char* callee : {"stateful-nat", "udp-blocked", "proxy-only"})
        {
            const auto result = Call("stateful-nat", callee, {profile, "media.ice.tcp=true"});
            EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << profile << callee << Why(result);
            ASSERT_TRUE(result.mediaPair) << profile << callee;
            EXPECT_EQ(result.voiceUp->received, result.voiceUp->sent) << profile << callee;
        }
    }
}

TEST(IceScenarioTest, ThePhasesTellWhatIceTook)
{
    const auto result = Call("stateful-nat", "");
    const auto has = [&](const std::string& name)
    {
        return std::any_of(result.phases.begin(),
                           result.phases.end(),
                           [&](const Phase& phase)
                           { return phase.plane == "media" && phase.name == name; });
    };
    for (const char* name : {"ice-gather", "stun-binding", "turn-allocate-tls", "ice"})
    {
        EXPECT_TRUE(has(name)) << name;
    }
}
