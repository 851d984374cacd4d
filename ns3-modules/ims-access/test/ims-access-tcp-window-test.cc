// SPDX-License-Identifier: GPL-2.0-only
// TCP where ns-3's own fails: at a peer's window that is full to the byte, with losses in it, or closed for long; and on a
// path whose round trip grows beyond the retransmission time-out.
#include "ims-access-tcp.h"

#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace imsaccess
{
namespace
{

constexpr uint16_t PORT = 5000;
constexpr uint32_t SEGMENT = 1000;

/// What is sent, and what is in its way.
struct Case
{
    uint32_t window{10 * SEGMENT}; ///< the server's
    uint32_t bytes{300'000};
    double loss{0}; ///< of packets, to the server
    bool sack{true};
    Time readFrom{Seconds(0)}; ///< the server's program reads nothing before
    uint32_t later{0};         ///< bytes that the client's program writes more at `laterAt`
    Time laterAt{Seconds(0)};
    Time slowFrom{Seconds(0)}; ///< the link's delay grows to `slow`; 0: never
    Time slow{Seconds(2)};
    uint32_t run{1};
};

/// One program writes, the other reads.
class Transfer
{
  public:
    explicit Transfer(const Case& setup) : m_setup(setup), m_unwritten(setup.bytes)
    {
        RngSeedManager::SetRun(setup.run);
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(SEGMENT));
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(setup.window));
        Config::SetDefault("ns3::TcpSocketBase::Sack", BooleanValue(setup.sack));
        Build();
        Simulator::Schedule(Seconds(0), &Transfer::Connect, this);
        Simulator::Schedule(setup.readFrom, &Transfer::Read, this);
        Simulator::Schedule(setup.laterAt, &Transfer::WriteMore, this);
        if (setup.slowFrom > Seconds(0))
        {
            Simulator::Schedule(setup.slowFrom,
                                [this]
                                { m_channel->SetAttribute("Delay", TimeValue(m_setup.slow)); });
        }
        Simulator::Stop(Seconds(600));
        Simulator::Run();
        m_listener = m_client = m_server = nullptr;
        m_channel = nullptr;
        Simulator::Destroy();
        Config::Reset();
    }

    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    uint32_t received{0};
    uint32_t empty{0}; ///< times that the server's window was told to be closed
    Time last{};       ///< when the last byte came
    uint32_t sent{0};  ///< bytes of data that left the client, those sent again included

  private:
    void
    Build()
    {
        InternetStackHelper stack;
        stack.SetTcp("ns3::imsaccess::HostTcp");
        stack.Install(m_nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        link.SetChannelAttribute("Delay", TimeValue(MilliSeconds(20)));
        const auto devices = link.Install(m_nodes);
        m_channel = devices.Get(0)->GetChannel();
        Ipv4AddressHelper("10.0.0.0", "255.255.255.252").Assign(devices);
        const auto losses = CreateObject<RateErrorModel>();
        losses->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        losses->SetRate(m_setup.loss);
        losses->AssignStreams(7);
        devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(losses));
        m_listener = m_nodes.Get(1)->GetObject<TcpSocketFactory>()->CreateSocket();
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&Transfer::HandleAccept, this));
        m_listener->Listen();
    }

    void
    Connect()
    {
        m_client = m_nodes.Get(0)->GetObject<TcpSocketFactory>()->CreateSocket();
        m_client->TraceConnectWithoutContext("Tx", MakeCallback(&Transfer::HandleSent, this));
        m_client->SetSendCallback(MakeCallback(&Transfer::HandleRoom, this));
        m_client->SetConnectCallback(MakeCallback(&Transfer::Write, this),
                                     MakeNullCallback<void, Ptr<Socket>>());
        m_client->Connect(InetSocketAddress("10.0.0.2", PORT));
    }

    void
    HandleAccept(Ptr<Socket> socket, const Address&)
    {
        m_server = socket;
        socket->SetRecvCallback(MakeCallback(&Transfer::HandleData, this));
        socket->TraceConnectWithoutContext("Tx", MakeCallback(&Transfer::HandleSegment, this));
    }

    void
    HandleSegment(Ptr<const Packet>, const TcpHeader& header, Ptr<const TcpSocketBase>)
    {
        empty += header.GetWindowSize() == 0 ? 1 : 0;
    }

    void
    HandleSent(Ptr<const Packet> packet, const TcpHeader&, Ptr<const TcpSocketBase>)
    {
        sent += packet->GetSize();
    }

    void
    HandleData(Ptr<Socket>)
    {
        if (Simulator::Now() >= m_setup.readFrom)
        {
            Read();
        }
    }

    void
    Read()
    {
        while (const auto packet = m_server ? m_server->Recv() : nullptr)
        {
            received += packet->GetSize();
            last = Simulator::Now();
        }
    }

    void
    Write(Ptr<Socket>)
    {
        while (m_unwritten > 0 && m_client->GetTxAvailable() > 0)
        {
            const uint32_t size = std::min(m_unwritten, m_client->GetTxAvailable());
            const int taken = m_client->Send(Create<Packet>(size));
            ASSERT_GT(taken, 0);
            m_unwritten -= static_cast<uint32_t>(taken);
        }
    }

    void
    HandleRoom(Ptr<Socket> socket, uint32_t)
    {
        Write(socket);
    }

    void
    WriteMore()
    {
        if (m_setup.later > 0)
        {
            m_unwritten += m_setup.later;
            Write(m_client);
        }
    }

    Case m_setup;
    uint32_t m_unwritten;
    NodeContainer m_nodes{2};
    Ptr<Channel> m_channel;
    Ptr<Socket> m_listener;
    Ptr<Socket> m_client;
    Ptr<Socket> m_server;
};

TEST(HostTcpWindowTest, LossesInAWindowThatIsFullToTheByteAreRepaired)
{
    for (const bool sack : {true, false})
    {
        for (uint32_t run = 1; run <= 8; ++run)
        {
            Case setup;
            setup.loss = 0.03;
            setup.sack = sack;
            setup.run = run;
            const Transfer transfer(setup);
            EXPECT_EQ(transfer.received, setup.bytes) << run << (sack ? " with SACK" : "");
        }
    }
}

TEST(HostTcpWindowTest, AWindowThatStaysClosedIsProbedAndOpensAgain)
{
    Case setup;
    setup.readFrom = Seconds(40);
    const Transfer transfer(setup);
    EXPECT_EQ(transfer.received, setup.bytes);
    // At its first filling, and once for each probe: 6, 12 and 24 s later, ns-3's persist time doubling.
    EXPECT_GE(transfer.empty, 3U);
    EXPECT_GT(transfer.last, Seconds(40));
}

TEST(HostTcpWindowTest, ASenderWithNothingToSendWaitsAtAClosedWindow)
{
    Case setup;
    setup.bytes = setup.window; // fills it, and leaves nothing to probe with
    setup.readFrom = Seconds(60);
    EXPECT_EQ(Transfer(setup).received, setup.bytes);
    // What is written meanwhile waits for the window, and is probed with.
    setup.later = 5 * SEGMENT;
    setup.laterAt = Seconds(30);
    const Transfer more(setup);
    EXPECT_EQ(more.received, setup.bytes + setup.later);
    EXPECT_GT(more.last, Seconds(60));
}

TEST(HostTcpWindowTest, TheTimeOutLearnsARoundTripThatHasOutgrownIt)
{
    // From 40 ms to 4 s, twenty times the time-out. What has been sent by then is sent again, with back-off until an echo
    // comes back; from then on nothing is, or all would be, forever, a few segments each round trip.
    Case setup;
    setup.window = 20 * SEGMENT;
    setup.slowFrom = MilliSeconds(200);
    const Transfer transfer(setup);
    EXPECT_EQ(transfer.received, setup.bytes);
    EXPECT_LT(transfer.sent, setup.bytes + 4 * setup.window) << "bytes sent";
    const double windows = static_cast<double>(setup.bytes) / setup.window;
    EXPECT_LT(transfer.last, Seconds(4) * (2 * windows)) << transfer.last.GetSeconds();
}

} // namespace
} // namespace imsaccess
} // namespace ns3
