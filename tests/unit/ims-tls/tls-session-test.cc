// SPDX-License-Identifier: GPL-2.0-only
/// Two sessions in memory: what they agree on, what they send, and how they fail.
#include "ims-tls-library.h"
#include "ims-tls-session.h"
#include "ims-tls-suites.h"

#include "base/text.h"

#include <gtest/gtest.h>
#include <openssl/rand.h>

#include <algorithm>

using namespace imsfw;
using namespace imsfw::tls;

namespace
{

constexpr TimePoint START{};

struct Side
{
    std::unique_ptr<TlsSession> session;
    Bytes sent; ///< all that it put on the wire
    Bytes received;
    bool isEstablished{false};
    bool isClosed{false};
    std::optional<StreamFailure> failure;
};

/// A client and a server with streams of their own, and the wire between them.
class Pair
{
  public:
    Pair(const ClientConfig& client,
         const ServerConfig& server,
         const std::string& name,
         uint64_t seed = 1)
        : m_clientRandom(seed, 1, "client"), m_serverRandom(seed, 1, "server")
    {
        const auto clientContext = Context::MakeClient(client, m_clientRandom);
        const auto serverContext = Context::MakeServer(server, m_serverRandom);
        EXPECT_TRUE(clientContext) << (clientContext ? "" : clientContext.Error());
        EXPECT_TRUE(serverContext) << (serverContext ? "" : serverContext.Error());
        m_client.session = std::make_unique<TlsSession>(*clientContext, m_clientRandom, name);
        m_server.session = std::make_unique<TlsSession>(*serverContext, m_serverRandom, "");
    }

    void
    Run(TimePoint now = START)
    {
        m_server.session->Start(now);
        m_client.session->Start(now);
        Exchange(now);
    }

    void
    Exchange(TimePoint now)
    {
        while (Move(now, m_client, m_server) || Move(now, m_server, m_client))
        {
        }
    }

    Side&
    Client()
    {
        return m_client;
    }

    Side&
    Server()
    {
        return m_server;
    }

  private:
    static bool
    Move(TimePoint now, Side& from, Side& to)
    {
        bool moved = false;
        while (const auto bytes = from.session->PollTransmit())
        {
            Append(from.sent, *bytes);
            to.session->HandleInput(now, *bytes);
            moved = true;
        }
        Note(from);
        Note(to);
        return moved;
    }

    static void
    Note(Side& side)
    {
        while (auto event = side.session->PollEvent())
        {
            switch (event->type)
            {
            case StreamEvent::Type::ESTABLISHED:
                side.isEstablished = true;
                break;
            case StreamEvent::Type::DATA:
                Append(side.received, event->data);
                break;
            case StreamEvent::Type::CLOSED:
                side.isClosed = true;
                break;
            case StreamEvent::Type::FAILED:
                side.failure = event->failure;
                break;
            }
        }
    }

    SeededRandom m_clientRandom;
    SeededRandom m_serverRandom;
    Side m_client;
    Side m_server;
};

ClientConfig
Offering(const std::vector<std::string>& suites)
{
    return {suites, "", "", {Pki::Simulation().TrustAnchor()}};
}

ServerConfig
Serving()
{
    return {Pki::Simulation().Issue({"p-cscf.ims.test", "192.0.2.2"}), {}, "1.2", "1.3"};
}

bool
Holds(const Bytes& wire, const std::string& text)
{
    return std::search(wire.begin(), wire.end(), text.begin(), text.end()) != wire.end();
}

} // namespace

struct SuiteRow
{
    const char* suite;
    const char* version;
    bool isNull;
    std::size_t
        record; ///< bytes on the wire for 176 of application data, after the formulas of RFC 5246, 7366, 8446
};

class SuiteTest : public testing::TestWithParam<SuiteRow>
{
};

TEST_P(SuiteTest, IsNegotiatedAndCarriesDataInRecordsOfItsSize)
{
    const SuiteRow& row = GetParam();
    Pair pair(Offering({row.suite}), Serving(), "p-cscf.ims.test");
    pair.Run();
    ASSERT_TRUE(pair.Client().isEstablished);
    ASSERT_TRUE(pair.Server().isEstablished);
    const SessionInfo& info = pair.Client().session->GetInfo();
    EXPECT_EQ(info.suite, row.suite);
    EXPECT_EQ(info.version, row.version);
    EXPECT_EQ(info.isNull, row.isNull);
    // A TLS 1.3 server sends its tickets in one go with the end of the handshake: they come on top.
    const std::size_t sent = pair.Server().session->GetInfo().handshakeBytesSent;
    EXPECT_EQ(info.handshakeBytesReceived == sent, info.version == "TLSv1.2");
    EXPECT_LE(info.handshakeBytesReceived, sent);

    const std::string text = "REGISTER sip:ims.test SIP/2.0" + std::string(176 - 29, 'x');
    pair.Client().sent.clear();
    pair.Client().session->Write(START, ByteView(std::string_view(text)));
    pair.Exchange(START);
    EXPECT_EQ(ByteView(pair.Server().received).AsText(), text);
    EXPECT_EQ(pair.Client().sent.size(), row.record);
    EXPECT_LE(row.record, pair.Client().session->MaxExpansion(176));
    EXPECT_EQ(Holds(pair.Client().sent, "REGISTER sip:"), row.isNull);
}

INSTANTIATE_TEST_SUITE_P(
    Suites,
    SuiteTest,
    testing::Values(
        SuiteRow{"TLS_RSA_WITH_NULL_SHA", "TLSv1.2", true, 5 + 176 + 20},
        SuiteRow{"TLS_RSA_WITH_NULL_SHA256", "TLSv1.2", true, 5 + 176 + 32},
        SuiteRow{"TLS_ECDHE_RSA_WITH_NULL_SHA", "TLSv1.2", true, 5 + 176 + 20},
        SuiteRow{"TLS_RSA_WITH_AES_128_CBC_SHA", "TLSv1.2", false, 5 + 16 + 192 + 20},
        SuiteRow{"TLS_RSA_WITH_AES_128_CBC_SHA256", "TLSv1.2", false, 5 + 16 + 192 + 32},
        SuiteRow{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLSv1.2", false, 5 + 8 + 176 + 16},
        SuiteRow{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLSv1.2", false, 5 + 176 + 16},
        SuiteRow{"TLS_AES_128_GCM_SHA256", "TLSv1.3", false, 5 + 176 + 1 + 16},
        SuiteRow{"TLS_AES_256_GCM_SHA384", "TLSv1.3", false, 5 + 176 + 1 + 16}));

TEST(TlsSessionTest, OneSeedGivesTheSameBytesAndAnotherSeedOthers)
{
    for (const char* suite : {"TLS_RSA_WITH_AES_128_CBC_SHA",
                              "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                              "TLS_AES_128_GCM_SHA256"})
    {
        Bytes wires[3];
        for (int i = 0; i < 3; ++i)
        {
            Pair pair(Offering({suite}), Serving(), "p-cscf.ims.test", i < 2 ? 1 : 2);
            pair.Run();
            ASSERT_TRUE(pair.Client().isEstablished);
            wires[i] = pair.Client().sent;
            Append(wires[i], pair.Server().sent);
        }
        EXPECT_EQ(wires[0], wires[1]) << suite;
        EXPECT_NE(wires[0], wires[2]) << suite;
        EXPECT_EQ(wires[0].size(), wires[2].size()) << suite; // RSA signatures have one length
    }
}

TEST(TlsSessionTest, ACloseIsAnsweredAndOrderlyOnBothSides)
{
    Pair pair(Offering({"TLS_AES_128_GCM_SHA256"}), Serving(), "192.0.2.2");
    pair.Run();
    pair.Client().session->Close(START);
    pair.Exchange(START);
    EXPECT_TRUE(pair.Server().isClosed);
    EXPECT_FALSE(pair.Server().failure);
    pair.Server().session->HandleLowerClosed(START, std::nullopt);
    pair.Exchange(START);
    EXPECT_FALSE(pair.Server().failure);
}

TEST(TlsSessionTest, AnEndWithoutCloseNotifyIsNamed)
{
    Pair pair(Offering({}), Serving(), "192.0.2.2");
    pair.Run();
    pair.Client().session->HandleLowerClosed(START, std::nullopt);
    pair.Exchange(START);
    ASSERT_TRUE(pair.Client().failure);
    EXPECT_EQ(pair.Client().failure->reason, "truncated");
}

TEST(TlsSessionTest, AFailureFromBelowPassesThrough)
{
    Pair pair(Offering({}), Serving(), "192.0.2.2");
    pair.Run();
    pair.Client().session->HandleLowerClosed(START,
                                             StreamFailure{"tcp", "reset", "connection reset"});
    pair.Exchange(START);
    ASSERT_TRUE(pair.Client().failure);
    EXPECT_EQ(pair.Client().failure->layer, "tcp");
}

TEST(TlsSessionTest, NoCommonSuiteIsAHandshakeFailureOnBothSides)
{
    ServerConfig server = Serving();
    server.suites = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"};
    server.maxVersion = "1.2";
    Pair pair(Offering({"TLS_RSA_WITH_NULL_SHA"}), server, "192.0.2.2");
    pair.Run();
    ASSERT_TRUE(pair.Client().failure);
    ASSERT_TRUE(pair.Server().failure);
    EXPECT_EQ(pair.Client().failure->reason, "alert-received");
    EXPECT_EQ(pair.Client().failure->detail, "handshake_failure");
    EXPECT_EQ(pair.Server().failure->reason, "alert-sent");
}

TEST(TlsSessionTest, CertificatesAreJudged)
{
    struct Row
    {
        const char* what;
        const char* name;
        bool knowsCa;
        std::chrono::hours at;
        const char* alertToServer;
    };

    const auto years = [](int n) { return std::chrono::hours(24 * 365 * n); };
    const Row rows[] = {
        {"good", "p-cscf.ims.test", true, years(0), nullptr},
        {"good by address", "192.0.2.2", true, years(9), nullptr},
        {"wrong name", "turn.ims.test", true, years(0), "bad_certificate"},
        {"wrong address", "192.0.2.6", true, years(0), "bad_certificate"},
        {"unknown CA", "p-cscf.ims.test", false, years(0), "unknown_ca"},
        {"expired", "p-cscf.ims.test", true, years(11), "certificate_expired"},
    };
    for (const Row& row : rows)
    {
        ClientConfig client = Offering({});
        if (!row.knowsCa)
        {
            client.trustAnchors = {Pki::Simulation().Issue({"another.test"}).chain.front()};
        }
        Pair pair(client, Serving(), row.name);
        pair.Run(START + row.at);
        EXPECT_EQ(pair.Client().isEstablished, row.alertToServer == nullptr) << row.what;
        if (row.alertToServer != nullptr)
        {
            ASSERT_TRUE(pair.Client().failure) << row.what;
            EXPECT_EQ(pair.Client().failure->reason, "certificate-verify-failed") << row.what;
            ASSERT_TRUE(pair.Server().failure) << row.what;
            EXPECT_EQ(pair.Server().failure->detail, row.alertToServer) << row.what;
        }
    }
}

TEST(TlsSessionTest, AHandshakeThatStallsTimesOut)
{
    Pair pair(Offering({}), Serving(), "");
    TlsSession& server = *pair.Server().session;
    server.SetHandshakeTimeout(std::chrono::seconds(5));
    server.Start(START);
    ASSERT_EQ(server.NextTimeout(), START + std::chrono::seconds(5));
    server.HandleTimeout(START + std::chrono::seconds(4));
    EXPECT_FALSE(server.PollEvent());
    server.HandleTimeout(START + std::chrono::seconds(5));
    const auto event = server.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->failure.reason, "handshake-timeout");
    EXPECT_FALSE(server.NextTimeout());
}

TEST(TlsSessionTest, EverySpoiltByteOfTheServersFlightEndsOrWaits)
{
    Pair good(Offering({"TLS_RSA_WITH_AES_128_CBC_SHA"}), Serving(), "192.0.2.2");
    good.Server().session->Start(START);
    good.Client().session->Start(START);
    const auto hello = good.Client().session->PollTransmit();
    ASSERT_TRUE(hello);
    good.Server().session->HandleInput(START, *hello);
    const auto flight = good.Server().session->PollTransmit();
    ASSERT_TRUE(flight);
    for (std::size_t at = 0; at < flight->size(); at += 7)
    {
        Pair pair(Offering({"TLS_RSA_WITH_AES_128_CBC_SHA"}), Serving(), "192.0.2.2");
        pair.Client().session->Start(START);
        Bytes spoilt = *flight;
        spoilt[at] ^= 0x55;
        pair.Client().session->HandleInput(START, spoilt);
        while (const auto event = pair.Client().session->PollEvent())
        {
            EXPECT_NE(event->type, StreamEvent::Type::ESTABLISHED) << at;
        }
    }
}

TEST(TlsSessionTest, KeyLogLinesAreOfTheNssFormat)
{
    Pair pair(Offering({"TLS_RSA_WITH_AES_128_CBC_SHA"}), Serving(), "192.0.2.2");
    pair.Run();
    const auto lines = pair.Client().session->TakeKeyLog();
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.back().substr(0, 14), "CLIENT_RANDOM ");
    EXPECT_TRUE(pair.Client().session->TakeKeyLog().empty());
}

TEST(SuitesTest, AreFoundByBothNamesAndMissedWithTheNearest)
{
    ASSERT_TRUE(FindSuite("NULL-SHA"));
    EXPECT_EQ(FindSuite("NULL-SHA")->id, 0x0002);
    EXPECT_EQ(FindSuite("tls_rsa_with_aes_128_cbc_sha")->id, 0x002f);
    const auto missed = FindSuite("TLS_RSA_WITH_NUL_SHA");
    ASSERT_FALSE(missed);
    EXPECT_NE(missed.Error().find("TLS_RSA_WITH_NULL_SHA"), std::string::npos) << missed.Error();
}

TEST(SuitesTest, ContradictionsAreNamed)
{
    EXPECT_FALSE(CheckSuites({"NULL-SHA"}, "", ""));
    EXPECT_FALSE(CheckSuites({"NULL-SHA", "TLS_AES_128_GCM_SHA256"}, "1.2", "1.3"));
    EXPECT_TRUE(CheckSuites({"NULL-SHA"}, "1.3", ""));
    EXPECT_TRUE(CheckSuites({"NULL-SHA"}, "", "1.3"));
    EXPECT_TRUE(CheckSuites({"TLS_AES_128_GCM_SHA256"}, "", "1.2"));
    EXPECT_TRUE(CheckSuites({}, "1.3", "1.2"));
}

TEST(LibraryTest, DrawingWithoutAScopeIsAnErrorNotEntropy)
{
    ServerConfig server = Serving();
    SeededRandom random(1, 1, "context");
    const auto context = Context::MakeServer(server, random);
    ASSERT_TRUE(context);
    unsigned char byte = 0;
    EXPECT_NE(RAND_bytes_ex(Library(), &byte, 1, 0), 1);
}

TEST(PkiTest, FilesThatAreNoneAreNamed)
{
    const auto missing = LoadPem("/no/such/file.pem", "/no/such/key.pem");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.Error().find("/no/such/file.pem"), std::string::npos);
    EXPECT_NE(missing.Error().find("No such file"), std::string::npos);
    const std::string self = std::string(IMSFW_SOURCE_DIR) + "/CMakeLists.txt";
    const auto wrong = LoadTrustAnchors(self);
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.Error().find("PEM"), std::string::npos);
}
