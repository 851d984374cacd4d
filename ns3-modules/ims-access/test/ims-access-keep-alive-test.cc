// SPDX-License-Identifier: GPL-2.0-only
// TCP's keep-alives between two nodes: what is on the wire, when, and what the user is told.
#include "ims-access-tcp.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ns3
{
namespace imsaccess
{
namespace
{

constexpr uint16_t PORT = 5000;
constexpr uint32_t BYTES = 10;

/// Loses all from a time on.
class LoseFrom : public ErrorModel
{
  public:
    explicit LoseFrom(Time from) : m_from(from)
    {
    }

  private:
    bool
    DoCorrupt(Ptr<Packet>) override
    {
        return Simulator::Now() >= m_from;
    }

    void
    DoReset() override
    {
    }

    Time m_from;
};

struct Setup
{
    bool clientKeeps{true};
    bool serverKeeps{false};
    Time lossFrom{Time::Max()}; ///< at the server
    Time until{Seconds(450)};
};

/// A connection over which ten bytes go each way, and then nothing. Probes each 100 s, three with 10 s between them.
class Silence
{
  public:
    explicit Silence(const Setup& setup)
    {
        Config::SetDefault("ns3::imsaccess::HostTcpSocket::KeepAliveTime", TimeValue(Seconds(100)));
        Config::SetDefault("ns3::imsaccess::HostTcpSocket::KeepAliveInterval",
                           TimeValue(Seconds(10)));
        Config::SetDefault("ns3::imsaccess::HostTcpSocket::KeepAliveProbes", UintegerValue(3));
        Build(setup);
        Listen();
        Simulator::Schedule(Seconds(0), &Silence::Connect, this);
        Simulator::Stop(setup.until);
        Simulator::Run();
        m_listener = m_client = m_server = nullptr;
        Simulator::Destroy();
        Config::Reset();
    }

    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

    std::vector<std::string> seen;      ///< empty segments after the data: who, when, what
    std::vector<std::string> clientEnd; ///< how the client's connection ended
    uint32_t received{0};

  private:
    void
    Build(const Setup& setup)
    {
        InternetStackHelper stack;
        stack.SetTcp("ns3::imsaccess::HostTcp");
        stack.Install(m_nodes);
        const bool keeps[] = {setup.clientKeeps, setup.serverKeeps};
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        link.SetChannelAttribute("Delay", TimeValue(MilliSeconds(20)));
        const auto devices = link.Install(m_nodes);
        Ipv4AddressHelper("10.0.0.0", "255.255.255.252").Assign(devices);
        devices.Get(1)->SetAttribute("ReceiveErrorModel",
                                     PointerValue(Create<LoseFrom>(setup.lossFrom)));
        for (uint32_t i = 0; i < 2; ++i)
        {
            const auto tcp = m_nodes.Get(i)->GetObject<TcpL4Protocol>();
            tcp->SetAttribute("KeepAlive", BooleanValue(keeps[i]));
            EXPECT_TRUE(DynamicCast<HostTcp>(tcp));
        }
    }

    void
    Listen()
    {
        m_listener = m_nodes.Get(1)->GetObject<TcpSocketFactory>()->CreateSocket();
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&Silence::HandleAccept, this));
        m_listener->Listen();
    }

    void
    Connect()
    {
        m_client = m_nodes.Get(0)->GetObject<TcpSocketFactory>()->CreateSocket();
        m_client->SetRecvCallback(MakeCallback(&Silence::HandleData, this));
        m_client->SetCloseCallbacks(MakeCallback(&Silence::HandleClosed, this),
                                    MakeCallback(&Silence::HandleError, this));
        m_client->TraceConnectWithoutContext("Tx",
                                             MakeCallback(&Silence::HandleClientSegment, this));
        m_client->Connect(InetSocketAddress("10.0.0.2", PORT));
        m_client->Send(Create<Packet>(BYTES));
    }

    void
    HandleAccept(Ptr<Socket> socket, const Address&)
    {
        m_server = socket;
        socket->SetRecvCallback(MakeCallback(&Silence::HandleData, this));
        socket->TraceConnectWithoutContext("Tx", MakeCallback(&Silence::HandleServerSegment, this));
        socket->Send(Create<Packet>(BYTES));
    }

    void
    HandleData(Ptr<Socket> socket)
    {
        while (const auto packet = socket->Recv())
        {
            received += packet->GetSize();
        }
    }

    void
    HandleClosed(Ptr<Socket>)
    {
        clientEnd.emplace_back("closed");
    }

    void
    HandleError(Ptr<Socket> socket)
    {
        BooleanValue isGivenUp;
        socket->GetAttribute("IsGivenUp", isGivenUp);
        clientEnd.push_back(std::string("failed") + (isGivenUp.Get() ? ", given up" : ""));
        socket->Close(); // as users do; nothing may be sent any more
    }

    void
    HandleClientSegment(Ptr<const Packet> packet,
                        const TcpHeader& header,
                        Ptr<const TcpSocketBase> socket)
    {
        Note("client", packet, header, socket);
    }

    void
    HandleServerSegment(Ptr<const Packet> packet,
                        const TcpHeader& header,
                        Ptr<const TcpSocketBase> socket)
    {
        Note("server", packet, header, socket);
    }

    void
    Note(const char* who,
         Ptr<const Packet> packet,
         const TcpHeader& header,
         Ptr<const TcpSocketBase>)
    {
        if (Simulator::Now() < Seconds(50))
        {
            return;
        }
        EXPECT_EQ(packet->GetSize(), 0U) << who;
        // ns-3 begins with sequence number 0: behind SYN and data comes 11.
        const auto second = static_cast<int64_t>(Simulator::Now().GetSeconds());
        seen.push_back(std::string(who) + " " + std::to_string(second) + " " +
                       TcpHeader::FlagsToString(header.GetFlags()) + " " +
                       std::to_string(header.GetSequenceNumber().GetValue()));
    }

    NodeContainer m_nodes{2};
    Ptr<Socket> m_listener;
    Ptr<Socket> m_client;
    Ptr<Socket> m_server;
};

using Lines = std::vector<std::string>;

TEST(HostTcpTest, WhoIsNotAskedToProbesNobody)
{
    const Silence silence({false, false});
    EXPECT_EQ(silence.received, 2 * BYTES);
    EXPECT_EQ(silence.seen, Lines{});
    EXPECT_EQ(silence.clientEnd, Lines{});
}

TEST(HostTcpTest, AProbeIsOneByteBehindAndIsAnswered)
{
    const Silence silence({});
    EXPECT_EQ(silence.received, 2 * BYTES);
    EXPECT_EQ(silence.seen,
              (Lines{"client 100 ACK 10",
                     "server 100 ACK 11",
                     "client 200 ACK 10",
                     "server 200 ACK 11",
                     "client 300 ACK 10",
                     "server 300 ACK 11",
                     "client 400 ACK 10",
                     "server 400 ACK 11"}));
    EXPECT_EQ(silence.clientEnd, Lines{});
}

TEST(HostTcpTest, AnAcceptedConnectionKeepsItselfAliveToo)
{
    const Silence silence({false, true, Time::Max(), Seconds(150)});
    EXPECT_EQ(silence.seen, (Lines{"server 100 ACK 10", "client 100 ACK 11"}));
}

TEST(HostTcpTest, ADeadPeerIsGivenUpAfterTheProbes)
{
    const Silence silence({true, false, Seconds(150)});
    EXPECT_EQ(silence.seen,
              (Lines{"client 100 ACK 10",
                     "server 100 ACK 11",
                     "client 200 ACK 10",
                     "client 210 ACK 10",
                     "client 220 ACK 10",
                     "client 230 RST 11"}));
    EXPECT_EQ(silence.clientEnd, Lines{"failed, given up"});
}

} // namespace
} // namespace imsaccess
} // namespace ns3
