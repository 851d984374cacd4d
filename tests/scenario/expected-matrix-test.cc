// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The expected matrix, transport by firewall type, cell by cell. This is the one place that knows it; the simulation
/// finds it out by packets and rules.
#include "scenario-run.h"

using namespace imsfw::scenario;

namespace
{

constexpr const char* POLICIES[] = {
    "stateful-nat",
    "symmetric-nat",
    "voip-vpn-ports-closed",
    "udp-blocked",
    "web-ports-only",
    "web-protocols-only",
    "proxy-only",
    "authenticating-proxy",
    "content-inspecting",
};

constexpr const char* AES = "tls.suites=[TLS_RSA_WITH_AES_128_CBC_SHA]";
constexpr const char* NULL_SHA = "tls.suites=[TLS_RSA_WITH_NULL_SHA]";

/// Which planes a row is about: both must have been attempted and pass for a P.
enum class Planes
{
    CONTROL,
    MEDIA,
    BOTH,
};

struct Row
{
    const char* transport;
    Planes planes;
    std::vector<std::string> settings;
    const char*
        expected; ///< one letter for each type: P passes, - blocked, space: no proxy there, not applicable
};

std::vector<Row>
Rows()
{
    const std::vector<std::string> noMedia{"media.path=none", "call.duration=1s"};
    const auto control = [&](std::vector<std::string> settings)
    {
        settings.insert(settings.end(), noMedia.begin(), noMedia.end());
        return settings;
    };
    const auto media = [](std::vector<std::string> settings)
    {
        settings.insert(settings.end(), {"control.transport=none", "call.duration=2s"});
        return settings;
    };
    return {
        {"SIP/UDP 5060",
         Planes::CONTROL,
         control({"control.transport=udp", "control.port=5060"}),
         "PP-------"},
        {"SIP/TCP 5060",
         Planes::CONTROL,
         control({"control.transport=tcp", "control.port=5060", "proxy.use=never"}),
         "PP-------"},
        {"SIP/TLS 5061",
         Planes::CONTROL,
         control({"control.port=5061", "proxy.use=never", AES}),
         "PP-------"},
        {"direct UDP media, host and srflx, peer public",
         Planes::MEDIA,
         media({"media.path=direct"}),
         "P--------"},
        {"TURN/UDP 3478",
         Planes::MEDIA,
         media({"media.transport=udp", "media.port=3478"}),
         "PPP------"},
        {"TURN/TCP 3478",
         Planes::MEDIA,
         media({"media.transport=tcp", "media.port=3478", "proxy.use=never"}),
         "PPPP-----"},
        {"TURN/TLS 5349",
         Planes::MEDIA,
         media({"media.port=5349", "proxy.use=never", AES}),
         "PPPP-----"},
        {"TURN/TCP 80",
         Planes::MEDIA,
         media({"media.transport=tcp", "media.port=80", "proxy.use=never"}),
         "PPPPP----"},
        {"non-TLS on 443",
         Planes::MEDIA,
         media({"media.transport=tcp", "media.port=443", "proxy.use=never"}),
         "PPPPP----"},
        {"SIP/TLS 443 and TURN/TLS 443, encrypting, direct",
         Planes::BOTH,
         {"proxy.use=never", "call.duration=2s", AES},
         "PPPPPP---"},
        {"SIP/TLS 443 and TURN/TLS 443, NULL, direct",
         Planes::BOTH,
         {"proxy.use=never", "call.duration=2s", NULL_SHA},
         "PPPPPP---"},
        {"CONNECT host:443 then TLS, encrypting",
         Planes::BOTH,
         {"proxy.use=always", "call.duration=2s", AES},
         "      PPP"},
        {"CONNECT host:443 then TLS, NULL",
         Planes::BOTH,
         {"proxy.use=always", "call.duration=2s", NULL_SHA},
         "      PP-"},
        {"CONNECT host:443 then other bytes",
         Planes::MEDIA,
         media({"media.transport=tcp", "media.port=443", "proxy.use=always"}),
         "      ---"},
        {"CONNECT to another port",
         Planes::CONTROL,
         control({"control.port=5061", "proxy.use=always", AES}),
         "      ---"},
        {"the solution, encrypting suite",
         Planes::BOTH,
         {"transport=solution", "call.duration=2s", AES},
         "PPPPPPPPP"},
        {"the solution, NULL suite",
         Planes::BOTH,
         {"transport=solution", "call.duration=2s", NULL_SHA},
         "PPPPPPPP-"},
        {"the solution, TLS 1.2 ECDHE-GCM",
         Planes::BOTH,
         {"transport=solution",
          "call.duration=2s",
          "tls.suites=[TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]"},
         "PPPPPPPPP"},
        {"the solution, TLS 1.3",
         Planes::BOTH,
         {"transport=solution", "call.duration=2s", "tls.suites=[TLS_AES_128_GCM_SHA256]"},
         "PPPPPPPPP"},
    };
}

bool
Passes(const RunResult& result, Planes planes)
{
    const bool control = result.control.verdict == Verdict::PASS;
    const bool media = result.mediaUdp.verdict == Verdict::PASS;
    switch (planes)
    {
    case Planes::CONTROL:
        return control;
    case Planes::MEDIA:
        return media;
    case Planes::BOTH:
        return control && media;
    }
    return false;
}

} // namespace

class ExpectedMatrixTest : public testing::TestWithParam<Row>
{
};

TEST_P(ExpectedMatrixTest, IsWhatThePacketsSay)
{
    const Row& row = GetParam();
    for (std::size_t type = 0; type < std::size(POLICIES); ++type)
    {
        if (row.expected[type] == ' ')
        {
            continue;
        }
        auto settings = row.settings;
        settings.push_back(std::string("firewall.policy=") + POLICIES[type]);
        const auto output = RunWith(settings);
        const bool expected = row.expected[type] == 'P';
        EXPECT_EQ(Passes(output.result, row.planes), expected)
            << POLICIES[type] << ": " << Why(output.result);
        // A block is explained by somebody in the way, not by a timer alone.
        if (!expected && row.planes != Planes::MEDIA)
        {
            ASSERT_TRUE(output.result.control.decidedBy || output.result.mediaUdp.decidedBy)
                << POLICIES[type];
            const auto& event =
                *(output.result.control.decidedBy ? output.result.control : output.result.mediaUdp)
                     .decidedBy;
            EXPECT_FALSE(event.rule.empty()) << POLICIES[type] << ": " << Why(output.result);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Transports,
                         ExpectedMatrixTest,
                         testing::ValuesIn(Rows()),
                         [](const auto& row)
                         {
                             std::string name;
                             for (const char c : std::string(row.param.transport))
                             {
                                 name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                             }
                             return name;
                         });

TEST(ExpectedMatrixTest, WithoutCredentialsAnAuthenticatingProxyRefuses)
{
    for (const char* policy : {"authenticating-proxy", "content-inspecting"})
    {
        const auto output = RunWith({std::string("firewall.policy=") + policy,
                                     "transport=solution",
                                     "proxy.user=\"\"",
                                     AES});
        EXPECT_EQ(output.result.control.verdict, Verdict::FAIL);
        ASSERT_TRUE(output.result.control.decidedBy);
        EXPECT_EQ(output.result.control.decidedBy->element, "web-proxy");
        EXPECT_EQ(output.result.control.decidedBy->rule, "authentication-required");
        EXPECT_EQ(output.result.mediaUdp.verdict, Verdict::NOT_ATTEMPTED);
    }
}

TEST(ExpectedMatrixTest, CONNECTToAnotherPortIsA403OfTheProxy)
{
    const auto output = RunWith({"firewall.policy=proxy-only",
                                 "proxy.use=always",
                                 "control.port=5061",
                                 "media.path=none",
                                 AES});
    ASSERT_TRUE(output.result.control.decidedBy);
    EXPECT_EQ(output.result.control.decidedBy->rule, "connect-port-not-allowed");
    EXPECT_EQ(output.result.control.decidedBy->reason, "403 Forbidden");
}

TEST(ExpectedMatrixTest, ADirectPeerThatAnswersWherePacketsComeFromIsReachedThroughASymmetricNat)
{
    // The derivation of the matrix's note: what breaks in type 2 is the advertised address, not the path.
    const std::vector<std::string> direct{"firewall.policy=symmetric-nat",
                                          "control.transport=none",
                                          "media.path=direct",
                                          "call.duration=2s"};
    EXPECT_EQ(RunWith(direct).result.mediaUdp.verdict, Verdict::FAIL);
    auto latching = direct;
    latching.emplace_back("media.peer_latches=true");
    EXPECT_EQ(RunWith(latching).result.mediaUdp.verdict, Verdict::PASS);
}
