// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-relay-path.h"

#include "ims-tls-keeper.h"

#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace imsturn
{

NS_OBJECT_ENSURE_REGISTERED(RelayPath);

using Type = imsfw::turn::ClientEvent::Type;
using Keeper = imstls::Keeper<RelayPath>;

TypeId
RelayPath::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsturn::RelayPath")
            .SetParent<MediaPath>()
            .SetGroupName("Ims")
            .AddConstructor<RelayPath>()
            .AddAttribute("User",
                          "User name of the long-term credentials.",
                          StringValue("ue"),
                          MakeStringAccessor(&RelayPath::m_user),
                          MakeStringChecker())
            .AddAttribute("Password",
                          "Password of the long-term credentials.",
                          StringValue("secret"),
                          MakeStringAccessor(&RelayPath::m_password),
                          MakeStringChecker())
            .AddAttribute("Lifetime",
                          "Of the allocation, as asked for; 0 s leaves it to the server.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&RelayPath::m_lifetime),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("KeepAlive",
                          "Silence before a Binding indication is sent; 0 s: none is.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&RelayPath::m_keepAlive),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Fingerprint",
                          "Put a FINGERPRINT into requests (RFC 8489 7).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&RelayPath::m_hasFingerprint),
                          MakeBooleanChecker())
            .AddAttribute("MaxQueued",
                          "Bytes waiting for a stream's socket above which media is dropped: late "
                          "voice is worth nothing.",
                          UintegerValue(65536),
                          MakeUintegerAccessor(&RelayPath::m_maxQueued),
                          MakeUintegerChecker<uint32_t>());
    return tid;
}

RelayPath::RelayPath() : m_timer([this] { HandleTimeout(); })
{
}

RelayPath::~RelayPath() = default;

void
RelayPath::DoDispose()
{
    if (m_link && GetNode()->GetNDevices() == 0) // the node was disposed of before its applications
    {
        m_link->Abandon();
    }
    Release();
    m_core.reset();
    m_factory = nullptr;
    m_peerHandlers = {};
    MediaPath::DoDispose();
}

void
RelayPath::SetServer(const imsfw::Endpoint& server)
{
    m_server = server;
}

void
RelayPath::SetTransport(Ptr<SocketFactory> factory)
{
    m_factory = factory;
}

void
RelayPath::SetCredentials(const std::string& user, const std::string& password)
{
    m_user = user;
    m_password = password;
}

void
RelayPath::Open()
{
    if (m_state == State::CONNECTING || m_state == State::OPEN)
    {
        return;
    }
    const Ptr<RelayPath> alive(this);
    Release(); // an allocation that is still being given back
    ClearState();
    Unmute();
    m_asked = {m_server};
    BeginPhase("connect");
    OpenLink();
}

void
RelayPath::OpenLink()
{
    m_state = State::CONNECTING;
    ServerLink::Handlers handlers;
    handlers.onOpen = [this] { HandleConnected(); };
    handlers.onData = [this](imsfw::ByteView bytes) { HandleBytes(bytes); };
    handlers.onFailure = [this](const imsfw::StreamFailure& failure) { HandleLinkFailed(failure); };
    m_link = ServerLink::Open(GetNode(), m_factory, m_asked.back(), std::move(handlers));
    if (!m_link)
    {
        Fail({"udp", "port-in-use", "no port is free"});
        return;
    }
    NoteLocalEndpoint(m_link->GetLocal()); // a stream that never opens has a port too
    if (m_link->IsPlainUdp())
    {
        HandleConnected();
    }
}

imsfw::turn::ClientConfig
RelayPath::MakeConfig() const
{
    using imsfw::stun::TransportMode;
    imsfw::turn::ClientConfig config;
    config.mode = m_link->IsStream() ? TransportMode::STREAM : TransportMode::DATAGRAM;
    config.username = m_user;
    config.password = m_password;
    config.hasFingerprint = m_hasFingerprint;
    config.keepAlive = imstls::ToCoreDuration(m_keepAlive);
    config.transaction = GetTransactionParameters();
    if (m_lifetime.IsStrictlyPositive())
    {
        config.lifetime = imstls::ToCoreDuration(m_lifetime);
    }
    return config;
}

void
RelayPath::HandleConnected()
{
    NoteLocalEndpoint(m_link->GetLocal());
    EndPhase("connect");
    BeginPhase("turn-allocate");
    m_state = State::OPEN;
    m_core = std::make_unique<imsfw::turn::Client>(MakeConfig(), GetRandom("turn-client"));
    m_core->Start(imstls::CoreNow());
    Drain();
}

void
RelayPath::SetPeer(const imsfw::Endpoint& peer)
{
    m_peer = peer;
    m_isPeerReady = false;
    if (m_relayed && m_state == State::OPEN)
    {
        BindPeer();
        Drain();
    }
}

void
RelayPath::BindPeer()
{
    BeginPhase("turn-channel-bind");
    m_core->AddPeer(imstls::CoreNow(), *m_peer);
}

void
RelayPath::Send(imsfw::ByteView packet)
{
    if (m_state != State::OPEN || !m_isPeerReady)
    {
        TraceDropped("no-peer", packet);
        return;
    }
    SendTo(*m_peer, packet);
}

void
RelayPath::SetPeerHandlers(PeerHandlers handlers)
{
    m_peerHandlers = std::move(handlers);
}

void
RelayPath::AddPeer(const imsfw::Endpoint& peer)
{
    if (m_state == State::OPEN)
    {
        m_core->AddPeer(imstls::CoreNow(), peer);
        Drain();
    }
}

void
RelayPath::SendTo(const imsfw::Endpoint& peer, imsfw::ByteView packet)
{
    if (m_state != State::OPEN)
    {
        TraceDropped("no-peer", packet);
        return;
    }
    if (m_link->GetQueued() > m_maxQueued)
    {
        TraceDropped("queue-full", packet);
        return;
    }
    TraceSent(peer, packet);
    m_core->Send(imstls::CoreNow(), peer, packet);
    Drain();
}

void
RelayPath::Close()
{
    Mute();
    m_peerHandlers = {};
    m_peer.reset();
    m_isPeerReady = false;
    if (m_state == State::OPEN)
    {
        m_state = State::CLOSING;
        m_relayed.reset();
        m_isKept = true;
        Keeper::Hold(this);
        m_core->Close(imstls::CoreNow());
        Drain();
    }
    else if (m_state != State::CLOSING)
    {
        Release();
    }
}

std::optional<imsfw::Endpoint>
RelayPath::GetRelayed() const
{
    return m_relayed;
}

std::optional<imsfw::Endpoint>
RelayPath::GetMapped() const
{
    return m_mapped;
}

void
RelayPath::HandleBytes(imsfw::ByteView bytes)
{
    m_core->HandleInput(imstls::CoreNow(), bytes);
    Drain();
}

void
RelayPath::HandleLinkFailed(const imsfw::StreamFailure& failure)
{
    if (failure.layer == "udp")
    {
        TraceUnreachable(failure);
    }
    if (m_state == State::CONNECTING)
    {
        Fail(failure); // there is no core yet that could say so
        return;
    }
    m_core->HandleLowerFailed(imstls::CoreNow(), failure);
    Drain();
}

void
RelayPath::HandleTimeout()
{
    m_core->HandleTimeout(imstls::CoreNow());
    Drain();
}

bool
RelayPath::HasCore() const
{
    return m_state == State::OPEN || m_state == State::CLOSING;
}

void
RelayPath::Drain()
{
    if (m_isDraining)
    {
        return; // a handler called back in: the loop below goes on
    }
    const Ptr<RelayPath> alive(this);
    m_isDraining = true;
    bool isBusy = true;
    while (isBusy && HasCore())
    {
        while (const auto bytes = m_core->PollTransmit())
        {
            m_link->Send(*bytes);
        }
        const auto event = m_core->PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Notify(*event);
        }
    }
    m_isDraining = false;
    if (HasCore())
    {
        m_timer.Arm(m_core->NextTimeout());
    }
}

void
RelayPath::Notify(const imsfw::turn::ClientEvent& event)
{
    switch (event.type)
    {
    case Type::ALLOCATED:
        HandleAllocated(event);
        return;
    case Type::PEER_READY:
        HandlePeerReady(event.peer);
        return;
    case Type::PEER_FAILED:
        if (m_peer && event.peer == *m_peer)
        {
            Fail(event.failure);
        }
        else if (m_state == State::OPEN && m_peerHandlers.onFailed)
        {
            m_peerHandlers.onFailed(event.peer, event.failure);
        }
        return;
    case Type::DATA:
        NotifyData(event.peer, event.data);
        return;
    case Type::FAILED:
        Fail(event.failure);
        return;
    case Type::CLOSED:
        Release();
        return;
    case Type::REDIRECTED:
        Redirect(event.alternate);
        return;
    case Type::CONNECTED:
    case Type::CONNECT_FAILED:
    case Type::CONNECTION_ATTEMPT:
        return; // of TCP allocations, which this is not
    }
}

void
RelayPath::Redirect(const imsfw::Endpoint& alternate)
{
    constexpr std::size_t MOST = 5;
    const bool wasThere = std::find(m_asked.begin(), m_asked.end(), alternate) != m_asked.end();
    if (wasThere || m_asked.size() == MOST)
    {
        // RFC 8489 10: a client that is sent to a server it has just asked "has detected a redirection loop".
        Fail({"turn", "redirection-loop", "sent to " + alternate.ToString()});
        return;
    }
    m_asked.push_back(alternate);
    m_timer.Cancel();
    m_link->Close();
    OpenLink();
}

void
RelayPath::HandleAllocated(const imsfw::turn::ClientEvent& event)
{
    if (m_state != State::OPEN)
    {
        return;
    }
    EndPhase("turn-allocate");
    m_relayed = event.relayed;
    m_mapped = event.mapped;
    if (m_peer)
    {
        BindPeer(); // known before: no need to wait for anybody
    }
    NotifyReady(event.relayed);
}

void
RelayPath::HandlePeerReady(const imsfw::Endpoint& peer)
{
    if (m_state == State::OPEN && m_peer && peer == *m_peer && !m_isPeerReady)
    {
        EndPhase("turn-channel-bind");
        m_isPeerReady = true;
        NotifyPeerReady();
    }
    else if (m_state == State::OPEN && m_peerHandlers.onReady)
    {
        m_peerHandlers.onReady(peer);
    }
}

void
RelayPath::Fail(const imsfw::StreamFailure& failure)
{
    const Ptr<RelayPath> alive(this);
    Release();
    NotifyFailure(failure);
}

void
RelayPath::Release()
{
    m_timer.Cancel();
    m_state = State::CLOSED;
    m_isPeerReady = false;
    m_relayed.reset();
    m_mapped.reset();
    if (m_link)
    {
        m_link->Close();
        m_link = nullptr;
    }
    if (std::exchange(m_isKept, false))
    {
        Keeper::Release(this);
    }
}

} // namespace imsturn
} // namespace ns3
