// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The P-CSCF's adapter: listeners, streams, timer, traces.
#include "ims-sip-p-cscf-application.h"

#include "ns3/fatal-error.h"
#include "ns3/inet-socket-address.h"
#include "ns3/log.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

#include <utility>

namespace ns3
{
namespace imssip
{

NS_LOG_COMPONENT_DEFINE("PCscfApplication");

namespace
{

/// Channels of streams begin above those of UDP listeners.
constexpr uint32_t FIRST_STREAM_CHANNEL = 1000;

imsfw::IpAddress
FirstAddress(Ptr<Node> node)
{
    const auto addresses = LocalAddresses(node);
    return addresses.empty() ? imsfw::IpAddress() : addresses.front();
}

} // namespace

PCscfApplication::PCscfApplication()
    : m_nextChannel(FIRST_STREAM_CHANNEL), m_timer([this] { HandleTimeout(); })
{
    NS_LOG_FUNCTION(this);
}

PCscfApplication::~PCscfApplication() = default;

void
PCscfApplication::AddUdpListener(uint16_t port)
{
    m_udp.push_back({nullptr, port, "UDP", nullptr});
}

void
PCscfApplication::AddStreamListener(Ptr<SocketFactory> factory,
                                    uint16_t port,
                                    const std::string& transport)
{
    m_listeners.push_back({factory, port, transport, nullptr});
}

void
PCscfApplication::AddUser(const std::string& impi,
                          const std::string& impu,
                          const std::string& password)
{
    AddUser({impi, impu, password});
}

void
PCscfApplication::AddUser(const imsfw::sip::SipUser& user)
{
    m_users.push_back(user);
    if (m_core)
    {
        m_core->AddUser(m_users.back());
    }
}

void
PCscfApplication::AddStaticRoute(const std::string& uri, const imsfw::Endpoint& endpoint)
{
    m_routes.emplace_back(uri, endpoint);
    if (m_core)
    {
        m_core->AddStaticRoute(uri, endpoint);
    }
}

void
PCscfApplication::SetEventHandler(EventHandler handler)
{
    m_handler = std::move(handler);
}

void
PCscfApplication::CloseStreams()
{
    while (!m_streams.empty())
    {
        HandleStreamEnd(m_streams.begin()->first);
    }
}

bool
PCscfApplication::IsRegistered(const std::string& impu) const
{
    const auto uri = imsfw::sip::SipUri::Parse(impu);
    return m_core && uri &&
           m_core->Bindings().ByAor(imstls::CoreNow(), uri->AddressOfRecord()) != nullptr;
}

void
PCscfApplication::StartApplication()
{
    MakeCore();
    for (uint32_t channel = 0; channel < m_udp.size(); ++channel)
    {
        OpenUdp(channel);
    }
    for (std::size_t i = 0; i < m_listeners.size(); ++i)
    {
        OpenStreamListener(i);
    }
}

void
PCscfApplication::MakeCore()
{
    imsfw::sip::PCscfConfig config;
    config.address.address = m_address == Ipv4Address::GetAny()
                                 ? FirstAddress(GetNode())
                                 : imsfw::IpAddress::V4(m_address.Get());
    config.otherAddresses = LocalAddresses(GetNode());
    config.address.port =
        !m_udp.empty() ? m_udp[0].port : (m_listeners.empty() ? 5060 : m_listeners[0].port);
    config.name = m_name;
    config.servingName = m_servingName;
    config.timers = MakeSipTimers(m_timerProfile, m_t1);
    config.registrar.realm = m_realm;
    config.registrar.maxExpiresS = m_maxExpires;
    config.registrar.minExpiresS = m_minExpires;
    config.registrar.flowTimerS = m_flowTimer;
    config.registrar.auth = MakeAuthConfig();
    config.keepAliveS = m_keepAlive;
    config.securityMechanisms = SplitWords(m_securityMechanisms);
    config.requiresSecurityAgreement = m_requiresSecurity;
    m_random = std::make_unique<imsfw::SeededRandom>(RngSeedManager::GetSeed(),
                                                     RngSeedManager::GetRun(),
                                                     SipStreamName("p-cscf", GetNode(), m_name));
    m_core = std::make_unique<imsfw::sip::PCscf>(config, *m_random);
    for (const auto& user : m_users)
    {
        m_core->AddUser(user);
    }
    for (const auto& [uri, endpoint] : m_routes)
    {
        m_core->AddStaticRoute(uri, endpoint);
    }
}

imsfw::sip::ServerAuthConfig
PCscfApplication::MakeAuthConfig() const
{
    imsfw::sip::ServerAuthConfig auth;
    auth.scheme =
        m_authScheme == SIP_AUTH_AKA ? imsfw::sip::AuthScheme::AKA : imsfw::sip::AuthScheme::DIGEST;
    auth.algorithms = SplitWords(m_algorithms);
    auth.qop = m_qop;
    auth.nonceLifetime = imstls::ToCoreDuration(m_nonceLifetime);
    return auth;
}

void
PCscfApplication::OpenUdp(uint32_t channel)
{
    Listener& listener = m_udp[channel];
    listener.socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    listener.socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), listener.port));
    listener.socket->SetRecvCallback(MakeCallback(&PCscfApplication::HandleUdp, this));
}

void
PCscfApplication::OpenStreamListener(std::size_t index)
{
    Listener& listener = m_listeners[index];
    listener.socket = listener.factory->CreateSocket();
    listener.socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), listener.port));
    listener.socket->Listen();
    const std::string transport = listener.transport;
    listener.socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                       Callback<void, Ptr<Socket>, const Address&>(
                                           [this, transport](Ptr<Socket> socket, const Address&)
                                           { HandleAccept(socket, transport); }));
}

void
PCscfApplication::StopApplication()
{
    m_timer.Cancel();
    for (Listener& listener : m_udp)
    {
        if (listener.socket)
        {
            listener.socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
            listener.socket->Close();
            listener.socket = nullptr;
        }
    }
    for (Listener& listener : m_listeners)
    {
        if (listener.socket)
        {
            listener.socket->SetAcceptCallback(
                MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                MakeNullCallback<void, Ptr<Socket>, const Address&>());
            listener.socket->Close();
            listener.socket = nullptr;
        }
    }
    for (auto& [channel, stream] : m_streams)
    {
        stream->Close();
    }
    m_streams.clear();
}

void
PCscfApplication::DoDispose()
{
    StopApplication();
    m_handler = nullptr;
    m_udp.clear();
    m_listeners.clear();
    m_core.reset();
    Application::DoDispose();
}

void
PCscfApplication::HandleUdp(Ptr<Socket> socket)
{
    uint32_t channel = 0;
    while (m_udp[channel].socket != socket)
    {
        ++channel;
    }
    Address from;
    while (Ptr<Packet> packet = socket->RecvFrom(from))
    {
        m_core->HandleDatagram(
            imstls::CoreNow(), channel, imstls::ToEndpoint(from), imstls::ToBytes(packet));
        Drain();
    }
}

void
PCscfApplication::HandleAccept(Ptr<Socket> socket, const std::string& transport)
{
    const uint32_t channel = m_nextChannel++;
    imstls::Stream::Handlers handlers;
    handlers.onData = [this, channel](imsfw::ByteView bytes)
    {
        m_core->HandleStreamInput(imstls::CoreNow(), channel, bytes);
        Drain();
    };
    handlers.onClosed = [this, channel] { HandleStreamEnd(channel); };
    handlers.onFailure = [this, channel](const imsfw::StreamFailure&) { HandleStreamEnd(channel); };
    Ptr<imstls::Stream> stream = imstls::Stream::Adopt(socket, handlers);
    m_streams[channel] = stream;
    m_core->HandleStreamOpened(imstls::CoreNow(), channel, stream->GetRemote(), transport);
    Drain();
}

void
PCscfApplication::HandleStreamEnd(uint32_t channel)
{
    m_core->HandleStreamClosed(imstls::CoreNow(), channel);
    Drain();
    DropStream(channel);
}

void
PCscfApplication::DropStream(uint32_t channel)
{
    const auto found = m_streams.find(channel);
    if (found == m_streams.end())
    {
        return;
    }
    // This may run inside one of the stream's own handlers: let it return first.
    Ptr<imstls::Stream> stream = found->second;
    m_streams.erase(found);
    Simulator::ScheduleNow([stream] { stream->Close(); });
}

void
PCscfApplication::HandleTimeout()
{
    m_core->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
PCscfApplication::Drain()
{
    if (m_isDraining)
    {
        return;
    }
    m_isDraining = true;
    bool isBusy = true;
    while (isBusy)
    {
        while (auto transmit = m_core->PollTransmit())
        {
            Send(*transmit);
        }
        const auto event = m_core->PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Notify(*event);
        }
    }
    m_isDraining = false;
    m_timer.Arm(m_core->NextTimeout());
}

void
PCscfApplication::Send(const imsfw::sip::SipTransmit& transmit)
{
    if (transmit.flow.isReliable)
    {
        const auto stream = m_streams.find(transmit.flow.channel);
        if (stream != m_streams.end())
        {
            stream->second->Send(transmit.bytes);
        }
        return;
    }
    if (transmit.flow.channel < m_udp.size() && m_udp[transmit.flow.channel].socket)
    {
        m_udp[transmit.flow.channel].socket->SendTo(
            imstls::ToPacket(transmit.bytes), 0, imstls::ToNs3Address(transmit.flow.remote));
    }
}

void
PCscfApplication::Notify(const imsfw::sip::PCscfEvent& event)
{
    NS_LOG_INFO(Simulator::Now().As(Time::MS)
                << " p-cscf " << imsfw::sip::ToString(event.type) << " " << event.reason);
    if (event.type == imsfw::sip::PCscfEvent::Type::STREAM_BROKEN)
    {
        m_core->HandleStreamClosed(imstls::CoreNow(), event.flow.channel);
        DropStream(event.flow.channel);
    }
    m_eventTrace(event);
    if (m_handler)
    {
        m_handler(event);
    }
}

} // namespace imssip
} // namespace ns3
