// SPDX-License-Identifier: GPL-2.0-only
#include "couple-run.h"

#include "address-plan.h"
#include "ice-legs.h"
#include "phase-collector.h"

#include "ims-tls-core-driver.h"

#include <algorithm>
#include <utility>

namespace imsfw::scenario
{

namespace
{

using ns3::imstls::CoreNow;

/// @param party one behind a firewall
void
AddServer(PlaneEnds& ends, const Party& party, const Endpoint& server, const Endpoint& proxy)
{
    ends.servers.push_back(server);
    ends.hosts.push_back(party.host.address);
    if (proxy.port != 0)
    {
        ends.servers.push_back(proxy);
        ends.hosts.push_back(proxy.address);
        ends.hosts.push_back(*IpAddress::Parse(addresses::SECOND_PROXY.host));
        ends.viaProxy = true;
    }
}

void
Add(PlaneEnds& ends, const Party& party, const ControlEnd& end)
{
    if (end.sip && party.site) // at the core's side nothing stands in the way
    {
        ends.locals.push_back(end.sip->GetLocalEndpoint());
        AddServer(ends, party, end.server, end.proxy);
    }
}

void
Add(PlaneEnds& ends, const Party& party, const MediaEnd& end)
{
    if (!end.path)
    {
        return;
    }
    auto& side = party.site ? ends.locals : ends.peers;
    const auto own = end.path->GetLocalEndpoints();
    side.insert(side.end(), own.begin(), own.end());
    if (party.site)
    {
        for (const auto& server : end.servers)
        {
            AddServer(ends, party, server, end.proxy);
        }
    }
}

/// @param side of @p party
void
Add(PlaneEnds& ends, const Party& party, const MessageSide& side)
{
    if (!side.Exists())
    {
        return;
    }
    const MessageEnd& end = side.GetEnd();
    auto& own = party.site ? ends.locals : ends.peers;
    const auto locals = side.GetLocalEndpoints();
    own.insert(own.end(), locals.begin(), locals.end());
    if (end.direct)
    {
        own.push_back(end.listenAt);
    }
    if (party.site && end.allocation)
    {
        AddServer(ends, party, end.server, end.proxy);
    }
}

PlaneEnds
ControlEndsOf(const Couple& couple)
{
    PlaneEnds ends;
    for (const Party* party : {&couple.ue, &couple.callee})
    {
        for (const auto& end : party->controls)
        {
            Add(ends, *party, end);
        }
    }
    return ends;
}

PlaneEnds
MediaEndsOf(const Couple& couple)
{
    PlaneEnds ends;
    for (const Party* party : {&couple.ue, &couple.callee})
    {
        for (const auto& end : party->medias)
        {
            Add(ends, *party, end);
        }
    }
    return ends;
}

/// @return the end of the pair that @p media has selected; nothing where it has none.
std::optional<MediaPairEnd>
PairEndOf(const MediaEnd* media)
{
    if (media == nullptr || !media->ice || !media->ice->GetSelection())
    {
        return std::nullopt;
    }
    const auto& selection = *media->ice->GetSelection();
    return MediaPairEnd{std::string(ToString(selection.pair.local.type)),
                        selection.transport,
                        selection.server && media->isServerViaProxy[*selection.server],
                        selection.pair.local.address.ToString()};
}

AttemptResult
ToResult(const char* plane,
         const std::string& way,
         bool viaProxy,
         const Attempt& attempt,
         const PlaneEnds& ends,
         const std::vector<Refusal>& refusals)
{
    AttemptResult result{plane, way, viaProxy, ToString(attempt.state), {}, {}, {}};
    if (attempt.state == AttemptState::WAITING)
    {
        return result;
    }
    result.started = attempt.started;
    if (attempt.state != AttemptState::RUNNING)
    {
        result.ended = attempt.ended;
    }
    if (attempt.failure)
    {
        result.decidedBy =
            Explain({way, *attempt.failure, attempt.ended, attempt.started}, ends, refusals);
    }
    return result;
}

} // namespace

CoupleRun::CoupleRun(const Experiment& experiment,
                     Couple couple,
                     std::function<void()> onFinished,
                     bool isWatched)
    : m_couple(std::move(couple)),
      m_ueTls(m_couple.ue),
      m_calleeTls(m_couple.callee),
      m_probe(isWatched ? std::make_unique<UeProbe>(m_couple.ue) : nullptr),
      m_calleeProbe(isWatched && m_couple.callee.site && experiment.evidence.timeline
                        ? std::make_unique<UeProbe>(m_couple.callee)
                        : nullptr),
      m_hasPhases(experiment.evidence.phases),
      m_flow(experiment, m_couple.ue, m_couple.callee, std::move(onFinished))
{
}

void
CoupleRun::Start()
{
    m_started = CoreNow();
    m_flow.Start();
}

std::vector<Refusal>
CoupleRun::RefusalsOf(const std::vector<const SiteRecorder*>& sites) const
{
    std::vector<Refusal> refusals = sites[*m_couple.ue.site]->GetRefusals();
    if (m_couple.callee.site)
    {
        const auto& more = sites[*m_couple.callee.site]->GetRefusals();
        refusals.insert(refusals.end(), more.begin(), more.end());
        std::stable_sort(refusals.begin(),
                         refusals.end(),
                         [](const Refusal& a, const Refusal& b)
                         { return a.event.at < b.event.at; });
    }
    return refusals;
}

void
CoupleRun::AddPlanes(RunResult& result, const std::vector<Refusal>& refusals) const
{
    result.control.verdict = m_flow.GetControlVerdict();
    if (const auto& failure = m_flow.GetControlFailure())
    {
        result.control.decidedBy = Explain(*failure, ControlEndsOf(m_couple), refusals);
    }
    result.mediaUdp.verdict = m_flow.GetMediaVerdict();
    if (const auto& failure = m_flow.GetMediaFailure())
    {
        result.mediaUdp.decidedBy = Explain(*failure, MediaEndsOf(m_couple), refusals);
    }
    const MessagePlane& messages = m_flow.GetMessages();
    result.mediaTcp.verdict = messages.GetVerdict();
    if (const auto failure = messages.GetFailure())
    {
        PlaneEnds ends;
        Add(ends, m_couple.ue, messages.GetUe());
        Add(ends, m_couple.callee, messages.GetCallee());
        result.mediaTcp.decidedBy = Explain(*failure, ends, refusals);
    }
    result.messagesUp = messages.GetUp();
    result.messagesDown = messages.GetDown();
    result.registration = m_flow.GetRegistration();
    result.callSetup = m_flow.GetCallSetup();
    result.voiceUp = m_flow.GetVoiceUp();
    result.voiceDown = m_flow.GetVoiceDown();
    result.videoUp = m_flow.GetVideoUp();
    result.videoDown = m_flow.GetVideoDown();
}

void
CoupleRun::AddAttempts(RunResult& result, const std::vector<Refusal>& refusals) const
{
    const auto& controls = m_couple.ue.controls;
    for (std::size_t i = 0; i < controls.size(); ++i)
    {
        PlaneEnds ends;
        Add(ends, m_couple.ue, controls[i]);
        const auto& attempt = m_flow.GetUeControl().GetAttempts()[i];
        result.attempts.push_back(ToResult(
            "control", controls[i].way.name, controls[i].viaProxy, attempt, ends, refusals));
    }
    const auto& medias = m_couple.ue.medias;
    const auto attempts = m_flow.GetUeMedia().GetAttempts();
    for (std::size_t i = 0; i < medias.size(); ++i)
    {
        PlaneEnds ends;
        Add(ends, m_couple.ue, medias[i]);
        result.attempts.push_back(
            ToResult("media", medias[i].way.name, medias[i].viaProxy, attempts[i], ends, refusals));
    }
    const MessageSide& messages = m_flow.GetMessages().GetUe();
    if (messages.Exists())
    {
        PlaneEnds ends;
        Add(ends, m_couple.ue, messages);
        const MessageEnd& end = messages.GetEnd();
        result.attempts.push_back(ToResult(
            "messages", end.way.name, end.viaProxy, messages.GetAttempt(), ends, refusals));
    }
}

void
CoupleRun::AddPair(RunResult& result) const
{
    const MediaEnd* media = m_flow.GetUeMedia().GetTaken();
    const auto local = PairEndOf(media);
    if (!local)
    {
        return;
    }
    const auto& pair = media->ice->GetSelection()->pair;
    // What the callee sends over, only the callee knows; before it has selected, what it told is known.
    const auto remote = PairEndOf(m_flow.GetCalleeMedia().GetTaken());
    const MediaPairEnd told{std::string(ToString(pair.remote.type)),
                            std::string(ProtocolName(pair.remote.transport)),
                            false,
                            pair.remote.address.ToString()};
    result.mediaPair = MediaPair{std::string(ToString(pair.kind)), *local, remote.value_or(told)};
}

void
CoupleRun::AddIceLegs(RunResult& result, const std::vector<Refusal>& refusals) const
{
    const std::pair<const char*, const Party*> parties[] = {{"ue", &m_couple.ue},
                                                            {"callee", &m_couple.callee}};
    for (const auto& [name, party] : parties)
    {
        for (const MediaEnd& media : party->medias)
        {
            for (const auto& leg :
                 media.ice ? media.ice->GetLegs() : std::vector<ns3::imsturn::IcePath::Leg>{})
            {
                result.iceLegs.push_back(ToIceLeg(name, leg, refusals));
            }
        }
    }
}

void
CoupleRun::AddTls(RunResult& result) const
{
    for (const auto& session : m_ueTls.GetSessions())
    {
        result.tls.push_back({session.plane,
                              session.way,
                              session.info.version,
                              session.info.suite,
                              session.info.isNull,
                              session.info.handshakeBytesSent,
                              session.info.handshakeBytesReceived,
                              session.info.isResumed,
                              session.info.group,
                              session.info.alpn,
                              session.info.computed});
    }
}

bool
CoupleRun::IsViaProxy() const
{
    const auto& control = m_flow.GetUeControl();
    if (control.IsReady())
    {
        return control.Taken().viaProxy;
    }
    const auto isViaProxy = [](const auto& end) { return end.viaProxy; };
    return std::any_of(m_couple.ue.controls.begin(), m_couple.ue.controls.end(), isViaProxy) ||
           std::any_of(m_couple.ue.medias.begin(), m_couple.ue.medias.end(), isViaProxy);
}

RunResult
CoupleRun::Collect(const std::vector<const SiteRecorder*>& sites) const
{
    RunResult result;
    const auto refusals = RefusalsOf(sites);
    AddPlanes(result, refusals);
    AddAttempts(result, refusals);
    result.phases = CollectPhases(
        {m_couple.ue, m_couple.callee, m_flow, m_ueTls, m_hasPhases ? m_probe.get() : nullptr});
    AddTls(result);
    AddPair(result);
    AddIceLegs(result, refusals);
    for (const auto& refusal : refusals)
    {
        result.refusals.push_back(refusal.event);
    }
    result.viaProxy = IsViaProxy();
    result.flowFailures = m_flow.GetFlowFailures();
    return result;
}

UeResult
CoupleRun::Summarise(const std::vector<const SiteRecorder*>& sites) const
{
    RunResult result;
    AddPlanes(result, RefusalsOf(sites));
    UeResult ue;
    ue.name = m_couple.ue.name;
    ue.site = *m_couple.ue.site;
    ue.started = m_started;
    ue.control = result.control;
    ue.mediaUdp = result.mediaUdp;
    ue.mediaTcp = result.mediaTcp;
    ue.registration = result.registration;
    ue.callSetup = result.callSetup;
    return ue;
}

TimelineSources
CoupleRun::GetTimelineSources(std::size_t number,
                              const Experiment& experiment,
                              const Topology& topology,
                              const RunResult& result,
                              const std::vector<const SiteRecorder*>& sites) const
{
    return {number,
            experiment,
            topology,
            m_couple.ue,
            m_couple.callee,
            result,
            m_ueTls,
            m_probe.get(),
            m_calleeProbe.get(),
            sites};
}

std::string
CoupleRun::GetKeyLog() const
{
    return m_ueTls.GetKeyLog() + m_calleeTls.GetKeyLog();
}

} // namespace imsfw::scenario
