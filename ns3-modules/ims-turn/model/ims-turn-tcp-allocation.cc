// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-tcp-allocation.h"

#include "ims-tls-keeper.h"
#include "ims-turn-app-common.h"
#include "ims-turn-data-connection-socket.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/string.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace imsturn
{

NS_OBJECT_ENSURE_REGISTERED(TcpAllocation);

using Type = imsfw::turn::ClientEvent::Type;
using Keeper = imstls::Keeper<TcpAllocation>;

TypeId
TcpAllocation::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsturn::TcpAllocation")
            .SetParent<Object>()
            .SetGroupName("Ims")
            .AddConstructor<TcpAllocation>()
            .AddAttribute("Name",
                          "Tells the allocations of one node apart; names the random stream.",
                          StringValue("tcp-allocation"),
                          MakeStringAccessor(&TcpAllocation::m_name),
                          MakeStringChecker())
            .AddAttribute("Lifetime",
                          "Of the allocation, as asked for; 0 s leaves it to the server.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&TcpAllocation::m_lifetime),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("KeepAlive",
                          "Silence before a Binding indication is sent; 0 s: none is.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&TcpAllocation::m_keepAlive),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Fingerprint",
                          "Put a FINGERPRINT into requests (RFC 8489 7).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&TcpAllocation::m_hasFingerprint),
                          MakeBooleanChecker())
            .AddAttribute("StreamTimeout",
                          "How long an answer is waited for, Ti of RFC 8489 6.2.2.",
                          TimeValue(MilliSeconds(39500)),
                          MakeTimeAccessor(&TcpAllocation::m_timeout),
                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

TcpAllocation::TcpAllocation() : m_timer([this] { HandleTimeout(); })
{
}

TcpAllocation::~TcpAllocation() = default;

void
TcpAllocation::DoDispose()
{
    m_handlers = {};
    Release();
    m_core.reset();
    m_factory = nullptr;
    m_node = nullptr;
    Object::DoDispose();
}

void
TcpAllocation::SetHandlers(Handlers handlers)
{
    m_handlers = std::move(handlers);
}

void
TcpAllocation::SetNode(Ptr<Node> node)
{
    m_node = node;
}

void
TcpAllocation::SetServer(const imsfw::Endpoint& server)
{
    m_server = server;
}

void
TcpAllocation::SetTransport(Ptr<SocketFactory> factory)
{
    m_factory = factory;
}

void
TcpAllocation::SetCredentials(const std::string& user, const std::string& password)
{
    m_user = user;
    m_password = password;
}

void
TcpAllocation::Open()
{
    NS_ABORT_MSG_UNLESS(m_node && m_factory, "TcpAllocation: SetNode and SetTransport come first");
    if (m_link)
    {
        return;
    }
    m_random = MakeRandomStream("turn-client", m_node, m_name);
    BeginPhase("connect");
    ServerLink::Handlers handlers;
    handlers.onOpen = [this] { HandleConnected(); };
    handlers.onData = [this](imsfw::ByteView bytes) { HandleBytes(bytes); };
    handlers.onFailure = [this](const imsfw::StreamFailure& failure) { HandleLinkFailed(failure); };
    m_link = ServerLink::Open(m_node, m_factory, m_server, std::move(handlers));
    m_local = m_link->GetLocal();
}

imsfw::turn::ClientConfig
TcpAllocation::MakeConfig() const
{
    imsfw::turn::ClientConfig config;
    config.mode = imsfw::stun::TransportMode::STREAM;
    config.protocol = imsfw::IpProtocol::TCP;
    config.username = m_user;
    config.password = m_password;
    config.hasFingerprint = m_hasFingerprint;
    config.keepAlive = imstls::ToCoreDuration(m_keepAlive);
    if (m_lifetime.IsStrictlyPositive())
    {
        config.lifetime = imstls::ToCoreDuration(m_lifetime);
    }
    config.transaction.ti = imstls::ToCoreDuration(m_timeout);
    return config;
}

void
TcpAllocation::HandleConnected()
{
    m_local = m_link->GetLocal();
    EndPhase("connect");
    BeginPhase("turn-allocate");
    m_core = std::make_unique<imsfw::turn::Client>(MakeConfig(), *m_random);
    m_core->Start(imstls::CoreNow());
    Drain();
}

void
TcpAllocation::Permit(const imsfw::Endpoint& peer)
{
    if (m_core)
    {
        BeginPhase("turn-permission");
        m_core->AddPeer(imstls::CoreNow(), peer);
        Drain();
    }
}

void
TcpAllocation::Connect(const imsfw::Endpoint& peer)
{
    if (m_core)
    {
        BeginPhase("turn-connect");
        m_core->Connect(imstls::CoreNow(), peer);
        Drain();
    }
}

void
TcpAllocation::Close()
{
    m_handlers = {};
    if (!m_core || !m_core->IsAllocated())
    {
        Release();
        return;
    }
    if (!std::exchange(m_isClosing, true))
    {
        Keeper::Hold(this); // until the server has answered
        m_core->Close(imstls::CoreNow());
        Drain();
    }
}

void
TcpAllocation::HandleBytes(imsfw::ByteView bytes)
{
    m_core->HandleInput(imstls::CoreNow(), bytes);
    Drain();
}

void
TcpAllocation::HandleLinkFailed(const imsfw::StreamFailure& failure)
{
    if (!m_core)
    {
        Fail(failure); // there is no core yet that could say so
        return;
    }
    m_core->HandleLowerFailed(imstls::CoreNow(), failure);
    Drain();
}

void
TcpAllocation::HandleTimeout()
{
    m_core->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
TcpAllocation::Drain()
{
    if (m_isDraining)
    {
        return; // a handler called back in: the loop below goes on
    }
    const Ptr<TcpAllocation> alive(this);
    m_isDraining = true;
    bool isBusy = true;
    while (isBusy && m_link)
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
    if (m_link)
    {
        m_timer.Arm(m_core->NextTimeout());
    }
}

void
TcpAllocation::Notify(const imsfw::turn::ClientEvent& event)
{
    const Handlers handlers = m_handlers; // one of them may replace or drop them
    switch (event.type)
    {
    case Type::ALLOCATED:
        EndPhase("turn-allocate");
        if (handlers.onReady)
        {
            handlers.onReady(event.relayed);
        }
        return;
    case Type::PEER_READY:
        EndPhase("turn-permission");
        if (handlers.onPermitted)
        {
            handlers.onPermitted(event.peer);
        }
        return;
    case Type::CONNECTED:
        EndPhase("turn-connect");
        HandleConnection(event, true);
        return;
    case Type::CONNECTION_ATTEMPT:
        HandleConnection(event, false);
        return;
    case Type::CONNECT_FAILED:
        if (handlers.onConnectFailed)
        {
            handlers.onConnectFailed(event.peer, event.failure);
        }
        return;
    case Type::PEER_FAILED:
    case Type::FAILED:
        Fail(event.failure);
        return;
    case Type::REDIRECTED:
        Fail({"turn", "try-alternate", "sent to " + event.alternate.ToString()});
        return;
    case Type::CLOSED:
        Release();
        return;
    case Type::DATA:
        return; // of UDP allocations, which this is not
    }
}

void
TcpAllocation::HandleConnection(const imsfw::turn::ClientEvent& event, bool isOurs)
{
    imsfw::turn::DataConnectionConfig config;
    config.connection = event.connection;
    config.credentials = m_core->GetCredentials();
    config.password = m_password;
    config.hasFingerprint = m_hasFingerprint;
    config.timeout = imstls::ToCoreDuration(m_timeout);
    const auto factory = CreateObject<DataConnectionSocketFactory>();
    factory->SetLowerFactory(m_factory);
    factory->SetConnection(config);
    factory->SetRandom(m_random);
    if (const auto handler = m_handlers.onConnection)
    {
        handler(event.peer, factory, imstls::ToNs3Address(m_server), isOurs);
    }
}

void
TcpAllocation::Fail(const imsfw::StreamFailure& failure)
{
    const Ptr<TcpAllocation> alive(this);
    const auto handler = m_handlers.onFailure;
    m_handlers = {};
    Release();
    if (handler)
    {
        handler(failure);
    }
}

void
TcpAllocation::Release()
{
    m_timer.Cancel();
    if (m_link)
    {
        m_link->Close();
        m_link = nullptr;
    }
    if (std::exchange(m_isClosing, false))
    {
        Keeper::Release(this);
    }
}

void
TcpAllocation::BeginPhase(const std::string& name)
{
    m_running.push_back({name, imstls::CoreNow(), {}});
}

void
TcpAllocation::EndPhase(const std::string& name)
{
    const auto found = std::find_if(
        m_running.begin(), m_running.end(), [&](const auto& phase) { return phase.name == name; });
    if (found != m_running.end())
    {
        m_phases.push_back({name, found->start, imstls::CoreNow()});
        m_running.erase(found);
    }
}

const std::vector<MediaPath::Phase>&
TcpAllocation::GetPhases() const
{
    return m_phases;
}

std::optional<imsfw::Endpoint>
TcpAllocation::GetLocalEndpoint() const
{
    return m_local;
}

} // namespace imsturn
} // namespace ns3
