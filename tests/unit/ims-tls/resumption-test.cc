// SPDX-License-Identifier: GPL-2.0-only
#include "tls-pair.h"

#include <gtest/gtest.h>

namespace imsfw::tls
{
namespace
{

using std::chrono::minutes;
using std::chrono::seconds;

struct ResumptionCase
{
    std::string version;
    Resumption server;
    Resumption client;
    bool isResumed;
};

PairOptions
OptionsOf(const ResumptionCase& row)
{
    PairOptions options;
    options.clientMax = row.version;
    options.clientOptions.resumption = row.client;
    options.serverOptions.resumption = row.server;
    options.clientOptions.sessionLifetime = options.serverOptions.sessionLifetime = minutes(10);
    return options;
}

class ResumptionTest : public testing::TestWithParam<ResumptionCase>
{
};

TEST_P(ResumptionTest, TheSecondAndThirdConnectionAreShorter)
{
    TlsPair pair(OptionsOf(GetParam()));
    pair.Handshake();
    ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
    EXPECT_FALSE(pair.client.session->GetInfo().isResumed);
    const std::size_t full = pair.client.session->GetInfo().handshakeBytesReceived;
    for (int i = 0; i < 2; ++i)
    {
        pair.now += minutes(4);
        pair.Reconnect();
        pair.Handshake();
        ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
        EXPECT_EQ(pair.client.session->GetInfo().isResumed, GetParam().isResumed);
        EXPECT_EQ(pair.server.session->GetInfo().isResumed, GetParam().isResumed);
        EXPECT_EQ(pair.client.session->GetInfo().handshakeBytesReceived < full / 2,
                  GetParam().isResumed);
        pair.Send(pair.client, "REGISTER");
        EXPECT_EQ(Text(pair.server.received), "REGISTER");
    }
}

TEST_P(ResumptionTest, AClientForgetsASessionInSimulatedTime)
{
    TlsPair pair(OptionsOf(GetParam()));
    pair.Handshake();
    pair.now += minutes(10);
    pair.Reconnect();
    pair.Handshake();
    ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
    EXPECT_FALSE(pair.client.session->GetInfo().isResumed);
}

TEST_P(ResumptionTest, AServerForgetsASessionOfAClientThatDoesNot)
{
    PairOptions options = OptionsOf(GetParam());
    options.clientOptions.sessionLifetime = minutes(60);
    for (const auto& [wait, isResumed] :
         {std::pair<Duration, bool>(minutes(9), GetParam().isResumed), {minutes(10), false}})
    {
        TlsPair pair(options);
        pair.Handshake();
        pair.now += wait;
        pair.Reconnect();
        pair.Handshake();
        ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
        EXPECT_EQ(pair.client.session->GetInfo().isResumed, isResumed);
    }
}

TEST_P(ResumptionTest, TwoRunsSendTheSameBytes)
{
    std::vector<std::vector<Bytes>> flights;
    for (int run = 0; run < 2; ++run)
    {
        TlsPair pair(OptionsOf(GetParam()));
        pair.Handshake();
        pair.now += seconds(30);
        pair.Reconnect();
        pair.Handshake();
        flights.push_back(pair.client.flights);
        flights.push_back(pair.server.flights);
    }
    EXPECT_EQ(flights[0], flights[2]);
    EXPECT_EQ(flights[1], flights[3]);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ResumptionTest,
    testing::Values(ResumptionCase{"1.2", Resumption::TICKETS, Resumption::TICKETS, true},
                    ResumptionCase{"1.3", Resumption::TICKETS, Resumption::TICKETS, true},
                    ResumptionCase{"1.2", Resumption::IDS, Resumption::IDS, true},
                    ResumptionCase{"1.3", Resumption::IDS, Resumption::IDS, true},
                    ResumptionCase{"1.2", Resumption::NONE, Resumption::NONE, false},
                    ResumptionCase{"1.3", Resumption::NONE, Resumption::NONE, false},
                    ResumptionCase{"1.2", Resumption::TICKETS, Resumption::NONE, false},
                    ResumptionCase{"1.3", Resumption::IDS, Resumption::NONE, false}));

TEST(ResumptionWithCertificateTest, AClientIsKnownAgainWithoutShowingItsCertificateTwice)
{
    const auto& pki = Pki::Simulation();
    for (const std::string version : {"1.2", "1.3"})
    {
        PairOptions options = OptionsOf({version, Resumption::TICKETS, Resumption::TICKETS, true});
        options.clientTrustAnchors = {pki.TrustAnchor()};
        options.clientCredential = pki.Issue({"ue.ims.test"}, KeyKind::RSA_2048, 0, Usage::CLIENT);
        TlsPair pair(options);
        pair.Handshake();
        const std::size_t full = pair.client.session->GetInfo().handshakeBytesReceived;
        pair.Reconnect();
        pair.Handshake();
        ASSERT_TRUE(pair.server.IsEstablished()) << pair.server.Failure();
        EXPECT_TRUE(pair.client.session->GetInfo().isResumed);
        EXPECT_LT(pair.client.session->GetInfo().handshakeBytesReceived, full / 2);
    }
}

TEST(ResumptionHelloTest, AFilledHelloWithAPskHasItsSizeToo)
{
    PairOptions options = OptionsOf({"1.3", Resumption::TICKETS, Resumption::TICKETS, true});
    options.helloSize = 1800;
    TlsPair pair(options);
    pair.Handshake();
    pair.Reconnect();
    pair.Handshake();
    EXPECT_TRUE(pair.client.session->GetInfo().isResumed);
    EXPECT_EQ(pair.client.flights.front().size(), 1800U);
}

TEST(SessionStoreTest, GivesTheNewestUntilItExpires)
{
    SessionStore store(minutes(10));
    store.Put("a", {1}, T0, false);
    store.Put("a", {2}, T0 + seconds(1), true);
    store.Put("b", {3}, T0, true);
    EXPECT_EQ(store.Size(), 3U);
    EXPECT_EQ(store.Take("c", T0), std::nullopt);
    EXPECT_EQ(store.Take("a", T0 + seconds(1)), Bytes{2}); // once
    EXPECT_EQ(store.Take("a", T0 + seconds(1)), Bytes{1}); // again and again
    EXPECT_EQ(store.Take("a", T0 + seconds(2)), Bytes{1});
    EXPECT_EQ(store.Take("b", T0 + minutes(10)), std::nullopt);
    EXPECT_EQ(store.Size(), 1U);
    store.Put("d", {4}, T0 + minutes(20), true); // what nobody asked for goes too
    EXPECT_EQ(store.Size(), 1U);
}

} // namespace
} // namespace imsfw::tls
