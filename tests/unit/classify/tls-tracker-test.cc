// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// TLS followed from its records: handshakes, NULL suites of every kind, TLS 1.3, and framing that lies.
#include "classify/tls-hello.h"
#include "classify/tls-tracker.h"
#include "talk.h"
#include "tls-bytes.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

struct Outcome
{
    TlsFindings findings;
    std::string toServer;
    std::string toClient;
    bool isSettled;
};

Outcome
Track(const Talk& talk)
{
    TlsTracker tracker;
    Outcome outcome{};
    for (const auto& said : talk)
    {
        const Bytes plaintext = tracker.Push(said.direction, said.bytes);
        const bool up = said.direction == Direction::TO_SERVER;
        (up ? outcome.toServer : outcome.toClient) += ByteView(plaintext).AsText();
    }
    outcome.findings = tracker.GetFindings();
    outcome.isSettled = tracker.IsSettled();
    return outcome;
}

struct SuiteRow
{
    std::string name;
    std::string suite;
    std::size_t mac;
};

void
PrintTo(const SuiteRow& row, std::ostream* out)
{
    *out << row.name;
}

class NullSuiteTable : public testing::TestWithParam<SuiteRow>
{
};

TEST_P(NullSuiteTable, IsReadWithoutItsMac)
{
    const auto& [name, suite, mac] = GetParam();
    const auto outcome =
        Track(Handshake12(Hex(suite), mac) + Client(NullRecord(Text("hello"), mac)) +
              Server(NullRecord(Text("and you"), mac) + NullRecord({}, mac)));
    EXPECT_EQ(outcome.toServer, "hello");
    EXPECT_EQ(outcome.toClient, "and you");
    EXPECT_TRUE(outcome.findings.nullSuite);
    EXPECT_FALSE(outcome.findings.malformed);
    EXPECT_FALSE(outcome.isSettled);
    EXPECT_EQ(outcome.findings.sni, "a.test");
    EXPECT_EQ(outcome.findings.version, 0x0303);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         NullSuiteTable,
                         testing::Values(SuiteRow{"RsaMd5", "0001", 16},
                                         SuiteRow{"RsaSha", "0002", 20},
                                         SuiteRow{"RsaSha256", "003b", 32},
                                         SuiteRow{"PskSha", "002c", 20},
                                         SuiteRow{"PskSha384", "00b1", 48},
                                         SuiteRow{"EcdheRsaSha", "c010", 20},
                                         SuiteRow{"EcdhePskSha256", "c03a", 32}),
                         [](const auto& row) { return row.param.name; });

TEST(TlsTracker, SettlesWhenBothDirectionsAreEncrypted)
{
    const Talk talk = Handshake12(Hex("002f"), 20);
    TlsTracker tracker;
    for (std::size_t i = 0; i < talk.size(); ++i)
    {
        EXPECT_FALSE(tracker.IsSettled()) << i;
        EXPECT_TRUE(tracker.Push(talk[i].direction, talk[i].bytes).empty());
    }
    EXPECT_TRUE(tracker.IsSettled());
    EXPECT_FALSE(tracker.GetFindings().nullSuite);
    EXPECT_EQ(tracker.GetFindings().suite, 0x002F);
    EXPECT_TRUE(tracker.Push(Direction::TO_SERVER, Record(DATA, Text("GET"))).empty());
}

TEST(TlsTracker, ReadsWhatTheClientOffers)
{
    const Bytes extensions =
        Extension(0x0a0a, Hex("00")) + ServerName("pcscf.test") + Protocols("sip/2");
    const Bytes hello = ClientHello(Hex("1301 c02f 0002"), extensions);
    const auto outcome = Track({Client(Record(HANDSHAKE, hello, 0x0301))});
    EXPECT_TRUE(outcome.findings.clientHello);
    EXPECT_FALSE(outcome.findings.serverHello);
    EXPECT_EQ(outcome.findings.sni, "pcscf.test");
    EXPECT_EQ(outcome.findings.alpn, std::vector<std::string>{"sip/2"});
    EXPECT_EQ(outcome.findings.offered, (std::vector<uint16_t>{0x1301, 0xC02F, 0x0002}));
    EXPECT_EQ(outcome.findings.clientHelloSize, hello.size());
}

TEST(TlsTracker, JoinsAHelloThatSpansRecords)
{
    const Bytes hello = ClientHello(Hex("0002"), ServerName("a.test"));
    for (std::size_t cut = 1; cut < hello.size(); ++cut)
    {
        const ByteView all(hello);
        const auto outcome = Track({Client(Record(HANDSHAKE, all.Sub(0, cut).ToBytes()) +
                                           Record(HANDSHAKE, all.Sub(cut).ToBytes()))});
        ASSERT_TRUE(outcome.findings.clientHello) << cut;
        ASSERT_EQ(outcome.findings.sni, "a.test") << cut;
    }
}

TEST(TlsTracker, KnowsTls13AndItsRetry)
{
    const Bytes suite = Hex("1301");
    const auto outcome = Track({
        Client(Record(HANDSHAKE, ClientHello(suite), 0x0301)),
        Server(Record(HANDSHAKE, ServerHello(suite, VERSION_13, RETRY_RANDOM)) + CHANGE_CIPHER),
        Client(CHANGE_CIPHER + Record(HANDSHAKE, ClientHello(suite, ServerName("again.test")))),
    });
    EXPECT_TRUE(outcome.findings.helloRetry);
    EXPECT_FALSE(outcome.findings.serverHello);
    EXPECT_EQ(outcome.findings.sni, "again.test");
    EXPECT_FALSE(outcome.isSettled);
    const auto whole = Track({
        Client(Record(HANDSHAKE, ClientHello(suite), 0x0301)),
        Server(Record(HANDSHAKE, ServerHello(suite, VERSION_13)) + CHANGE_CIPHER +
               Record(DATA, Bytes(100))),
    });
    EXPECT_EQ(whole.findings.version, 0x0304);
    EXPECT_TRUE(whole.isSettled);
    EXPECT_FALSE(whole.findings.nullSuite);
}

TEST(TlsTracker, ReadsTheIntegrityOnlySuitesOfTls13)
{
    const Bytes suite = Hex("c0b4");
    const auto inner = [](const Bytes& content, uint8_t type)
    { return Record(DATA, content + Bytes{type} + Bytes(3) + Bytes(32, 0xCC)); };
    const auto outcome = Track({
        Client(Record(HANDSHAKE, ClientHello(suite), 0x0301)),
        Server(Record(HANDSHAKE, ServerHello(suite, VERSION_13)) + CHANGE_CIPHER +
               inner(Message(8, Hex("0000")), HANDSHAKE)),
        Client(CHANGE_CIPHER + inner(Text("hello"), DATA)),
        Server(inner(Text("and you"), DATA) + inner({}, DATA)),
    });
    EXPECT_TRUE(outcome.findings.nullSuite);
    EXPECT_EQ(outcome.toServer, "hello");
    EXPECT_EQ(outcome.toClient, "and you");
    EXPECT_FALSE(outcome.findings.malformed);
}

TEST(TlsTracker, PassesOverEarlyData)
{
    const auto outcome = Track({Client(Record(HANDSHAKE, ClientHello(Hex("1301"))) + CHANGE_CIPHER +
                                       Record(DATA, Text("GET / HTTP/1.1")))});
    EXPECT_EQ(outcome.toServer, "");
    EXPECT_FALSE(outcome.findings.malformed);
}

TEST(TlsTracker, FollowsARenegotiationOutOfTheNullSuite)
{
    constexpr std::size_t MAC = 20;
    const auto sealed = [](const Bytes& message)
    { return Record(HANDSHAKE, message + Bytes(MAC, 0xCC)); };
    Talk talk = Handshake12(Hex("0002"), MAC) + Client(NullRecord(Text("in the clear"), MAC));
    talk.push_back(Client(sealed(ClientHello(Hex("002f")))));
    talk.push_back(Server(sealed(ServerHello(Hex("002f"))) + Record(CCS, Hex("01") + Bytes(MAC))));
    talk.push_back(Client(Record(CCS, Hex("01") + Bytes(MAC)) + Record(DATA, Text("hidden"))));
    const auto outcome = Track(talk);
    EXPECT_EQ(outcome.toServer, "in the clear");
    EXPECT_EQ(outcome.findings.suite, 0x002F);
    EXPECT_FALSE(outcome.findings.nullSuite);
    EXPECT_TRUE(outcome.isSettled);
}

TEST(TlsTracker, CutsATruncatedMac)
{
    const Bytes suite = Hex("0002");
    Talk talk = Handshake12(suite, 10);
    talk[1] = Server(Record(HANDSHAKE, ServerHello(suite, Extension(4, {}))));
    const auto outcome = Track(talk + Client(NullRecord(Text("hello"), 10)));
    EXPECT_EQ(outcome.toServer, "hello");
}

TEST(TlsTracker, CannotReadCompressedData)
{
    const Bytes hello = Message(2, Hex("0303") + Bytes(32, 0xBB) + Hex("00 0002 01"));
    Talk talk = Handshake12(Hex("0002"), 20);
    talk[1] = Server(Record(HANDSHAKE, hello));
    const auto outcome = Track(talk + Client(NullRecord(Text("hello"), 20)));
    EXPECT_TRUE(outcome.findings.nullSuite);
    EXPECT_EQ(outcome.toServer, "");
}

struct BrokenRow
{
    std::string name;
    Talk talk;
};

void
PrintTo(const BrokenRow& row, std::ostream* out)
{
    *out << row.name;
}

std::vector<BrokenRow>
BrokenRows()
{
    const Bytes hello = Record(HANDSHAKE, ClientHello());
    const Talk open = Handshake12(Hex("0002"), 20);
    const Bytes longHello = Message(1, Bytes(TlsTracker::HELLO_LIMIT + 1, 1));
    Bytes longRecords;
    for (std::size_t i = 0; i < longHello.size(); i += 16000)
    {
        Append(longRecords, Record(HANDSHAKE, ByteView(longHello).Sub(i, 16000).ToBytes()));
    }
    return {
        {"UnknownType", {Client(hello + Hex("19 0303 0001 00"))}},
        {"WrongMajor", {Client(hello + Hex("16 0403 0001 00"))}},
        {"TooLong", {Client(hello + Hex("16 0303 4801"))}},
        {"EmptyHandshake", {Client(hello + Hex("16 0303 0000"))}},
        {"EmptyAlert", {Client(hello + Hex("15 0303 0000"))}},
        {"EmptyChangeCipherSpec", {Client(hello + Hex("14 0303 0000"))}},
        {"PlaintextAfterHello", {Client(hello + Text("REGISTER sip:a SIP/2.0\r\n"))}},
        {"ServerIsNotTls", {Client(hello), Server(Text("HTTP/1.1 400 Bad Request\r\n"))}},
        {"HelloFromTheWrongSide", {Client(hello), Server(hello)}},
        {"ServerHelloFromClient", {Client(Record(HANDSHAKE, ServerHello(Hex("0002"))))}},
        {"HelloTooLong", {Client(longRecords)}},
        {"SuitesOddLength", {Client(Record(HANDSHAKE, ClientHello(Hex("000200"))))}},
        {"NoSuites", {Client(Record(HANDSHAKE, ClientHello(Bytes{})))}},
        {"ShorterThanItsMac", open + Client(Record(DATA, Bytes(19)))},
        {"TrailingBytes", {Client(Record(HANDSHAKE, Message(1, Bytes(200, 0))))}},
        {"ExtensionTooLong",
         {Client(Record(HANDSHAKE, ClientHello(Hex("0002"), Hex("0000 0005 00"))))}},
        {"NameTooLong",
         {Client(
             Record(HANDSHAKE, ClientHello(Hex("0002"), Extension(0, Hex("0004 00 0009 61")))))}},
        {"ServerHelloCut",
         {Client(hello), Server(Record(HANDSHAKE, Message(2, Hex("0303 aabbcc"))))}},
        {"BadSelectedVersion",
         {Client(hello),
          Server(Record(HANDSHAKE, ServerHello(Hex("1301"), Extension(43, Hex("03")))))}},
    };
}

class BrokenTls : public testing::TestWithParam<BrokenRow>
{
};

TEST_P(BrokenTls, IsCalledMalformedAndHeldNoMore)
{
    TlsTracker tracker;
    for (const auto& said : GetParam().talk)
    {
        tracker.Push(said.direction, said.bytes);
    }
    EXPECT_TRUE(tracker.GetFindings().malformed);
    EXPECT_TRUE(tracker.IsSettled());
    EXPECT_EQ(tracker.GetHeldBytes(), 0U);
    const Bytes more = NullRecord(Text("more"), 20);
    EXPECT_TRUE(tracker.Push(Direction::TO_SERVER, more).empty());
}

INSTANTIATE_TEST_SUITE_P(Table,
                         BrokenTls,
                         testing::ValuesIn(BrokenRows()),
                         [](const auto& row) { return row.param.name; });

TEST(TlsTracker, HoldsABoundedAmount)
{
    TlsTracker tracker;
    const Bytes start = Record(HANDSHAKE, ClientHello()) + Hex("16 0303 4800");
    tracker.Push(Direction::TO_SERVER, start);
    std::size_t most = 0;
    for (int i = 0; i < 1000; ++i)
    {
        tracker.Push(Direction::TO_SERVER, Bytes(100, 0x0B));
        most = std::max(most, tracker.GetHeldBytes());
    }
    EXPECT_LE(most, TlsTracker::FRAGMENT_LIMIT + 5 + TlsTracker::HELLO_LIMIT + 4);
}

TEST(TlsHello, RefusesEveryTruncation)
{
    const Bytes client = ClientHello(Hex("0002 002f"), ServerName("a.test") + Protocols("h2"));
    const Bytes server = ServerHello(Hex("0002"), Protocols("h2") + Extension(23, {}));
    const ByteView clientBody = ByteView(client).Sub(4);
    const ByteView serverBody = ByteView(server).Sub(4);
    EXPECT_TRUE(ReadClientHello(clientBody));
    EXPECT_TRUE(ReadServerHello(serverBody));
    EXPECT_EQ(ReadServerHello(serverBody)->alpn, "h2");
    // A hello may end before its extensions; any other cut is a fault.
    const std::size_t clientFixed = 2 + 32 + 1 + 2 + 4 + 2;
    const std::size_t serverFixed = 2 + 32 + 1 + 2 + 1;
    for (std::size_t size = 0; size < clientBody.Size(); ++size)
    {
        EXPECT_EQ(ReadClientHello(clientBody.Sub(0, size)).has_value(), size == clientFixed)
            << size;
    }
    for (std::size_t size = 0; size < serverBody.Size(); ++size)
    {
        EXPECT_EQ(ReadServerHello(serverBody.Sub(0, size)).has_value(), size == serverFixed)
            << size;
    }
}

TEST(TlsHello, BoundsItsLists)
{
    Bytes names;
    for (int i = 0; i < 100; ++i)
    {
        Append(names, Vector(1, Text("h2")));
    }
    const Bytes hello = ClientHello(Bytes(8000, 0x13), Extension(16, Vector(2, names)));
    const auto facts = ReadClientHello(ByteView(hello).Sub(4));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->suites.size(), TlsFindings::MAX_OFFERED);
    EXPECT_EQ(facts->alpn.size(), TlsFindings::MAX_ALPN);
}

} // namespace

} // namespace imsfw::classify
