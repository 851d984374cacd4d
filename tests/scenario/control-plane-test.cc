// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The control plane's keys, by what they change in a whole run.
#include "scenario-run.h"

#include <algorithm>

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
