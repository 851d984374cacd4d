// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The NAT presets as shipped: who may answer after which silence, and that other policies take them as layers.
#include "policy-table.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace imsfw::engine
{

namespace
{

using namespace std::chrono_literals;

const std::string SERVER = "192.0.2.1:1000";

struct PresetRow
{
    const char* id;
    bool sharesPort;        ///< flows to two servers leave from one port
    Duration silence;       ///< after which an answer to unanswered UDP still comes in
    Duration tooLong;       ///< and after which it does not
    Duration connectionFor; ///< an established TCP connection is remembered at least so long
};

/// @return whether an answer gets in after @p silence.
bool
IsAnswered(const Policy& policy, Duration silence)
{
    Rig rig(policy);
    const auto out = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", SERVER)));
    rig.Wait(silence);
    return out && rig.Passes(Zone::OUTSIDE, UdpPacket(out->Reversed()));
}

bool
SharesPort(const Policy& policy)
{
    Rig rig(policy);
    const auto taken = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.3:1", SERVER)));
    const auto a = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", SERVER)));
    const auto b = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.9:7")));
    return taken && a && b && a->sourcePort == b->sourcePort;
}

bool
IsConnectedAfter(const Policy& policy, Duration silence)
{
    Rig rig(policy);
    Connection connection(rig, TcpFlow("10.0.0.2:1", SERVER));
    EXPECT_TRUE(connection.Open());
    rig.Wait(silence);
    return rig.Passes(Zone::INSIDE, connection.NextPacket(0, Bytes(1)));
}

TEST(NatPresets, AnswerAfterTheSilenceTheyAllow)
{
    const PresetRow rows[] = {
        {"nat-home", false, 29s, 31s, 4 * 24h},
        {"nat-corporate", false, 29s, 31s, 59min},
        {"nat-hotel", false, 9s, 11s, 23h},
        {"nat-cgnat", true, 119s, 121s, 123min},
        {"nat-cloud", false, 349s, 351s, 349s},
    };
    for (const PresetRow& row : rows)
    {
        SCOPED_TRACE(row.id);
        const Policy policy = LoadOrFail(row.id);
        EXPECT_TRUE(policy.nat.enabled);
        EXPECT_EQ(SharesPort(policy), row.sharesPort);
        EXPECT_TRUE(IsAnswered(policy, row.silence));
        EXPECT_FALSE(IsAnswered(policy, row.tooLong));
        EXPECT_TRUE(IsConnectedAfter(policy, row.connectionFor));
    }
    EXPECT_FALSE(IsConnectedAfter(LoadOrFail("nat-cloud"), 351s));
    EXPECT_FALSE(IsConnectedAfter(LoadOrFail("nat-corporate"), 61min));
}

TEST(NatPresets, ACaptivePortalShowsItsPage)
{
    const Policy policy = LoadOrFail("captive-portal");
    const auto page = Play(policy, Tcp("HTTP", 80, {Client(GET)}));
    EXPECT_EQ(page.verdict, "sign-in-page/first-bytes");
    EXPECT_EQ(page.action, Action::HTTP_403);
    EXPECT_EQ(Play(policy, Tcp("SIP", 80, {Client(REGISTER)})).verdict, "not-http/first-bytes");
    EXPECT_FALSE(Play(policy, Tcp("TLS", 443, Tls(ECDHE_GCM, REGISTER))).passes);
    EXPECT_TRUE(Play(policy, Udp("DNS", 53, {Client(DNS_QUERY)})).passes);
    EXPECT_FALSE(Play(policy, Udp("STUN", 3478, {Client(ALLOCATE)})).passes);
}

TEST(NatPresets, AreLayersForOtherPolicies)
{
    const std::string folder = testing::TempDir() + "imsfw-nat-" + std::to_string(::getpid());
    std::filesystem::create_directories(folder);
    std::filesystem::copy(POLICIES, folder, std::filesystem::copy_options::recursive);
    const auto write = [&](const std::string& id, const std::string& text)
    { std::ofstream(folder + "/" + id + ".yaml") << "id: " + id + "\ntitle: T\n" + text; };
    write("office", "extends: web-ports-only\nnat_of: nat-cgnat\nnat: {pooling: arbitrary}\n");
    const auto office = LoadPolicy("office", folder);
    ASSERT_TRUE(office.IsOk()) << config::ToString(office.Error());
    EXPECT_EQ(office->nat.mapping, NatBehaviour::ENDPOINT_INDEPENDENT);
    EXPECT_EQ(office->nat.portsPerHost, 1000U);
    EXPECT_EQ(office->nat.pooling, Pooling::ARBITRARY);
    EXPECT_EQ(office->rules.size(), LoadOrFail("web-ports-only").rules.size());

    struct Row
    {
        const char* text;
        const char* diagnostic;
    };

    const Row rows[] = {
        {"nat_of: nat-cgnt\n",
         "bad.yaml:3:9: nat_of: there is no policy \"nat-cgnt\"; did you mean"},
        {"behind: nothing\n", "bad.yaml:3:9: behind: there is no policy \"nothing\""},
        {"behind: bad\n", "extends itself"},
        {"nat: {pooling: pared}\n", "nat.pooling: \"pared\" is not one of: paired, arbitrary"},
        {"nat: {addresses: 0}\n", "nat.addresses: 0 is out of range"},
        {"nat: {fragments: drop}\n", "nat.fragments: "},
        {"nat: {on_reset: ignore}\n", "nat.on_reset: "},
        {"nat: {on_icmp_error: transitory}\n", "nat.on_icmp_error: "},
        {"nat: {timeouts: {udp_unanswered: x}}\n", "nat.timeouts.udp_unanswered: "},
    };
    for (const Row& row : rows)
    {
        write("bad", row.text);
        const auto bad = LoadPolicy("bad", folder);
        ASSERT_FALSE(bad.IsOk()) << row.text;
        EXPECT_NE(config::ToString(bad.Error()).find(row.diagnostic), std::string::npos)
            << config::ToString(bad.Error());
    }
    std::filesystem::remove_all(folder);
}

TEST(NatPresets, DoubleNatNamesTheOuterOne)
{
    EXPECT_EQ(LoadOrFail("double-nat").behind, "nat-cgnat");
    EXPECT_NE(Flatten(LoadOrFail("double-nat")).find("behind nat-cgnat\n  refusal drop\n  nat "),
              std::string::npos);
}

} // namespace

} // namespace imsfw::engine
