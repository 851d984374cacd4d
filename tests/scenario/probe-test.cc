// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The rows of the expected matrix that no role of an experiment covers: native ESP, IKE and ESP in UDP.
#include "address-plan.h"
#include "data-files.h"
#include "host-defaults.h"
#include "site-roles.h"
#include "topology.h"

#include "engine/policy/policy-loader.h"
#include "ims-firewall-probe.h"

#include "ns3/inet-socket-address.h"
#include "ns3/names.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>

using namespace imsfw;
using namespace imsfw::scenario;
using namespace ns3;

namespace
{

constexpr uint8_t ESP = 50;
constexpr uint8_t UDP = 17;

/// @return whether a packet of that protocol came back from the internet through that policy.
bool
ComesBack(const std::string& policyName, uint8_t protocol, uint16_t port)
{
    RngSeedManager::SetSeed(1);
    ApplyHostDefaults();
    bool answered = false;
    {
        const auto policy = engine::LoadPolicy(policyName, PolicyDirectory());
        const Experiment experiment;
        const Topology topology(experiment, {{"", 1, policy->proxy.has_value()}});
        EXPECT_TRUE(InstallSite(experiment, *policy, topology.sites.front()));

        const auto responder = CreateObject<imsfirewall::ProbeResponder>();
        responder->SetAttribute("Protocol", UintegerValue(protocol));
        responder->SetAttribute("Port", UintegerValue(port));
        topology.pCscfs.front()->AddApplication(responder);
        const auto probe = CreateObject<imsfirewall::ProbeApplication>();
        probe->SetAttribute(
            "Remote",
            AddressValue(InetSocketAddress(Ipv4Address(addresses::PCscf(0).host.c_str()), port)));
        probe->SetAttribute("Protocol", UintegerValue(protocol));
        topology.sites.front().ues.front()->AddApplication(probe);
        probe->SetStartTime(Seconds(0.1));
        Simulator::Stop(Seconds(20));
        Simulator::Run();
        EXPECT_GT(probe->GetReport().sent, 0U);
        EXPECT_TRUE(probe->GetReport().finished);
        answered = probe->GetReport().answered > 0;
    }
    Simulator::Destroy();
    Names::Clear();
    return answered;
}

} // namespace

TEST(ProbeTest, NativeEspPassesNowhereAndIkeOnlyWhereUdpIsOpen)
{
    struct Row
    {
        const char* what;
        uint8_t protocol;
        uint16_t port;
        const char* expected;
    };

    const Row rows[] = {
        {"native ESP", ESP, 0, "---------"},
        {"IKE", UDP, 500, "PP-------"},
        {"ESP in UDP", UDP, 4500, "PP-------"},
    };
    const char* policies[] = {"stateful-nat",
                              "symmetric-nat",
                              "voip-vpn-ports-closed",
                              "udp-blocked",
                              "web-ports-only",
                              "web-protocols-only",
                              "proxy-only",
                              "authenticating-proxy",
                              "content-inspecting"};
    for (const Row& row : rows)
    {
        for (std::size_t type = 0; type < std::size(policies); ++type)
        {
            EXPECT_EQ(ComesBack(policies[type], row.protocol, row.port), row.expected[type] == 'P')
                << row.what << " " << policies[type];
        }
    }
}
