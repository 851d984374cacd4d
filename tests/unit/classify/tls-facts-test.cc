// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What rules ask of a TLS handshake beyond its suite: versions, lists, size and spread of the ClientHello, resumption,
/// certificate, and how it broke.
#include "classify/tls-tracker.h"
#include "talk.h"
#include "tls-bytes.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

TlsFindings
Track(const Talk& talk)
{
    TlsTracker tracker;
    for (const auto& said : talk)
    {
        tracker.Push(said.direction, said.bytes);
    }
    return tracker.GetFindings();
}

Bytes
Hello(const Bytes& extensions, const Bytes& sessionId = {})
{
    return Message(1,
                   Hex("0303") + Bytes(32, 0xAA) + Vector(1, sessionId) +
                       Vector(2, Hex("1301 0002")) + Hex("01 00") + Vector(2, extensions));
}

TEST(TlsFacts, ListWhatFingerprintsAreMadeOf)
{
    const Bytes extensions = Extension(0x1A1A, {}) + Extension(10, Vector(2, Hex("001d 0017"))) +
                             Extension(11, Vector(1, Hex("00 01"))) +
                             Extension(13, Vector(2, Hex("0403 0804"))) +
                             Extension(43, Vector(1, Hex("0304 0303")));
    const auto found = Track({Client(Record(HANDSHAKE, Hello(extensions), 0x0301))});
    EXPECT_EQ(found.recordVersion, 0x0301);
    EXPECT_EQ(found.helloVersion, 0x0303);
    EXPECT_EQ(found.extensions, (std::vector<uint16_t>{0x1A1A, 10, 11, 13, 43}));
    EXPECT_EQ(found.groups, (std::vector<uint16_t>{0x001D, 0x0017}));
    EXPECT_EQ(found.pointFormats, (std::vector<uint8_t>{0, 1}));
    EXPECT_EQ(found.signatureAlgorithms, (std::vector<uint16_t>{0x0403, 0x0804}));
    EXPECT_EQ(found.supportedVersions, (std::vector<uint16_t>{0x0304, 0x0303}));
}

TEST(TlsFacts, BoundTheLists)
{
    Bytes many;
    for (int i = 0; i < 1000; ++i)
    {
        Append(many, Extension(0x5000, {}));
    }
    const auto found =
        Track({Client(Record(HANDSHAKE, Hello(many + Extension(10, Vector(2, Bytes(2000, 1))))))});
    EXPECT_EQ(found.extensions.size(), TlsFindings::MAX_LISTED);
    EXPECT_EQ(found.groups.size(), TlsFindings::MAX_LISTED);
}

TEST(TlsFacts, CountTheRecordsOfAHello)
{
    const Bytes hello = Hello(ServerName("a.test"));
    for (std::size_t size : {1U, 4U, 5U, 40U, 1000U})
    {
        Bytes records;
        for (std::size_t i = 0; i < hello.size(); i += size)
        {
            Append(records, Record(HANDSHAKE, ByteView(hello).Sub(i, size).ToBytes()));
        }
        const auto found = Track({Client(records)});
        ASSERT_TRUE(found.clientHello);
        EXPECT_EQ(found.clientHelloRecords, (hello.size() + size - 1) / size) << size;
        EXPECT_EQ(found.clientHelloSize, hello.size());
    }
}

struct ResumptionRow
{
    std::string name;
    Bytes hello;
    bool isOffered;
};

void
PrintTo(const ResumptionRow& row, std::ostream* out)
{
    *out << row.name;
}

class ResumptionOffer : public testing::TestWithParam<ResumptionRow>
{
};

TEST_P(ResumptionOffer, IsSeen)
{
    const auto found = Track({Client(Record(HANDSHAKE, GetParam().hello))});
    ASSERT_TRUE(found.clientHello);
    EXPECT_EQ(found.resumptionOffered, GetParam().isOffered);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ResumptionOffer,
    testing::Values(
        ResumptionRow{"Fresh", Hello(ServerName("a.test")), false},
        ResumptionRow{"SessionId", Hello(ServerName("a.test"), Bytes(32, 7)), true},
        ResumptionRow{"EmptyTicket", Hello(Extension(35, {})), false},
        ResumptionRow{"Ticket", Hello(Extension(35, Bytes(100, 7))), true},
        ResumptionRow{
            "IdOfTls13", Hello(Extension(43, Vector(1, Hex("0304"))), Bytes(32, 7)), false},
        ResumptionRow{"PreSharedKey",
                      Hello(Extension(43, Vector(1, Hex("0304"))) + Extension(41, Bytes(40, 7))),
                      true}),
    [](const auto& row) { return row.param.name; });

TEST(TlsFacts, KnowAFullHandshakeFromAResumedOne)
{
    const Bytes suite = Hex("0002");
    EXPECT_FALSE(Track(Handshake12(suite, 20)).resumed);
    const Bytes finished = Record(HANDSHAKE, Message(20, Bytes(12)) + Bytes(20));
    const Bytes ticket = Record(HANDSHAKE, Message(4, Bytes(100)));
    for (const Bytes& between : {Bytes{}, ticket})
    {
        const auto found = Track(
            {Client(Record(HANDSHAKE, ClientHello(suite))),
             Server(Record(HANDSHAKE, ServerHello(suite)) + between + CHANGE_CIPHER + finished),
             Client(CHANGE_CIPHER + finished)});
        EXPECT_TRUE(found.resumed);
        EXPECT_TRUE(found.protectedToServer && found.protectedToClient);
        EXPECT_FALSE(found.certificate);
    }
}

TEST(TlsFacts, KnowAPreSharedKeyOfTls13)
{
    const Bytes suite = Hex("1301");
    const auto handshake = [&suite](const Bytes& extensions)
    {
        return Track({Client(Record(HANDSHAKE, ClientHello(suite))),
                      Server(Record(HANDSHAKE, ServerHello(suite, VERSION_13 + extensions)))});
    };
    EXPECT_FALSE(handshake({}).resumed);
    EXPECT_TRUE(handshake(Extension(41, Hex("0000"))).resumed);
}

TEST(TlsFacts, KeepReadingAfterACertificateThatIsNone)
{
    for (const std::size_t size : {0U, 1U, 700U, 16384U, 40000U})
    {
        const Bytes message = Message(11, Bytes(size, 0x55)) + Message(14, {});
        Bytes records;
        for (std::size_t i = 0; i < message.size(); i += 16000)
        {
            Append(records, Record(HANDSHAKE, ByteView(message).Sub(i, 16000).ToBytes()));
        }
        Talk talk = Handshake12(Hex("0002"), 20);
        talk[1] = Server(Record(HANDSHAKE, ServerHello(Hex("0002"))) + records);
        const auto found = Track(talk);
        EXPECT_FALSE(found.certificate);
        EXPECT_FALSE(found.malformed) << size;
        EXPECT_FALSE(found.resumed) << size;
        EXPECT_TRUE(found.protectedToServer && found.protectedToClient) << size;
    }
}

TEST(TlsFacts, CountHandshakes)
{
    EXPECT_EQ(Track(Handshake12(Hex("0002"), 20)).handshakes, 1U);
    const Bytes again = Record(HANDSHAKE, ServerHello(Hex("002f")) + Bytes(20, 0xCC));
    EXPECT_EQ(Track(Handshake12(Hex("0002"), 20) + Server(again)).handshakes, 2U);
}

struct DefectRow
{
    std::string text;
    Bytes after; ///< from the client, behind a sound hello
};

void
PrintTo(const DefectRow& row, std::ostream* out)
{
    *out << row.text;
}

class Defects : public testing::TestWithParam<DefectRow>
{
};

TEST_P(Defects, AreNamed)
{
    const auto found = Track({Client(Record(HANDSHAKE, ClientHello()) + GetParam().after)});
    EXPECT_EQ(found.malformed, GetParam().text != "none");
    EXPECT_EQ(ToString(found.defect), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    Defects,
    testing::Values(DefectRow{"none", Record(DATA, {})},
                    DefectRow{"bad-type", Hex("47")},
                    DefectRow{"bad-version", Hex("16 04")},
                    DefectRow{"record-too-long", Record(HANDSHAKE, Bytes(65535))},
                    DefectRow{"empty-record", Record(HANDSHAKE, {})},
                    DefectRow{"hello-too-long", Record(HANDSHAKE, Hex("01 00ffff"))},
                    DefectRow{"hello-syntax", Record(HANDSHAKE, Message(1, Hex("0303")))},
                    DefectRow{"misplaced-hello", Record(HANDSHAKE, ServerHello(Hex("0002")))}),
    [](const auto& row)
    {
        std::string name = row.param.text;
        name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
        return name;
    });

/// Found by fuzzing: what follows the last record of interest was read on where it came in the same segment.
TEST(TlsFacts, DoNotDependOnWhereASegmentEndsOnceAllIsEncrypted)
{
    const Bytes hello = Record(HANDSHAKE, ServerHello(Hex("1301"), VERSION_13));
    const Bytes lie = Hex("17 0303 ffff");
    const Said first = Client(Record(HANDSHAKE, ClientHello(Hex("1301"))));
    const auto together = Track({first, Server(hello + lie)});
    const auto apart = Track({first, Server(hello), Server(lie)});
    EXPECT_FALSE(together.malformed);
    EXPECT_EQ(together, apart);
}

TEST(TlsFacts, NameARecordTooShortForItsMac)
{
    const auto found = Track(Handshake12(Hex("0002"), 20) + Client(Record(DATA, Bytes(19))));
    EXPECT_EQ(ToString(found.defect), "record-too-short");
}

} // namespace

} // namespace imsfw::classify
