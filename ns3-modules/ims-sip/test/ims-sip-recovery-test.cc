// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Between ns-3 nodes: IMS AKA over several flows, flows that are formed anew with back-off, the security agreement.
#include "ims-sip-helper.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace imssip
{
namespace tests
{

using Type = imsfw::sip::UserAgentEvent::Type;

namespace
{

const char* const K = "465b5ce8b199b49faa5f0a2ee238a6bc";
const char* const OPC = "cd63cb71954a9f4e48a5994e37a02baf";

/// UE --- 20 ms --- P-CSCF, over TCP.
struct Pair
{
    Pair()
    {
        nodes.Create(2);
        InternetStackHelper().Install(nodes);
        PointToPointHelper link;
        link.SetChannelAttribute("Delay", StringValue("20ms"));
        Ipv4AddressHelper("10.0.0.0", "255.255.255.0")
            .Assign(link.Install(nodes)); // P-CSCF .1, UE .2
        pCscf = PCscfHelper().Install(nodes.Get(0));
        pCscf->AddStreamListener(nodes.Get(0)->GetObject<TcpSocketFactory>(), 5060, "TCP");
        SipUaHelper helper(InetSocketAddress(Ipv4Address("10.0.0.1"), 5060));
        ue = helper.Install(
            nodes.Get(1), "alice", "secret", nodes.Get(1)->GetObject<TcpSocketFactory>());
        ue->SetEventHandler([this](const auto& event) { events.push_back(event); });
    }

    ~Pair()
    {
        Simulator::Destroy();
    }

    void
    Run(Time end)
    {
        Simulator::Stop(end);
        Simulator::Run();
    }

    std::size_t
    Count(Type type) const
    {
        std::size_t count = 0;
        for (const auto& event : events)
        {
            count += event.type == type ? 1 : 0;
        }
        return count;
    }

    NodeContainer nodes;
    Ptr<PCscfApplication> pCscf;
    Ptr<SipUaApplication> ue;
    std::vector<imsfw::sip::UserAgentEvent> events;
};

} // namespace

TEST(SipAka, TheIsimOutlivesItsFlows)
{
    Pair pair;
    imsfw::sip::SipUser alice{"alice@ims.test", "sip:alice@ims.test", ""};
    alice.aka = imsfw::sip::AkaKeys::FromHex(K, OPC);
    pair.pCscf->AddUser(alice);
    pair.pCscf->SetAttribute("AuthScheme", EnumValue(SIP_AUTH_AKA));
    pair.ue->SetAttribute("AuthScheme", EnumValue(SIP_AUTH_AKA));
    pair.ue->SetAttribute("AkaKey", StringValue(K));
    pair.ue->SetAttribute("AkaOpc", StringValue(OPC));
    pair.ue->SetAttribute("Recover", BooleanValue(true));
    Simulator::Schedule(Seconds(2), [&] { pair.pCscf->CloseStreams(); });
    pair.Run(Seconds(5));
    EXPECT_EQ(pair.Count(Type::REGISTERED), 2U) << "the second one with a challenge of its own";
    EXPECT_EQ(pair.Count(Type::FLOW_FAILED), 1U);
    EXPECT_TRUE(pair.ue->IsRegistered());
}

TEST(SipRecovery, AFlowThatWasWellComesBackAtOnce)
{
    Pair pair;
    pair.pCscf->AddUser("alice@ims.test", "sip:alice@ims.test", "secret");
    pair.ue->SetAttribute("Recover", BooleanValue(true));
    Simulator::Schedule(Seconds(2), [&] { pair.pCscf->CloseStreams(); });
    pair.Run(Seconds(5)); // the first wait of the back-off would be 30 s at least
    EXPECT_EQ(pair.Count(Type::REGISTERED), 2U);
    EXPECT_TRUE(pair.pCscf->IsRegistered("sip:alice@ims.test"));
}

TEST(SipRecovery, AFlowThatNeverWorkedIsTriedWithBackOff)
{
    Pair pair;
    pair.ue->SetAttribute("Recover", BooleanValue(true));
    pair.ue->SetAttribute("RecoveryBase", TimeValue(Seconds(10)));
    pair.ue->SetAttribute("RecoveryMax", TimeValue(Seconds(40)));
    pair.ue->SetAttribute("PCscf", AddressValue(InetSocketAddress(Ipv4Address("10.0.0.1"), 443)));
    pair.Run(Seconds(2000));
    std::vector<double> failures;
    for (const auto& event : pair.events)
    {
        if (event.type == Type::FLOW_FAILED)
        {
            failures.push_back(static_cast<double>(event.time.time_since_epoch().count()) / 1e9);
        }
    }
    ASSERT_GE(failures.size(), 4U);
    // ns-3 gives up a SYN after the same time each time: what is longer between failures is the wait.
    const double first = failures[0];
    EXPECT_GE(failures[1] - failures[0], first + 10);
    EXPECT_LE(failures[1] - failures[0], first + 20.1);
    EXPECT_GE(failures[3] - failures[2], first + 20);
    EXPECT_LE(failures[3] - failures[2], first + 40.1);
}

TEST(SipSecurityAgreement, IsChosenByAttributes)
{
    Pair pair;
    pair.pCscf->AddUser("alice@ims.test", "sip:alice@ims.test", "secret");
    pair.pCscf->SetAttribute("SecurityMechanisms", StringValue("tls;q=0.2, ipsec-3gpp;q=0.1"));
    pair.pCscf->SetAttribute("RequireSecurityAgreement", BooleanValue(true));
    pair.ue->SetAttribute("SecurityMechanisms", StringValue("tls"));
    std::string sent;
    pair.ue->TraceConnectWithoutContext(
        "Tx",
        Callback<void, imsfw::ByteView>([&](imsfw::ByteView bytes) { sent += bytes.AsText(); }));
    pair.Run(Seconds(2));
    EXPECT_TRUE(pair.ue->IsRegistered());
    EXPECT_NE(sent.find("Security-Verify: tls;q=0.2\r\nSecurity-Verify: ipsec-3gpp;q=0.1\r\n"),
              std::string::npos);
}

TEST(SipAuthentication, TakesTheFirstAlgorithmAndProtectsTheBody)
{
    Pair pair;
    pair.pCscf->AddUser("alice@ims.test", "sip:alice@ims.test", "secret");
    pair.pCscf->SetAttribute("DigestAlgorithms", StringValue("SHA-256,MD5"));
    pair.pCscf->SetAttribute("DigestQop", StringValue("auth,auth-int"));
    pair.ue->SetAttribute("PreferIntegrity", BooleanValue(true));
    pair.Run(Seconds(2));
    EXPECT_TRUE(pair.ue->IsRegistered());
}

} // namespace tests
} // namespace imssip
} // namespace ns3
