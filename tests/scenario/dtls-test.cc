// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Media by TURN over DTLS in whole runs: it gets through where UDP to port 443 does, its handshake is in the result and its
/// secrets in the key log, a lost flight is sent again, and two runs are alike.
#include "phase-flights.h"

#include "base/time.h"

#include <algorithm>
#include <string>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

RunOutput
Call(const std::string& policy, std::vector<std::string> more = {})
{
    std::vector<std::string> settings{"transport=turn-dtls-443",
                                      "tls.suites=[TLS_RSA_WITH_AES_128_CBC_SHA]",
                                      "call.duration=2s",
                                      "firewall.policy=" + policy};
    settings.insert(settings.end(), more.begin(), more.end());
    return RunWith(settings);
}

/// @return media's association; an empty one where there was none.
TlsResult
MediaConnection(const RunResult& result)
{
    const auto found =
        std::find_if(result.tls.begin(),
                     result.tls.end(),
                     [](const TlsResult& connection) { return connection.plane == "media"; });
    return found == result.tls.end() ? TlsResult() : *found;
}

/// @return the version that media's handshake agreed on; empty where there was none.
std::string
MediaVersion(const RunResult& result)
{
    return MediaConnection(result).version;
}

} // namespace

TEST(DtlsScenario, GetsThroughWhereUdpDoes)
{
    struct Row
    {
        const char* policy;
        Verdict media;
    };

    for (const Row& row : {Row{"stateful-nat", Verdict::PASS},
                           Row{"symmetric-nat", Verdict::PASS},
                           Row{"udp-blocked", Verdict::FAIL}})
    {
        const auto result = Call(row.policy).result;
        EXPECT_EQ(result.control.verdict, Verdict::PASS) << row.policy << Why(result);
        EXPECT_EQ(result.mediaUdp.verdict, row.media) << row.policy << Why(result);
        EXPECT_EQ(MediaVersion(result), row.media == Verdict::PASS ? "DTLSv1.2" : "");
        if (row.media == Verdict::FAIL)
        {
            ASSERT_TRUE(result.mediaUdp.decidedBy) << row.policy;
            EXPECT_EQ(result.mediaUdp.decidedBy->element, "nimsfw") << Why(result);
        }
    }
}

TEST(DtlsScenario, ShowsASuiteWithoutEncryptionAsSuch)
{
    const auto result = Call("stateful-nat", {"tls.suites=[TLS_RSA_WITH_NULL_SHA]"}).result;
    EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << Why(result);
    EXPECT_EQ(MediaVersion(result), "DTLSv1.2");
    EXPECT_TRUE(std::all_of(result.tls.begin(),
                            result.tls.end(),
                            [](const TlsResult& connection) { return connection.isNull; }));
}

TEST(DtlsScenario, LossIsMadeGoodByTheHandshakeAndTheRunIsRepeatable)
{
    const std::vector<std::string> lossy{
        "links.access.loss=0.1", "seed=2", "limits.simulated=3min"};
    const auto first = Call("stateful-nat", lossy);
    const auto second = Call("stateful-nat", lossy);
    EXPECT_EQ(MediaVersion(first.result), "DTLSv1.2") << Why(first.result);
    EXPECT_EQ(first.result.events, second.result.events);
    EXPECT_EQ(first.keyLog, second.keyLog);
    EXPECT_NE(first.keyLog, Call("stateful-nat", {"seed=3"}).keyLog);
}

TEST(DtlsScenario, ItsBytesAreThoseOfTlsAndOfWhatItCarries)
{
    const auto dtls = Call("stateful-nat").result;
    const auto udp = Call("stateful-nat", {"media.transport=udp"}).result;
    EXPECT_EQ(udp.mediaUdp.verdict, Verdict::PASS) << Why(udp);
    unsigned compared = 0;
    for (const auto& phase : dtls.phases)
    {
        ASSERT_TRUE(phase.traffic) << phase.name;
        EXPECT_EQ(phase.traffic->sent[Layer::OTHER], 0U) << phase.plane << " " << phase.name;
        EXPECT_EQ(phase.traffic->received[Layer::OTHER], 0U) << phase.plane << " " << phase.name;
        const auto* same = FindPhase(udp, phase.plane, phase.name);
        if (phase.plane != "media" || same == nullptr)
        {
            continue;
        }
        // A CBC record of DTLS: header, IV, HMAC, at least one byte of padding (RFC 6347 4.1, RFC 5246 6.2.3.2). Flows are told
        // by the UE's endpoint alone: signalling over TCP from the same port number counts in both runs alike.
        constexpr uint64_t LEAST = 13 + 16 + 20 + 1;
        for (const auto& [over, plain] : {std::pair(&phase.traffic->sent, &same->traffic->sent),
                                          {&phase.traffic->received, &same->traffic->received}})
        {
            EXPECT_EQ((*over)[Layer::TURN], (*plain)[Layer::TURN]) << phase.name;
            EXPECT_EQ((*over)[Layer::RTP], (*plain)[Layer::RTP]) << phase.name;
            const bool hasRecords = (*plain)[Layer::TURN] > 0;
            EXPECT_GE((*over)[Layer::TLS], (*plain)[Layer::TLS] + (hasRecords ? LEAST : 0))
                << phase.name;
            compared += hasRecords ? 1 : 0;
        }
    }
    EXPECT_GT(compared, 2U);
    const auto* handshake = FindPhase(dtls, "media", "tls");
    ASSERT_NE(handshake, nullptr);
    EXPECT_EQ(handshake->traffic->roundTrips, 3U) << "cookie, hellos, keys (RFC 6347 4.2.4)";
    EXPECT_GT(handshake->traffic->received[Layer::TLS], 900U) << "the certificates";
}

TEST(DtlsScenario, AKnownServerIsResumed)
{
    for (const char* kind : {"tickets", "ids"})
    {
        const auto settings = [&](const char* isKnown)
        {
            return std::vector<std::string>{std::string("tls.resumption=") + kind,
                                            std::string("tls.known_servers=") + isKnown};
        };
        const auto full = Call("stateful-nat", settings("false")).result;
        const auto resumed = Call("stateful-nat", settings("true")).result;
        EXPECT_FALSE(MediaConnection(full).isResumed) << kind;
        EXPECT_TRUE(MediaConnection(resumed).isResumed) << kind << Why(resumed);
        EXPECT_LT(MediaConnection(resumed).handshakeBytesReceived,
                  MediaConnection(full).handshakeBytesReceived / 2)
            << kind;
        EXPECT_EQ(resumed.mediaUdp.verdict, Verdict::PASS) << kind << Why(resumed);
    }
}

TEST(DtlsScenario, IceRelaysOverItWhereNothingElseIsLeft)
{
    const auto result = Call("symmetric-nat",
                             {"transport=solution-ice",
                              "media.ice.servers=[\"dtls:443\"]",
                              "callee.policy=symmetric-nat"})
                            .result;
    EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << Why(result);
    ASSERT_TRUE(result.mediaPair);
    EXPECT_EQ(result.mediaPair->kind, "relay");
    // Either end may be the one whose server is sent through.
    const auto& pair = *result.mediaPair;
    const auto& relayed = pair.local.type == "relay" ? pair.local : pair.remote;
    EXPECT_EQ(relayed.type, "relay");
    EXPECT_EQ(relayed.transport, "dtls");
}
