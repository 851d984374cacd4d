// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-media-path.h"

#include "ims-tls-core-driver.h"
#include "ims-turn-app-common.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace imsturn
{

NS_LOG_COMPONENT_DEFINE("ImsMediaPath");
NS_OBJECT_ENSURE_REGISTERED(MediaPath);

TypeId
MediaPath::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsturn::MediaPath")
            .SetParent<Object>()
            .SetGroupName("Ims")
            .AddAttribute("Name",
                          "Tells the paths of one node apart; names the random stream.",
                          StringValue("media"),
                          MakeStringAccessor(&MediaPath::m_name),
                          MakeStringChecker())
            .AddAttribute("Rto",
                          "First retransmission interval of STUN over UDP (RFC 8489 6.2.1).",
                          TimeValue(MilliSeconds(500)),
                          MakeTimeAccessor(&MediaPath::m_rto),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("MaxTransmissions",
                          "How often a STUN request is sent over UDP, Rc of RFC 8489 6.2.1.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&MediaPath::m_rc),
                          MakeUintegerChecker<uint32_t>(1, 30))
            .AddAttribute("LastWait",
                          "How long the last STUN request over UDP is waited for, in multiples of "
                          "Rto; Rm of RFC 8489 6.2.1.",
                          UintegerValue(16),
                          MakeUintegerAccessor(&MediaPath::m_rm),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("StreamTimeout",
                          "How long an answer over TCP or TLS is waited for, Ti of RFC 8489 6.2.2.",
                          TimeValue(MilliSeconds(39500)),
                          MakeTimeAccessor(&MediaPath::m_ti),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddTraceSource("Ready",
                            "The address to advertise is known.",
                            MakeTraceSourceAccessor(&MediaPath::m_readyTrace),
                            "ns3::imsturn::MediaPath::ReadyCallback")
            .AddTraceSource("Tx",
                            "A media packet left for the peer.",
                            MakeTraceSourceAccessor(&MediaPath::m_txTrace),
                            "ns3::imsturn::MediaPath::PacketCallback")
            .AddTraceSource("Rx",
                            "A media packet came.",
                            MakeTraceSourceAccessor(&MediaPath::m_rxTrace),
                            "ns3::imsturn::MediaPath::PacketCallback")
            .AddTraceSource("Dropped",
                            "A media packet could not be sent.",
                            MakeTraceSourceAccessor(&MediaPath::m_droppedTrace),
                            "ns3::imsturn::MediaPath::DroppedCallback")
            .AddTraceSource("Failed",
                            "The path could not be opened, or broke.",
                            MakeTraceSourceAccessor(&MediaPath::m_failedTrace),
                            "ns3::imsturn::MediaPath::FailureCallback")
            .AddTraceSource("Unreachable",
                            "An ICMP error came for what was sent over UDP.",
                            MakeTraceSourceAccessor(&MediaPath::m_unreachableTrace),
                            "ns3::imsturn::MediaPath::FailureCallback");
    return tid;
}

MediaPath::MediaPath() = default;
MediaPath::~MediaPath() = default;

void
MediaPath::DoDispose()
{
    Mute();
    m_handlers = {};
    m_node = nullptr;
    Object::DoDispose();
}

void
MediaPath::SetHandlers(Handlers handlers)
{
    m_handlers = std::move(handlers);
}

void
MediaPath::SetNode(Ptr<Node> node)
{
    m_node = node;
}

const std::vector<MediaPath::Phase>&
MediaPath::GetPhases() const
{
    return m_phases;
}

std::vector<imsfw::Endpoint>
MediaPath::GetLocalEndpoints() const
{
    return m_locals;
}

const std::optional<imsfw::StreamFailure>&
MediaPath::GetFailure() const
{
    return m_failure;
}

std::optional<imsfw::ice::Description>
MediaPath::GetIceDescription() const
{
    return std::nullopt;
}

void
MediaPath::SetIcePeer(const imsfw::ice::Description& /* peer */)
{
}

Ptr<Node>
MediaPath::GetNode() const
{
    NS_ABORT_MSG_UNLESS(m_node, "MediaPath: SetNode comes before Open");
    return m_node;
}

imsfw::stun::TransactionParameters
MediaPath::GetTransactionParameters() const
{
    imsfw::stun::TransactionParameters parameters;
    parameters.rto = imstls::ToCoreDuration(m_rto);
    parameters.rc = m_rc;
    parameters.rm = m_rm;
    parameters.ti = imstls::ToCoreDuration(m_ti);
    return parameters;
}

imsfw::RandomSource&
MediaPath::GetRandom(const std::string& role)
{
    if (!m_random)
    {
        m_random = MakeRandomStream(role, GetNode(), m_name);
    }
    return *m_random;
}

void
MediaPath::BeginPhase(const std::string& name)
{
    const auto isSame = [&](const Phase& running) { return running.name == name; };
    m_running.erase(std::remove_if(m_running.begin(), m_running.end(), isSame), m_running.end());
    m_running.push_back({name, imstls::CoreNow(), {}});
}

void
MediaPath::EndPhase(const std::string& name)
{
    const auto phase = std::find_if(m_running.begin(),
                                    m_running.end(),
                                    [&](const Phase& running) { return running.name == name; });
    if (phase != m_running.end())
    {
        phase->end = imstls::CoreNow();
        m_phases.push_back(*phase);
        m_running.erase(phase);
    }
}

void
MediaPath::NotePhase(const Phase& phase)
{
    m_phases.push_back(phase);
}

void
MediaPath::NoteLocalEndpoint(const imsfw::Endpoint& local)
{
    if (local.port != 0 && std::find(m_locals.begin(), m_locals.end(), local) == m_locals.end())
    {
        m_locals.push_back(local);
    }
}

void
MediaPath::ClearState()
{
    m_failure.reset();
    m_running.clear();
}

void
MediaPath::Unmute()
{
    m_isMuted = false;
}

void
MediaPath::Mute()
{
    m_isMuted = true;
}

void
MediaPath::NotifyReady(const imsfw::Endpoint& advertised)
{
    if (m_isMuted)
    {
        return;
    }
    NS_LOG_INFO(Simulator::Now().As(Time::MS)
                << " " << m_name << " advertises " << advertised.ToString());
    m_readyTrace(advertised);
    if (m_handlers.onReady)
    {
        m_handlers.onReady(advertised);
    }
}

void
MediaPath::NotifyPeerReady()
{
    if (!m_isMuted && m_handlers.onPeerReady)
    {
        m_handlers.onPeerReady();
    }
}

void
MediaPath::NotifyData(const imsfw::Endpoint& from, imsfw::ByteView data)
{
    if (m_isMuted)
    {
        return;
    }
    m_rxTrace(from, data);
    if (m_handlers.onData)
    {
        m_handlers.onData(from, data);
    }
}

void
MediaPath::NotifyFailure(const imsfw::StreamFailure& failure)
{
    if (m_isMuted)
    {
        return;
    }
    Mute();
    NS_LOG_INFO(Simulator::Now().As(Time::MS) << " " << m_name << " failed: " << failure.layer
                                              << " " << failure.reason << " " << failure.detail);
    m_failure = failure;
    m_running.clear();
    m_failedTrace(failure);
    if (m_handlers.onFailure)
    {
        m_handlers.onFailure(failure);
    }
}

void
MediaPath::TraceSent(const imsfw::Endpoint& peer, imsfw::ByteView packet)
{
    m_txTrace(peer, packet);
}

void
MediaPath::TraceDropped(const std::string& reason, imsfw::ByteView packet)
{
    m_droppedTrace(reason, packet);
}

void
MediaPath::TraceUnreachable(const imsfw::StreamFailure& failure)
{
    m_unreachableTrace(failure);
}

} // namespace imsturn
} // namespace ns3
