// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How an IcePath comes to its candidates: RFC 8445 5.1.1.
#include "ims-turn-app-common.h"
#include "ims-turn-ice-bases.h"
#include "ims-turn-ice-path.h"

#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace imsturn
{

using imsfw::ice::CandidateTransport;
using imsfw::ice::CandidateType;
using imsfw::ice::Gathered;

namespace
{

constexpr uint16_t DISCARD_PORT = 9; ///< RFC 6544 4.5: that of active candidates

Gathered
HostCandidate(const imsfw::Endpoint& address, CandidateTransport transport, std::size_t base)
{
    Gathered host;
    host.transport = transport;
    host.address = host.baseAddress = address;
    host.base = base;
    return host;
}

} // namespace

bool
IcePath::OpenHost()
{
    UdpPort::Handlers handlers;
    handlers.onData = [this](const imsfw::Endpoint& from, imsfw::ByteView data)
    { HandleDatagram(from, data); };
    // Of which packet it tells, ns-3 does not say: the pair fails by its own time-out.
    handlers.onUnreachable = [this](const imsfw::StreamFailure& failure)
    { TraceUnreachable(failure); };
    m_port = UdpPort::Open(GetNode(), {{}, m_localPort}, std::move(handlers));
    if (!m_port)
    {
        return false;
    }
    m_host = {m_stunServer ? LocalAddressTowards(GetNode(), m_stunServer->address)
                           : FirstAddress(GetNode()),
              m_port->GetPort()};
    NoteLocalEndpoint(m_host);
    m_agent->AddLocal(HostCandidate(m_host, CandidateTransport::UDP, HOST_BASE));
    return true;
}

void
IcePath::OpenTcp()
{
    IceTcp::Handlers handlers;
    handlers.onPacket = [this](IceTcp::Side side, const imsfw::Endpoint& peer, imsfw::ByteView data)
    { HandlePacket(BaseOf(side), peer, data); };
    handlers.onFailure =
        [this](IceTcp::Side side, const imsfw::Endpoint& peer, const imsfw::StreamFailure& failure)
    { HandleLost(BaseOf(side), peer, failure); };
    m_tcp = IceTcp::Open(GetNode(), std::move(handlers));
    if (!m_tcp)
    {
        return; // the other candidates remain
    }
    const imsfw::Endpoint passive{m_host.address, m_tcp->GetPort()};
    NoteLocalEndpoint(passive);
    m_agent->AddLocal(HostCandidate(
        {m_host.address, DISCARD_PORT}, CandidateTransport::TCP_ACTIVE, TCP_ACTIVE_BASE));
    m_agent->AddLocal(HostCandidate(passive, CandidateTransport::TCP_PASSIVE, TCP_PASSIVE_BASE));
}

void
IcePath::StartStun()
{
    m_isStunSettled = false;
    BeginPhase("stun-binding");
    m_stun = std::make_unique<imsfw::stun::BindingClient>(GetTransactionParameters(),
                                                          GetRandom("stun-client"));
    m_stun->Start(imstls::CoreNow());
    DrainStun();
}

void
IcePath::DrainStun()
{
    while (const auto request = m_stun->PollTransmit())
    {
        m_port->Send(*m_stunServer, *request);
    }
    m_stunTimer.Arm(m_stun->NextTimeout());
    const auto event = m_stun->PollEvent();
    if (!event || !m_isGathering)
    {
        return;
    }
    m_isStunSettled = true;
    m_stunTimer.Cancel();
    if (event->type == imsfw::stun::BindingEvent::Type::MAPPED)
    {
        m_isMapped = true;
        EndPhase("stun-binding");
        Gathered reflexive;
        reflexive.type = CandidateType::SERVER_REFLEXIVE;
        reflexive.address = event->mapped;
        reflexive.base = HOST_BASE;
        reflexive.baseAddress = m_host;
        reflexive.related = m_host;
        reflexive.server = "udp " + m_stunServer->address.ToString();
        m_agent->AddLocal(reflexive);
    }
    CheckGathered();
}

void
IcePath::StartRelay(std::size_t index)
{
    Relay& relay = m_relays[index];
    relay.path = CreateObject<RelayPath>();
    StringValue name;
    GetAttribute("Name", name);
    relay.path->SetAttribute("Name", StringValue(name.Get() + "/" + relay.name));
    relay.path->SetNode(GetNode());
    relay.path->SetServer(relay.server);
    relay.path->SetTransport(relay.factory);
    relay.path->SetCredentials(m_user, m_password);
    RelayPath::PeerHandlers peers;
    peers.onReady = [this, index](const imsfw::Endpoint& peer) { HandlePeerReady(index, peer); };
    peers.onFailed = [this, index](const imsfw::Endpoint& peer, const imsfw::StreamFailure& failure)
    { HandleLost(RELAY_BASE + index, peer, failure); };
    relay.path->SetPeerHandlers(std::move(peers));
    Handlers handlers;
    handlers.onReady = [this, index](const imsfw::Endpoint& relayed)
    { HandleRelayReady(index, relayed); };
    handlers.onData = [this, index](const imsfw::Endpoint& from, imsfw::ByteView data)
    { HandlePacket(RELAY_BASE + index, from, data); };
    handlers.onFailure = [this, index](const imsfw::StreamFailure& failure)
    { HandleRelayFailed(index, failure); };
    relay.path->SetHandlers(std::move(handlers));
    relay.path->Open();
    for (const auto& local : relay.path->GetLocalEndpoints())
    {
        NoteLocalEndpoint(local);
    }
}

void
IcePath::TakePhases(const Relay& relay)
{
    for (Phase phase : relay.path->GetPhases())
    {
        phase.name += "-" + relay.name;
        NotePhase(phase);
    }
    for (const auto& local : relay.path->GetLocalEndpoints())
    {
        NoteLocalEndpoint(local);
    }
}

void
IcePath::HandleRelayReady(std::size_t index, const imsfw::Endpoint& relayed)
{
    const Ptr<IcePath> alive(this);
    Relay& relay = m_relays[index];
    relay.isSettled = relay.isGathered = true;
    TakePhases(relay);
    Gathered candidate;
    candidate.type = CandidateType::RELAYED;
    candidate.address = candidate.baseAddress = relayed;
    candidate.base = RELAY_BASE + index;
    candidate.localPreference = static_cast<uint16_t>(UINT16_MAX - index);
    candidate.related = relay.path->GetMapped();
    candidate.server = relay.name + " " + relay.server.address.ToString();
    m_agent->AddLocal(candidate);
    CheckGathered();
}

void
IcePath::HandleRelayFailed(std::size_t index, const imsfw::StreamFailure& failure)
{
    const Ptr<IcePath> alive(this);
    Relay& relay = m_relays[index];
    relay.isSettled = true;
    relay.failure = failure.layer + "-" + failure.reason +
                    (failure.detail.empty() ? "" : ": " + failure.detail);
    m_lastRelayFailure = relay.name + ": " + failure.layer + " " + failure.reason;
    if (m_isGathering)
    {
        TakePhases(relay);
        CheckGathered();
        return;
    }
    HandleLost(RELAY_BASE + index, std::nullopt, failure);
}

void
IcePath::CheckGathered()
{
    if (!m_isGathering)
    {
        return;
    }
    const auto isRelayed = [](const Relay& relay)
    { return relay.path && relay.path->GetRelayed(); };
    const bool areRelaysSettled = std::all_of(
        m_relays.begin(), m_relays.end(), [](const Relay& relay) { return relay.isSettled; });
    // Once GatherWait is over, one relayed candidate is enough: it reaches whoever can be reached at all.
    const bool isEnough =
        m_isWaitOver &&
        (areRelaysSettled || std::any_of(m_relays.begin(), m_relays.end(), isRelayed));
    if (isEnough || (areRelaysSettled && m_isStunSettled))
    {
        FinishGathering();
    }
}

void
IcePath::FinishGathering()
{
    m_isGathering = false;
    m_gatherEvent.Cancel();
    m_stunTimer.Cancel();
    for (Relay& relay : m_relays)
    {
        if (!relay.isSettled && relay.path)
        {
            TakePhases(relay);
            relay.path->Close();
        }
    }
    EndPhase("ice-gather");
    NotifyReady(DefaultCandidate().candidate.address);
    if (m_isOpen && m_early)
    {
        SetIcePeer(*std::exchange(m_early, std::nullopt));
    }
}

/// RFC 8839 4.2.1.2: the relayed candidate is most likely to work with a peer that knows no ICE, then the reflexive one.
const imsfw::ice::LocalCandidate&
IcePath::DefaultCandidate() const
{
    for (const auto type : {CandidateType::RELAYED, CandidateType::SERVER_REFLEXIVE})
    {
        for (const auto& local : m_agent->GetLocals())
        {
            if (local.candidate.type == type)
            {
                return local;
            }
        }
    }
    return m_agent->GetLocals().front();
}

} // namespace imsturn
} // namespace ns3
