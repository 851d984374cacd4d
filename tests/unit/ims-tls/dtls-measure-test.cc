// SPDX-License-Identifier: GPL-2.0-only
// DtlsSession: what it computes, what it puts on the wire for whom, and resumption.
#include "dtls-pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imsfw::tls
{
namespace
{

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::UnorderedElementsAreArray;

std::vector<std::string>
Told(const WorkList& list)
{
    std::vector<std::string> told;
    for (const auto& work : list)
    {
        told.push_back(work.operation + " x" + std::to_string(work.times));
    }
    return told;
}

DtlsPairOptions
Metered(const std::string& suite)
{
    DtlsPairOptions options;
    options.suites = {suite};
    options.isMetered = true;
    return options;
}

struct Row
{
    const char* suite;
    std::vector<std::string> client;
    std::vector<std::string> server;
};

// Messages, after RFC 6347 4.2.4: ClientHello, HelloVerifyRequest, ClientHello; ServerHello, Certificate,
// (ServerKeyExchange,) ServerHelloDone; ClientKeyExchange, Finished; Finished. Only the Finished are protected.
const std::vector<Row> ROWS{
    {"TLS_RSA_WITH_NULL_SHA",
     {"session x1",
      "message/client x9",
      "certificate/rsa-2048 x1",
      "encrypt/rsa-2048 x1",
      "seal/NULL_SHA x1",
      "open/NULL_SHA x1"},
     {"session x1",
      "message/server x9",
      "decrypt/rsa-2048 x1",
      "open/NULL_SHA x1",
      "seal/NULL_SHA x1"}},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
     {"session x1",
      "message/client x10",
      "verify/rsa-2048 x1",
      "certificate/rsa-2048 x1",
      "keygen/x25519 x1",
      "derive/x25519 x1",
      "seal/AES_128_GCM_SHA256 x1",
      "open/AES_128_GCM_SHA256 x1"},
     {"session x1",
      "message/server x10",
      "keygen/x25519 x1",
      "sign/rsa-2048 x1",
      "derive/x25519 x1",
      "open/AES_128_GCM_SHA256 x1",
      "seal/AES_128_GCM_SHA256 x1"}},
};

TEST(DtlsMeasureTest, TellsWhatAHandshakeTakes)
{
    for (const auto& row : ROWS)
    {
        DtlsPair pair(Metered(row.suite));
        pair.Start();
        EXPECT_THAT(Told(pair.client.session->TakeWork()), UnorderedElementsAreArray(row.client))
            << row.suite;
        EXPECT_THAT(Told(pair.server.session->TakeWork()), UnorderedElementsAreArray(row.server))
            << row.suite;
        EXPECT_THAT(pair.client.session->TakeWork(), IsEmpty()) << "nothing is told twice";
    }
}

TEST(DtlsMeasureTest, WhatIsSentAgainIsNotMadeAgain)
{
    const auto workOf = [](std::size_t lost)
    {
        DtlsPair pair(Metered("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
        pair.loses = [&](const DtlsSide& side, std::size_t number)
        { return side.name == "client" && number == lost; };
        pair.Start();
        pair.Run(seconds(3));
        EXPECT_THAT(pair.server.events, ElementsAre("established")) << lost;
        const auto server = Told(pair.server.session->TakeWork());
        EXPECT_THAT(server, IsSupersetOf({"sign/rsa-2048 x1", "keygen/x25519 x1"})) << lost;
        return Told(pair.client.session->TakeWork());
    };
    // The client's third datagram has its key and its Finished: sealed twice, made once.
    EXPECT_THAT(workOf(2),
                IsSupersetOf({"message/client x10",
                              "keygen/x25519 x1",
                              "derive/x25519 x1",
                              "seal/AES_128_GCM_SHA256 x2"}));
    EXPECT_THAT(workOf(1), IsSupersetOf({"message/client x10", "seal/AES_128_GCM_SHA256 x1"}));
}

TEST(DtlsMeasureTest, CountsRecordsAndTheirBytes)
{
    struct Record
    {
        const char* suite;
        const char* cipher;
        std::size_t overhead; // RFC 5246 6.2.3: MAC; RFC 5288 3: nonce and tag
    };

    for (const Record& row :
         {Record{"TLS_RSA_WITH_NULL_SHA", "NULL_SHA", 20},
          Record{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "AES_128_GCM_SHA256", 8 + 16}})
    {
        DtlsPair pair(Metered(row.suite));
        pair.Start();
        pair.client.session->TakeWork();
        pair.server.session->TakeWork();
        pair.client.session->TakeTraffic();
        pair.server.session->TakeTraffic();
        pair.Send(pair.client, std::string(100, 'x'));
        const auto sealed = pair.client.session->TakeWork();
        const auto opened = pair.server.session->TakeWork();
        ASSERT_EQ(sealed.size(), 1U) << row.suite;
        ASSERT_EQ(opened.size(), 1U) << row.suite;
        EXPECT_EQ(sealed[0].operation, "seal/" + std::string(row.cipher));
        EXPECT_EQ(opened[0].operation, "open/" + std::string(row.cipher));
        EXPECT_EQ(sealed[0].bytes, 100 + row.overhead);
        EXPECT_EQ(opened[0].bytes, sealed[0].bytes);
        for (DtlsSide* side : {&pair.client, &pair.server})
        {
            const auto traffic = side->session->TakeTraffic();
            ASSERT_EQ(traffic.size(), 1U) << row.suite;
            EXPECT_EQ(traffic[0].isSent, side == &pair.client);
            EXPECT_EQ(traffic[0].wireSize, 13 + 100 + row.overhead); // RFC 6347 4.1: the header
            EXPECT_EQ(traffic[0].plaintext, Bytes(100, 'x'));
        }
    }
}

TEST(DtlsMeasureTest, EachDatagramIsAPieceWhateverItHolds)
{
    DtlsPair pair(Metered("TLS_RSA_WITH_AES_128_CBC_SHA"));
    pair.Start();
    pair.server.session->HandleInput(pair.now, ByteView(std::string_view("no DTLS")));
    pair.Send(pair.server, "answer");
    std::vector<std::size_t> sizes;
    for (const auto& piece : pair.client.session->TakeTraffic())
    {
        if (piece.isSent)
        {
            sizes.push_back(piece.wireSize);
            EXPECT_THAT(piece.plaintext, IsEmpty());
        }
        else if (!piece.plaintext.empty())
        {
            EXPECT_EQ(std::string(piece.plaintext.begin(), piece.plaintext.end()), "answer");
        }
    }
    ASSERT_EQ(sizes.size(), pair.client.sent.size());
    for (std::size_t i = 0; i < sizes.size(); ++i)
    {
        EXPECT_EQ(sizes[i], pair.client.sent[i].size());
    }
    std::size_t received = 0;
    for (const auto& piece : pair.server.session->TakeTraffic())
    {
        received += piece.isSent ? 0 : 1;
    }
    EXPECT_EQ(received, pair.client.sent.size() + 1) << "and what was no DTLS";
}

TEST(DtlsMeasureTest, WithoutItNothingIsKept)
{
    DtlsPair pair;
    pair.Start();
    EXPECT_THAT(pair.client.session->TakeWork(), IsEmpty());
    EXPECT_THAT(pair.client.session->TakeTraffic(), IsEmpty());
}

class DtlsResumptionTest : public testing::TestWithParam<Resumption>
{
};

TEST_P(DtlsResumptionTest, TheSecondAssociationIsShorterUntilTheSessionExpires)
{
    DtlsPairOptions options = Metered("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    options.resumption = GetParam();
    DtlsPair pair(options);
    pair.Start();
    ASSERT_THAT(pair.client.events, ElementsAre("established"));
    EXPECT_FALSE(pair.client.session->GetInfo().isResumed);
    const std::size_t full = pair.client.session->GetInfo().handshakeBytesReceived;
    const bool canResume = GetParam() != Resumption::NONE;
    for (const auto& [wait, isFresh] :
         {std::pair(minutes(4), true), {minutes(4), true}, {minutes(10), false}})
    {
        pair.now += wait;
        pair.Reconnect();
        pair.Start();
        ASSERT_THAT(pair.client.events, ElementsAre("established"));
        EXPECT_EQ(pair.client.session->GetInfo().isResumed, canResume && isFresh);
        EXPECT_EQ(pair.server.session->GetInfo().isResumed, canResume && isFresh);
        EXPECT_EQ(pair.client.session->GetInfo().handshakeBytesReceived < full / 2,
                  canResume && isFresh);
        const auto work = Told(pair.server.session->TakeWork());
        const auto signatures = std::count(work.begin(), work.end(), "sign/rsa-2048 x1");
        EXPECT_EQ(signatures, canResume && isFresh ? 0 : 1);
        pair.Send(pair.client, "Allocate");
        EXPECT_THAT(pair.server.events, ElementsAre("established", "data Allocate"));
    }
}

INSTANTIATE_TEST_SUITE_P(Dtls,
                         DtlsResumptionTest,
                         testing::Values(Resumption::NONE, Resumption::TICKETS, Resumption::IDS),
                         [](const auto& row)
                         {
                             switch (row.param)
                             {
                             case Resumption::NONE:
                                 return "None";
                             case Resumption::TICKETS:
                                 return "Tickets";
                             case Resumption::IDS:
                                 return "Ids";
                             }
                             return "";
                         });

TEST(DtlsResumption, ASessionOfTlsIsNotOfferedToDtls)
{
    // They share a store: that of one endpoint.
    DtlsPairOptions options;
    options.resumption = Resumption::TICKETS;
    DtlsPair pair(options);
    const auto store = std::make_shared<SessionStore>(minutes(10));
    store->Put(options.serverName, Bytes(100, 1), pair.now, false);
    pair.client.session->SetStore(store);
    pair.Start();
    EXPECT_THAT(pair.client.events, ElementsAre("established"));
    EXPECT_TRUE(store->Take(options.serverName, pair.now)) << "it is there still";
    EXPECT_TRUE(store->Take("dtls/" + options.serverName, pair.now));
}

} // namespace
} // namespace imsfw::tls
