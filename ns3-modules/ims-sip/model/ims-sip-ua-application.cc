// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The user agent's adapter: sockets, timer, traces.
#include "ims-sip-ua-application.h"

#include "ns3/abort.h"
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

NS_LOG_COMPONENT_DEFINE("SipUaApplication");

using Type = imsfw::sip::UserAgentEvent::Type;

SipUaApplication::SipUaApplication() : m_timer([this] { HandleTimeout(); })
{
    NS_LOG_FUNCTION(this);
}

SipUaApplication::~SipUaApplication() = default;

void
SipUaApplication::SetTransport(Ptr<SocketFactory> factory)
{
    m_factory = factory;
}

void
SipUaApplication::SetEventHandler(EventHandler handler)
{
    m_handler = std::move(handler);
}

void
SipUaApplication::StartApplication()
{
    m_recovery = imsfw::sip::FlowRecovery(
        {imstls::ToCoreDuration(m_recoveryBase), imstls::ToCoreDuration(m_recoveryMax)});
    if (m_autoRegister)
    {
        Register();
    }
    else if (m_autoConnect)
    {
        Connect();
    }
}

void
SipUaApplication::StopApplication()
{
    Close();
}

void
SipUaApplication::DoDispose()
{
    Close();
    m_handler = nullptr;
    m_factory = nullptr;
    Application::DoDispose();
}

void
SipUaApplication::Connect()
{
    if (m_isOpening || IsConnected())
    {
        return;
    }
    Close();
    m_failure.reset();
    m_isOpening = true;
    BeginPhase("connect");
    m_factory ? OpenStream() : OpenUdp();
}

void
SipUaApplication::OpenUdp()
{
    m_udp = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    m_udp->Bind(InetSocketAddress(Ipv4Address::GetAny(), m_localPort));
    m_udp->SetRecvCallback(MakeCallback(&SipUaApplication::HandleUdp, this));
    m_udp->SetAttribute("IcmpCallback",
                        CallbackValue(MakeCallback(&SipUaApplication::HandleIcmp, this)));
    Address bound;
    m_udp->GetSockName(bound);
    m_local = {LocalAddressTowards(GetNode(), imstls::ToEndpoint(m_pCscf).address),
               imstls::ToEndpoint(bound).port};
    HandleConnected();
}

void
SipUaApplication::OpenStream()
{
    imstls::Stream::Handlers handlers;
    handlers.onConnected = [this]
    {
        m_local = m_stream->GetLocal();
        HandleConnected();
    };
    handlers.onData = [this](imsfw::ByteView bytes) { HandleBytes(bytes); };
    handlers.onClosed = [this] { HandleFlowFailure({"stream", "closed", "by the peer"}); };
    handlers.onFailure = [this](const imsfw::StreamFailure& failure)
    { HandleFlowFailure(failure); };
    m_stream = imstls::Stream::Connect(m_factory, m_pCscf, handlers);
}

void
SipUaApplication::HandleConnected()
{
    m_isOpening = false;
    m_isOpen = true;
    m_locals.push_back(m_local);
    EndPhase("connect");
    m_core = std::make_unique<imsfw::sip::UserAgent>(MakeConfig(), Random());
    if (std::exchange(m_registerWhenOpen, false))
    {
        Register();
    }
}

imsfw::RandomSource&
SipUaApplication::Random()
{
    if (!m_random)
    {
        m_random = std::make_unique<imsfw::SeededRandom>(
            RngSeedManager::GetSeed(),
            RngSeedManager::GetRun(),
            SipStreamName("sip-ua", GetNode(), m_publicIdentity));
    }
    return *m_random;
}

imsfw::sip::Isim*
SipUaApplication::MakeIsim()
{
    if (m_authScheme == SIP_AUTH_AKA && !m_isim)
    {
        const auto keys = imsfw::sip::AkaKeys::FromHex(m_akaKey, m_akaOpc);
        NS_ABORT_MSG_UNLESS(keys, "AkaKey and AkaOpc have to be 32 hexadecimal digits each");
        m_isim = std::make_unique<imsfw::sip::Isim>(*keys, m_akaSqn);
    }
    return m_isim.get();
}

imsfw::sip::UserAgentConfig
SipUaApplication::MakeConfig()
{
    imsfw::sip::UserAgentConfig config;
    config.publicIdentity = m_publicIdentity;
    config.privateIdentity = m_privateIdentity;
    config.password = m_password;
    config.qop = m_prefersIntegrity ? imsfw::http::DigestOptions::Qop::INT_RATHER_THAN
                                    : imsfw::http::DigestOptions::Qop::AUTH_OR_INT;
    config.isim = MakeIsim();
    config.securityMechanisms = SplitWords(m_securityMechanisms);
    config.realm = m_realm;
    config.local = m_local;
    config.proxy = imstls::ToEndpoint(m_pCscf);
    config.isReliable = m_factory != nullptr;
    config.transport = !m_transport.empty() ? m_transport : (config.isReliable ? "TCP" : "UDP");
    config.timers = MakeSipTimers(m_timerProfile, m_t1);
    config.expiresS = m_expires;
    config.ringDelay = imstls::ToCoreDuration(m_ringDelay);
    config.answerDelay = imstls::ToCoreDuration(m_answerDelay);
    config.answerTimeout = imstls::ToCoreDuration(m_answerTimeout);
    config.reliableProvisional = m_reliableProvisional;
    config.keepAlive = imstls::ToCoreDuration(m_keepAlive);
    config.keepsAliveByStun = m_stunKeepAlive;
    config.accessNetworkInfo = m_accessNetworkInfo;
    config.userAgent = m_userAgentName;
    config.instanceId = m_instanceId;
    return config;
}

void
SipUaApplication::Register()
{
    if (!IsConnected())
    {
        m_registerWhenOpen = true;
        Connect();
        return;
    }
    if (!m_core->IsRegistered())
    {
        BeginPhase("register");
    }
    m_core->Register(imstls::CoreNow());
    Drain();
}

void
SipUaApplication::Deregister()
{
    if (IsConnected())
    {
        m_core->Deregister(imstls::CoreNow());
        Drain();
    }
}

void
SipUaApplication::Call(const std::string& uri, const imsfw::sip::SdpSession& sdp)
{
    if (IsConnected())
    {
        BeginPhase("invite-to-ringing");
        BeginPhase("invite-to-answer");
        m_core->Call(imstls::CoreNow(), uri, sdp);
        Drain();
    }
}

void
SipUaApplication::Answer(const imsfw::sip::SdpSession& sdp)
{
    if (IsConnected())
    {
        m_core->Answer(imstls::CoreNow(), sdp);
        Drain();
    }
}

void
SipUaApplication::Refuse()
{
    if (IsConnected())
    {
        m_core->Refuse(imstls::CoreNow());
        Drain();
    }
}

void
SipUaApplication::ChangeSession(const imsfw::sip::SdpSession& sdp)
{
    if (IsConnected())
    {
        m_core->ChangeSession(imstls::CoreNow(), sdp);
        Drain();
    }
}

void
SipUaApplication::Hangup()
{
    if (IsConnected())
    {
        m_core->Hangup(imstls::CoreNow());
        Drain();
    }
}

void
SipUaApplication::Options()
{
    if (IsConnected())
    {
        m_core->Options(imstls::CoreNow());
        Drain();
    }
}

void
SipUaApplication::Close()
{
    m_timer.Cancel();
    m_recoveryTimer.Cancel();
    m_isOpening = false;
    m_isOpen = false;
    if (m_udp)
    {
        m_udp->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_udp->Close();
        m_udp = nullptr;
    }
    if (m_stream)
    {
        m_stream->Close();
        m_retired = m_stream;
        m_stream = nullptr;
    }
    // Within Drain, the core is still in use: it goes with the next Connect.
    if (!m_isDraining)
    {
        m_core.reset();
    }
}

bool
SipUaApplication::IsConnected() const
{
    return m_isOpen;
}

bool
SipUaApplication::IsRegistered() const
{
    return m_isOpen && m_core->IsRegistered();
}

imsfw::Endpoint
SipUaApplication::GetLocalEndpoint() const
{
    return m_local;
}

const std::optional<imsfw::StreamFailure>&
SipUaApplication::GetFlowFailure() const
{
    return m_failure;
}

void
SipUaApplication::HandleUdp(Ptr<Socket> socket)
{
    Address from;
    while (Ptr<Packet> packet = socket->RecvFrom(from))
    {
        HandleBytes(imstls::ToBytes(packet));
    }
}

void
SipUaApplication::HandleIcmp(Ipv4Address from, uint8_t, uint8_t type, uint8_t code, uint32_t)
{
    // RFC 3261 18.4: "host, network, port or protocol unreachable errors ... SHOULD be treated as a transport error".
    constexpr uint8_t DESTINATION_UNREACHABLE = 3;
    if (type == DESTINATION_UNREACHABLE)
    {
        const std::string who = imsfw::IpAddress::V4(from.Get()).ToString();
        HandleFlowFailure(
            {"udp", "icmp-unreachable", "code " + std::to_string(code) + " from " + who});
    }
}

void
SipUaApplication::HandleBytes(imsfw::ByteView bytes)
{
    m_rxTrace(bytes);
    if (m_isOpen)
    {
        m_core->HandleInput(imstls::CoreNow(), bytes);
        Drain();
    }
}

void
SipUaApplication::HandleFlowFailure(const imsfw::StreamFailure& failure)
{
    if (m_failure)
    {
        return;
    }
    m_isOpening = false;
    const bool wasOpen = std::exchange(m_isOpen, false);
    m_failure = failure;
    m_failureTrace(failure);
    if (!wasOpen)
    {
        // It never opened: nobody in the core can say so.
        imsfw::sip::UserAgentEvent event;
        event.type = Type::FLOW_FAILED;
        event.time = imstls::CoreNow();
        event.reason = failure.reason;
        event.detail = failure.layer + ": " + failure.reason +
                       (failure.detail.empty() ? "" : ": " + failure.detail);
        Notify(event);
        return;
    }
    m_core->HandleFlowFailed(imstls::CoreNow(), failure);
    Drain();
}

void
SipUaApplication::HandleTimeout()
{
    m_core->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
SipUaApplication::Drain()
{
    if (m_isDraining)
    {
        return; // a handler called back in: the loop below goes on
    }
    m_isDraining = true;
    bool isBusy = true;
    while (isBusy)
    {
        while (auto bytes = m_core->PollTransmit())
        {
            Send(*bytes);
        }
        const auto event = m_core->PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Notify(*event);
        }
    }
    m_isDraining = false;
    if (m_isOpen)
    {
        m_timer.Arm(m_core->NextTimeout());
    }
}

void
SipUaApplication::Send(imsfw::ByteView bytes)
{
    m_txTrace(bytes);
    if (m_stream)
    {
        m_stream->Send(bytes);
    }
    else if (m_udp)
    {
        m_udp->SendTo(imstls::ToPacket(bytes), 0, m_pCscf);
    }
}

void
SipUaApplication::Notify(const imsfw::sip::UserAgentEvent& event)
{
    NS_LOG_INFO(Simulator::Now().As(Time::MS)
                << " " << m_publicIdentity << " " << imsfw::sip::ToString(event.type));
    if (event.type == Type::FLOW_FAILED && !m_failure)
    {
        m_failure =
            imsfw::StreamFailure{"sip", event.reason, event.detail}; // the core's own finding
        m_failureTrace(*m_failure);
    }
    NotePhases(event);
    if (m_recovers)
    {
        PlanRecovery(event);
    }
    m_eventTrace(event);
    if (m_handler)
    {
        m_handler(event);
    }
}

void
SipUaApplication::PlanRecovery(const imsfw::sip::UserAgentEvent& event)
{
    const bool isFlowLost = event.type == Type::FLOW_FAILED;
    // On datagrams, nothing but a registration that gets no answer shows that the flow is of no use.
    const bool isSilent = event.type == Type::REGISTRATION_FAILED && event.reason == "timeout";
    if ((!isFlowLost && !isSilent) || m_recoveryTimer.IsRunning())
    {
        return;
    }
    const imsfw::Duration wait =
        m_recovery.HandleFailure(m_core && m_core->IsFlowProven(), Random());
    m_recoveryTimer =
        Simulator::Schedule(imstls::ToNs3Time(wait), &SipUaApplication::Recover, this);
}

void
SipUaApplication::Recover()
{
    Close();
    Register();
}

} // namespace imssip
} // namespace ns3
