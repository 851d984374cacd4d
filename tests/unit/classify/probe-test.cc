// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Tables for every probe that looks at the beginning of a stream, line or message; each row is also cut at every byte.
#include "classify/datagram-probes.h"
#include "classify/http-probe.h"
#include "classify/stun-probe.h"
#include "classify/text-probe.h"
#include "classify/tls-probe.h"
#include "classify/tls-suites.h"
#include "talk.h"

#include <gtest/gtest.h>

#include <functional>

namespace imsfw::classify
{

namespace
{

using Probe = std::function<Answer(ByteView)>;

Answer
ProbeHttp(ByteView bytes)
{
    HttpProbe probe;
    return probe.Push(bytes);
}

struct Row
{
    std::string name;
    Probe probe;
    Bytes bytes;
    Answer expected;
};

void
PrintTo(const Row& row, std::ostream* out)
{
    *out << row.name;
}

constexpr auto YES = Answer::YES;
constexpr auto NO = Answer::NO;
constexpr auto MORE = Answer::UNDECIDED;

const std::string RANDOM32(64, 'a');

Bytes
Hello(std::string_view record, std::string_view handshake, std::string_view sessionLength = "20")
{
    return Hex(std::string(record) + std::string(handshake) + RANDOM32 +
               std::string(sessionLength));
}

std::vector<Row>
TlsRows()
{
    return {
        {"Tls12", ProbeTls, Hello("1603030100", "010000fc 0303"), YES},
        {"Tls13Record", ProbeTls, Hello("1603010200", "010001fc 0303"), YES},
        {"EmptySession", ProbeTls, Hello("1603010200", "010001fc 0301", "00"), YES},
        {"SplitIntoSmallRecords", ProbeTls, Hex("16 0301 0006 0100 01fc 03 03"), YES},
        {"SpansRecords", ProbeTls, Hello("1603014000", "0101 0000 0303"), YES},
        {"Empty", ProbeTls, {}, MORE},
        {"HeaderOnly", ProbeTls, Hex("1603030100"), MORE},
        {"OneShort", ProbeTls, Hex("1603030100 010000fc 0303" + RANDOM32), MORE},
        {"ApplicationData", ProbeTls, Hex("17030300ff"), NO},
        {"Alert", ProbeTls, Hex("1503030002"), NO},
        {"Ssl2", ProbeTls, Hex("802e010301"), NO},
        {"WrongMajor", ProbeTls, Hex("160203"), NO},
        {"WrongMinor", ProbeTls, Hex("160309"), NO},
        {"ZeroLength", ProbeTls, Hex("1603030000"), NO},
        {"RecordTooLong", ProbeTls, Hex("1603034001"), NO},
        {"ServerHello", ProbeTls, Hex("1603030100 02"), NO},
        {"HelloTooShort", ProbeTls, Hello("1603030100", "01000010 0303"), NO},
        {"HelloTooLong", ProbeTls, Hello("1603030100", "01ffffff 0303"), NO},
        {"HelloVersion", ProbeTls, Hello("1603030100", "010000fc 0203"), NO},
        {"SessionTooLong", ProbeTls, Hello("1603030100", "010000fc 0303", "21"), NO},
        {"Http", ProbeTls, Text("GET / HTTP/1.1\r\n"), NO},
    };
}

std::vector<Row>
HttpRows()
{
    const std::string longTarget(HttpProbe::TARGET_LIMIT, 'a');
    return {
        {"Get", ProbeHttp, Text("GET / HTTP/1.1\r\n"), YES},
        {"Connect", ProbeHttp, Text("CONNECT a:443 HTTP/1.1\n"), YES},
        {"Http2Preface", ProbeHttp, Text("PRI * HTTP/2.0\r\n"), YES},
        {"LongestTarget", ProbeHttp, Text("GET " + longTarget + " HTTP/1.1\r"), YES},
        {"Empty", ProbeHttp, {}, MORE},
        {"Unfinished", ProbeHttp, Text("GET / HTTP/1.1"), MORE},
        {"TargetTooLong", ProbeHttp, Text("GET " + longTarget + "a"), NO},
        {"MethodTooLong", ProbeHttp, Text(std::string(33, 'A')), NO},
        {"Sip", ProbeHttp, Text("OPTIONS sip:a SIP/2.0\r\n"), NO},
        {"Rtsp", ProbeHttp, Text("OPTIONS * RTSP/1.0\r\n"), NO},
        {"NoVersion", ProbeHttp, Text("GET /\r\n"), NO},
        {"EmptyTarget", ProbeHttp, Text("GET  HTTP/1.1\r\n"), NO},
        {"EmptyLine", ProbeHttp, Text("\r\nGET / HTTP/1.1\r\n"), NO},
        {"BadVersion", ProbeHttp, Text("GET / HTTP/x.1\r\n"), NO},
        {"AfterVersion", ProbeHttp, Text("GET / HTTP/1.10\r\n"), NO},
        {"Binary", ProbeHttp, Hex("00030010 2112a442"), NO},
        {"Response", ProbeHttp, Text("HTTP/1.1 200 OK\r\n"), NO},
    };
}

std::vector<Row>
SipRows()
{
    return {
        {"Register", ProbeSip, Text("REGISTER sip:a.test SIP/2.0\r\n"), YES},
        {"Sips", ProbeSip, Text("INVITE sips:bob@a.test;x=y SIP/2.0\r\n"), YES},
        {"Tel", ProbeSip, Text("INVITE tel:+1-201-555-0123 SIP/2.0\r\n"), YES},
        {"Urn", ProbeSip, Text("INVITE urn:service:sos SIP/2.0\n"), YES},
        {"OwnMethod", ProbeSip, Text("X-y.z sip:a SIP/2.0\r\n"), YES},
        {"LowerCaseVersion", ProbeSip, Text("ACK sip:a sip/2.0\r\n"), YES},
        {"Status", ProbeSip, Text("SIP/2.0 200 OK\r\n"), YES},
        {"StatusNoReason", ProbeSip, Text("SIP/2.0 180 \r\n"), YES},
        {"Utf8Reason", ProbeSip, Text("SIP/2.0 404 N\xc3\xa3o\r\n"), YES},
        {"Empty", ProbeSip, {}, MORE},
        {"NoLineEnd", ProbeSip, Text("SIP/2.0 200 OK"), MORE},
        {"Http", ProbeSip, Text("GET / HTTP/1.1\r\n"), NO},
        {"HttpAbsolute", ProbeSip, Text("GET http://a/ HTTP/1.1\r\n"), NO},
        {"NoScheme", ProbeSip, Text("INVITE bob SIP/2.0\r\n"), NO},
        {"EmptyUri", ProbeSip, Text("INVITE  SIP/2.0\r\n"), NO},
        {"SchemeOnly", ProbeSip, Text("INVITE sip: SIP/2.0\r\n"), NO},
        {"SpaceInUri", ProbeSip, Text("INVITE sip:a b SIP/2.0\r\n"), NO},
        {"TwoSpaces", ProbeSip, Text("INVITE sip:a  SIP/2.0\r\n"), NO},
        {"OldVersion", ProbeSip, Text("INVITE sip:a SIP/1.0\r\n"), NO},
        {"NoVersion", ProbeSip, Text("INVITE sip:a\r\n"), NO},
        {"BadMethod", ProbeSip, Text("INV(ITE sip:a SIP/2.0\r\n"), NO},
        {"CodeTooShort", ProbeSip, Text("SIP/2.0 20 OK\r\n"), NO},
        {"CodeTooLong", ProbeSip, Text("SIP/2.0 2000 OK\r\n"), NO},
        {"CodeOutOfRange", ProbeSip, Text("SIP/2.0 700 X\r\n"), NO},
        {"CodeNoReason", ProbeSip, Text("SIP/2.0 200\r\n"), NO},
        {"Header", ProbeSip, Text("Via: SIP/2.0/TCP a\r\n"), NO},
        {"EmptyLine", ProbeSip, Text("\r\n"), NO},
        {"Binary", ProbeSip, Hex("1603010200010001"), NO},
        {"TooLong", ProbeSip, Text("INVITE sip:" + std::string(START_LINE_LIMIT, 'a')), NO},
    };
}

std::vector<Row>
MsrpRows()
{
    return {
        {"Send", ProbeMsrp, Text("MSRP a786hjs2 SEND\r\n"), YES},
        {"Report", ProbeMsrp, Text("MSRP d93kswow REPORT\n"), YES},
        {"Ok", ProbeMsrp, Text("MSRP a786hjs2 200 OK\r\n"), YES},
        {"NoComment", ProbeMsrp, Text("MSRP a786hjs2 413\r\n"), YES},
        {"Empty", ProbeMsrp, {}, MORE},
        {"NoLineEnd", ProbeMsrp, Text("MSRP a786hjs2 SEND"), MORE},
        {"LowerCase", ProbeMsrp, Text("msrp a786hjs2 SEND\r\n"), NO},
        {"IdentTooShort", ProbeMsrp, Text("MSRP abc SEND\r\n"), NO},
        {"IdentTooLong", ProbeMsrp, Text("MSRP " + std::string(33, 'a') + " SEND\r\n"), NO},
        {"IdentBadStart", ProbeMsrp, Text("MSRP -abcd SEND\r\n"), NO},
        {"IdentBadByte", ProbeMsrp, Text("MSRP ab_cd SEND\r\n"), NO},
        {"NoMethod", ProbeMsrp, Text("MSRP a786hjs2\r\n"), NO},
        {"LowerMethod", ProbeMsrp, Text("MSRP a786hjs2 Send\r\n"), NO},
        {"MethodAndMore", ProbeMsrp, Text("MSRP a786hjs2 SEND x\r\n"), NO},
        {"BadCode", ProbeMsrp, Text("MSRP a786hjs2 20\r\n"), NO},
        {"EndLine", ProbeMsrp, Text("-------a786hjs2$\r\n"), NO},
        {"Sip", ProbeMsrp, Text("SIP/2.0 200 OK\r\n"), NO},
    };
}

std::vector<Row>
StunAndDnsRows()
{
    const Bytes header = Hex("1234 0100 0001 0000 0000 0000");
    const Bytes name = Hex("03777777 0474657374 00");
    return {
        {"Binding", ProbeStun, Hex("0001 0000 2112a442"), YES},
        {"Allocate", ProbeStun, Hex("0003 0058 2112a442 ffff"), YES},
        {"Response", ProbeStun, Hex("0113 0040 2112a442"), YES},
        {"Empty", ProbeStun, {}, MORE},
        {"CookieCut", ProbeStun, Hex("0001 0000 2112a4"), MORE},
        {"WrongCookie", ProbeStun, Hex("0001 0000 2112a443"), NO},
        {"Channel", ProbeStun, Hex("4001 0000 2112a442"), NO},
        {"Rtp", ProbeStun, Hex("8001 0000 2112a442"), NO},
        {"OddLength", ProbeStun, Hex("0001 0002 2112a442"), NO},
        {"Query", ProbeDns, header + name + Hex("0001 0001"), YES},
        {"Answer",
         ProbeDns,
         Hex("1234 8180 0001 0002 0000 0000") + name + Hex("0001 0001 c00c"),
         YES},
        {"Naptr", ProbeDns, header + name + Hex("0023 0001"), YES},
        {"RootAny", ProbeDns, header + Hex("00 00ff 00ff"), YES},
        {"NoBytes", ProbeDns, {}, MORE},
        {"NameCut", ProbeDns, header + Hex("0377"), MORE},
        {"ClassCut", ProbeDns, header + name + Hex("0001 00"), MORE},
        {"NoQuestion", ProbeDns, Hex("1234 0100 0000 0000 0000 0000"), NO},
        {"BadOpcode", ProbeDns, Hex("1234 7800 0001 0000 0000 0000"), NO},
        {"ReservedBit", ProbeDns, Hex("1234 0140 0001 0000 0000 0000"), NO},
        {"Compressed", ProbeDns, header + Hex("c00c 0001 0001"), NO},
        {"BadClass", ProbeDns, header + name + Hex("0001 0007"), NO},
        {"TypeZero", ProbeDns, header + name + Hex("0000 0001"), NO},
    };
}

class ProbeTable : public testing::TestWithParam<Row>
{
};

TEST_P(ProbeTable, Answers)
{
    EXPECT_EQ(GetParam().probe(GetParam().bytes), GetParam().expected);
}

TEST_P(ProbeTable, NeverTakesAnAnswerBack)
{
    const ByteView bytes(GetParam().bytes);
    Answer before = Answer::UNDECIDED;
    for (std::size_t size = 0; size <= bytes.Size(); ++size)
    {
        const Answer now = GetParam().probe(bytes.Sub(0, size));
        ASSERT_TRUE(before == Answer::UNDECIDED || now == before) << "at " << size;
        before = now;
    }
}

std::string
NameOf(const testing::TestParamInfo<Row>& row)
{
    return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Tls, ProbeTable, testing::ValuesIn(TlsRows()), NameOf);
INSTANTIATE_TEST_SUITE_P(Http, ProbeTable, testing::ValuesIn(HttpRows()), NameOf);
INSTANTIATE_TEST_SUITE_P(Sip, ProbeTable, testing::ValuesIn(SipRows()), NameOf);
INSTANTIATE_TEST_SUITE_P(Msrp, ProbeTable, testing::ValuesIn(MsrpRows()), NameOf);
INSTANTIATE_TEST_SUITE_P(StunAndDns, ProbeTable, testing::ValuesIn(StunAndDnsRows()), NameOf);

TEST(StunProbe, NeedsTheLengthToFitADatagram)
{
    const Bytes binding = Hex("0001 0004 2112a442 000000000000000000000000 80220000");
    EXPECT_TRUE(IsStunDatagram(binding, binding.size()));
    EXPECT_FALSE(IsStunDatagram(binding, binding.size() + 1));
    EXPECT_FALSE(IsStunDatagram(ByteView(binding).Sub(0, 20), 20));
    EXPECT_FALSE(IsStunDatagram({}, 0));
}

TEST(StunProbe, FindsTheDataAttribute)
{
    const Bytes header = Hex("0016 0000 2112a442 000000000000000000000000");
    const Bytes peer = Hex("0012 0008 0001 1234 01020304");
    const Bytes message = header + peer + Hex("0013 0003 616263 00");
    const auto found = FindStunData(message);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->prefix.AsText(), "abc");
    EXPECT_EQ(found->total, 3U);
    const Bytes cutMessage = header + Hex("0013 0010 6162");
    const auto cut = FindStunData(cutMessage);
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->prefix.AsText(), "ab");
    EXPECT_EQ(cut->total, 16U);
    EXPECT_FALSE(FindStunData(header + peer));
    EXPECT_FALSE(FindStunData(header + Hex("8022 0007 616263")));
    EXPECT_FALSE(FindStunData({}));
}

TEST(StunProbe, ReadsChannelData)
{
    const auto header = ReadChannelHeader(Hex("4000 00ac"));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->channel, 0x4000);
    EXPECT_EQ(header->length, 0xAC);
    EXPECT_FALSE(ReadChannelHeader(Hex("3fff 0000")));
    EXPECT_FALSE(ReadChannelHeader(Hex("7fff 0000")));
    EXPECT_FALSE(ReadChannelHeader(Hex("4000 00")));
    const Bytes frame = Hex("4000 0005 6162636465 000000");
    EXPECT_FALSE(ReadChannelDatagram(frame, 8));
    EXPECT_TRUE(ReadChannelDatagram(frame, 9));
    EXPECT_TRUE(ReadChannelDatagram(frame, 12));
    EXPECT_FALSE(ReadChannelDatagram(frame, 13));
}

TEST(DtlsProbe, WantsAHandshakeRecord)
{
    const Bytes hello = Hex("16 feff 0000 000000000000 000c 010000000000000000000000");
    EXPECT_TRUE(IsDtlsHandshake(hello, hello.size()));
    EXPECT_FALSE(IsDtlsHandshake(hello, hello.size() - 1));
    for (std::size_t size = 0; size < 13; ++size)
    {
        EXPECT_FALSE(IsDtlsHandshake(ByteView(hello).Sub(0, size), size));
    }
    EXPECT_FALSE(IsDtlsHandshake(Hex("17 feff 0000 000000000000 0000"), 13));
    EXPECT_FALSE(IsDtlsHandshake(Hex("16 0303 0000 000000000000 000c") + Bytes(12), 25));
}

TEST(NullSuites, AreKnownWithTheirMacs)
{
    EXPECT_EQ(FindNullSuiteMac(0x0001), 16U);
    EXPECT_EQ(FindNullSuiteMac(0x0002), 20U);
    EXPECT_EQ(FindNullSuiteMac(0x003B), 32U);
    EXPECT_EQ(FindNullSuiteMac(0xC010), 20U);
    EXPECT_EQ(FindNullSuiteMac(0xC0B5), 48U);
    for (const uint16_t encrypting : {0x002F, 0x009C, 0xC02F, 0x1301, 0xC0B3})
    {
        EXPECT_FALSE(FindNullSuiteMac(encrypting)) << encrypting;
    }
}

TEST(Applications, HaveNames)
{
    for (const auto& name : ApplicationNames())
    {
        const auto found = FindApplication(name);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(ToString(*found), name);
    }
    EXPECT_FALSE(FindApplication("SIP"));
    EXPECT_EQ(ApplicationSet().ToString(), "none");
    EXPECT_EQ(ApplicationSet({Application::RTP, Application::SIP}).ToString(), "sip,rtp");
}

} // namespace

} // namespace imsfw::classify
