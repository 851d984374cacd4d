// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-direct-path.h"

#include "ims-turn-app-common.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsturn
{

NS_OBJECT_ENSURE_REGISTERED(DirectPath);

TypeId
DirectPath::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsturn::DirectPath")
            .SetParent<MediaPath>()
            .SetGroupName("Ims")
            .AddConstructor<DirectPath>()
            .AddAttribute(
                "LocalAddress",
                "Address to send from and listen at; 0.0.0.0 leaves it to the routes, and "
                "advertises the node's first one.",
                Ipv4AddressValue(Ipv4Address::GetAny()),
                MakeIpv4AddressAccessor(&DirectPath::m_localAddress),
                MakeIpv4AddressChecker())
            .AddAttribute("LocalPort",
                          "UDP port to send from and listen at; 0 takes any.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&DirectPath::m_localPort),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("Latch",
                          "Send to where packets come from, once one has come.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&DirectPath::m_isLatching),
                          MakeBooleanChecker());
    return tid;
}

DirectPath::DirectPath() : m_timer([this] { HandleTimeout(); })
{
}

DirectPath::~DirectPath() = default;

void
DirectPath::DoDispose()
{
    Release();
    m_core.reset();
    MediaPath::DoDispose();
}

void
DirectPath::SetStunServer(const imsfw::Endpoint& server)
{
    m_stunServer = server;
}

void
DirectPath::SetLocalPort(uint16_t port)
{
    m_localPort = port;
}

void
DirectPath::SetLatch(bool isLatching)
{
    m_isLatching = isLatching;
}

void
DirectPath::Open()
{
    if (m_port)
    {
        return;
    }
    const Ptr<DirectPath> alive(this);
    ClearState();
    Unmute();
    m_latched.reset();
    UdpPort::Handlers handlers;
    handlers.onData = [this](const auto& from, auto data) { HandleDatagram(from, data); };
    handlers.onUnreachable = [this](const auto& failure) { HandleUnreachable(failure); };
    const imsfw::Endpoint wanted{imsfw::IpAddress::V4(m_localAddress.Get()), m_localPort};
    m_port = UdpPort::Open(GetNode(), wanted, std::move(handlers));
    if (!m_port)
    {
        NotifyFailure({"udp", "port-in-use", wanted.ToString()});
        return;
    }
    const imsfw::Endpoint local{GetLocalAddress(), m_port->GetPort()};
    NoteLocalEndpoint(local);
    m_stunServer ? Gather() : Advertise(local);
}

imsfw::IpAddress
DirectPath::GetLocalAddress() const
{
    if (!m_localAddress.IsAny())
    {
        return imsfw::IpAddress::V4(m_localAddress.Get());
    }
    return m_stunServer ? LocalAddressTowards(GetNode(), m_stunServer->address)
                        : FirstAddress(GetNode());
}

void
DirectPath::Gather()
{
    BeginPhase("stun-binding");
    m_isGathering = true;
    m_core = std::make_unique<imsfw::stun::BindingClient>(GetTransactionParameters(),
                                                          GetRandom("stun-client"));
    m_core->Start(imstls::CoreNow());
    Drain();
}

void
DirectPath::Advertise(const imsfw::Endpoint& endpoint)
{
    const bool hadPeer = m_peer.has_value(); // one set by the handler is reported by SetPeer
    NotifyReady(endpoint);
    if (hadPeer && m_port)
    {
        NotifyPeerReady();
    }
}

void
DirectPath::SetPeer(const imsfw::Endpoint& peer)
{
    const Ptr<DirectPath> alive(this);
    m_peer = peer;
    m_latched.reset();
    if (m_port && !m_isGathering)
    {
        NotifyPeerReady();
    }
}

void
DirectPath::Send(imsfw::ByteView packet)
{
    const auto peer = GetPeer();
    if (!m_port || m_isGathering || !peer)
    {
        TraceDropped("no-peer", packet);
        return;
    }
    TraceSent(*peer, packet);
    m_port->Send(*peer, packet);
}

void
DirectPath::Close()
{
    Mute();
    Release();
    m_peer.reset();
}

std::optional<imsfw::Endpoint>
DirectPath::GetPeer() const
{
    return m_isLatching && m_latched ? m_latched : m_peer;
}

void
DirectPath::HandleDatagram(const imsfw::Endpoint& from, imsfw::ByteView data)
{
    const Ptr<DirectPath> alive(this);
    if (m_stunServer && from == *m_stunServer)
    {
        if (m_isGathering)
        {
            m_core->HandleInput(imstls::CoreNow(), data);
            Drain();
        }
        return; // a second answer, to a retransmission: not media
    }
    m_latched = from;
    NotifyData(from, data);
}

void
DirectPath::HandleUnreachable(const imsfw::StreamFailure& failure)
{
    const Ptr<DirectPath> alive(this);
    TraceUnreachable(failure);
    if (m_isGathering)
    {
        m_core->HandleLowerFailed(imstls::CoreNow(), failure);
        Drain();
    }
}

void
DirectPath::HandleTimeout()
{
    const Ptr<DirectPath> alive(this);
    m_core->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
DirectPath::Drain()
{
    while (const auto request = m_core->PollTransmit())
    {
        m_port->Send(*m_stunServer, *request);
    }
    m_timer.Arm(m_core->NextTimeout());
    const auto event = m_core->PollEvent();
    if (!event)
    {
        return;
    }
    // The core is done: what follows may open the path anew.
    m_isGathering = false;
    m_timer.Cancel();
    switch (event->type)
    {
    case imsfw::stun::BindingEvent::Type::MAPPED:
        EndPhase("stun-binding");
        Advertise(event->mapped);
        return;
    case imsfw::stun::BindingEvent::Type::FAILED:
        Release();
        NotifyFailure(event->failure);
        return;
    }
}

void
DirectPath::Release()
{
    m_timer.Cancel();
    m_isGathering = false;
    if (m_port)
    {
        m_port->Close();
        m_port = nullptr;
    }
}

} // namespace imsturn
} // namespace ns3
