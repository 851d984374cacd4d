// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The network of this module's tests: a client behind a firewall, a server, and a host on a third leg.
///
///     client 10.1.0.2 -- .1 firewall 198.51.100.2 -- .1 server
///                              | 10.3.0.1
///                         dmz 10.3.0.2
#ifndef IMS_FIREWALL_WORLD_H
#define IMS_FIREWALL_WORLD_H

#include "ims-firewall-helper.h"
#include "ims-tls-stream.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace imsfirewall
{
namespace tests
{

using imsfw::IpProtocol;
using imsfw::engine::Action;
using imsfw::engine::Policy;
using imsfw::engine::Reason;
using imsfw::engine::Rule;
using imsfw::engine::VerdictEvent;
using imsfw::engine::Zone;

inline const char* const CLIENT = "10.1.0.2";
inline const char* const ROUTER_INSIDE = "10.1.0.1";
inline const char* const EXTERNAL = "198.51.100.2";
inline const char* const SERVER = "198.51.100.1";
inline const char* const DMZ = "10.3.0.2";
inline const char* const ROUTER_DMZ = "10.3.0.1";

/// A policy of a few lines: NAT, everything out, nothing in.
inline Policy
AllowOut()
{
    Policy policy;
    policy.id = "test";
    policy.nat.enabled = true;
    Rule out;
    out.id = "out";
    out.from = Zone::INSIDE;
    out.to = Zone::OUTSIDE;
    out.action = Action::ALLOW;
    policy.rules = {out};
    policy.defaultAction = Action::DROP;
    return policy;
}

/// AllowOut, but @p action on TCP to @p port.
inline Policy
RefusePort(uint16_t port, Action action)
{
    Policy policy = AllowOut();
    Rule rule;
    rule.id = "closed";
    rule.protocol = IpProtocol::TCP;
    rule.ports = {{port, port}};
    rule.action = action;
    policy.rules.insert(policy.rules.begin(), rule);
    return policy;
}

inline InetSocketAddress
At(const char* address, uint16_t port)
{
    return InetSocketAddress(Ipv4Address(address), port);
}

/// The network with a firewall in its middle, and what its traces said.
class World
{
  public:
    /// @param zones of the firewall's interfaces 1, 2, 3; those left out get none
    explicit World(const Policy& policy,
                   const std::vector<Zone>& zones = {Zone::INSIDE, Zone::OUTSIDE, Zone::DMZ})
        : router(CreateObject<Node>()),
          client(CreateObject<Node>()),
          server(CreateObject<Node>()),
          dmz(CreateObject<Node>())
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
        InternetStackHelper stack;
        stack.SetIpv6StackInstall(false);
        stack.SetRoutingHelper(Ipv4StaticRoutingHelper());
        for (const auto& node : {client, router, server, dmz})
        {
            stack.Install(node);
        }
        m_link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        m_link.SetChannelAttribute("Delay", StringValue("10ms"));
        Connect(client, CLIENT, ROUTER_INSIDE);
        Connect(server, SERVER, EXTERNAL);
        Connect(dmz, DMZ, ROUTER_DMZ);
        SetDefaultRoute(client, ROUTER_INSIDE);
        SetDefaultRoute(dmz, ROUTER_DMZ);
        if (!policy.nat.enabled)
        {
            SetDefaultRoute(server, EXTERNAL); // or answers would not find the client
        }
        InstallFirewall(policy, zones);
    }

    ~World()
    {
        Simulator::Destroy();
    }

    World(const World&) = delete;
    World& operator=(const World&) = delete;

    void
    Run(double seconds)
    {
        Simulator::Stop(Seconds(seconds));
        Simulator::Run();
    }

    /// Write a pcap file of the client's and one of the server's link, named after @p prefix.
    void
    Capture(const std::string& prefix)
    {
        m_link.EnablePcap(prefix + "-client.pcap", client->GetDevice(1), true, true);
        m_link.EnablePcap(prefix + "-server.pcap", server->GetDevice(1), true, true);
    }

    const Ptr<Node> router;
    const Ptr<Node> client;
    const Ptr<Node> server;
    const Ptr<Node> dmz;
    Ptr<FirewallRouter> firewall;
    std::vector<VerdictEvent> verdicts;
    uint32_t offered{0};
    uint32_t forwarded{0};
    uint32_t generated{0};
    uint32_t refused{0};

  private:
    void
    Connect(Ptr<Node> host, const char* hostAddress, const char* routerAddress)
    {
        const auto devices = m_link.Install(host, router);
        AddAddress(host, devices.Get(0), hostAddress);
        AddAddress(router, devices.Get(1), routerAddress);
    }

    static void
    AddAddress(Ptr<Node> node, Ptr<NetDevice> device, const char* address)
    {
        const auto ipv4 = node->GetObject<Ipv4>();
        const uint32_t interface = ipv4->AddInterface(device);
        ipv4->AddAddress(interface, {Ipv4Address(address), Ipv4Mask("/24")});
        ipv4->SetUp(interface);
    }

    static void
    SetDefaultRoute(Ptr<Node> node, const char* gateway)
    {
        const auto ipv4 = node->GetObject<Ipv4>();
        Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->SetDefaultRoute(Ipv4Address(gateway), 1);
    }

    void
    InstallFirewall(const Policy& policy, const std::vector<Zone>& zones)
    {
        imsfw::engine::EngineConfig config;
        config.externalAddress = *imsfw::IpAddress::Parse(EXTERNAL);
        config.inside = {*imsfw::IpPrefix::Parse("10.1.0.0/24")};
        config.dmz = {*imsfw::IpPrefix::Parse("10.3.0.0/24")};
        FirewallHelper helper(policy, config);
        for (uint32_t i = 0; i < zones.size(); ++i)
        {
            helper.SetZone(i + 1, zones[i]); // interface 0 is the loopback
        }
        firewall = helper.Install(router);
        Trace("Verdict", &World::HandleVerdict);
        Trace("Offered", &World::HandleOffered);
        Trace("Forwarded", &World::HandleForwarded);
        Trace("Generated", &World::HandleGenerated);
        Trace("Refused", &World::HandleRefused);
    }

    template <typename T>
    void
    Trace(const std::string& source, void (World::*handler)(T))
    {
        ASSERT_TRUE(firewall->TraceConnectWithoutContext(source, MakeCallback(handler, this)));
    }

    void
    HandleVerdict(const VerdictEvent& verdict)
    {
        verdicts.push_back(verdict);
    }

    void
    HandleOffered(Ptr<const Packet>)
    {
        ++offered;
    }

    void
    HandleForwarded(Ptr<const Packet>)
    {
        ++forwarded;
    }

    void
    HandleGenerated(Ptr<const Packet>)
    {
        ++generated;
    }

    void
    HandleRefused(Ptr<const Packet>)
    {
        ++refused;
    }

    PointToPointHelper m_link;
};

/// Accepts TCP connections at a port and returns what comes.
class EchoServer
{
  public:
    EchoServer(Ptr<Node> node, uint16_t port)
        : m_listener(Socket::CreateSocket(node, TcpSocketFactory::GetTypeId()))
    {
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
        m_listener->Listen();
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&EchoServer::HandleAccept, this));
    }

    std::vector<imsfw::Endpoint> clients; ///< as the server sees them

  private:
    void
    HandleAccept(Ptr<Socket> socket, const Address& from)
    {
        clients.push_back(imstls::ToEndpoint(from));
        const std::size_t index = m_streams.size();
        imstls::Stream::Handlers handlers;
        handlers.onData = [this, index](imsfw::ByteView data) { m_streams[index]->Send(data); };
        handlers.onClosed = [this, index] { m_streams[index]->Close(); };
        handlers.onFailure = [](const imsfw::StreamFailure&) {};
        m_streams.push_back(imstls::Stream::Adopt(socket, handlers));
    }

    Ptr<Socket> m_listener;
    std::vector<Ptr<imstls::Stream>> m_streams;
};

/// Connects at time 0, sends a text, keeps what comes back and how it ended.
class TextClient
{
  public:
    TextClient(Ptr<Node> node, const Address& server, std::string text)
        : m_node(node), m_server(server), m_text(std::move(text))
    {
        Simulator::ScheduleNow(&TextClient::Start, this);
    }

    bool isConnected{false};
    std::string received;
    std::optional<imsfw::StreamFailure> failure;
    Time endedAt;

  private:
    void
    Start()
    {
        imstls::Stream::Handlers handlers;
        handlers.onConnected = [this]
        {
            isConnected = true;
            m_stream->Send(imsfw::ByteView(m_text));
        };
        handlers.onData = [this](imsfw::ByteView data)
        {
            received += data.AsText();
            if (received.size() >= m_text.size())
            {
                endedAt = Simulator::Now();
                m_stream->Close();
            }
        };
        handlers.onClosed = [] {};
        handlers.onFailure = [this](const imsfw::StreamFailure& why)
        {
            failure = why;
            endedAt = Simulator::Now();
        };
        m_stream =
            imstls::Stream::Connect(m_node->GetObject<TcpSocketFactory>(), m_server, handlers);
    }

    Ptr<Node> m_node;
    Address m_server;
    std::string m_text;
    Ptr<imstls::Stream> m_stream;
};

} // namespace tests
} // namespace imsfirewall
} // namespace ns3

#endif // IMS_FIREWALL_WORLD_H
