// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A resolver and its server on two nodes: what is asked, told, remembered, and given up.
#include "ims-dns-resolver-application.h"
#include "ims-dns-server-application.h"
#include "ims-tls-test-network.h"

#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace imsdns
{
namespace
{

class DnsTest : public testing::Test
{
  protected:
    DnsTest()
        : server(CreateObject<DnsServerApplication>()),
          resolver(CreateObject<DnsResolverApplication>())
    {
        server->AddName("ims.test", *imsfw::IpAddress::Parse("192.0.2.2"));
        net.Server()->AddApplication(server);
        resolver->SetServer(*imsfw::Endpoint::Parse("10.0.2.2:53"));
        resolver->SetRandom(std::make_shared<imsfw::SeededRandom>(1, 1, "dns"));
        net.Client()->AddApplication(resolver);
    }

    void
    Ask(const Time& when, const std::string& name)
    {
        Simulator::Schedule(when,
                            [this, name] {
                                resolver->Resolve(name,
                                                  [this](const imsfw::dns::ResolverEvent& event)
                                                  { Hear(event); });
                            });
    }

    void
    Hear(const imsfw::dns::ResolverEvent& event)
    {
        const double ms = Simulator::Now().GetSeconds() * 1000;
        told += event.name + " " +
                (event.address ? event.address->ToString() : event.failure.reason) + " at " +
                std::to_string(static_cast<int>(ms)) + "; ";
    }

    void
    Run()
    {
        Simulator::Stop(Seconds(60));
        Simulator::Run();
    }

    imstls::TestNetwork net; ///< two links of 10 ms
    Ptr<DnsServerApplication> server;
    Ptr<DnsResolverApplication> resolver;
    std::string told;
};

TEST_F(DnsTest, AnAnswerTakesARoundTripAndTheServersTimeOnce)
{
    server->SetAttribute("Delay", TimeValue(MilliSeconds(25)));
    Ask(MilliSeconds(100), "IMS.test");
    Ask(MilliSeconds(110), "ims.test"); // shares the query
    Ask(MilliSeconds(500), "ims.test"); // remembered
    Run();
    EXPECT_EQ(told,
              "ims.test 192.0.2.2 at 165; ims.test 192.0.2.2 at 165; ims.test 192.0.2.2 at 500; ");
}

TEST_F(DnsTest, AnAnswerIsForgottenWithItsTime)
{
    server->SetAttribute("Ttl", UintegerValue(1));
    Ask(MilliSeconds(100), "ims.test");
    Ask(MilliSeconds(2000), "ims.test");
    Run();
    EXPECT_EQ(told, "ims.test 192.0.2.2 at 140; ims.test 192.0.2.2 at 2040; ");
}

TEST_F(DnsTest, FailuresAreTold)
{
    server->SetAttribute("Failure", StringValue("silent"));
    Ask(MilliSeconds(100), "ims.test");
    Ask(MilliSeconds(200), "not a name");
    Run();
    EXPECT_EQ(told, "not a name bad-name at 200; ims.test timeout at 10100; ");
}

TEST_F(DnsTest, AnUnknownNameIsTold)
{
    Ask(MilliSeconds(100), "ims.example");
    Run();
    EXPECT_EQ(told, "ims.example name-error at 140; ");
}

TEST_F(DnsTest, TheEndOfTheSimulationMayComeInBetween)
{
    Ask(MilliSeconds(100), "ims.test");
    Simulator::Stop(MilliSeconds(110));
    Simulator::Run();
    EXPECT_EQ(told, "");
}

} // namespace
} // namespace imsdns
} // namespace ns3
