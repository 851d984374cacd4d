// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The interface of the recognisers with our own probes behind it, and with the plaintext of NULL suites shown as well.
#include "classify/plaintext-recogniser.h"
#include "classify/probe-recogniser.h"
#include "flow-player.h"
#include "tls-bytes.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace imsfw::classify
{

namespace
{

using Names = std::vector<std::string>;

const Bytes REGISTER = Text("REGISTER sip:ims.test SIP/2.0\r\nCSeq: 1 REGISTER\r\n\r\n");

struct CaptureRow
{
    std::string capture;
    std::string application;
    std::string inside;
    Names risks;
};

void
PrintTo(const CaptureRow& row, std::ostream* out)
{
    *out << row.capture;
}

class ProbesOnCaptures : public testing::TestWithParam<CaptureRow>
{
};

TEST_P(ProbesOnCaptures, NameWhatIsThere)
{
    const auto& row = GetParam();
    ProbeRecogniserFactory factory;
    const auto verdict = WatchCapture(factory, row.capture).verdict;
    EXPECT_EQ(verdict.application, row.application);
    EXPECT_EQ(verdict.confidence, Confidence::BYTES);
    EXPECT_EQ(verdict.inside, row.inside);
    EXPECT_EQ(verdict.risks, row.risks);
}

INSTANTIATE_TEST_SUITE_P(
    Captures,
    ProbesOnCaptures,
    testing::Values(CaptureRow{"px_sip_null.lan", "http-connect", "sip", {"tls-null-cipher"}},
                    CaptureRow{"px_sip_null.wan", "tls", "sip", {"tls-null-cipher"}},
                    CaptureRow{"px_turn_tcp.lan", "http-connect", "stun", {}},
                    CaptureRow{"sip_aes128sha.lan", "tls", "", {}},
                    CaptureRow{"sip_null.lan", "tls", "sip", {"tls-null-cipher"}},
                    CaptureRow{"sip_udp5060.lan", "sip", "", {}},
                    CaptureRow{"turn_aes128sha.lan", "tls", "", {}},
                    CaptureRow{"turn_null.lan", "tls", "stun", {"tls-null-cipher"}}),
    [](const auto& row)
    {
        std::string name = row.param.capture;
        std::replace(name.begin(), name.end(), '.', '_');
        return name;
    });

TEST(ProbeRecogniser, IsNotMovedByPorts)
{
    ProbeRecogniserFactory factory;
    const auto flow = FlowTo(IpProtocol::TCP, 443);
    const auto verdict = Watch(factory, flow, AsTcp({Client(Bytes(500, 0xEE))})).verdict;
    EXPECT_EQ(verdict.application, "");
    EXPECT_EQ(verdict.confidence, Confidence::NONE);
    EXPECT_FALSE(verdict.Is(""));
}

TEST(ProbeRecogniser, SeesTurnInAStream)
{
    ProbeRecogniserFactory factory;
    const auto watched = Watch(factory, FlowTo(IpProtocol::TCP, 443), AsTcp(TurnTalk(20)));
    EXPECT_EQ(watched.verdict.application, "stun");
    EXPECT_EQ(watched.verdict.packets, 4U);
}

TEST(ProbeRecogniser, SettlesWhenEverythingHasAName)
{
    ProbeRecogniserFactory factory;
    EXPECT_EQ(WatchCapture(factory, "sip_udp5060.lan").packets, 1U);
    EXPECT_EQ(WatchCapture(factory, "px_turn_tcp.lan").packets, 8U);
    EXPECT_EQ(WatchCapture(factory, "sip_aes128sha.lan").packets, 9U); // both ChangeCipherSpecs
    const auto flow = FlowTo(IpProtocol::TCP, 80);
    const Bytes get = Text("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    const auto web =
        Watch(factory, flow, AsTcp({Client(get), Server(Text("HTTP/1.1 200 OK\r\n"))}));
    EXPECT_EQ(web.verdict.application, "http");
    EXPECT_EQ(web.packets, 4U);
}

TEST(ProbeRecogniser, NamesTlsInATunnelAndWhatItCarries)
{
    ProbeRecogniserFactory factory;
    const Talk open{Client(Text("CONNECT a.test:443 HTTP/1.1\r\n\r\n")),
                    Server(Text("HTTP/1.1 200 OK\r\n\r\n"))};
    const auto flow = FlowTo(IpProtocol::TCP, 3128);
    const auto opaque = Watch(factory, flow, AsTcp(open + Handshake12(Hex("002f"), 20)));
    EXPECT_EQ(opaque.verdict.application, "http-connect");
    EXPECT_EQ(opaque.verdict.inside, "tls");
    const Talk readable = open + Handshake12(Hex("0002"), 20) + Client(NullRecord(REGISTER, 20));
    EXPECT_EQ(Watch(factory, flow, AsTcp(readable)).verdict.inside, "sip");
}

TEST(ProbeRecogniser, KnowsOnlyItsOwnNames)
{
    ProbeRecogniserFactory factory;
    const auto names = factory.ApplicationNames();
    const auto risks = factory.RiskNames();
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_TRUE(std::is_sorted(risks.begin(), risks.end()));
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), "http-connect"));
    EXPECT_TRUE(std::binary_search(risks.begin(), risks.end(), "tls-null-cipher"));
}

TEST(ProbeRecogniser, ReportsRisksOfAHandshake)
{
    Findings findings;
    findings.gaveUp = true;
    findings.tls.emplace();
    EXPECT_EQ(RisksOf(findings), (Names{"malformed-packet"}));
    findings.gaveUp = false;
    findings.tls->clientHello = true;
    EXPECT_EQ(RisksOf(findings), (Names{"tls-missing-sni"}));
    findings.tls->sni = "a.test";
    findings.tls->serverHello = true;
    findings.tls->version = 0x0302;
    findings.tls->nullSuite = true;
    EXPECT_EQ(RisksOf(findings), (Names{"tls-null-cipher", "tls-obsolete-version"}));
}

TEST(Confidence, HasNamesThatCanBeFound)
{
    for (const auto value : {Confidence::NONE,
                             Confidence::PORT,
                             Confidence::ADDRESS,
                             Confidence::CACHE,
                             Confidence::BYTES})
    {
        EXPECT_EQ(FindConfidence(ToString(value)), value);
    }
    EXPECT_FALSE(FindConfidence("dpi"));
}

/// Notes what it is shown, and calls it by its first word.
class Recorder : public Recogniser
{
  public:
    explicit Recorder(std::vector<OwnedPacket>& packets) : m_packets(packets)
    {
    }

    void
    Handle(const FlowPacket& packet) override
    {
        m_packets.push_back({packet, packet.payload.ToBytes()});
        if (!packet.payload.IsEmpty() && m_verdict.application.empty())
        {
            m_verdict.application = std::string(packet.payload.Sub(0, 3).AsText());
            m_verdict.confidence = Confidence::BYTES;
            ++m_verdict.generation;
        }
    }

    void
    Finish() override
    {
        m_verdict.risks = {"finished"};
        ++m_verdict.generation;
    }

    const RecogniserVerdict&
    GetVerdict() const override
    {
        return m_verdict;
    }

    bool
    IsSettled() const override
    {
        return false;
    }

  private:
    std::vector<OwnedPacket>& m_packets;
    RecogniserVerdict m_verdict;
};

class RecorderFactory : public RecogniserFactory
{
  public:
    std::string
    GetName() const override
    {
        return "recorder";
    }

    std::unique_ptr<Recogniser>
    Make(const FiveTuple&) override
    {
        return std::make_unique<Recorder>(packets[std::min<std::size_t>(made++, 1)]);
    }

    Names
    ApplicationNames() const override
    {
        return {"REG"};
    }

    Names
    RiskNames() const override
    {
        return {"finished"};
    }

    std::array<std::vector<OwnedPacket>, 2> packets; ///< of the flow as it is, and of its inside
    std::size_t made{0};
};

constexpr std::size_t MAC = 20;

TEST(PlaintextRecogniser, ShowsTheInsideAsAConnectionOfItsOwn)
{
    RecorderFactory recorder;
    PlaintextRecogniserFactory factory(recorder);
    const Bytes body(3000, 'x');
    const Talk talk = Handshake12(Hex("0002"), MAC) + Client(NullRecord(REGISTER, MAC)) +
                      Server(NullRecord(body, MAC));
    const auto packets = AsTcp(talk);
    const auto verdict = Watch(factory, FlowTo(IpProtocol::TCP, 443), packets).verdict;
    EXPECT_EQ(factory.GetName(), "recorder+plaintext");
    EXPECT_EQ(verdict.application, "\x16\x03\x01");
    EXPECT_EQ(verdict.inside, "REG");
    EXPECT_EQ(verdict.risks, Names{"finished"});
    EXPECT_EQ(recorder.packets[0].size(), packets.size());
    const auto& inside = recorder.packets[1];
    ASSERT_EQ(inside.size(), 3U + 1 + 3); // 3000 bytes are three segments
    EXPECT_EQ(inside[0].packet.tcpFlags, FLOW_TCP_SYN);
    EXPECT_EQ(inside[1].packet.tcpFlags, FLOW_TCP_SYN | FLOW_TCP_ACK);
    EXPECT_EQ(inside[3].payload, REGISTER);
    EXPECT_EQ(inside[4].packet.direction, Direction::TO_CLIENT);
    EXPECT_EQ(inside[4].packet.acknowledgement, inside[3].packet.sequence + REGISTER.size());
    EXPECT_EQ(inside[5].packet.sequence, inside[4].packet.sequence + inside[4].payload.size());
}

TEST(PlaintextRecogniser, HasNoInsideWhereTheSuiteEncrypts)
{
    RecorderFactory recorder;
    PlaintextRecogniserFactory factory(recorder);
    const Talk talk = Handshake12(Hex("002f"), MAC) + Client(Record(DATA, REGISTER));
    const auto verdict = Watch(factory, FlowTo(IpProtocol::TCP, 443), AsTcp(talk)).verdict;
    EXPECT_EQ(verdict.inside, "");
    EXPECT_EQ(recorder.made, 1U);
}

TEST(PlaintextRecogniser, SettlesWithTheFlow)
{
    ProbeRecogniserFactory probes;
    PlaintextRecogniserFactory factory(probes);
    const auto flow = FlowTo(IpProtocol::TCP, 443);
    const auto recogniser = factory.Make(flow);
    for (const auto& [packet, payload] : AsTcp(Handshake12(Hex("002f"), MAC)))
    {
        EXPECT_FALSE(recogniser->IsSettled());
        FlowPacket whole = packet;
        whole.payload = payload;
        recogniser->Handle(whole);
    }
    EXPECT_TRUE(recogniser->IsSettled());
}

} // namespace

} // namespace imsfw::classify
