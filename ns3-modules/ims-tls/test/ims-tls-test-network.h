// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the ns-3 tests of this module run on: client -- router -- server, two links of 10 ms, everything sniffed.
#ifndef IMS_TLS_TEST_NETWORK_H
#define IMS_TLS_TEST_NETWORK_H

#include "ims-tls-helper.h"
#include "ims-tls-stream.h"

#include "ns3/config.h"
#include "ns3/core-module.h"
#include "ns3/error-model.h"
#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/internet-module.h"
#include "ns3/point-to-point-module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace imstls
{

/// One of these at a time: it ends the simulation when it goes.
class TestNetwork
{
  public:
    static constexpr uint16_t PORT = 443;

    TestNetwork()
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        Config::SetDefault("ns3::TcpSocket::ConnTimeout", TimeValue(MilliSeconds(500)));
        Config::SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(2));
        Config::SetDefault("ns3::TcpSocket::DataRetries", UintegerValue(3));
        m_nodes.Create(3);
        InternetStackHelper().Install(m_nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("20Mbps"));
        link.SetChannelAttribute("Delay", StringValue("10ms"));
        m_access = link.Install(m_nodes.Get(0), m_nodes.Get(1));
        m_core = link.Install(m_nodes.Get(1), m_nodes.Get(2));
        Ipv4AddressHelper("10.0.1.0", "255.255.255.0").Assign(m_access);
        Ipv4AddressHelper("10.0.2.0", "255.255.255.0").Assign(m_core);
        const Ipv4StaticRoutingHelper routing;
        routing.GetStaticRouting(Client()->GetObject<Ipv4>())->SetDefaultRoute("10.0.1.2", 1);
        routing.GetStaticRouting(Server()->GetObject<Ipv4>())->SetDefaultRoute("10.0.2.1", 1);
        m_access.Get(0)->TraceConnectWithoutContext("PromiscSniffer",
                                                    MakeCallback(&TestNetwork::Sniff, this));
    }

    ~TestNetwork()
    {
        Simulator::Destroy();
        Config::Reset();
    }

    TestNetwork(const TestNetwork&) = delete;
    TestNetwork& operator=(const TestNetwork&) = delete;

    Ptr<Node>
    Client() const
    {
        return m_nodes.Get(0);
    }

    Ptr<Node>
    Router() const
    {
        return m_nodes.Get(1);
    }

    Ptr<Node>
    Server() const
    {
        return m_nodes.Get(2);
    }

    static Address
    ServerAddress(uint16_t port = PORT)
    {
        return InetSocketAddress(Ipv4Address("10.0.2.2"), port);
    }

    static Ptr<SocketFactory>
    Tcp(const Ptr<Node>& node)
    {
        return node->GetObject<TcpSocketFactory>();
    }

    /// From now on nothing that is sent to the client's link arrives.
    void
    Cut()
    {
        const auto errors = CreateObject<RateErrorModel>();
        errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        errors->SetRate(1.0);
        m_access.Get(0)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
        m_access.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    }

    /// The router answers what it has no route for with ICMP type 3, as routers do and ns-3's does not.
    void
    RejectByIcmp()
    {
        Router()->GetObject<Ipv4>()->TraceConnectWithoutContext(
            "Drop", MakeCallback(&TestNetwork::Reject, this));
    }

    void
    Run(double seconds = 60)
    {
        Simulator::Stop(Seconds(seconds));
        Simulator::Run();
    }

    /// Every packet on the client's link, as a capture file would have it.
    const std::string&
    Capture() const
    {
        return m_capture;
    }

  private:
    void
    Sniff(Ptr<const Packet> packet)
    {
        const imsfw::Bytes bytes = ToBytes(packet);
        m_capture += std::to_string(Simulator::Now().GetNanoSeconds()) + ":";
        m_capture.append(bytes.begin(), bytes.end());
    }

    void
    Reject(const Ipv4Header& header,
           Ptr<const Packet> packet,
           Ipv4L3Protocol::DropReason,
           Ptr<Ipv4>,
           uint32_t)
    {
        Router()->GetObject<Icmpv4L4Protocol>()->SendDestUnreachPort(header, packet);
    }

    NodeContainer m_nodes;
    NetDeviceContainer m_access;
    NetDeviceContainer m_core;
    std::string m_capture;
};

/// One end of a stream with all that happened to it, in words: "connected", "closed", "failed tcp reset".
struct Peer
{
    Stream::Handlers
    Handlers()
    {
        Stream::Handlers handlers;
        handlers.onConnected = [this]
        {
            Note("connected");
            if (onConnected)
            {
                onConnected();
            }
        };
        handlers.onData = [this](imsfw::ByteView bytes)
        {
            received.append(bytes.AsText());
            if (onData)
            {
                onData(bytes);
            }
        };
        handlers.onClosed = [this]
        {
            Note("closed");
            if (onEnd)
            {
                onEnd();
            }
        };
        handlers.onFailure = [this](const imsfw::StreamFailure& why)
        {
            failure = why;
            Note("failed " + why.layer + " " + why.reason);
            if (onEnd)
            {
                onEnd();
            }
        };
        handlers.onDrained = [this] { ++drained; };
        return handlers;
    }

    void
    Connect(const Ptr<SocketFactory>& factory, const Address& address)
    {
        stream = Stream::Connect(factory, address, Handlers());
    }

    void
    Send(std::string_view text)
    {
        stream->Send(imsfw::ByteView(text));
    }

    void
    Note(const std::string& what)
    {
        happened.push_back(what);
        lastAt = Simulator::Now();
    }

    Ptr<Stream> stream;
    std::vector<std::string> happened;
    Time lastAt;
    std::string received;
    int drained{0}; ///< how often all that was sent was with the socket
    imsfw::StreamFailure failure;
    std::function<void()> onConnected;
    std::function<void(imsfw::ByteView)> onData;
    std::function<void()> onEnd;
};

/// Accepts streams with the sockets of a factory.
class Acceptor
{
  public:
    void
    Listen(const Ptr<SocketFactory>& factory, uint16_t port = TestNetwork::PORT)
    {
        m_listening = factory->CreateSocket();
        ASSERT_EQ(m_listening->Bind(InetSocketAddress(Ipv4Address::GetAny(), port)), 0);
        m_listening->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                       MakeCallback(&Acceptor::Accept, this));
        ASSERT_EQ(m_listening->Listen(), 0);
    }

    void
    Close()
    {
        m_listening->Close();
    }

    /// Called for each accepted stream, before anything happens to it.
    std::function<void(Peer&)> onAccepted;
    std::vector<std::unique_ptr<Peer>> peers;
    bool isEcho{false};

  private:
    void
    Accept(Ptr<Socket> socket, const Address& /* from */)
    {
        peers.push_back(std::make_unique<Peer>());
        Peer* peer = peers.back().get();
        peer->stream = Stream::Adopt(socket, peer->Handlers());
        if (isEcho)
        {
            peer->onData = [peer](imsfw::ByteView bytes) { peer->stream->Send(bytes); };
            peer->onEnd = [peer] { peer->stream->Close(); };
        }
        if (onAccepted)
        {
            onAccepted(*peer);
        }
    }

    Ptr<Socket> m_listening;
};

/// A text in which a lost, doubled or moved byte shows.
inline std::string
Pattern(std::size_t size, char first = 'a')
{
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i)
    {
        text[i] = static_cast<char>(first + (i * i / 7 + i / 251) % 25);
    }
    return text;
}

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_TEST_NETWORK_H
