// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// JA3 and JA4 against their authors' examples, and JA3 against what tshark 4.0 says of the captures.
#include "classify/fingerprint.h"
#include "classify/stream-inspector.h"
#include "golden-packets.h"
#include "talk.h"
#include "tls-bytes.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

/// The first example of salesforce/ja3's README.
TlsFindings
Ja3Example()
{
    TlsFindings hello;
    hello.clientHello = true;
    hello.helloVersion = 769;
    hello.offered = {47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4};
    hello.extensions = {0, 10, 11};
    hello.groups = {23, 24, 25};
    hello.pointFormats = {0};
    return hello;
}

/// The example of FoxIO's JA4.md, a browser, in its own order and with GREASE.
TlsFindings
Ja4Example()
{
    TlsFindings hello;
    hello.clientHello = true;
    hello.helloVersion = 0x0303;
    hello.supportedVersions = {0x2A2A, 0x0304, 0x0303};
    hello.offered = {0x4A4A,
                     0x1301,
                     0x1302,
                     0x1303,
                     0xC02B,
                     0xC02F,
                     0xC02C,
                     0xC030,
                     0xCCA9,
                     0xCCA8,
                     0xC013,
                     0xC014,
                     0x009C,
                     0x009D,
                     0x002F,
                     0x0035};
    hello.extensions = {0x7A7A,
                        0x001B,
                        0x0000,
                        0x0033,
                        0x0010,
                        0x4469,
                        0x0017,
                        0x002D,
                        0x000D,
                        0x0005,
                        0x0023,
                        0x0012,
                        0x002B,
                        0xFF01,
                        0x000B,
                        0x000A,
                        0x0015,
                        0xBABA};
    hello.signatureAlgorithms = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};
    hello.alpn = {"h2", "http/1.1"};
    return hello;
}

TEST(Ja3, AgreesWithItsAuthorsExamples)
{
    TlsFindings hello = Ja3Example();
    EXPECT_EQ(Ja3Text(hello),
              "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
    EXPECT_EQ(Ja3(hello), "ada70206e40642a3e4461f35503241d5");
    hello = {};
    hello.clientHello = true;
    hello.helloVersion = 769;
    hello.offered = {4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99};
    EXPECT_EQ(Ja3Text(hello), "769,4-5-10-9-100-98-3-6-19-18-99,,,");
    EXPECT_EQ(Ja3(hello), "de350869b8c85de67a350c8d186f11e6");
}

TEST(Ja3, LeavesGreaseOut)
{
    TlsFindings hello = Ja3Example();
    const std::string plain = Ja3(hello);
    hello.offered.insert(hello.offered.begin(), 0xDADA);
    hello.extensions.push_back(0x0A0A);
    hello.groups.insert(hello.groups.begin(), 0xFAFA);
    EXPECT_EQ(Ja3(hello), plain);
    hello.offered.push_back(0x0A1A); // alike, and no GREASE
    EXPECT_NE(Ja3(hello), plain);
}

TEST(Ja4, AgreesWithItsAuthorsExample)
{
    EXPECT_EQ(Ja4(Ja4Example()), "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST(Ja4, DoesNotDependOnTheOrderOfSuitesAndExtensions)
{
    TlsFindings hello = Ja4Example();
    std::reverse(hello.offered.begin(), hello.offered.end());
    std::reverse(hello.extensions.begin(), hello.extensions.end());
    EXPECT_EQ(Ja4(hello), Ja4(Ja4Example()));
    std::reverse(hello.signatureAlgorithms.begin(), hello.signatureAlgorithms.end());
    EXPECT_NE(Ja4(hello), Ja4(Ja4Example()));
}

struct HeadRow
{
    std::string name;
    void (*change)(TlsFindings&);
    HelloTransport transport;
    std::string head;
};

void
PrintTo(const HeadRow& row, std::ostream* out)
{
    *out << row.name;
}

class Ja4Head : public testing::TestWithParam<HeadRow>
{
};

TEST_P(Ja4Head, SaysWhatTheHelloIs)
{
    TlsFindings hello = Ja4Example();
    GetParam().change(hello);
    EXPECT_EQ(Ja4(hello, GetParam().transport).substr(0, 10), GetParam().head);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    Ja4Head,
    testing::Values(HeadRow{"Quic", [](TlsFindings&) {}, HelloTransport::QUIC, "q13d1516h2"},
                    HeadRow{"LegacyVersion",
                            [](TlsFindings& h) { h.supportedVersions.clear(); },
                            HelloTransport::TCP,
                            "t12d1516h2"},
                    HeadRow{"Dtls12",
                            [](TlsFindings& h) {
                                h.supportedVersions = {0xFEFD, 0xFEFF};
                            },
                            HelloTransport::DTLS,
                            "dd2d1516h2"},
                    HeadRow{"WithoutName",
                            [](TlsFindings& h) {
                                h.extensions = {0x0010, 0x002B};
                            },
                            HelloTransport::TCP,
                            "t13i1502h2"},
                    HeadRow{"WithoutProtocol",
                            [](TlsFindings& h) { h.alpn.clear(); },
                            HelloTransport::TCP,
                            "t13d151600"},
                    HeadRow{"OneCharacter",
                            [](TlsFindings& h) { h.alpn = {"x"}; },
                            HelloTransport::TCP,
                            "t13d1516xx"},
                    HeadRow{"NotAlphanumeric",
                            [](TlsFindings& h) { h.alpn = {"\xAB\xCD"}; },
                            HelloTransport::TCP,
                            "t13d1516ad"},
                    HeadRow{"UnknownVersion",
                            [](TlsFindings& h) { h.supportedVersions = {0x0999}; },
                            HelloTransport::TCP,
                            "t00d1516h2"},
                    HeadRow{"ManySuites",
                            [](TlsFindings& h) { h.offered.resize(300, 1); },
                            HelloTransport::TCP,
                            "t13d9916h2"}),
    [](const auto& row) { return row.param.name; });

TEST(Ja4, HasZerosForWhatIsNotThere)
{
    TlsFindings hello;
    EXPECT_EQ(Ja3(hello), "");
    EXPECT_EQ(Ja4(hello), "");
    hello.clientHello = true;
    hello.helloVersion = 0x0303;
    EXPECT_EQ(Ja4(hello), "t12i000000_000000000000_000000000000");
}

TlsFindings
OfCapture(const std::string& name)
{
    StreamInspector inspector;
    const auto packets = ReadCapture(IMSFW_SOURCE_DIR "/tests/golden/captures/" + name);
    for (const auto& packet : packets)
    {
        const bool up = packet.tuple == packets.front().tuple;
        inspector.HandleSegment(up ? Direction::TO_SERVER : Direction::TO_CLIENT,
                                packet.sequence,
                                packet.syn,
                                packet.payload);
    }
    return inspector.GetFindings().tls.value_or(TlsFindings{});
}

TEST(Ja3, AgreesWithTsharkOnTheCaptures)
{
    const std::string null = "47a8d9a7f17ecd3433cd0b2fd3a380f3";
    const std::string aes = "32bd4344a88c1f141b7f7eb316c90496";
    EXPECT_EQ(Ja3Text(OfCapture("sip_null.lan.pcap")), "771,2-255,0-35-22-23-13,,");
    EXPECT_EQ(Ja3(OfCapture("sip_null.lan.pcap")), null);
    EXPECT_EQ(Ja3(OfCapture("px_sip_null.lan.pcap")), null);
    EXPECT_EQ(Ja3(OfCapture("turn_null.lan.pcap")), null);
    EXPECT_EQ(Ja3(OfCapture("sip_aes128sha.lan.pcap")), aes);
    EXPECT_EQ(Ja3(OfCapture("turn_aes128sha.lan.pcap")), aes);
}

} // namespace

} // namespace imsfw::classify
