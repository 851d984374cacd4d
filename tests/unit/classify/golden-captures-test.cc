// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the recognisers say of captures of real programs (tests/golden/captures), whole and cut up.
#include "classify/stream-inspector.h"
#include "golden-packets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace imsfw::classify
{

namespace
{

constexpr ApplicationSet VOICE{Application::SIP,
                               Application::STUN,
                               Application::TURN_CHANNEL,
                               Application::RTP,
                               Application::RTCP,
                               Application::MSRP};

struct Row
{
    std::string capture;
    Answer firstBytesTls{Answer::YES};
    Answer firstBytesHttp{Answer::NO};
    std::optional<uint16_t> suite{};
    bool null{false};
    std::string tunnelTo{};
    Answer tunnelTls{Answer::UNDECIDED};
    std::string sni{};
    ApplicationSet content{};
    bool readable{true};
};

std::ostream&
operator<<(std::ostream& out, const Row& row)
{
    return out << row.capture;
}

constexpr uint16_t NULL_SHA = 0x0002;
constexpr uint16_t AES128_SHA = 0x002F;
constexpr auto TLS = Application::TLS;
constexpr auto HTTP = Application::HTTP;
constexpr auto SIP = Application::SIP;
const ApplicationSet RELAY{Application::STUN, Application::TURN_CHANNEL, Application::RTP};

ApplicationSet
With(ApplicationSet set, ApplicationSet more)
{
    set.Add(more);
    return set;
}

std::vector<Row>
Rows()
{
    std::vector<Row> rows;
    Row row;
    row = {"px_sip_null.lan", Answer::NO, Answer::YES, NULL_SHA, true};
    row.tunnelTo = "10.2.0.2:443";
    row.tunnelTls = Answer::YES;
    row.sni = "pcscf.realbed.test";
    row.content = {HTTP, TLS, SIP};
    rows.push_back(row);
    row = {"px_sip_null.wan", Answer::YES, Answer::NO, NULL_SHA, true};
    row.sni = "pcscf.realbed.test";
    row.content = {TLS, SIP};
    rows.push_back(row);
    row = {"px_turn_tcp.lan", Answer::NO, Answer::YES};
    row.tunnelTo = "10.2.0.3:443";
    row.tunnelTls = Answer::NO;
    row.content = With(RELAY, {HTTP});
    rows.push_back(row);
    row = {"sip_aes128sha.lan", Answer::YES, Answer::NO, AES128_SHA};
    row.sni = "pcscf.realbed.test";
    row.content = {TLS};
    row.readable = false;
    rows.push_back(row);
    row = {"sip_null.lan", Answer::YES, Answer::NO, NULL_SHA, true};
    row.sni = "pcscf.realbed.test";
    row.content = {TLS, SIP};
    rows.push_back(row);
    row = {"sip_udp5060.lan", Answer::NO, Answer::NO};
    row.content = {SIP};
    rows.push_back(row);
    row = {"turn_aes128sha.lan", Answer::YES, Answer::NO, AES128_SHA};
    row.sni = "turn.realbed.test";
    row.content = {TLS};
    row.readable = false;
    rows.push_back(row);
    row = {"turn_null.lan", Answer::YES, Answer::NO, NULL_SHA, true};
    row.sni = "turn.realbed.test";
    row.content = With(RELAY, {TLS});
    rows.push_back(row);
    return rows;
}

/// Replays a capture that holds one flow, opened by its first packet's sender.
class Replay
{
  public:
    explicit Replay(const std::string& capture)
        : m_packets(ReadCapture(IMSFW_SOURCE_DIR "/tests/golden/captures/" + capture + ".pcap"))
    {
    }

    std::vector<CapturedPacket>&
    Packets()
    {
        return m_packets;
    }

    Direction
    DirectionOf(const CapturedPacket& packet) const
    {
        const bool fromClient = packet.tuple == m_packets.front().tuple;
        return fromClient ? Direction::TO_SERVER : Direction::TO_CLIENT;
    }

    void
    Hand(StreamInspector& inspector, const CapturedPacket& packet) const
    {
        if (packet.tuple.protocol == IpProtocol::UDP)
        {
            inspector.HandleDatagram(DirectionOf(packet), packet.payload);
            return;
        }
        inspector.HandleSegment(DirectionOf(packet), packet.sequence, packet.syn, packet.payload);
    }

    Findings
    Run() const
    {
        StreamInspector inspector;
        for (const auto& packet : m_packets)
        {
            Hand(inspector, packet);
            EXPECT_LE(inspector.GetHeldBytes(), StreamInspector::MemoryBound());
        }
        return inspector.GetFindings();
    }

  private:
    std::vector<CapturedPacket> m_packets;
};

class GoldenCaptures : public testing::TestWithParam<Row>
{
};

TEST_P(GoldenCaptures, AreRecognised)
{
    const Row& row = GetParam();
    const Findings found = Replay(row.capture).Run();
    EXPECT_EQ(found.firstBytesTls, row.firstBytesTls);
    EXPECT_EQ(found.firstBytesHttp, row.firstBytesHttp);
    EXPECT_EQ(found.connectTunnel, !row.tunnelTo.empty());
    EXPECT_EQ(found.connectTarget, row.tunnelTo);
    EXPECT_EQ(found.tunnelTls, row.tunnelTls);
    EXPECT_EQ(found.content.ToString(), row.content.ToString());
    EXPECT_EQ(found.readable, row.readable);
    EXPECT_FALSE(found.gaveUp);
    ASSERT_EQ(found.tls.has_value(), row.suite.has_value());
    if (row.suite)
    {
        EXPECT_TRUE(found.tls->clientHello && found.tls->serverHello);
        EXPECT_EQ(found.tls->version, 0x0303);
        EXPECT_EQ(found.tls->suite, row.suite);
        EXPECT_EQ(found.tls->nullSuite, row.null);
        EXPECT_EQ(found.tls->sni, row.sni);
        EXPECT_FALSE(found.tls->malformed);
        EXPECT_TRUE(found.tls->protectedToServer && found.tls->protectedToClient);
        EXPECT_EQ(found.tls->recordVersion, 0x0301);
        EXPECT_EQ(found.tls->helloVersion, 0x0303);
        EXPECT_EQ(found.tls->clientHelloRecords, 1U);
        EXPECT_EQ(found.tls->clientHelloSegments, 1U);
        EXPECT_FALSE(found.tls->resumptionOffered || found.tls->resumed);
        ASSERT_TRUE(found.tls->certificate);
        EXPECT_EQ(found.tls->certificate->subject, "CN=" + row.sni);
        EXPECT_EQ(found.tls->certificate->issuer, "CN=Realbed CA");
        EXPECT_EQ(found.tls->certificate->dnsNames, std::vector<std::string>{row.sni});
    }
    ASSERT_EQ(found.httpRequest.has_value(), !row.tunnelTo.empty());
    if (found.httpRequest)
    {
        EXPECT_EQ(found.httpRequest->method, "CONNECT");
        EXPECT_EQ(found.httpRequest->target, row.tunnelTo);
    }
}

TEST_P(GoldenCaptures, ShowNoVoiceWhereTheSuiteEncrypts)
{
    const Findings found = Replay(GetParam().capture).Run();
    const bool encrypts = found.tls && !found.tls->nullSuite;
    EXPECT_EQ(found.content.HasAnyOf(VOICE), !encrypts);
}

TEST_P(GoldenCaptures, DoNotDependOnSegmentation)
{
    Replay replay(GetParam().capture);
    const Findings whole = replay.Run();
    const auto& packets = replay.Packets();
    if (packets.front().tuple.protocol == IpProtocol::UDP)
    {
        return;
    }
    // Each of the first segments with payload is cut in two at every byte, the others stay as they are.
    constexpr std::size_t CUT_PACKETS = 18;
    for (std::size_t target = 0; target < std::min(packets.size(), CUT_PACKETS); ++target)
    {
        for (std::size_t cut = 1; cut < packets[target].payload.size(); ++cut)
        {
            StreamInspector inspector;
            for (std::size_t i = 0; i < packets.size(); ++i)
            {
                CapturedPacket first = packets[i];
                CapturedPacket second = first;
                if (i == target)
                {
                    first.payload.resize(cut);
                    second.payload.erase(second.payload.begin(),
                                         second.payload.begin() + static_cast<long>(cut));
                    second.sequence += static_cast<uint32_t>(cut);
                    replay.Hand(inspector, first);
                }
                replay.Hand(inspector, second);
            }
            ASSERT_EQ(inspector.GetFindings(), whole) << "packet " << target << " cut at " << cut;
        }
    }
}

TEST_P(GoldenCaptures, AreReadByteByByte)
{
    Replay replay(GetParam().capture);
    if (replay.Packets().front().tuple.protocol == IpProtocol::UDP)
    {
        return;
    }
    StreamInspector inspector;
    for (const auto& packet : replay.Packets())
    {
        const auto direction = replay.DirectionOf(packet);
        inspector.HandleSegment(direction, packet.sequence, packet.syn, {});
        for (std::size_t i = 0; i < packet.payload.size(); ++i)
        {
            const auto sequence = packet.sequence + static_cast<uint32_t>(i);
            inspector.HandleSegment(direction, sequence, false, ByteView(packet.payload).Sub(i, 1));
        }
    }
    EXPECT_EQ(inspector.GetFindings(), replay.Run());
}

TEST_P(GoldenCaptures, SurviveDuplicatesAndForgedOverlaps)
{
    Replay replay(GetParam().capture);
    if (replay.Packets().front().tuple.protocol == IpProtocol::UDP)
    {
        return;
    }
    StreamInspector inspector;
    for (const auto& packet : replay.Packets())
    {
        replay.Hand(inspector, packet);
        replay.Hand(inspector, packet);
        CapturedPacket forged = packet;
        forged.syn = false;
        std::fill(forged.payload.begin(), forged.payload.end(), 0xFF);
        replay.Hand(inspector, forged);
    }
    EXPECT_EQ(inspector.GetFindings(), replay.Run());
}

TEST_P(GoldenCaptures, SurviveReorderingWithinADirection)
{
    Replay replay(GetParam().capture);
    const Findings whole = replay.Run();
    if (replay.Packets().front().tuple.protocol == IpProtocol::UDP)
    {
        return;
    }
    // Every segment is cut in three, which arrive last first.
    StreamInspector inspector;
    for (const auto& packet : replay.Packets())
    {
        const auto direction = replay.DirectionOf(packet);
        const ByteView payload(packet.payload);
        const std::size_t third = payload.Size() / 3;
        const auto at = [&packet](std::size_t offset)
        { return packet.sequence + static_cast<uint32_t>(offset); };
        inspector.HandleSegment(direction, packet.sequence, packet.syn, {});
        inspector.HandleSegment(direction, at(2 * third), false, payload.Sub(2 * third));
        inspector.HandleSegment(direction, at(third), false, payload.Sub(third, third));
        inspector.HandleSegment(direction, at(0), false, payload.Sub(0, third));
    }
    EXPECT_EQ(inspector.GetFindings(), whole);
}

TEST_P(GoldenCaptures, AreSafeToTruncateAnywhere)
{
    Replay replay(GetParam().capture);
    StreamInspector inspector;
    uint32_t generation = 0;
    for (const auto& packet : replay.Packets())
    {
        for (std::size_t size = 0; size <= packet.payload.size(); ++size)
        {
            CapturedPacket cut = packet;
            cut.payload.resize(size);
            if (packet.tuple.protocol == IpProtocol::TCP)
            {
                replay.Hand(inspector, cut);
            }
            else
            {
                StreamInspector alone;
                replay.Hand(alone, cut);
                const bool hasLine = ByteView(cut.payload).AsText().find('\n') != std::string::npos;
                EXPECT_EQ(alone.GetFindings().content.HasAnyOf(VOICE), hasLine);
            }
            EXPECT_GE(inspector.GetFindings().generation, generation);
            generation = inspector.GetFindings().generation;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Captures,
                         GoldenCaptures,
                         testing::ValuesIn(Rows()),
                         [](const auto& row)
                         {
                             std::string name = row.param.capture;
                             std::replace(name.begin(), name.end(), '.', '_');
                             return name;
                         });

} // namespace

} // namespace imsfw::classify
