// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What nDPI 4.2 says of SIP and TURN over what the proposal asks for: the rows that were measured with ndpiReader, over
/// captures of real programs and over flows of our own TLS sessions.
#include "classify/plaintext-recogniser.h"
#include "flow-player.h"
#include "ndpi/ndpi-names.h"
#include "ndpi/ndpi-recogniser.h"
#include "tls-bytes.h"
#include "tls-talk.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace imsfw::ndpi
{

namespace
{

using namespace classify;

using Names = std::vector<std::string>;

std::unique_ptr<RecogniserFactory>
MakeFactory(uint64_t epochSeconds)
{
    NdpiOptions options;
    options.epochSeconds = epochSeconds;
    auto factory = MakeNdpiFactory(options);
    return factory ? std::move(*factory) : nullptr;
}

struct CaptureRow
{
    std::string capture;
    std::string application;
    Names risks;
    unsigned packets; ///< until nDPI wanted no more
};

void
PrintTo(const CaptureRow& row, std::ostream* out)
{
    *out << row.capture;
}

class NdpiOnCaptures : public testing::TestWithParam<CaptureRow>
{
};

TEST_P(NdpiOnCaptures, SaysWhatNdpiReaderSays)
{
    const auto& row = GetParam();
    const auto factory = MakeFactory(0); // captures tell the time since 1970
    const auto watched = WatchCapture(*factory, row.capture);
    EXPECT_EQ(watched.verdict.application, row.application);
    EXPECT_EQ(watched.verdict.confidence, Confidence::BYTES);
    EXPECT_EQ(watched.verdict.risks, row.risks);
    EXPECT_EQ(watched.packets, row.packets);
    EXPECT_EQ(watched.verdict.inside, "");
}

const Names TUNNEL_RISKS{"http-numeric-ip-host", "known-protocol-on-non-standard-port"};
const Names NOT_HTTPS{"tls-not-carrying-https"};
const Names WEAK{"tls-not-carrying-https", "tls-weak-cipher"};

INSTANTIATE_TEST_SUITE_P(
    Captures,
    NdpiOnCaptures,
    testing::Values(CaptureRow{"px_sip_null.lan", "http-connect", TUNNEL_RISKS, 4},
                    CaptureRow{"px_sip_null.wan", "tls", NOT_HTTPS, 6},
                    CaptureRow{"px_turn_tcp.lan", "http-connect", TUNNEL_RISKS, 4},
                    CaptureRow{"sip_aes128sha.lan", "tls", WEAK, 6},
                    CaptureRow{"sip_null.lan", "tls", NOT_HTTPS, 6},
                    CaptureRow{"sip_udp5060.lan", "sip", {}, 1},
                    CaptureRow{"turn_aes128sha.lan", "tls", WEAK, 6},
                    CaptureRow{"turn_null.lan", "tls", NOT_HTTPS, 6}),
    [](const auto& row)
    {
        std::string name = row.param.capture;
        std::replace(name.begin(), name.end(), '.', '_');
        return name;
    });

/// @return what goes over the wire when a client of ours talks to a server of ours.
Talk
OwnTls(const std::string& suite, const std::string& version, const std::string& serverName)
{
    return TalkOverTls(suite,
                       version,
                       {{"REGISTER sip:ims.example SIP/2.0\r\nCSeq: 1 REGISTER\r\n\r\n",
                         "SIP/2.0 401 Unauthorized\r\nCSeq: 1 REGISTER\r\n\r\n"}},
                       serverName);
}

struct SuiteRow
{
    std::string name;
    std::string suite;
    std::string version;
    bool isWeak;
};

void
PrintTo(const SuiteRow& row, std::ostream* out)
{
    *out << row.name;
}

class NdpiOnOwnTls : public testing::TestWithParam<SuiteRow>
{
};

TEST_P(NdpiOnOwnTls, FlagsAesAndNotNull)
{
    const auto& row = GetParam();
    const auto factory = MakeFactory(tls::EPOCH_SECONDS);
    const Talk talk = OwnTls(row.suite, row.version, "pcscf.ims.example");
    const auto verdict = Watch(*factory, FlowTo(IpProtocol::TCP, 443), AsTcp(talk)).verdict;
    EXPECT_EQ(verdict.application, "tls");
    EXPECT_EQ(verdict.confidence, Confidence::BYTES);
    EXPECT_TRUE(verdict.HasRisk("tls-not-carrying-https"));
    EXPECT_EQ(verdict.HasRisk("tls-weak-cipher"), row.isWeak);
    EXPECT_FALSE(verdict.HasRisk("tls-missing-sni"));
}

INSTANTIATE_TEST_SUITE_P(
    Suites,
    NdpiOnOwnTls,
    testing::Values(SuiteRow{"Aes128Sha", "TLS_RSA_WITH_AES_128_CBC_SHA", "1.2", true},
                    SuiteRow{"NullSha", "TLS_RSA_WITH_NULL_SHA", "1.2", false},
                    SuiteRow{"NullSha256", "TLS_RSA_WITH_NULL_SHA256", "1.2", false},
                    SuiteRow{"EcdheNullSha", "TLS_ECDHE_RSA_WITH_NULL_SHA", "1.2", false},
                    SuiteRow{"EcdheGcm", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "1.2", false},
                    SuiteRow{"Tls13", "TLS_AES_128_GCM_SHA256", "1.3", false}),
    [](const auto& row) { return row.param.name; });

TEST(Ndpi, MissesTheNameOfAServer)
{
    const auto factory = MakeFactory(tls::EPOCH_SECONDS);
    const Talk talk = OwnTls("TLS_RSA_WITH_NULL_SHA", "1.2", "");
    const auto verdict = Watch(*factory, FlowTo(IpProtocol::TCP, 443), AsTcp(talk)).verdict;
    EXPECT_TRUE(verdict.HasRisk("tls-missing-sni"));
    EXPECT_FALSE(verdict.HasRisk("tls-weak-cipher"));
}

Talk
HandMade(const Bytes& suite, const Bytes& extensions)
{
    Talk talk = Handshake12(suite, 20);
    talk[0] = Client(Record(HANDSHAKE, ClientHello(suite + Hex("00ff"), extensions), 0x0301));
    talk[1] = Server(Record(HANDSHAKE, ServerHello(suite)) + Record(HANDSHAKE, Message(14, {})));
    return talk;
}

TEST(Ndpi, TakesAnyCommonApplicationProtocolNameForHttps)
{
    const auto factory = MakeFactory(tls::EPOCH_SECONDS);
    const Bytes name = ServerName("a.test");
    const auto risks = [&](const Bytes& extensions)
    {
        const auto flow = FlowTo(IpProtocol::TCP, 443);
        return Watch(*factory, flow, AsTcp(HandMade(Hex("0002"), extensions))).verdict.risks;
    };
    EXPECT_EQ(risks(name), NOT_HTTPS);
    for (const auto* protocol : {"http/1.1", "h2", "stun.turn"})
    {
        EXPECT_EQ(risks(name + Protocols(protocol)), Names{}) << protocol;
    }
}

TEST(Ndpi, FlagsAnObsoleteVersion)
{
    const auto factory = MakeFactory(tls::EPOCH_SECONDS);
    const auto flow = FlowTo(IpProtocol::TCP, 443);
    Talk talk = HandMade(Hex("0002"), ServerName("a.test"));
    EXPECT_FALSE(Watch(*factory, flow, AsTcp(talk)).verdict.HasRisk("tls-obsolete-version"));
    constexpr std::size_t HELLO_VERSION = 5 + 4;
    talk[0].bytes[HELLO_VERSION + 1] = 1; // TLS 1.0
    EXPECT_TRUE(Watch(*factory, flow, AsTcp(talk)).verdict.HasRisk("tls-obsolete-version"));
}

struct PlainRow
{
    std::string name;
    IpProtocol protocol;
    uint16_t port;
    bool isSip; ///< else TURN with channel data
    std::string application;
    Confidence confidence;
    Names risks;
    unsigned packets;
};

void
PrintTo(const PlainRow& row, std::ostream* out)
{
    *out << row.name;
}

Talk
SipTalk()
{
    return {Client(Text("REGISTER sip:ims.test SIP/2.0\r\nVia: SIP/2.0/TCP 10.1.0.2\r\n"
                        "From: <sip:alice@ims.test>;tag=1\r\nTo: <sip:alice@ims.test>\r\n"
                        "Call-ID: a\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n")),
            Server(Text("SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/TCP 10.1.0.2\r\n"
                        "CSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n"))};
}

class NdpiOnPlainFlows : public testing::TestWithParam<PlainRow>
{
};

TEST_P(NdpiOnPlainFlows, SaysWhatNdpiReaderSays)
{
    const auto& row = GetParam();
    const auto factory = MakeFactory(tls::EPOCH_SECONDS);
    const Talk talk = row.isSip ? SipTalk() : TurnTalk(100);
    const auto packets = row.protocol == IpProtocol::TCP ? AsTcp(talk) : AsUdp(talk);
    const auto watched = Watch(*factory, FlowTo(row.protocol, row.port), packets);
    EXPECT_EQ(watched.verdict.application, row.application);
    EXPECT_EQ(watched.verdict.confidence, row.confidence);
    EXPECT_EQ(watched.verdict.risks, row.risks);
    EXPECT_EQ(watched.packets, row.packets);
}

const Names ODD_PORT{"known-protocol-on-non-standard-port"};

INSTANTIATE_TEST_SUITE_P(
    Table,
    NdpiOnPlainFlows,
    testing::Values(
        PlainRow{"TurnTcp443", IpProtocol::TCP, 443, false, "tls", Confidence::PORT, {}, 81},
        PlainRow{"TurnTcp80", IpProtocol::TCP, 80, false, "http", Confidence::PORT, {}, 81},
        PlainRow{"TurnUdp3478", IpProtocol::UDP, 3478, false, "stun", Confidence::BYTES, {}, 3},
        PlainRow{"TurnUdp443", IpProtocol::UDP, 443, false, "stun", Confidence::BYTES, ODD_PORT, 3},
        PlainRow{"SipUdp5060", IpProtocol::UDP, 5060, true, "sip", Confidence::BYTES, {}, 1},
        PlainRow{"SipTcp5060", IpProtocol::TCP, 5060, true, "sip", Confidence::BYTES, {}, 4},
        PlainRow{"SipTcp80", IpProtocol::TCP, 80, true, "sip", Confidence::BYTES, ODD_PORT, 4}),
    [](const auto& row) { return row.param.name; });

TEST(Ndpi, NamesWhatIsInsideANullSuiteWhereItIsShown)
{
    const auto factory = MakeFactory(0);
    PlaintextRecogniserFactory plaintext(*factory);
    for (const auto* capture : {"sip_null.lan", "px_sip_null.lan", "px_sip_null.wan"})
    {
        EXPECT_EQ(WatchCapture(plaintext, capture).verdict.inside, "sip") << capture;
    }
    for (const auto* capture : {"sip_aes128sha.lan", "turn_aes128sha.lan", "turn_null.lan"})
    {
        // TURN over a stream is not among what nDPI 4.2 recognises.
        EXPECT_EQ(WatchCapture(plaintext, capture).verdict.inside, "") << capture;
    }
}

/// Two factories, one fed with the flows one after the other, one with all of them interleaved.
TEST(Ndpi, SaysTheSameOfFlowsSideBySide)
{
    const Names captures{"sip_null.lan", "sip_aes128sha.lan", "turn_null.lan", "px_turn_tcp.lan"};
    const auto alone = MakeFactory(0);
    const auto together = MakeFactory(0);
    std::vector<std::vector<OwnedPacket>> flows;
    std::vector<std::unique_ptr<Recogniser>> recognisers;
    for (const auto& name : captures)
    {
        const auto captured =
            ReadCapture(IMSFW_SOURCE_DIR "/tests/golden/captures/" + name + ".pcap");
        flows.push_back(ToFlowPackets(captured));
        recognisers.push_back(together->Make(captured.front().tuple));
    }
    for (std::size_t i = 0; i < 100; ++i)
    {
        for (std::size_t k = 0; k < flows.size(); ++k)
        {
            if (i < flows[k].size())
            {
                FlowPacket packet = flows[k][i].packet;
                packet.payload = flows[k][i].payload;
                recognisers[k]->Handle(packet);
            }
        }
    }
    for (std::size_t k = 0; k < captures.size(); ++k)
    {
        recognisers[k]->Finish();
        const auto expected = WatchCapture(*alone, captures[k]).verdict;
        EXPECT_EQ(recognisers[k]->GetVerdict().application, expected.application);
        EXPECT_EQ(recognisers[k]->GetVerdict().risks, expected.risks);
        EXPECT_EQ(recognisers[k]->GetVerdict().packets, expected.packets);
    }
}

TEST(Ndpi, SurvivesNoise)
{
    const auto factory = MakeFactory(0);
    Noise noise(7);
    for (int flow = 0; flow < 200; ++flow)
    {
        Talk talk;
        for (int i = 0; i < 20; ++i)
        {
            Bytes bytes = noise.Take(noise.Below(200));
            talk.push_back(i % 3 == 0 ? Server(bytes) : Client(bytes));
        }
        const auto port = static_cast<uint16_t>(noise.Below(65536));
        const bool isTcp = flow % 2 == 0;
        const auto tuple = FlowTo(isTcp ? IpProtocol::TCP : IpProtocol::UDP, port);
        const auto verdict = Watch(*factory, tuple, isTcp ? AsTcp(talk) : AsUdp(talk)).verdict;
        EXPECT_EQ(verdict.application.empty(), verdict.confidence == Confidence::NONE);
    }
}

TEST(Ndpi, ListsItsNames)
{
    const auto factory = MakeFactory(0);
    EXPECT_EQ(factory->GetName(), "ndpi");
    const auto names = factory->ApplicationNames();
    for (const auto* name : {"tls", "sip", "stun", "http-connect", "rtp", "http"})
    {
        EXPECT_TRUE(std::binary_search(names.begin(), names.end(), name)) << name;
    }
    const auto risks = factory->RiskNames();
    EXPECT_TRUE(std::binary_search(risks.begin(), risks.end(), "tls-not-carrying-https"));
    EXPECT_EQ(RiskName(0), "");
    EXPECT_EQ(RiskName(200), "");
    EXPECT_EQ(PolicyName("HTTP_Connect"), "http-connect");
}

} // namespace

} // namespace imsfw::ndpi
