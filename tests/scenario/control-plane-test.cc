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
