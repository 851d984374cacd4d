// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Probes of native ESP, IKE and unsolicited packets, with and without a firewall's leave.
#include "ims-firewall-probe.h"
#include "ims-firewall-world.h"

#include "ns3/address.h"
#include "ns3/uinteger.h"

#include <functional>

namespace ns3
{
namespace imsfirewall
{
namespace tests
{

namespace
{

constexpr uint8_t UDP = 17;
constexpr uint8_t ESP = 50;
constexpr uint16_t IKE = 500;

struct Row
{
    std::string name;
    uint8_t protocol;
    uint16_t port;
    bool fromOutside; ///< the server probes the NAT's address instead
    std::function<Policy()> policy;
    uint32_t answered;
};

void
PrintTo(const Row& row, std::ostream* out)
{
    *out << row.name;
}

Policy
WithoutNat()
{
    Policy policy = AllowOut();
    policy.nat.enabled = false;
    return policy;
}

Policy
WithoutUdp500()
{
    Policy policy = AllowOut();
    Rule rule;
    rule.id = "no-ike";
    rule.protocol = IpProtocol::UDP;
    rule.ports = {{IKE, IKE}};
    rule.action = Action::DROP;
    policy.rules.insert(policy.rules.begin(), rule);
    return policy;
}

class Probes : public testing::TestWithParam<Row>
{
};

TEST_P(Probes, AreAnsweredOrNot)
{
    const Row& row = GetParam();
    World world(row.policy());
    const auto responder = CreateObject<ProbeResponder>();
    responder->SetAttribute("Protocol", UintegerValue(row.protocol));
    responder->SetAttribute("Port", UintegerValue(row.port));
    const auto probe = CreateObject<ProbeApplication>();
    probe->SetAttribute("Protocol", UintegerValue(row.protocol));
    probe->SetAttribute("Tries", UintegerValue(3));
    const auto target = At(row.fromOutside ? EXTERNAL : SERVER, row.port);
    probe->SetAttribute("Remote", AddressValue(target));
    (row.fromOutside ? world.server : world.client)->AddApplication(probe);
    (row.fromOutside ? world.client : world.server)->AddApplication(responder);
    world.Run(10);
    const auto report = probe->GetReport();
    EXPECT_EQ(report.sent, 3U);
    EXPECT_EQ(report.answered, row.answered);
    EXPECT_EQ(responder->GetReceived(), row.answered);
    EXPECT_TRUE(report.finished);
    EXPECT_EQ(report.lastErrno, 0);
    EXPECT_EQ(world.refused, 3 - row.answered);
    if (row.answered > 0)
    {
        EXPECT_NEAR(report.firstRoundTrip.GetSeconds(), 0.040, 0.001);
    }
}

INSTANTIATE_TEST_SUITE_P(Table,
                         Probes,
                         testing::ValuesIn(std::vector<Row>{
                             {"IkeThroughNat", UDP, IKE, false, AllowOut, 3},
                             {"IkeRefused", UDP, IKE, false, WithoutUdp500, 0},
                             {"NatTraversalNotRefused", UDP, 4500, false, WithoutUdp500, 3},
                             {"EspWithoutNat", ESP, 0, false, WithoutNat, 3},
                             {"EspDefault", ESP, 0, false, [] { return Policy(); }, 0},
                             {"UnsolicitedUdp", UDP, IKE, true, AllowOut, 0},
                             {"UnsolicitedEsp", ESP, 0, true, AllowOut, 0},
                         }),
                         [](const auto& row) { return row.param.name; });

TEST(Probe, CountsEachTryOnce)
{
    World world(AllowOut());
    const auto responder = CreateObject<ProbeResponder>();
    const auto second = CreateObject<ProbeResponder>();
    for (const auto& echo : {responder, second})
    {
        echo->SetAttribute("Protocol", UintegerValue(ESP));
        world.router->AddApplication(echo); // both answer each packet
    }
    const auto probe = CreateObject<ProbeApplication>();
    probe->SetAttribute("Remote", AddressValue(At(ROUTER_INSIDE, 0)));
    std::vector<uint32_t> answered;
    probe->TraceConnectWithoutContext(
        "Answered",
        Callback<void, uint32_t, Time>([&](uint32_t number, Time) { answered.push_back(number); }));
    const imsfw::Bytes payload{0xde, 0xad, 0xbe, 0xef};
    probe->SetPayload(payload);
    world.client->AddApplication(probe);
    world.Run(10);
    EXPECT_EQ(answered, (std::vector<uint32_t>{1, 2, 3}));
    EXPECT_EQ(probe->GetReport().answered, 3U);
    EXPECT_EQ(world.offered, 0U); // ESP to the router itself is its own business
}

TEST(Probe, SaysWhatItCouldNotSend)
{
    World world(AllowOut());
    const auto probe = CreateObject<ProbeApplication>();
    probe->SetAttribute("Remote", AddressValue(At("203.0.113.1", 0)));
    world.server->AddApplication(probe); // which has no default route
    world.Run(10);
    EXPECT_NE(probe->GetReport().lastErrno, 0);
    EXPECT_EQ(probe->GetReport().answered, 0U);
    EXPECT_TRUE(probe->GetReport().finished);
}

TEST(Probe, StopsWhenTold)
{
    World world(AllowOut());
    const auto probe = CreateObject<ProbeApplication>();
    probe->SetAttribute("Remote", AddressValue(At(SERVER, 0)));
    probe->SetStopTime(Seconds(1.5));
    world.client->AddApplication(probe);
    world.Run(10);
    EXPECT_EQ(probe->GetReport().sent, 2U);
    EXPECT_FALSE(probe->GetReport().finished);
}

} // namespace

} // namespace tests
} // namespace imsfirewall
} // namespace ns3
