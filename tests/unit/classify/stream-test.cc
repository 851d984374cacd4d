// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Whole conversations over TCP: what is found in each layer, and that it does not matter how they are segmented.
#include "classify/connect-tracker.h"
#include "classify/content-recogniser.h"
#include "classify/flow-layer.h"
#include "classify/stream-inspector.h"
#include "talk.h"
#include "tls-bytes.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

constexpr auto HTTP = Application::HTTP;
constexpr auto TLS = Application::TLS;
constexpr auto SIP = Application::SIP;
constexpr auto STUN = Application::STUN;
constexpr auto CHANNEL = Application::TURN_CHANNEL;
constexpr auto RTP = Application::RTP;
constexpr auto YES = Answer::YES;
constexpr auto NO = Answer::NO;
constexpr auto MORE = Answer::UNDECIDED;

const Bytes REGISTER = Text("REGISTER sip:a.test SIP/2.0\r\nVia: SIP/2.0/TLS b\r\n\r\n");
const Bytes OK = Text("SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n");
const Bytes BINDING = Hex("0001 0004 2112a442 000000000000000000000000 80220000");
const Bytes CONNECT = Text("CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n\r\n");
const Bytes ESTABLISHED = Text("HTTP/1.1 200 Connection established\r\n\r\n");
const Bytes DENIED = Text("HTTP/1.1 407 Proxy Authentication Required\r\n"
                          "Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 9\r\n\r\n"
                          "forbidden");

Bytes
Frame(uint16_t channel, const Bytes& data)
{
    ByteWriter writer;
    writer.U16(channel);
    writer.U16(static_cast<uint16_t>(data.size()));
    writer.Put(data);
    writer.Zeros((4 - data.size() % 4) % 4);
    return writer.Finish();
}

Bytes
Rtp(uint16_t sequence)
{
    ByteWriter writer;
    writer.U16(0x8000);
    writer.U16(sequence);
    writer.U32(sequence * 160U);
    writer.U32(0x11223344);
    writer.Zeros(33);
    return writer.Finish();
}

/// What is expected of a conversation, apart from TLS details.
struct Expected
{
    Answer tls{NO};
    Answer http{NO};
    ApplicationSet content{};
    bool readable{true};
    bool tunnel{false};
    Answer tunnelTls{MORE};
    bool gaveUp{false};
};

struct Row
{
    std::string name;
    Talk talk;
    Expected expected;
};

void
PrintTo(const Row& row, std::ostream* out)
{
    *out << row.name;
}

Bytes
Relayed()
{
    Bytes all = BINDING;
    for (uint16_t i = 0; i < 3; ++i)
    {
        Append(all, Frame(0x4001, Rtp(i)));
    }
    return all;
}

/// @return each thing said as one record of a NULL suite.
Talk
InNull(const Talk& inner)
{
    Talk talk = Handshake12(Hex("0002"), 20);
    for (const auto& said : inner)
    {
        talk.push_back({said.direction, NullRecord(said.bytes, 20)});
    }
    return talk;
}

Talk
InTunnel(const Talk& inner)
{
    return Talk{Client(CONNECT), Server(ESTABLISHED)} + inner;
}

std::vector<Row>
PlainRows()
{
    const Talk sip{Client(REGISTER), Server(OK)};
    return {
        {"Nothing", {}, {MORE, MORE, {}, false}},
        {"Sip", sip, {NO, NO, {SIP}}},
        {"SipAfterKeepAlives",
         {Client(Text("\r\n\r\n")), Server(Text("\r\n")), Client(REGISTER)},
         {NO, NO, {SIP}}},
        {"SipAfterNoise", {Client(Hex("ff00ff0a") + REGISTER)}, {NO, NO, {SIP}}},
        {"SipAnswerOnly", {Client(Text("x\n")), Server(OK)}, {NO, NO, {SIP}}},
        {"SipNotAtLineStart", {Client(Text("see ") + REGISTER)}, {NO, NO, {}}},
        {"LongLineThenSip", {Client(Bytes(5000, 'a') + Text("\n") + REGISTER)}, {NO, NO, {SIP}}},
        {"Msrp", {Client(Text("MSRP a786hjs2 SEND\r\n"))}, {NO, NO, {Application::MSRP}}},
        {"Stun", {Client(BINDING), Server(BINDING)}, {NO, NO, {STUN}}},
        {"StunAfterNoise", {Client(Hex("ffff 00ff") + BINDING)}, {NO, NO, {STUN}}},
        {"Turn", {Client(Relayed())}, {NO, NO, {STUN, CHANNEL, RTP}}},
        {"ChannelsBeforeStun",
         {Client(Frame(0x4000, Text("abcde")) + Frame(0x4000, Text("f")) + Frame(0x4000, {}))},
         {NO, NO, {CHANNEL}}},
        {"ChannelsOfOtherSide",
         {Client(BINDING), Server(Frame(0x4000, Text("abc")))},
         {NO, NO, {STUN, CHANNEL}}},
        {"OneChannelFrame", {Client(Frame(0x4000, Text("abc")))}, {NO, NO, {}}},
        {"WrongGuessThenStun", {Client(Hex("4000 8000 ff") + BINDING)}, {NO, NO, {STUN}}},
        {"StunThenLostThenStun", {Client(BINDING + Hex("ffffff") + BINDING)}, {NO, NO, {STUN}}},
        {"DnsOverTcp",
         {Client(Hex("0013 1234 0100 0001 0000 0000 0000 0161 00 0001 0001"))},
         {NO, NO, {Application::DNS}}},
        {"ServerSpeaksFirst", {Server(Text("220 mail\r\n")), Client(REGISTER)}, {NO, NO, {SIP}}},
        {"ServerInterrupts", {Client(Text("GE")), Server(OK)}, {NO, NO, {SIP}}},
        {"Web",
         {Client(Text("GET / HTTP/1.1\r\n\r\n")),
          Server(Text("HTTP/1.1 200 OK\r\n\r\n") + REGISTER)},
         {NO, YES, {HTTP}}},
        {"Ssh", {Server(Text("SSH-2.0-x\r\n")), Client(Text("SSH-2.0-y\r\n"))}, {NO, NO, {}}},
    };
}

std::vector<Row>
TlsRows()
{
    const Talk aes = Handshake12(Hex("002f"), 20);
    const Talk sip{Client(REGISTER), Server(OK)};
    const Bytes finalRecord = Record(DATA, REGISTER);
    Talk spread = Handshake12(Hex("0002"), 20);
    for (const uint8_t byte : REGISTER)
    {
        spread.push_back(Client(NullRecord({byte}, 20)));
    }
    return {
        {"AesSip", aes + Talk{Client(finalRecord), Server(finalRecord)}, {YES, NO, {TLS}, false}},
        {"NullSip", InNull(sip), {YES, NO, {TLS, SIP}}},
        {"NullSipSpread", spread, {YES, NO, {TLS, SIP}}},
        {"NullKeepAliveThenSip",
         InNull({Client(Text("\r\n\r\n")), Client(REGISTER)}),
         {YES, NO, {TLS, SIP}}},
        {"NullTurn", InNull({Client(Relayed())}), {YES, NO, {TLS, STUN, CHANNEL, RTP}}},
        {"NullWeb", InNull({Client(Text("GET / HTTP/1.1\r\n\r\n"))}), {YES, NO, {TLS, HTTP}}},
        {"NullOther", InNull({Client(Text("\x01\x02\x03"))}), {YES, NO, {TLS}}},
        {"AesInNull", InNull(aes), {YES, NO, {TLS}}},
        {"NullInNull", InNull(InNull(sip)), {YES, NO, {TLS, SIP}}},
        {"ConnectInNull", InNull(InTunnel(sip)), {YES, NO, {TLS, HTTP, SIP}, true, true, NO}},
        {"HelloThenPlain",
         {Client(Record(HANDSHAKE, ClientHello())), Client(REGISTER)},
         {YES, NO, {TLS}, false, false, MORE, true}},
    };
}

std::vector<Row>
TunnelRows()
{
    const Talk sip{Client(REGISTER), Server(OK)};
    const Talk aes = Handshake12(Hex("002f"), 20);
    const Bytes chunked = Text("HTTP/1.1 407 No\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n");
    const Bytes wrongOrder = Text("HTTP/1.1 200 OK\r\n\r\n");
    Talk early = InTunnel({});
    early.insert(early.begin() + 1, Client(REGISTER));
    return {
        {"Asked", {Client(CONNECT)}, {NO, YES, {HTTP}, false}},
        {"Denied", {Client(CONNECT), Server(DENIED)}, {NO, YES, {HTTP}, false}},
        {"Empty", InTunnel({}), {NO, YES, {HTTP}, false, true}},
        {"Aes", InTunnel(aes), {NO, YES, {HTTP, TLS}, false, true, YES}},
        {"Null", InTunnel(InNull(sip)), {NO, YES, {HTTP, TLS, SIP}, true, true, YES}},
        {"Plain", InTunnel(sip), {NO, YES, {HTTP, SIP}, true, true, NO}},
        {"SentEarly", early, {NO, YES, {HTTP, SIP}, true, true, NO}},
        {"After407",
         Talk{Client(CONNECT), Server(DENIED)} + InTunnel(aes),
         {NO, YES, {HTTP, TLS}, false, true, YES}},
        {"AfterChunked407",
         Talk{Client(CONNECT), Server(chunked)} + InTunnel(sip),
         {NO, YES, {HTTP, SIP}, true, true, NO}},
        {"PipelinedRetry",
         {Client(CONNECT + CONNECT), Server(DENIED), Server(ESTABLISHED), Client(REGISTER)},
         {NO, YES, {HTTP, SIP}, true, true, NO}},
        {"AfterInterim",
         {Client(CONNECT),
          Server(Text("HTTP/1.1 100 Continue\r\n\r\n") + ESTABLISHED),
          Client(REGISTER)},
         {NO, YES, {HTTP, SIP}, true, true, NO}},
        {"AfterGet",
         Talk{Client(Text("POST http://a/ HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")),
              Server(Text("HTTP/1.1 204 No Content\r\n\r\n"))} +
             InTunnel(sip),
         {NO, YES, {HTTP, SIP}, true, true, NO}},
        {"AfterHead",
         Talk{Client(Text("HEAD http://a/ HTTP/1.1\r\n\r\n")),
              Server(Text("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"))} +
             InTunnel(sip),
         {NO, YES, {HTTP, SIP}, true, true, NO}},
        {"TunnelInTunnel", InTunnel(InTunnel(sip)), {NO, YES, {HTTP, SIP}, true, true, NO}},
        {"ServerFirst",
         InTunnel({Server(Text("SSH-2.0-x\r\n"))}),
         {NO, YES, {HTTP}, true, true, NO}},
        {"AnswerToNothing",
         {Client(CONNECT), Server(ESTABLISHED), Server(wrongOrder)},
         {NO, YES, {HTTP}, true, true, NO}},
        {"NoHttpAnswer",
         {Client(CONNECT), Server(Text("SSH-2.0-x\r\n\r\n"))},
         {NO, YES, {HTTP}, false, false, MORE, true}},
        {"TwoLengths",
         {Client(Text("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n"))},
         {NO, YES, {HTTP}, false, false, MORE, true}},
        {"BadChunk",
         {Client(CONNECT),
          Server(Text("HTTP/1.1 407 No\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"))},
         {NO, YES, {HTTP}, false, false, MORE, true}},
        {"HeadTooLong",
         {Client(Text("GET / HTTP/1.1\r\nX: ") + Bytes(HttpMessageReader::HEAD_LIMIT, 'a'))},
         {NO, YES, {HTTP}, false, false, MORE, true}},
        {"TooMuchBeforeTheAnswer",
         {Client(CONNECT + Bytes(ConnectTracker::HOLD_LIMIT + 1, 'a'))},
         {NO, YES, {HTTP}, false, false, MORE, true}},
    };
}

class Conversations : public testing::TestWithParam<Row>
{
};

TEST_P(Conversations, AreUnderstood)
{
    const Expected& expected = GetParam().expected;
    const Findings found = Inspect(GetParam().talk);
    EXPECT_EQ(found.firstBytesTls, expected.tls);
    EXPECT_EQ(found.firstBytesHttp, expected.http);
    EXPECT_EQ(found.content.ToString(), expected.content.ToString());
    EXPECT_EQ(found.readable, expected.readable);
    EXPECT_EQ(found.connectTunnel, expected.tunnel);
    EXPECT_EQ(found.tunnelTls, expected.tunnelTls);
    EXPECT_EQ(found.gaveUp, expected.gaveUp);
    EXPECT_EQ(found.tls.has_value(), expected.content.Has(TLS));
}

TEST_P(Conversations, DoNotDependOnSegmentation)
{
    std::size_t size = 0;
    for (const auto& said : GetParam().talk)
    {
        size += said.bytes.size();
    }
    if (size < 6000)
    {
        EXPECT_EQ(CountCutsThatMatter(GetParam().talk), 0U);
    }
}

TEST_P(Conversations, AreReadByteByByte)
{
    TalkPlayer player;
    for (const auto& said : GetParam().talk)
    {
        for (std::size_t i = 0; i < said.bytes.size(); ++i)
        {
            player.Say(said.direction, ByteView(said.bytes).Sub(i, 1));
            ASSERT_LE(player.Inspector().GetHeldBytes(), StreamInspector::MemoryBound());
        }
    }
    EXPECT_EQ(player.Inspector().GetFindings(), Inspect(GetParam().talk));
}

std::string
NameOf(const testing::TestParamInfo<Row>& row)
{
    return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Plain, Conversations, testing::ValuesIn(PlainRows()), NameOf);
INSTANTIATE_TEST_SUITE_P(Tls, Conversations, testing::ValuesIn(TlsRows()), NameOf);
INSTANTIATE_TEST_SUITE_P(Tunnel, Conversations, testing::ValuesIn(TunnelRows()), NameOf);

TEST(StreamInspector, ReportsTheInnermostTls)
{
    const Findings found = Inspect(InNull(Handshake12(Hex("002f"), 20)));
    ASSERT_TRUE(found.tls);
    EXPECT_EQ(found.tls->suite, 0x002F);
    EXPECT_FALSE(found.tls->nullSuite);
}

TEST(StreamInspector, SettlesUnderEncryptionAndHoldsNothing)
{
    TalkPlayer player;
    for (const auto& said : InTunnel(Handshake12(Hex("002f"), 20)))
    {
        EXPECT_FALSE(player.Inspector().IsSettled());
        player.Say(said.direction, said.bytes);
    }
    EXPECT_TRUE(player.Inspector().IsSettled());
    EXPECT_EQ(player.Inspector().GetHeldBytes(), 0U);
    const uint32_t generation = player.Inspector().GetFindings().generation;
    player.Say(Direction::TO_SERVER, Record(DATA, REGISTER));
    EXPECT_EQ(player.Inspector().GetFindings().generation, generation);
}

TEST(StreamInspector, CountsEveryChange)
{
    TalkPlayer player;
    EXPECT_EQ(player.Inspector().GetFindings().generation, 0U);
    Findings before = player.Inspector().GetFindings();
    for (const auto& said : InTunnel(InNull({Client(REGISTER), Client(Text("\r\n"))})))
    {
        player.Say(said.direction, said.bytes);
        const Findings& now = player.Inspector().GetFindings();
        EXPECT_EQ(now.generation != before.generation, now != before);
        before = now;
    }
}

TEST(StreamInspector, GivesUpOnAGapThatIsNeverFilled)
{
    InspectionLimits limits;
    limits.reorderBytes = 1000;
    StreamInspector inspector(limits);
    inspector.HandleSegment(Direction::TO_SERVER, 100, true, {});
    for (uint32_t i = 0; i < 20; ++i)
    {
        inspector.HandleSegment(Direction::TO_SERVER, 200 + 100 * i, false, Bytes(100, 'a'));
        EXPECT_LE(inspector.GetHeldBytes(), StreamInspector::MemoryBound(limits));
    }
    EXPECT_TRUE(inspector.GetFindings().gaveUp);
    EXPECT_EQ(inspector.GetHeldBytes(), 0U);
}

TEST(StreamInspector, DoesNotGoDeeperThanItsLimit)
{
    Talk talk{Client(REGISTER)};
    for (unsigned i = 0; i < FlowLayer::DEPTH_LIMIT + 2; ++i)
    {
        talk = InTunnel(talk);
    }
    // The innermost layer within the limit is searched as it stands, and there the line begins a line.
    EXPECT_TRUE(Inspect(talk).content.Has(SIP));
}

TEST(StreamInspector, CanBeMoved)
{
    StreamInspector first;
    first.HandleSegment(Direction::TO_SERVER, 1, false, ByteView(REGISTER).Sub(0, 10));
    StreamInspector second = std::move(first);
    second.HandleSegment(Direction::TO_SERVER, 11, false, ByteView(REGISTER).Sub(10));
    EXPECT_TRUE(second.GetFindings().content.Has(SIP));
}

} // namespace

} // namespace imsfw::classify
