// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The control plane's keys, by what they change in a whole run.
#include "scenario-run.h"

#include <algorithm>
#include <fstream>
#include <set>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

RunResult
Register(std::vector<std::string> settings)
{
    settings.insert(settings.end(), {"call.enabled=false", "transport=solution"});
    return RunWith(settings).result;
}

bool
HasNote(const RunResult& result, const std::string& text)
{
    return std::any_of(result.notes.begin(),
                       result.notes.end(),
                       [&](const std::string& note)
                       { return note.find(text) != std::string::npos; });
}

} // namespace

TEST(TlsKeysTest, ProfilesAgreeOnWhatTheirTimeHad)
{
    const auto then = Register({"tls.profile=2012"});
    ASSERT_EQ(then.tls.size(), 1U) << Why(then);
    EXPECT_EQ(then.tls.front().suite, "TLS_RSA_WITH_AES_128_CBC_SHA");
    const auto now = Register({"tls.profile=current"});
    ASSERT_EQ(now.tls.size(), 1U) << Why(now);
    EXPECT_EQ(now.tls.front().suite, "TLS_AES_128_GCM_SHA256");
    EXPECT_EQ(now.tls.front().group, "x25519");
}

TEST(TlsKeysTest, TheCurrentProfileRefusesNullAndSaysSo)
{
    const auto result = Register(
        {"tls.profile=current", "tls.suites=[NULL-SHA]", "firewall.policy=authenticating-proxy"});
    EXPECT_EQ(result.control.verdict, Verdict::FAIL);
    ASSERT_TRUE(result.control.decidedBy);
    EXPECT_EQ(result.control.decidedBy->element, "ue");
    EXPECT_EQ(result.control.decidedBy->reason, "tls-alert-received");
    EXPECT_TRUE(HasNote(result, "forbids TLS_RSA_WITH_NULL_SHA"));
    const auto then = Register({"tls.profile=2012", "tls.suites=[NULL-SHA]"});
    EXPECT_EQ(then.control.verdict, Verdict::PASS) << Why(then);
}

TEST(TlsKeysTest, CertificatesNamesAndSizesShowOnTheWire)
{
    const auto plain = Register({"tls.suites=[TLS_AES_128_GCM_SHA256]"});
    ASSERT_EQ(plain.tls.size(), 1U) << Why(plain);
    const auto rich = Register({"tls.suites=[TLS_AES_128_GCM_SHA256]",
                                "tls.certificate=ed25519",
                                "tls.intermediates=3",
                                "tls.client_certificate=true",
                                "tls.alpn=[sip/2]",
                                "tls.sni=www.example.com",
                                "tls.record_size=1024",
                                "tls.groups=[secp384r1]",
                                "tls.hello_size=1800"});
    ASSERT_EQ(rich.tls.size(), 1U) << Why(rich);
    EXPECT_EQ(rich.tls.front().alpn, "sip/2");
    EXPECT_EQ(rich.tls.front().group, "secp384r1");
    EXPECT_GT(rich.tls.front().handshakeBytesSent, 1800 + 1500U); // its own chain comes after it
    EXPECT_GT(rich.tls.front().handshakeBytesReceived, plain.tls.front().handshakeBytesReceived);
}

namespace
{

/// A policy in a file of its own, gone with this object.
class PolicyFile
{
  public:
    explicit PolicyFile(const std::string& text) : m_folder(ScratchFolder("stalling-policy"))
    {
        std::ofstream(Path()) << text;
    }

    ~PolicyFile()
    {
        std::filesystem::remove_all(m_folder);
    }

    PolicyFile(const PolicyFile&) = delete;
    PolicyFile& operator=(const PolicyFile&) = delete;

    std::string
    Path() const
    {
        return m_folder / "stalling.yaml";
    }

  private:
    std::filesystem::path m_folder;
};

/// A firewall that swallows a connection from the packet on that goes beyond @p bytes.
std::string
StallingAfter(unsigned bytes, bool hasProxy)
{
    const std::string rules =
        "rules:\n  - {id: stalls, protocol: tcp, flow: {bytes_above: " + std::to_string(bytes) +
        "}, action: drop}\n  - {id: out, protocol: tcp, action: allow}\n";
    return "id: stalling\ntitle: Stalling\ntype: \"0\"\ndescription: for a test\nrefusal: drop\n" +
           std::string(hasProxy ? "proxy: {port: 3128, connect_ports: [443]}\n" : "") +
           "nat: {enabled: true}\n" + rules + "default: refuse\n";
}

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
