// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-ice-path.h"

#include "ims-turn-ice-bases.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3
{
namespace imsturn
{

using imsfw::ice::AgentEvent;

namespace
{

/// Checks kept until the server has bound the channel to their peer; more would be repetitions.
constexpr std::size_t MAX_WAITING = 8;

} // namespace

IcePath::IcePath()
    : m_timer([this] { HandleTimeout(); }),
      m_stunTimer(
          [this]
          {
              m_stun->HandleTimeout(imstls::CoreNow());
              DrainStun();
          })
{
}

IcePath::~IcePath() = default;

void
IcePath::DoDispose()
{
    Release();
    m_relays.clear();
    m_agent.reset();
    MediaPath::DoDispose();
}

void
IcePath::SetStunServer(const imsfw::Endpoint& server)
{
    m_stunServer = server;
}

void
IcePath::AddServer(const std::string& name,
                   const imsfw::Endpoint& server,
                   Ptr<SocketFactory> factory)
{
    Relay relay;
    relay.name = name;
    relay.server = server;
    relay.factory = factory;
    m_relays.push_back(relay);
}

void
IcePath::SetCredentials(const std::string& user, const std::string& password)
{
    m_user = user;
    m_password = password;
}

void
IcePath::SetControlling(bool isControlling)
{
    m_isControlling = isControlling;
}

void
IcePath::SetLocalPort(uint16_t port)
{
    m_localPort = port;
}

imsfw::ice::AgentConfig
IcePath::MakeConfig() const
{
    using imsfw::ice::Profile;
    auto config = imsfw::ice::AgentConfig::For(
        m_profile == ToString(Profile::RFC5245) ? Profile::RFC5245 : Profile::RFC8445);
    config.isControlling = m_isControlling;
    config.isLite = m_isLite;
    config.hasConsent = config.hasConsent && m_hasConsent && !m_isLite;
    config.nominationWait = imstls::ToCoreDuration(m_nominationWait);
    if (m_ta.IsStrictlyPositive())
    {
        config.ta = imstls::ToCoreDuration(m_ta);
    }
    const auto stun = GetTransactionParameters();
    config.rc = stun.rc;
    config.rm = stun.rm;
    config.ti = stun.ti;
    return config;
}

void
IcePath::Open()
{
    if (m_isOpen)
    {
        return;
    }
    const Ptr<IcePath> alive(this);
    ClearState();
    Unmute();
    m_agent = std::make_unique<imsfw::ice::Agent>(MakeConfig(), GetRandom("ice"));
    m_isOpen = m_isGathering = true;
    m_isWaitOver = false;
    m_isStunSettled = true;
    m_isMapped = false;
    m_selection.reset();
    m_plainPeer.reset();
    m_lastRelayFailure.clear();
    BeginPhase("ice-gather");
    if (!OpenHost())
    {
        Release();
        NotifyFailure({"udp", "port-in-use", "no port is free"});
        return;
    }
    if (m_hasTcp && !m_isLite)
    {
        OpenTcp();
    }
    if (m_stunServer && !m_isLite)
    {
        StartStun();
    }
    // RFC 8445 5.1.1: gathering is paced by Ta, too.
    const Time ta = imstls::ToNs3Time(MakeConfig().ta);
    for (std::size_t i = 0; i < m_relays.size(); ++i)
    {
        m_relays[i].isSettled = m_isLite;
        m_relays[i].peers.clear();
        if (!m_isLite)
        {
            m_startEvents.push_back(Simulator::Schedule(ta * static_cast<int64_t>(i + 1),
                                                        [this, i] { StartRelay(i); }));
        }
    }
    m_gatherEvent = Simulator::Schedule(m_gatherWait,
                                        [this]
                                        {
                                            const Ptr<IcePath> kept(this);
                                            m_isWaitOver = true;
                                            CheckGathered();
                                        });
    CheckGathered();
}

void
IcePath::SetPeer(const imsfw::Endpoint& peer)
{
    if (m_isOpen && !m_isGathering)
    {
        m_plainPeer = peer;
        NotifyPeerReady();
    }
}

std::optional<imsfw::ice::Description>
IcePath::GetIceDescription() const
{
    if (!m_agent)
    {
        return std::nullopt;
    }
    return m_agent->GetLocalDescription();
}

void
IcePath::SetIcePeer(const imsfw::ice::Description& peer)
{
    if (!m_isOpen)
    {
        return;
    }
    if (m_isGathering)
    {
        m_early = peer;
        return;
    }
    BeginPhase("ice");
    m_agent->SetRemote(imstls::CoreNow(), peer);
    Drain();
}

void
IcePath::Send(imsfw::ByteView packet)
{
    if (m_isOpen && m_plainPeer)
    {
        TraceSent(*m_plainPeer, packet);
        Transmit({DefaultCandidate().base, *m_plainPeer, packet.ToBytes()});
        return;
    }
    if (!m_isOpen || !m_agent->GetSelected(1))
    {
        TraceDropped("no-peer", packet);
        return;
    }
    TraceSent(m_agent->GetSelected(1)->remote.address, packet);
    m_agent->Send(imstls::CoreNow(), 1, packet);
    Drain();
}

void
IcePath::Close()
{
    Mute();
    Release();
}

const std::optional<IcePath::Selection>&
IcePath::GetSelection() const
{
    return m_selection;
}

void
IcePath::HandleDatagram(const imsfw::Endpoint& from, imsfw::ByteView data)
{
    const Ptr<IcePath> alive(this);
    if (m_isGathering && m_stun && m_stunServer && from == *m_stunServer &&
        m_stun->HandleInput(imstls::CoreNow(), data))
    {
        DrainStun();
        return;
    }
    HandlePacket(HOST_BASE, from, data);
}

void
IcePath::HandlePacket(std::size_t base, const imsfw::Endpoint& from, imsfw::ByteView data)
{
    const Ptr<IcePath> alive(this);
    if (!m_isOpen)
    {
        return;
    }
    if (m_agent->HandleInput(imstls::CoreNow(), base, from, data))
    {
        Drain();
    }
    else if (m_plainPeer || m_agent->AcceptsData(base, from))
    {
        NotifyData(from, data);
    }
}

void
IcePath::HandleLost(std::size_t base,
                    const std::optional<imsfw::Endpoint>& peer,
                    const imsfw::StreamFailure& failure)
{
    const Ptr<IcePath> alive(this);
    if (m_isOpen)
    {
        m_agent->HandleLowerFailed(imstls::CoreNow(), base, peer, failure);
        Drain();
    }
}

void
IcePath::HandleTimeout()
{
    const Ptr<IcePath> alive(this);
    m_agent->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
IcePath::Drain()
{
    if (m_isDraining)
    {
        return; // a handler called back in: the loop below goes on
    }
    const Ptr<IcePath> alive(this);
    m_isDraining = true;
    bool isBusy = true;
    while (isBusy && m_isOpen)
    {
        while (const auto transmit = m_isOpen ? m_agent->PollTransmit() : std::nullopt)
        {
            Transmit(*transmit);
        }
        const auto event = m_isOpen ? m_agent->PollEvent() : std::nullopt;
        isBusy = event.has_value();
        if (event)
        {
            Notify(*event);
        }
    }
    m_isDraining = false;
    if (m_isOpen)
    {
        m_timer.Arm(m_agent->NextTimeout());
    }
}

void
IcePath::Transmit(const imsfw::ice::Transmit& transmit)
{
    if (transmit.base >= RELAY_BASE)
    {
        TransmitOverRelay(transmit.base - RELAY_BASE, transmit);
    }
    else if (transmit.base == HOST_BASE)
    {
        m_port->Send(transmit.to, transmit.bytes);
    }
    else
    {
        m_tcp->Send(transmit.base == TCP_ACTIVE_BASE ? IceTcp::Side::ACTIVE : IceTcp::Side::PASSIVE,
                    transmit.to,
                    transmit.bytes);
    }
}

void
IcePath::TransmitOverRelay(std::size_t index, const imsfw::ice::Transmit& transmit)
{
    Relay& relay = m_relays[index];
    const bool isNew = relay.peers.count(transmit.to) == 0;
    PeerState& peer = relay.peers[transmit.to];
    if (peer.isReady)
    {
        relay.path->SendTo(transmit.to, transmit.bytes);
        return;
    }
    // RFC 8656 9: without a permission the server would drop what the peer answers.
    if (peer.waiting.size() < MAX_WAITING)
    {
        peer.waiting.push_back(transmit.bytes);
    }
    if (isNew)
    {
        relay.path->AddPeer(transmit.to);
    }
}

void
IcePath::HandlePeerReady(std::size_t index, const imsfw::Endpoint& peer)
{
    const Ptr<IcePath> alive(this);
    PeerState& state = m_relays[index].peers[peer];
    state.isReady = true;
    for (const auto& bytes : std::exchange(state.waiting, {}))
    {
        m_relays[index].path->SendTo(peer, bytes);
    }
}

void
IcePath::Notify(const AgentEvent& event)
{
    switch (event.type)
    {
    case AgentEvent::Type::SELECTED:
        HandleSelected(event.pair);
        return;
    case AgentEvent::Type::ROLE_CHANGED:
        return;
    case AgentEvent::Type::FAILED:
    {
        imsfw::StreamFailure failure = event.failure;
        if (!m_selection && !m_lastRelayFailure.empty())
        {
            failure.detail += "; " + m_lastRelayFailure;
        }
        Release();
        NotifyFailure(failure);
        return;
    }
    }
}

void
IcePath::HandleSelected(const imsfw::ice::SelectedPair& pair)
{
    const bool isFirst = !m_selection;
    Selection selection{pair, std::string(ProtocolName(pair.local.transport)), std::nullopt};
    if (pair.base >= RELAY_BASE)
    {
        selection.server = pair.base - RELAY_BASE;
        selection.transport = m_relays[*selection.server].name;
    }
    m_selection = selection;
    m_releaseEvent.Cancel();
    m_releaseEvent = Simulator::Schedule(m_releaseWait, &IcePath::ReleaseUnused, this);
    m_selectedTrace(*m_selection);
    if (isFirst)
    {
        EndPhase("ice");
        NotifyPeerReady();
    }
}

void
IcePath::ReleaseUnused()
{
    for (std::size_t i = 0; i < m_relays.size(); ++i)
    {
        if (m_relays[i].path && m_selection->server != i)
        {
            m_relays[i].path->Close();
        }
    }
}

void
IcePath::Release()
{
    m_isOpen = m_isGathering = false;
    m_timer.Cancel();
    m_stunTimer.Cancel();
    m_gatherEvent.Cancel();
    m_releaseEvent.Cancel();
    for (auto& event : m_startEvents)
    {
        event.Cancel();
    }
    m_startEvents.clear();
    m_early.reset();
    for (Relay& relay : m_relays)
    {
        if (relay.path)
        {
            relay.path->Close();
        }
    }
    if (m_tcp)
    {
        m_tcp->Close();
        m_tcp = nullptr;
    }
    if (m_port)
    {
        m_port->Close();
        m_port = nullptr;
    }
}

} // namespace imsturn
} // namespace ns3
