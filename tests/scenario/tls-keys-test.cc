// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The keys of the section `tls`, each by what it changes in a whole run: in the result, or on the wire.
#include "phase-flights.h"

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

const std::string AES = "tls.suites=[TLS_RSA_WITH_AES_128_CBC_SHA]";
const std::string ECDHE = "tls.suites=[TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]";
const std::string ECDSA = "tls.suites=[TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]";
const std::string TLS13 = "tls.suites=[TLS_AES_128_GCM_SHA256]";
const std::string ANY =
    "tls.suites=[TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]";

/// @return the one connection of a registration; an empty one, and a failure of the test, where there was none.
TlsResult
Connect(const std::vector<std::string>& settings)
{
    const auto result = Register(settings);
    EXPECT_EQ(result.tls.size(), 1U) << settings.back() << " " << Why(result);
    return result.tls.empty() ? TlsResult{} : result.tls.front();
}

/// @return the UE's bytes of TLS within REGISTER, records around the same messages.
uint64_t
RecordBytes(const std::vector<std::string>& settings)
{
    const auto result = Register(settings);
    const Phase* phase = FindPhase(result, "control", "register");
    EXPECT_NE(phase, nullptr) << settings.back() << " " << Why(result);
    return phase == nullptr ? 0 : phase->traffic->sent[Layer::TLS];
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

TEST(TlsKeysTest, TheRangeOfVersionsIsWhatIsNegotiatedIn)
{
    const std::tuple<std::vector<std::string>, const char*> rows[] = {
        {{ANY}, "TLSv1.3"},
        {{"tls.max_version=1.2"}, "TLSv1.2"},
        {{"tls.min_version=1.3"}, "TLSv1.3"},
        {{"tls.min_version=1.2", "tls.max_version=1.2"}, "TLSv1.2"},
        {{"tls.min_version=1.2", "tls.max_version=1.3"}, "TLSv1.3"},
        {{AES}, "TLSv1.2"},
        {{TLS13}, "TLSv1.3"},
    };
    for (const auto& [settings, version] : rows)
    {
        EXPECT_EQ(Connect(settings).version, version) << settings.back();
    }
}

TEST(TlsKeysTest, EveryGroupIsTheOneThatWasAskedFor)
{
    for (const std::string group : {"x25519", "x448", "secp256r1", "secp384r1", "secp521r1"})
    {
        for (const auto& suite : {ECDHE, TLS13})
        {
            EXPECT_EQ(Connect({suite, "tls.groups=[" + group + "]"}).group, group) << suite;
        }
    }
    for (const std::string group : {"ffdhe2048", "ffdhe3072", "ffdhe4096"}) // RFC 8446 4.2.7
    {
        EXPECT_EQ(Connect({TLS13, "tls.groups=[" + group + "]"}).group, group);
    }
}

TEST(TlsKeysTest, EachCertificateIsVerifiedAndEachIntermediateCostsItsBytes)
{
    const std::pair<std::string, std::string> rows[] = {{"rsa-2048", ECDHE},
                                                        {"rsa-3072", ECDHE},
                                                        {"ecdsa-p256", ECDSA},
                                                        {"ed25519", ECDSA},
                                                        {"rsa-2048", TLS13},
                                                        {"ecdsa-p256", TLS13},
                                                        {"ed25519", TLS13}};
    std::map<std::string, std::size_t> alone;
    for (const auto& [kind, suite] : rows)
    {
        std::size_t before = 0;
        for (unsigned intermediates = 0; intermediates <= 3; ++intermediates)
        {
            const auto tls = Connect({suite,
                                      "tls.certificate=" + kind,
                                      "tls.intermediates=" + std::to_string(intermediates)});
            // The smallest of these certificates, of Ed25519, has some 350 bytes.
            EXPECT_GT(tls.handshakeBytesReceived, before + 300) << kind << suite << intermediates;
            before = tls.handshakeBytesReceived;
            alone.emplace(kind, before);
        }
    }
    EXPECT_GT(alone["rsa-3072"], alone["rsa-2048"]);
    EXPECT_GT(alone["rsa-2048"], alone["ecdsa-p256"]);
}

TEST(TlsKeysTest, AKnownServerIsResumedByEachWayAndVersionUntilTheSessionExpires)
{
    for (const auto& suite : {AES, ECDHE, TLS13})
    {
        for (const std::string way : {"tickets", "ids"})
        {
            const auto tls = Connect({suite, "tls.known_servers=true", "tls.resumption=" + way});
            EXPECT_TRUE(tls.isResumed) << suite << way;
        }
        EXPECT_FALSE(Connect({suite}).isResumed) << suite;
        // The proxy closes the tunnel after 120 s of silence; then the session is 120 s old.
        for (const auto& [lifetime, isResumed] :
             {std::pair("100s", false), std::pair("200s", true)})
        {
            const auto result = RunWith({"transport=solution",
                                         "firewall.policy=authenticating-proxy",
                                         "media.path=none",
                                         "call.duration=1s",
                                         "call.idle=200s",
                                         "sip.recover=true",
                                         suite,
                                         "tls.resumption=tickets",
                                         std::string("tls.session_lifetime=") + lifetime})
                                    .result;
            ASSERT_EQ(result.tls.size(), 2U) << suite << Why(result);
            EXPECT_EQ(result.tls[1].isResumed, isResumed) << suite << lifetime;
        }
    }
}

TEST(TlsKeysTest, AClientCertificateIsSentWhereTheServersAsk)
{
    for (const auto& suite : {AES, TLS13})
    {
        const auto plain = Connect({suite});
        const auto shown = Connect({suite, "tls.client_certificate=true"});
        EXPECT_GT(shown.handshakeBytesSent, plain.handshakeBytesSent + 700) << suite; // and signed
    }
}

TEST(TlsKeysTest, EncryptThenMacMovesTheMacBehindThePadding)
{
    // RFC 5246 6.2.3.2: a record is padded with its MAC; RFC 7366 3: without it. 20 bytes are no multiple of 16.
    const auto behind = RecordBytes({AES, "tls.encrypt_then_mac=offered"});
    EXPECT_NE(behind, RecordBytes({AES, "tls.encrypt_then_mac=not-offered"}));
    EXPECT_EQ(behind, RecordBytes({AES, "tls.encrypt_then_mac=by-profile"}));
    EXPECT_EQ(RecordBytes({ECDHE, "tls.encrypt_then_mac=offered"}),
              RecordBytes({ECDHE, "tls.encrypt_then_mac=not-offered"}))
        << "an AEAD has no MAC to move";
}

TEST(TlsKeysTest, AShorterRecordLimitMeansMoreRecords)
{
    // REGISTER has some 800 and 1100 bytes: one record each, or two and three. One of GCM costs 5 + 8 + 16 bytes.
    const auto whole = RecordBytes({ECDHE});
    EXPECT_EQ(whole, 2 * 29U);
    const auto parts = RecordBytes({ECDHE, "tls.record_size=512"});
    EXPECT_EQ(parts % 29, 0U);
    EXPECT_GE(parts, 2 * whole);
}

TEST(TlsKeysTest, TheHelloSaysTheNameTheProtocolsAndFillsItsSize)
{
    const auto folder = ScratchFolder("tls-hello");
    const auto hello = [&](const std::vector<std::string>& more)
    {
        std::vector<std::string> settings{"transport=solution", "call.enabled=false", TLS13};
        settings.insert(settings.end(), more.begin(), more.end());
        RunWith(settings, folder);
        std::string capture;
        EXPECT_TRUE(ReadFile(folder / "access.pcap", capture));
        return capture;
    };
    const auto has = [](const std::string& capture, const std::string& text)
    { return capture.find(text) != std::string::npos; };
    EXPECT_FALSE(has(hello({}), "front.example"));
    EXPECT_TRUE(has(hello({"tls.sni=front.example"}), "front.example"));
    EXPECT_FALSE(has(hello({}), "sip/2"));
    EXPECT_TRUE(has(hello({"tls.alpn=[sip/2]"}), "sip/2"));
    EXPECT_EQ(Connect({TLS13, "tls.alpn=[sip/2, http/1.1]"}).alpn, "sip/2");
    // Record header 22 (handshake), version, length; handshake header 1 (client_hello), length: 1800 in all: 5, 4 and 0x6ff.
    const std::string filled("\x16\x03\x01\x07\x03\x01\x00\x06\xff", 9);
    EXPECT_FALSE(has(hello({}), filled));
    EXPECT_TRUE(has(hello({"tls.hello_size=1800"}), filled));
    std::filesystem::remove_all(folder);
}
