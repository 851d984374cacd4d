// SPDX-License-Identifier: GPL-2.0-only
// DtlsSession: handshakes with and without loss, data, closing, failures by name, and what is no DTLS.
#include "dtls-pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace imsfw::tls
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view QUESTION = "a ChannelData frame";

bool
Holds(const Bytes& bytes, std::string_view text)
{
    return std::search(bytes.begin(), bytes.end(), text.begin(), text.end()) != bytes.end();
}

struct SuiteRow
{
    std::string suite;
    bool isReadable;
};

class DtlsSuiteTest : public testing::TestWithParam<SuiteRow>
{
};

TEST_P(DtlsSuiteTest, CarriesDatagramsBothWaysAndCloses)
{
    DtlsPairOptions options;
    options.suites = {GetParam().suite};
    DtlsPair pair(options);
    pair.Start();
    const SessionInfo& info = pair.client.session->GetInfo();
    EXPECT_EQ(info.version, "DTLSv1.2");
    EXPECT_EQ(info.suite, GetParam().suite);
    EXPECT_EQ(info.isNull, GetParam().isReadable);
    EXPECT_EQ(info.handshakeBytesSent, pair.server.session->GetInfo().handshakeBytesReceived);
    EXPECT_THAT(pair.client.session->TakeKeyLog(), Contains(StartsWith("CLIENT_RANDOM ")));

    pair.Send(pair.client, QUESTION);
    EXPECT_EQ(Holds(pair.client.sent.back(), QUESTION), GetParam().isReadable);
    pair.Send(pair.server, "one");
    pair.Send(pair.server, "two");
    pair.client.session->Close(pair.now);
    pair.Pump();
    EXPECT_THAT(pair.server.events,
                ElementsAre("established", "data " + std::string(QUESTION), "closed"));
    EXPECT_THAT(pair.client.events, ElementsAre("established", "data one", "data two"));
    EXPECT_FALSE(pair.client.session->NextTimeout());
    EXPECT_FALSE(pair.server.session->NextTimeout());
}

INSTANTIATE_TEST_SUITE_P(Dtls,
                         DtlsSuiteTest,
                         testing::Values(SuiteRow{"TLS_RSA_WITH_NULL_SHA", true},
                                         SuiteRow{"TLS_RSA_WITH_AES_128_CBC_SHA", false},
                                         SuiteRow{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", false}),
                         [](const auto& row) { return row.param.suite; });

TEST(DtlsSessionTest, FirstProvesTheClientsAddress)
{
    DtlsPair pair;
    pair.Start();
    constexpr std::size_t HANDSHAKE_TYPE = 13; // behind the record's header
    constexpr uint8_t CLIENT_HELLO = 1;
    constexpr uint8_t HELLO_VERIFY_REQUEST = 3;
    ASSERT_GE(pair.client.sent.size(), 2U);
    EXPECT_EQ(pair.client.sent[0][HANDSHAKE_TYPE], CLIENT_HELLO);
    EXPECT_EQ(pair.server.sent[0][HANDSHAKE_TYPE], HELLO_VERIFY_REQUEST);
    EXPECT_LE(pair.server.sent[0].size(), pair.client.sent[0].size())
        << "a spoofed hello must not be answered by more than it cost";
    EXPECT_EQ(pair.client.sent[1][HANDSHAKE_TYPE], CLIENT_HELLO);
}

TEST(DtlsSessionTest, FragmentsItsHandshake)
{
    DtlsPair pair;
    pair.Start();
    for (const DtlsSide* side : {&pair.client, &pair.server})
    {
        std::vector<std::size_t> sizes;
        for (const auto& datagram : side->sent)
        {
            sizes.push_back(datagram.size());
        }
        EXPECT_THAT(sizes, Each(Le(DtlsSession::HANDSHAKE_MTU)));
    }
}

TEST(DtlsSessionTest, SurvivesTheLossOfAnyDatagram)
{
    DtlsPair clean;
    clean.Start();
    for (const DtlsSide* lossy : {&clean.client, &clean.server})
    {
        for (std::size_t lost = 0; lost < lossy->sent.size(); ++lost)
        {
            SCOPED_TRACE(lossy->name + " " + std::to_string(lost));
            DtlsPair pair;
            pair.loses = [&](const DtlsSide& side, std::size_t number)
            { return side.name == lossy->name && number == lost; };
            pair.Start();
            EXPECT_THAT(pair.client.events, IsEmpty());
            pair.Run(seconds(10));
            // RFC 6347 4.2.4.1: one second, then it is sent again.
            EXPECT_EQ(pair.client.session->GetInfo().established, TimePoint{} + seconds(1));
            pair.Send(pair.client, "up");
            pair.Send(pair.server, "down");
            EXPECT_THAT(pair.server.events, ElementsAre("established", "data up"));
            EXPECT_THAT(pair.client.events, ElementsAre("established", "data down"));
            EXPECT_FALSE(pair.client.session->NextTimeout());
        }
    }
}

TEST(DtlsSessionTest, DoublesItsTimerAndGivesUp)
{
    DtlsPair pair;
    pair.loses = [](const DtlsSide& side, std::size_t) { return side.name == "server"; };
    pair.Start();
    std::vector<Duration> times;
    std::size_t known = 0;
    while (pair.Step(pair.now + seconds(100)))
    {
        if (pair.client.sent.size() > known)
        {
            known = pair.client.sent.size();
            times.push_back(pair.now.time_since_epoch());
        }
    }
    EXPECT_THAT(times, ElementsAre(seconds(1), seconds(3), seconds(7), seconds(15)));
    EXPECT_THAT(pair.client.events,
                ElementsAre("failed tls handshake-timeout: no complete handshake in time"));
    EXPECT_EQ(pair.now, TimePoint{} + seconds(30));
    EXPECT_THAT(pair.server.events,
                ElementsAre("failed tls handshake-timeout: no complete handshake in time"));
}

TEST(DtlsSessionTest, LosesDataWithoutMiss)
{
    DtlsPair pair;
    pair.Start();
    const std::size_t handshake = pair.client.sent.size();
    pair.loses = [&](const DtlsSide& side, std::size_t number)
    { return side.name == "client" && number == handshake + 1; };
    for (const auto* text : {"1", "2", "3"})
    {
        pair.Send(pair.client, text);
    }
    EXPECT_THAT(pair.server.events, ElementsAre("established", "data 1", "data 3"));
    EXPECT_FALSE(pair.client.session->NextTimeout());
}

TEST(DtlsSessionTest, TakesNoDatagramTwice)
{
    DtlsPair pair;
    pair.Start();
    pair.Send(pair.client, "once");
    pair.server.session->HandleInput(pair.now, pair.client.sent.back());
    pair.server.TakeEvents();
    EXPECT_THAT(pair.server.events, ElementsAre("established", "data once"));
    EXPECT_EQ(pair.server.session->GetDiscarded(), 1U);
}

struct RefusalRow
{
    const char* name;
    std::function<void(DtlsPairOptions&)> change;
    const char* client;
    const char* server;
};

class DtlsRefusalTest : public testing::TestWithParam<RefusalRow>
{
};

TEST_P(DtlsRefusalTest, EndsByNameAtBothSides)
{
    DtlsPairOptions options;
    GetParam().change(options);
    DtlsPair pair(options);
    pair.Start();
    EXPECT_THAT(pair.client.events, ElementsAre(HasSubstr(GetParam().client)));
    EXPECT_THAT(pair.server.events, ElementsAre(HasSubstr(GetParam().server)));
    EXPECT_FALSE(pair.client.session->NextTimeout());
    EXPECT_FALSE(pair.server.session->NextTimeout());
}

INSTANTIATE_TEST_SUITE_P(
    Dtls,
    DtlsRefusalTest,
    testing::Values(RefusalRow{"WrongName",
                               [](DtlsPairOptions& o) { o.serverName = "other.ims.example"; },
                               "certificate-verify-failed: hostname mismatch",
                               "alert-received: bad_certificate"},
                    RefusalRow{"UnknownAuthority",
                               [](DtlsPairOptions& o)
                               { o.trustAnchors = {Pki::Interceptor().TrustAnchor()}; },
                               "certificate-verify-failed",
                               "alert-received: unknown_ca"},
                    RefusalRow{"NoSuiteInCommon",
                               [](DtlsPairOptions& o)
                               {
                                   o.suites = {"TLS_RSA_WITH_NULL_SHA"};
                                   o.serverSuites = {"TLS_RSA_WITH_AES_128_CBC_SHA"};
                               },
                               "alert-received: handshake_failure",
                               "alert-sent: handshake_failure"}),
    [](const auto& row) { return row.param.name; });

TEST(DtlsSessionTest, OffersNothingWithSuitesOfTls13Alone)
{
    SeededRandom random(1, 1, "context");
    ClientConfig config;
    config.isDatagram = true;
    config.suites = {"TLS_AES_128_GCM_SHA256"};
    const auto alone = Context::MakeClient(config, random);
    ASSERT_FALSE(alone);
    EXPECT_THAT(alone.Error(), HasSubstr("DTLS 1.2 has none of the suites"));
    config.suites = {"no-such-suite"};
    EXPECT_FALSE(Context::MakeClient(config, random));
    config.suites = {"TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA"};
    EXPECT_TRUE(Context::MakeClient(config, random));
}

TEST(DtlsSessionTest, DropsAndCountsWhatIsNoDtls)
{
    DtlsPair pair;
    pair.Start();
    std::size_t dropped = 0;
    const auto give = [&](ByteView datagram)
    {
        pair.server.session->HandleInput(pair.now, datagram);
        EXPECT_EQ(pair.server.session->GetDiscarded(), ++dropped);
    };
    give({});
    give(ByteView(std::string_view("GET / HTTP/1.1")));
    pair.client.session->Send(pair.now, ByteView(QUESTION));
    const auto good = pair.client.session->PollTransmit();
    ASSERT_TRUE(good);
    for (std::size_t cut = 1; cut < good->size(); ++cut)
    {
        give({good->data(), cut});
    }
    for (std::size_t i = 0; i < good->size(); ++i)
    {
        Bytes changed = *good;
        changed[i] ^= 0x41;
        give(changed);
    }
    pair.server.session->HandleInput(pair.now, *good);
    pair.server.TakeEvents();
    EXPECT_THAT(pair.server.events, ElementsAre("established", "data " + std::string(QUESTION)));
}

/// A handshake datagram cut or changed anywhere: both ends come to an end, by establishing or by a named failure.
TEST(DtlsSessionTest, EndsWhateverOfTheHandshakeIsBroken)
{
    DtlsPair clean;
    clean.Start();
    SeededRandom random(3, 1, "breakage");
    for (unsigned round = 0; round < 150; ++round)
    {
        DtlsPair pair;
        const auto victim = random.Below(static_cast<uint32_t>(clean.client.sent.size()));
        pair.loses = [&](const DtlsSide& side, std::size_t number)
        {
            if (side.name != "client" || number != victim)
            {
                return false;
            }
            Bytes broken = side.sent.back();
            const auto at = random.Below(static_cast<uint32_t>(broken.size()));
            if (round % 2 == 0)
            {
                broken.resize(at);
            }
            else
            {
                broken[at] ^= static_cast<uint8_t>(1 + random.Below(255));
            }
            pair.server.session->HandleInput(pair.now, broken);
            return true;
        };
        pair.Start();
        pair.Run(seconds(120));
        EXPECT_THAT(pair.client.events, SizeIs(1)) << round;
        EXPECT_FALSE(pair.client.session->NextTimeout());
        EXPECT_FALSE(pair.server.session->NextTimeout());
    }
}

TEST(DtlsSessionTest, FailsWithWhatIsBelow)
{
    DtlsPair pair;
    pair.server.session->Start(pair.now);
    pair.client.session->Start(pair.now);
    pair.client.session->HandleLowerFailed(pair.now, {"udp", "icmp-unreachable", "code 3"});
    pair.client.TakeEvents();
    EXPECT_THAT(pair.client.events, ElementsAre("failed udp icmp-unreachable: code 3"));
    EXPECT_FALSE(pair.client.session->NextTimeout());
}

TEST(DtlsSessionTest, SendsTheSameForTheSameSeed)
{
    const auto conversation = [](uint64_t seed)
    {
        DtlsPairOptions options;
        options.seed = seed;
        DtlsPair pair(options);
        pair.loses = [](const DtlsSide& side, std::size_t number)
        { return side.name == "server" && number == 2; };
        pair.Start();
        pair.Run(seconds(5));
        pair.Send(pair.client, QUESTION);
        auto all = pair.client.sent;
        all.insert(all.end(), pair.server.sent.begin(), pair.server.sent.end());
        return all;
    };
    EXPECT_EQ(conversation(1), conversation(1));
    EXPECT_NE(conversation(1), conversation(2));
}

} // namespace
} // namespace imsfw::tls
