// SPDX-License-Identifier: GPL-2.0-only
#include "tcp-floor.h"

#include "address-plan.h"
#include "host-defaults.h"
#include "topology.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"

namespace imsfw::bench
{

namespace
{

using namespace ns3;
using scenario::Topology;

constexpr uint16_t PORT = 443;

/// Asks and answers in rounds, each as soon as the one before is whole.
class Talk
{
  public:
    Talk(const Topology& topology, const Conversation& conversation)
        : m_ask(conversation.sent / conversation.rounds),
          m_answer(conversation.received / conversation.rounds),
          m_rounds(conversation.rounds)
    {
        const auto factory = TcpSocketFactory::GetTypeId();
        m_server = Socket::CreateSocket(topology.pCscfs.front(), factory);
        m_server->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        m_server->Listen();
        m_server->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeCallback(&Talk::HandleAccept, this));
        m_client = Socket::CreateSocket(topology.sites.front().ues.front(), factory);
        m_client->SetConnectCallback(MakeCallback(&Talk::HandleConnected, this),
                                     MakeNullCallback<void, Ptr<Socket>>());
        m_client->SetRecvCallback(MakeCallback(&Talk::HandleAnswer, this));
    }

    void
    Start()
    {
        const auto server = scenario::addresses::PCscf(0).host;
        m_client->Connect(InetSocketAddress(Ipv4Address(server.c_str()), PORT));
    }

    bool
    IsWhole() const
    {
        return m_rounds == 0;
    }

  private:
    void
    HandleConnected(Ptr<Socket> socket)
    {
        socket->Send(Create<Packet>(m_ask));
    }

    void
    HandleAccept(Ptr<Socket> socket, const Address&)
    {
        socket->SetRecvCallback(MakeCallback(&Talk::HandleQuestion, this));
    }

    void
    HandleQuestion(Ptr<Socket> socket)
    {
        m_asked += socket->Recv()->GetSize();
        if (m_asked >= m_ask)
        {
            m_asked = 0;
            socket->Send(Create<Packet>(m_answer));
        }
    }

    void
    HandleAnswer(Ptr<Socket> socket)
    {
        m_answered += socket->Recv()->GetSize();
        if (m_answered < m_answer)
        {
            return;
        }
        m_answered = 0;
        if (--m_rounds > 0)
        {
            socket->Send(Create<Packet>(m_ask));
            return;
        }
        socket->Close();
    }

    uint32_t m_ask;
    uint32_t m_answer;
    unsigned m_rounds;
    uint32_t m_asked{0};
    uint32_t m_answered{0};
    Ptr<Socket> m_server;
    Ptr<Socket> m_client;
};

/// Without the NAT somebody has to know the way back to the UE.
void
RouteBack(const Topology& topology)
{
    const auto link = scenario::addresses::Outside(0);
    const auto routing =
        Ipv4StaticRoutingHelper().GetStaticRouting(topology.internet->GetObject<Ipv4>());
    routing->AddNetworkRouteTo(Ipv4Address("10.1.0.0"),
                               Ipv4Mask("/16"),
                               Ipv4Address(link.host.c_str()),
                               Topology::InterfaceOf(topology.internet, link.router));
}

} // namespace

bool
RunTcpFloor(const scenario::Experiment& experiment, const Conversation& conversation)
{
    bool isWhole = false;
    {
        scenario::ApplyHostDefaults();
        const Topology topology(experiment, {{"", 1, false}});
        RouteBack(topology);
        Talk talk(topology, conversation);
        Simulator::ScheduleNow(&Talk::Start, &talk);
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        isWhole = talk.IsWhole();
    }
    Simulator::Destroy();
    return isWhole;
}

} // namespace imsfw::bench
