// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Where the inspection of a flow ends and why, what it says of overlapping copies, how layers within layers are
/// reported, and what is handed on of NULL suites.
#include "classify/stream-inspector.h"
#include "talk.h"
#include "tls-bytes.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

const Bytes REGISTER = Text("REGISTER sip:ims.test SIP/2.0\r\n\r\n");
constexpr std::size_t MAC = 20;

TEST(InspectionLimits, StopAfterAsManyBytes)
{
    InspectionLimits limits;
    limits.bytes = REGISTER.size();
    for (const std::size_t before : {0U, 1U})
    {
        StreamInspector inspector(limits);
        inspector.HandleSegment(Direction::TO_SERVER, 0, false, Bytes(before, '\n'));
        const auto sequence = static_cast<uint32_t>(before);
        inspector.HandleSegment(Direction::TO_SERVER, sequence, false, REGISTER);
        const auto& found = inspector.GetFindings();
        EXPECT_TRUE(found.content.Has(Application::SIP));
        EXPECT_EQ(found.gaveUp, before == 1);
        EXPECT_EQ(ToString(found.giveUp), before == 1 ? "byte-limit" : "no");
        EXPECT_EQ(inspector.IsSettled(), before == 1);
    }
    limits.bytes = 5;
    StreamInspector inspector(limits);
    inspector.HandleSegment(Direction::TO_SERVER, 0, false, REGISTER);
    EXPECT_FALSE(inspector.GetFindings().content.Has(Application::SIP));
    EXPECT_TRUE(inspector.IsSettled());
    EXPECT_EQ(inspector.GetHeldBytes(), 0U);
}

TEST(InspectionLimits, StopAfterAsManyPackets)
{
    InspectionLimits limits;
    limits.packets = 3;
    for (const uint32_t before : {2U, 3U})
    {
        StreamInspector inspector(limits);
        for (uint32_t i = 0; i < before; ++i)
        {
            inspector.HandleSegment(Direction::TO_SERVER, 2 * i, false, Text("x\n"));
            inspector.HandleSegment(Direction::TO_CLIENT, 5, false, {}); // does not count
        }
        inspector.HandleSegment(Direction::TO_SERVER, 2 * before, false, REGISTER);
        EXPECT_EQ(inspector.GetFindings().content.Has(Application::SIP), before == 2);
        EXPECT_EQ(ToString(inspector.GetFindings().giveUp), before == 2 ? "no" : "packet-limit");
    }
}

TEST(InspectionLimits, HoldForDatagramsToo)
{
    InspectionLimits limits;
    limits.packets = 1;
    StreamInspector inspector(limits);
    inspector.HandleDatagram(Direction::TO_SERVER, Text("?"));
    inspector.HandleDatagram(Direction::TO_SERVER, REGISTER);
    EXPECT_FALSE(inspector.GetFindings().content.Has(Application::SIP));
    EXPECT_TRUE(inspector.GetFindings().gaveUp);
}

TEST(InspectionLimits, NameTheReasonOnce)
{
    InspectionLimits limits;
    limits.reorderBytes = 10;
    StreamInspector inspector(limits);
    inspector.HandleSegment(Direction::TO_SERVER, 0, true, {});
    inspector.HandleSegment(Direction::TO_SERVER, 100, false, Bytes(11));
    EXPECT_EQ(ToString(inspector.GetFindings().giveUp), "reorder-limit");
    EXPECT_EQ(ToString(Inspect({Client(Record(HANDSHAKE, ClientHello()) + Text("?"))}).giveUp),
              "tls-broken");
    EXPECT_EQ(
        ToString(
            Inspect({Client(Text("GET / HTTP/1.1\r\n\r\n")), Server(Text("?\r\n\r\n"))}).giveUp),
        "http-broken");
}

TEST(Overlaps, AreReadAsThePolicySays)
{
    const Bytes forged(12);
    for (const auto policy : {OverlapPolicy::FIRST_WINS, OverlapPolicy::LAST_WINS})
    {
        InspectionLimits limits;
        limits.overlap = policy;
        StreamInspector inspector(limits);
        inspector.HandleSegment(Direction::TO_SERVER, 0, true, {});
        inspector.HandleSegment(Direction::TO_SERVER, 2, false, ByteView(REGISTER).Sub(1));
        EXPECT_FALSE(inspector.GetFindings().conflictingCopies);
        inspector.HandleSegment(Direction::TO_SERVER, 2, false, ByteView(forged).Sub(1));
        EXPECT_TRUE(inspector.GetFindings().conflictingCopies);
        inspector.HandleSegment(Direction::TO_SERVER, 1, false, ByteView(REGISTER).Sub(0, 1));
        EXPECT_EQ(inspector.GetFindings().content.Has(Application::SIP),
                  policy == OverlapPolicy::FIRST_WINS);
    }
}

TEST(Layers, ReportTheSegmentsOfAHello)
{
    const Bytes record = Record(HANDSHAKE, ClientHello());
    TalkPlayer player;
    for (std::size_t i = 0; i < record.size(); i += 20)
    {
        player.Say(Direction::TO_SERVER, ByteView(record).Sub(i, 20));
    }
    const auto& found = player.Inspector().GetFindings();
    ASSERT_TRUE(found.tls);
    EXPECT_EQ(found.tls->clientHelloSegments, (record.size() + 19) / 20);
    EXPECT_EQ(found.tls->clientHelloRecords, 1U);

    TalkPlayer tunnel;
    tunnel.Say(Direction::TO_SERVER, Text("CONNECT a:443 HTTP/1.1\r\nHost: b\r\n\r\n"));
    tunnel.Say(Direction::TO_CLIENT, Text("HTTP/1.1 200 OK\r\n\r\n"));
    tunnel.Say(Direction::TO_SERVER, ByteView(record).Sub(0, 10));
    tunnel.Say(Direction::TO_SERVER, ByteView(record).Sub(10));
    EXPECT_EQ(tunnel.Inspector().GetFindings().tls->clientHelloSegments, 2U);
    EXPECT_EQ(tunnel.Inspector().GetFindings().httpRequest->host, "b");
}

TEST(Layers, DoNotCountCopiesOfASegment)
{
    const Bytes record = Record(HANDSHAKE, ClientHello());
    StreamInspector inspector;
    inspector.HandleSegment(Direction::TO_SERVER, 99, true, {});
    inspector.HandleSegment(Direction::TO_SERVER, 110, false, ByteView(record).Sub(10));
    inspector.HandleSegment(Direction::TO_SERVER, 110, false, ByteView(record).Sub(10));
    inspector.HandleSegment(Direction::TO_SERVER, 100, false, ByteView(record).Sub(0, 10));
    EXPECT_EQ(inspector.GetFindings().tls->clientHelloSegments, 2U);
}

TEST(Layers, KeepTheFirstHttpRequest)
{
    const auto found = Inspect({
        Client(Text(
            "GET /a HTTP/1.1\r\nHost: one.test\r\n\r\nGET /b HTTP/1.1\r\nHost: two.test\r\n\r\n")),
    });
    ASSERT_TRUE(found.httpRequest);
    EXPECT_EQ(found.httpRequest->method, "GET");
    EXPECT_EQ(found.httpRequest->target, "/a");
    EXPECT_EQ(found.httpRequest->host, "one.test");
}

/// @return what the records of a NULL suite look like when they carry @p talk.
Talk
Inside(const Talk& talk)
{
    Talk wrapped = Handshake12(Hex("0002"), MAC);
    for (const auto& said : talk)
    {
        wrapped.push_back({said.direction, NullRecord(said.bytes, MAC)});
    }
    return wrapped;
}

TEST(Layers, AreAllReportedOutermostFirst)
{
    Talk inner = Handshake12(Hex("002f"), MAC);
    inner[0] = Client(Record(HANDSHAKE, ClientHello(Hex("002f"), ServerName("inner.test"))));
    const auto found = Inspect(Inside(inner));
    ASSERT_EQ(found.outerTls.size(), 1U);
    EXPECT_EQ(found.outerTls[0].sni, "a.test");
    EXPECT_TRUE(found.outerTls[0].nullSuite);
    ASSERT_TRUE(found.tls);
    EXPECT_EQ(found.tls->sni, "inner.test");
    EXPECT_FALSE(found.tls->nullSuite);
}

class Collector : public PlaintextSink
{
  public:
    void
    TakePlaintext(Direction direction, ByteView bytes) override
    {
        (direction == Direction::TO_SERVER ? toServer : toClient) += bytes.AsText();
    }

    std::string toServer;
    std::string toClient;
};

TEST(Plaintext, OfNullSuitesIsHandedOn)
{
    const Talk talk = Inside({Client(REGISTER), Server(Text("SIP/2.0 200 OK\r\n\r\n"))});
    Collector sink;
    TalkPlayer player;
    player.Inspector().SetPlaintextSink(&sink);
    for (const auto& said : talk)
    {
        for (std::size_t i = 0; i < said.bytes.size(); i += 7)
        {
            player.Say(said.direction, ByteView(said.bytes).Sub(i, 7));
        }
    }
    EXPECT_EQ(sink.toServer, ByteView(REGISTER).AsText());
    EXPECT_EQ(sink.toClient, "SIP/2.0 200 OK\r\n\r\n");
}

TEST(Plaintext, OfOtherSuitesIsNot)
{
    Collector sink;
    TalkPlayer player;
    player.Inspector().SetPlaintextSink(&sink);
    for (const auto& said : Handshake12(Hex("002f"), MAC) + Client(Record(DATA, REGISTER)))
    {
        player.Say(said.direction, said.bytes);
    }
    EXPECT_EQ(sink.toServer, "");
}

TEST(BadInput, AMillionEmptyRecordsAreHarmless)
{
    TalkPlayer player;
    player.Say(Direction::TO_SERVER, Record(HANDSHAKE, ClientHello()));
    Bytes empty;
    for (int i = 0; i < 1000; ++i)
    {
        Append(empty, Record(DATA, {}));
    }
    for (int i = 0; i < 1000; ++i)
    {
        player.Say(Direction::TO_SERVER, empty);
        ASSERT_EQ(player.Inspector().GetHeldBytes(), 0U);
    }
    EXPECT_FALSE(player.Inspector().GetFindings().gaveUp);
}

TEST(BadInput, ARecordOf65535BytesIsRefusedAtItsHeader)
{
    const Bytes huge = Record(HANDSHAKE, Bytes(65535, 1));
    TalkPlayer player;
    player.Say(Direction::TO_SERVER, ByteView(huge).Sub(0, 5));
    EXPECT_EQ(player.Inspector().GetFindings().firstBytesTls, Answer::NO);
    TalkPlayer later;
    later.Say(Direction::TO_SERVER, Record(HANDSHAKE, ClientHello()) + huge);
    EXPECT_EQ(later.Inspector().GetFindings().tls->defect, TlsDefect::RECORD_TOO_LONG);
    EXPECT_EQ(later.Inspector().GetHeldBytes(), 0U);
}

} // namespace

} // namespace imsfw::classify
