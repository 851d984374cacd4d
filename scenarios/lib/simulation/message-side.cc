// SPDX-License-Identifier: GPL-2.0-only
#include "message-side.h"

#include "message-contents.h"

#include "ims-tls-core-driver.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace imsfw::scenario
{

using ns3::imstls::CoreNow;
using ns3::imstls::ToNs3Address;

MessageSide::MessageSide(const Experiment& experiment,
                         const Party& party,
                         const Party& peer,
                         std::function<void()> onSettled)
    : m_party(party),
      m_onSettled(std::move(onSettled)),
      m_cap(experiment.AttemptCap()),
      m_interval(experiment.messages.interval)
{
    if (Exists())
    {
        m_toWrite = MessageContents(experiment, party.name);
        m_awaited = MessageContents(experiment, peer.name);
        m_received.expected = m_awaited.size();
        party.msrp->SetEventHandler([this](const msrp::SessionEvent& event)
                                    { HandleEvent(event); });
    }
}

MessageSide::~MessageSide()
{
    m_timer.Cancel();
    m_writeTimer.Cancel();
}

bool
MessageSide::Exists() const
{
    return !m_party.messages.empty();
}

bool
MessageSide::IsSettled() const
{
    return m_attempt.state != AttemptState::WAITING && m_attempt.state != AttemptState::RUNNING;
}

void
MessageSide::Open(std::size_t way)
{
    m_way = way;
    m_attempt.state = AttemptState::RUNNING;
    m_attempt.started = CoreNow();
    const MessageEnd& end = GetEnd();
    if (!end.isPossible)
    {
        Fail("gather", {"user", "no-proxy", "this network configures no web proxy"});
        Settle(AttemptState::FAILED);
    }
    else if (end.allocation)
    {
        OpenAllocation();
    }
    else if (end.direct)
    {
        Listen();
    }
    else
    {
        Fail("gather", {"user", "no-media", "this transport has no media"});
        Settle(AttemptState::FAILED);
    }
}

void
MessageSide::OpenAllocation()
{
    ns3::imsturn::TcpAllocation::Handlers handlers;
    handlers.onReady = [this](const Endpoint& relayed) { HandleAddress(relayed); };
    handlers.onConnection = [this](const Endpoint&,
                                   ns3::Ptr<ns3::SocketFactory> factory,
                                   const ns3::Address& server,
                                   bool) { Connect(factory, server); };
    handlers.onPermitted = [this](const Endpoint&) { m_onReachable(); };
    handlers.onConnectFailed = [this](const Endpoint&, const StreamFailure& failure)
    { Fail("messages", failure); };
    handlers.onFailure = [this](const StreamFailure& failure)
    {
        Fail(IsSettled() ? "messages" : "gather", failure);
        Settle(AttemptState::FAILED);
    };
    const auto allocation = GetEnd().allocation;
    allocation->SetHandlers(handlers);
    m_timer = ns3::Simulator::Schedule(ns3::imstls::ToNs3Time(m_cap),
                                       [this]
                                       {
                                           GetEnd().allocation->Close();
                                           Fail("gather", {"user", "timeout", "no TCP allocation"});
                                           Settle(AttemptState::FAILED);
                                       });
    if (GetEnd().nameToResolve.empty())
    {
        allocation->Open();
        return;
    }
    m_party.resolver->Resolve(GetEnd().nameToResolve,
                              [this](const dns::ResolverEvent& told) { HandleResolved(told); });
}

void
MessageSide::HandleResolved(const dns::ResolverEvent& told)
{
    if (IsSettled())
    {
        return; // given up meanwhile
    }
    if (told.address)
    {
        GetEnd().allocation->Open();
        return;
    }
    Fail("gather", told.failure);
    Settle(AttemptState::FAILED);
}

void
MessageSide::Listen()
{
    const MessageEnd& end = GetEnd();
    m_listener = end.direct->CreateSocket();
    if (m_listener->Bind(ToNs3Address({{}, end.listenAt.port})) != 0)
    {
        Fail("gather", {"tcp", "port-in-use", end.listenAt.ToString()});
        Settle(AttemptState::FAILED);
        return;
    }
    m_listener->Listen();
    m_listener->SetAcceptCallback(
        ns3::MakeNullCallback<bool, ns3::Ptr<ns3::Socket>, const ns3::Address&>(),
        ns3::Callback<void, ns3::Ptr<ns3::Socket>, const ns3::Address&>(
            [this](ns3::Ptr<ns3::Socket> socket, const ns3::Address&) { Adopt(socket); }));
    HandleAddress(end.listenAt);
}

void
MessageSide::HandleAddress(const Endpoint& address)
{
    m_address = address;
    Settle(AttemptState::WON);
}

void
MessageSide::Settle(AttemptState state)
{
    if (IsSettled())
    {
        return;
    }
    m_timer.Cancel();
    m_attempt.state = state;
    m_attempt.ended = CoreNow();
    if (m_failure)
    {
        m_attempt.failure = m_failure->failure;
    }
    m_onSettled();
}

msrp::MsrpUri
MessageSide::MakeUri() const
{
    msrp::MsrpUri uri;
    uri.host = m_address->address.ToString();
    uri.port = m_address->port;
    uri.sessionId = m_party.msrpSession;
    return uri;
}

std::optional<sip::SdpMessages>
MessageSide::Describe(msrp::SetupRole role) const
{
    if (!m_address)
    {
        return std::nullopt;
    }
    sip::SdpMessages described;
    described.where = *m_address;
    if (role == msrp::SetupRole::ACTIVE)
    {
        described.where.port = msrp::ACTIVE_PORT; // RFC 4145 4.1: nobody is to connect there
    }
    described.path = MakeUri().ToString();
    described.setup = ToString(role);
    return described;
}

void
MessageSide::Start(const sip::SdpMessages& remote, bool isActive)
{
    const auto path = msrp::ParsePath(remote.path);
    const auto address = path ? IpAddress::Parse(path->front().host) : std::nullopt;
    if (m_startedAt || !m_address || !address)
    {
        return;
    }
    m_startedAt = CoreNow();
    m_isActive = isActive;
    const Endpoint peer{*address, path->front().port.value_or(msrp::DEFAULT_PORT)};
    m_party.msrp->SetPaths(MakeUri(), path->front());
    const MessageEnd& end = GetEnd();
    if (end.allocation)
    {
        isActive ? end.allocation->Connect(peer) : end.allocation->Permit(peer);
    }
    else if (isActive)
    {
        Connect(end.direct, ToNs3Address(peer));
    }
    else if (const auto waiting = std::exchange(m_accepted, nullptr))
    {
        Adopt(waiting);
    }
    else
    {
        m_onReachable();
    }
}

void
MessageSide::SetOnReachable(std::function<void()> then)
{
    m_onReachable = std::move(then);
}

void
MessageSide::Connect(ns3::Ptr<ns3::SocketFactory> factory, const ns3::Address& to)
{
    if (!std::exchange(m_isConnected, true))
    {
        m_party.msrp->Connect(factory, to, m_isActive);
        WriteAll();
    }
}

void
MessageSide::Adopt(ns3::Ptr<ns3::Socket> socket)
{
    if (!m_startedAt)
    {
        m_accepted = socket;
        return;
    }
    if (!std::exchange(m_isConnected, true))
    {
        m_party.msrp->Adopt(socket);
        WriteAll();
    }
}

/// They leave when the session is open; the passive side's when it knows who is there.
void
MessageSide::WriteAll()
{
    if (m_interval > Duration::zero())
    {
        Write(0);
        return;
    }
    for (const auto& content : m_toWrite)
    {
        m_party.msrp->Send(content);
    }
}

/// One now, the next later.
void
MessageSide::Write(std::size_t from)
{
    if (from < m_toWrite.size())
    {
        m_party.msrp->Send(m_toWrite[from]);
        m_writeTimer = ns3::Simulator::Schedule(
            ns3::imstls::ToNs3Time(m_interval), &MessageSide::Write, this, from + 1);
    }
}

void
MessageSide::HandleEvent(const msrp::SessionEvent& event)
{
    using Type = msrp::SessionEvent::Type;
    switch (event.type)
    {
    case Type::BOUND:
        m_boundAt = CoreNow();
        return;
    case Type::MESSAGE:
        HandleMessage(event.body);
        return;
    case Type::SUCCESS_REPORT:
        ++m_received.successReports;
        return;
    case Type::FAILURE:
        ++m_received.failures;
        NoteRefusal(event);
        return;
    case Type::FAILED:
        Fail("messages",
             m_party.msrp->GetFailure().value_or(StreamFailure{"msrp", event.detail, ""}));
        return;
    case Type::ABORTED:
    case Type::ACCEPTED:
        return;
    }
}

void
MessageSide::NoteRefusal(const msrp::SessionEvent& event)
{
    if (m_refusal.empty() && m_startedAt)
    {
        const auto after =
            std::chrono::duration_cast<std::chrono::seconds>(CoreNow() - *m_startedAt);
        const std::string code = event.code == 0 ? "" : std::to_string(event.code) + " ";
        m_refusal = code + event.detail + " after " + std::to_string(after.count()) + " s";
    }
}

void
MessageSide::HandleMessage(const Bytes& body)
{
    const auto found = std::find_if(m_awaited.begin(),
                                    m_awaited.end(),
                                    [&](const auto& content) { return content.body == body; });
    if (found == m_awaited.end())
    {
        ++m_received.damaged;
        return;
    }
    m_awaited.erase(found);
    ++m_received.whole;
    m_received.bytes += body.size();
    m_received.last = CoreNow() - *m_startedAt;
    m_received.first = m_received.first.value_or(*m_received.last);
}

void
MessageSide::Fail(const std::string& step, const StreamFailure& failure)
{
    if (!m_failure && !m_isConcluded)
    {
        m_failure = PlaneFailure{step, failure, CoreNow(), m_startedAt.value_or(m_attempt.started)};
    }
}

void
MessageSide::Conclude()
{
    m_isConcluded = true;
}

void
MessageSide::Close()
{
    m_timer.Cancel();
    m_writeTimer.Cancel();
    if (!Exists())
    {
        return;
    }
    m_party.msrp->SetEventHandler(nullptr);
    m_party.msrp->Close();
    if (m_listener)
    {
        m_listener->Close();
        m_listener = nullptr;
    }
    if (const auto allocation = GetEnd().allocation)
    {
        allocation->Close();
    }
}

MessageResult
MessageSide::GetReceived() const
{
    return m_received;
}

std::vector<ns3::imsturn::MediaPath::Phase>
MessageSide::GetPhases() const
{
    std::vector<ns3::imsturn::MediaPath::Phase> phases;
    if (!Exists())
    {
        return phases;
    }
    if (GetEnd().allocation)
    {
        phases = GetEnd().allocation->GetPhases();
    }
    if (m_startedAt && m_boundAt)
    {
        phases.push_back({"msrp-open", *m_startedAt, *m_boundAt});
    }
    if (m_startedAt && m_received.first)
    {
        phases.push_back({"first-message", *m_startedAt, *m_startedAt + *m_received.first});
    }
    return phases;
}

std::vector<Endpoint>
MessageSide::GetLocalEndpoints() const
{
    std::vector<Endpoint> locals;
    if (!Exists())
    {
        return locals;
    }
    if (const auto allocation = GetEnd().allocation)
    {
        if (const auto local = allocation->GetLocalEndpoint())
        {
            locals.push_back(*local);
        }
    }
    if (const auto local = m_party.msrp->GetLocalEndpoint())
    {
        locals.push_back(*local);
    }
    return locals;
}

} // namespace imsfw::scenario
