// SPDX-License-Identifier: GPL-2.0-only
// TlsSession: handshakes of every suite, data, closing, and failures by name on both sides.
#include "tls-pair.h"

#include "ims-tls-suites.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imsfw::tls
{
namespace
{

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view HELLO = "REGISTER sip:ims.example SIP/2.0";
constexpr std::string_view ANSWER = "SIP/2.0 401 Unauthorized";

PairOptions
OptionsFor(const Suite& suite)
{
    PairOptions options;
    options.clientSuites = {suite.ianaName};
    const bool isEcdsa = suite.ianaName.find("ECDSA") != std::string::npos;
    options.keyKind = isEcdsa ? KeyKind::EC_P256 : KeyKind::RSA_2048;
    return options;
}

class EverySuiteTest : public testing::TestWithParam<Suite>
{
};

TEST_P(EverySuiteTest, NegotiatesAndCarriesDataBothWays)
{
    const Suite& suite = GetParam();
    TlsPair pair(OptionsFor(suite));
    pair.Handshake();
    for (Side* side : {&pair.client, &pair.server})
    {
        ASSERT_TRUE(side->IsEstablished()) << side->Failure();
        const SessionInfo& info = side->session->GetInfo();
        EXPECT_EQ(info.suite, suite.ianaName);
        EXPECT_EQ(info.suiteId, suite.id);
        EXPECT_EQ(info.version, suite.isTls13 ? "TLSv1.3" : "TLSv1.2");
        EXPECT_EQ(info.isNull, suite.isNull);
        EXPECT_FALSE(info.isResumed);
    }
    pair.Send(pair.client, HELLO);
    pair.Send(pair.server, ANSWER);
    EXPECT_EQ(Text(pair.server.received), HELLO);
    EXPECT_EQ(Text(pair.client.received), ANSWER);
    // What a firewall can read is the point of a NULL suite.
    EXPECT_EQ(Contains(pair.client.flights.back(), HELLO), suite.isNull);
    EXPECT_EQ(Contains(pair.server.flights.back(), ANSWER), suite.isNull);
}

TEST_P(EverySuiteTest, ClosesInAnOrderlyWayBothWays)
{
    TlsPair pair(OptionsFor(GetParam()));
    pair.Handshake();
    pair.client.session->Close(pair.now);
    pair.Pump();
    EXPECT_TRUE(pair.server.Has(StreamEvent::Type::CLOSED));
    EXPECT_GE(pair.server.flights.size(), 2U)
        << "the server answers with a close_notify of its own";
    pair.client.session->HandleLowerClosed(pair.now, std::nullopt);
    pair.server.session->HandleLowerClosed(pair.now, std::nullopt);
    pair.Pump();
    EXPECT_THAT(pair.client.Failure(), IsEmpty());
    EXPECT_THAT(pair.server.Failure(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Tls,
                         EverySuiteTest,
                         testing::ValuesIn(AllSuites()),
                         [](const auto& row) { return row.param.ianaName; });

TEST(SessionTest, ReportsTimesAndBytesOfTheHandshake)
{
    PairOptions options;
    options.clientSuites = {"AES128-SHA"};
    options.start = T0 + seconds(3);
    TlsPair pair(options);
    pair.Start();
    // One flight every 20 ms.
    for (int i = 0; i < 4; ++i)
    {
        const Bytes up = pair.client.Poll();
        const Bytes down = pair.server.Poll();
        pair.now += milliseconds(20);
        pair.server.session->HandleInput(pair.now, up);
        pair.client.session->HandleInput(pair.now, down);
    }
    pair.client.Poll();
    pair.server.Poll();
    const SessionInfo& client = pair.client.session->GetInfo();
    const SessionInfo& server = pair.server.session->GetInfo();
    EXPECT_EQ(client.started, T0 + seconds(3));
    EXPECT_EQ(client.established, T0 + seconds(3) + milliseconds(80));
    EXPECT_EQ(server.established, T0 + seconds(3) + milliseconds(60));
    EXPECT_EQ(client.handshakeBytesSent, server.handshakeBytesReceived);
    EXPECT_EQ(server.handshakeBytesSent, client.handshakeBytesReceived);
    EXPECT_EQ(client.handshakeBytesSent,
              pair.client.flights[0].size() + pair.client.flights[1].size());
}

TEST(SessionTest, AMegabyteArrivesWhole)
{
    for (const char* suite : {"NULL-SHA", "AES128-SHA", "TLS_AES_128_GCM_SHA256"})
    {
        PairOptions options;
        options.clientSuites = {suite};
        TlsPair pair(options);
        pair.Handshake();
        const Bytes sent = SeededRandom(7, 1, "payload").Draw(1 << 20);
        pair.client.session->Write(pair.now, sent);
        pair.Pump();
        EXPECT_EQ(pair.server.received, sent) << suite;
        EXPECT_LE(pair.client.flights.back().size(), pair.client.session->MaxExpansion(sent.size()))
            << suite;
    }
}

TEST(SessionTest, AnySplitOfTheBytesDoes)
{
    PairOptions options;
    options.clientSuites = {"AES128-SHA"};
    TlsPair whole(options);
    whole.Handshake();
    TlsPair split(options);
    const auto oneByOne = [&](Side& to, TlsPair& pair)
    {
        return [&](const Bytes& bytes)
        {
            for (const uint8_t byte : bytes)
            {
                to.session->HandleInput(pair.now, ByteView(&byte, 1));
            }
            return Bytes();
        };
    };
    split.toServer = oneByOne(split.server, split);
    split.toClient = oneByOne(split.client, split);
    split.Handshake();
    split.Send(split.client, HELLO);
    EXPECT_EQ(Text(split.server.received), HELLO);
    EXPECT_EQ(split.client.flights[1], whole.client.flights[1])
        << "the split may not change what is sent";
}

TEST(SessionTest, OneWriteIsOneRecordUpToItsLimit)
{
    struct Row
    {
        std::size_t size;
        std::size_t records;
    };

    for (const auto& row : {Row{1, 1}, Row{16384, 1}, Row{16385, 2}, Row{40000, 3}})
    {
        PairOptions options;
        options.clientSuites = {"NULL-SHA"};
        TlsPair pair(options);
        pair.Handshake();
        pair.client.session->Write(pair.now, Bytes(row.size, 'x'));
        pair.Pump();
        EXPECT_EQ(pair.client.flights.back().size(), row.size + row.records * 25) << row.size;
    }
}

struct RefusalRow
{
    std::string name;
    std::function<void(PairOptions&)> change;
    std::string client;
    std::string server;
};

void
PrintTo(const RefusalRow& row, std::ostream* out)
{
    *out << row.name;
}

const RefusalRow REFUSALS[] = {
    {"NoCommonSuite",
     [](PairOptions& options)
     {
         options.clientSuites = {"NULL-SHA"};
         options.serverSuites = {"AES128-SHA"};
         options.serverMax = "1.2";
     },
     "tls alert-received: handshake_failure",
     "tls alert-sent: handshake_failure"},
    {"NoCommonVersion",
     [](PairOptions& options)
     {
         options.clientSuites = {"NULL-SHA"};
         options.serverMin = "1.3";
         options.serverMax = "1.3";
     },
     "tls alert-received: protocol_version",
     "tls alert-sent: protocol_version"},
    {"UnknownCa",
     [](PairOptions& options)
     {
         // Any other certificate in the place of the CA's.
         options.trustAnchors = {Pki::Simulation().Issue({"another.example"}).chain.front()};
     },
     "tls certificate-verify-failed: unable to get local issuer certificate",
     "tls alert-received: unknown_ca"},
    {"WrongName",
     [](PairOptions& options) { options.serverName = "turn.ims.example"; },
     "tls certificate-verify-failed: hostname mismatch",
     "tls alert-received: bad_certificate"},
    {"WrongAddress",
     [](PairOptions& options)
     {
         options.certificateNames = {"192.0.2.1"};
         options.serverName = "192.0.2.2";
     },
     "tls certificate-verify-failed: IP address mismatch",
     "tls alert-received: bad_certificate"},
    {"Expired",
     [](PairOptions& options) { options.start = T0 + hours(24 * 365 * 11); },
     "tls certificate-verify-failed: certificate has expired",
     "tls alert-received: certificate_expired"},
};

class RefusalTest : public testing::TestWithParam<RefusalRow>
{
};

TEST_P(RefusalTest, BothSidesSayWhy)
{
    for (const char* version : {"1.2", "1.3"})
    {
        PairOptions options;
        options.serverMax = version;
        GetParam().change(options);
        TlsPair pair(options);
        pair.Handshake();
        EXPECT_THAT(pair.client.Failure(), StartsWith(GetParam().client)) << version;
        EXPECT_THAT(pair.server.Failure(), StartsWith(GetParam().server)) << version;
        // TLS 1.3's server is never established where the client refuses its certificate; nor is the client.
        EXPECT_FALSE(pair.client.IsEstablished());
        EXPECT_FALSE(pair.server.IsEstablished());
        EXPECT_EQ(pair.client.session->NextTimeout(), std::nullopt);
        EXPECT_EQ(pair.server.session->NextTimeout(), std::nullopt);
    }
}

INSTANTIATE_TEST_SUITE_P(Tls,
                         RefusalTest,
                         testing::ValuesIn(REFUSALS),
                         [](const auto& row) { return row.param.name; });

TEST(SessionTest, AnAddressIsVerifiedAndNotSentAsServerName)
{
    PairOptions options;
    options.certificateNames = {"192.0.2.1", "2001:db8::1"};
    for (const char* name : {"192.0.2.1", "2001:db8::1"})
    {
        options.serverName = name;
        TlsPair pair(options);
        pair.Handshake();
        EXPECT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
        // RFC 6066 3: "Literal IPv4 and IPv6 addresses are not permitted in "HostName"."
        EXPECT_FALSE(Contains(pair.client.flights.front(), name));
    }
    options.certificateNames = {"pcscf.ims.example"};
    options.serverName = "pcscf.ims.example";
    TlsPair pair(options);
    pair.Handshake();
    EXPECT_TRUE(Contains(pair.client.flights.front(), "pcscf.ims.example"));
}

TEST(SessionTest, AClientMayTrustAnybody)
{
    PairOptions options;
    options.trustAnchors = std::vector<Bytes>{};
    options.serverName = "";
    TlsPair pair(options);
    pair.Handshake();
    EXPECT_TRUE(pair.client.IsEstablished());
}

TEST(SessionTest, AnEndWithoutCloseNotifyIsTruncation)
{
    TlsPair pair;
    pair.Handshake();
    pair.server.session->HandleLowerClosed(pair.now, std::nullopt);
    pair.server.Poll();
    EXPECT_THAT(pair.server.Failure(), StartsWith("tls truncated"));

    TlsPair early;
    early.Start();
    early.client.Poll();
    early.client.session->HandleLowerClosed(early.now, std::nullopt);
    early.client.Poll();
    EXPECT_THAT(early.client.Failure(), StartsWith("tls closed-in-handshake"));
}

TEST(SessionTest, AFailureFromBelowPassesUnchanged)
{
    for (const bool inHandshake : {true, false})
    {
        TlsPair pair;
        pair.Start();
        if (!inHandshake)
        {
            pair.Pump();
        }
        pair.client.session->HandleLowerClosed(pair.now, StreamFailure{"tcp", "reset", "x"});
        pair.client.session->HandleLowerClosed(pair.now, StreamFailure{"tcp", "timeout", "y"});
        pair.client.Poll();
        EXPECT_EQ(pair.client.Failure(), "tcp reset: x");
        EXPECT_EQ(pair.client.events.size(), inHandshake ? 1U : 2U) << "one failure, once";
    }
}

TEST(SessionTest, AStalledHandshakeTimesOut)
{
    TlsPair pair;
    pair.client.session->SetHandshakeTimeout(seconds(5));
    pair.Start();
    pair.client.Poll();
    ASSERT_EQ(pair.client.session->NextTimeout(), T0 + seconds(5));
    pair.client.session->HandleTimeout(T0 + seconds(4));
    pair.client.Poll();
    EXPECT_THAT(pair.client.Failure(), IsEmpty());
    pair.client.session->HandleTimeout(T0 + seconds(5));
    pair.client.Poll();
    EXPECT_THAT(pair.client.Failure(), StartsWith("tls handshake-timeout"));
    EXPECT_EQ(pair.client.session->NextTimeout(), std::nullopt);

    TlsPair quick;
    quick.Handshake();
    EXPECT_EQ(quick.client.session->NextTimeout(), std::nullopt) << "no deadline once established";
    EXPECT_EQ(quick.server.session->NextTimeout(), std::nullopt);
}

TEST(SessionTest, NothingIsSentBeforeEstablishedOrAfterClose)
{
    TlsPair pair;
    pair.Start();
    pair.client.Poll();
    pair.client.session->Write(pair.now, ByteView(HELLO));
    EXPECT_THAT(pair.client.Poll(), IsEmpty());
    pair.Handshake();

    TlsPair closed;
    closed.Handshake();
    closed.client.session->Close(closed.now);
    closed.Pump();
    closed.client.session->Write(closed.now, ByteView(HELLO));
    closed.client.session->Close(closed.now);
    EXPECT_THAT(closed.client.Poll(), IsEmpty());
    EXPECT_THAT(closed.server.received, IsEmpty());
}

TEST(SessionTest, DataBeforeACloseArrivesBeforeIt)
{
    TlsPair pair;
    pair.Handshake();
    pair.client.session->Write(pair.now, ByteView(HELLO));
    pair.client.session->Close(pair.now);
    pair.Pump();
    ASSERT_GE(pair.server.events.size(), 3U);
    EXPECT_EQ(pair.server.events[1].type, StreamEvent::Type::DATA);
    EXPECT_EQ(pair.server.events[2].type, StreamEvent::Type::CLOSED);
    EXPECT_EQ(Text(pair.server.received), HELLO);
}

TEST(SessionTest, KeyLogLinesAreGivenOutOnce)
{
    struct Row
    {
        std::string suite;
        std::size_t lines;
        std::string label;
    };

    // NSS key log format: one line for TLS 1.2 (one more where RSA carried the secret), five secrets of TLS 1.3.
    for (const auto& row : {Row{"ECDHE-RSA-AES128-GCM-SHA256", 1, "CLIENT_RANDOM "},
                            Row{"AES128-SHA", 2, "RSA "},
                            Row{"TLS_AES_128_GCM_SHA256", 5, "CLIENT_HANDSHAKE_TRAFFIC_SECRET "}})
    {
        PairOptions options;
        options.clientSuites = {row.suite};
        TlsPair pair(options);
        pair.Handshake();
        const auto lines = pair.client.session->TakeKeyLog();
        ASSERT_EQ(lines.size(), row.lines) << testing::PrintToString(lines);
        EXPECT_THAT(lines, testing::Contains(StartsWith(row.label)));
        EXPECT_THAT(pair.client.session->TakeKeyLog(), IsEmpty());
        EXPECT_THAT(pair.server.session->TakeKeyLog(), testing::Contains(StartsWith("CLIENT_")));
    }
}

TEST(SessionTest, DestroyedAtAnyPointNothingBreaks)
{
    for (int flights = 0; flights < 4; ++flights)
    {
        TlsPair pair;
        pair.Start();
        for (int i = 0; i < flights; ++i)
        {
            const Bytes up = pair.client.Poll();
            const Bytes down = pair.server.Poll();
            pair.server.session->HandleInput(pair.now, up);
            pair.client.session->HandleInput(pair.now, down);
        }
        pair.client.session.reset();
        pair.server.session.reset();
    }
}

} // namespace
} // namespace imsfw::tls
