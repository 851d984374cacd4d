// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Media by TURN over DTLS in whole runs: it gets through where UDP to port 443 does, its handshake is in the result and its
/// secrets in the key log, a lost flight is sent again, and two runs are alike.
#include "scenario-run.h"

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

/// @return the version that media's handshake agreed on; empty where there was none.
std::string
MediaVersion(const RunResult& result)
{
    const auto found =
        std::find_if(result.tls.begin(),
                     result.tls.end(),
                     [](const TlsResult& connection) { return connection.plane == "media"; });
    return found == result.tls.end() ? "" : found->version;
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
