// SPDX-License-Identifier: GPL-2.0-only
#include "couple-run.h"

#include "ims-tls-core-driver.h"

#include <algorithm>
#include <utility>

namespace imsfw::scenario
{

namespace
{

using ns3::imstls::CoreNow;
using ns3::imstls::ToCoreDuration;

void
AddSip(PlaneEnds& ends, const Party& party)
{
    if (party.sip && party.site)
    {
        ends.locals.push_back(party.sip->GetLocalEndpoint());
        ends.remotes.push_back(party.controlServer);
    }
}

void
AddMedia(PlaneEnds& ends, const Party& party)
{
    if (party.path)
    {
        auto& side = party.site ? ends.locals : ends.remotes;
        const auto own = party.path->GetLocalEndpoints();
        side.insert(side.end(), own.begin(), own.end());
        ends.remotes.push_back(party.mediaServer);
    }
}

} // namespace

CoupleRun::CoupleRun(const Experiment& experiment, Couple couple, std::function<void()> onFinished)
    : m_couple(std::move(couple)),
      m_ueTls(m_couple.ue),
      m_calleeTls(m_couple.callee),
      m_flow(experiment, m_couple.ue, m_couple.callee, std::move(onFinished))
{
}

void
CoupleRun::Start()
{
    m_started = CoreNow();
    m_flow.Start();
}

PlaneEnds
CoupleRun::ControlEnds() const
{
    PlaneEnds ends;
    AddSip(ends, m_couple.ue);
    AddSip(ends, m_couple.callee);
    return ends;
}

PlaneEnds
CoupleRun::MediaEnds() const
{
    PlaneEnds ends;
    AddMedia(ends, m_couple.ue);
    AddMedia(ends, m_couple.callee);
    return ends;
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
        result.control.decidedBy = Explain(*failure, ControlEnds(), refusals);
    }
    result.mediaUdp.verdict = m_flow.GetMediaVerdict();
    if (const auto& failure = m_flow.GetMediaFailure())
    {
        result.mediaUdp.decidedBy = Explain(*failure, MediaEnds(), refusals);
    }
    result.registration = m_flow.GetRegistration();
    result.callSetup = m_flow.GetCallSetup();
    result.voiceUp = m_flow.GetVoiceUp();
    result.voiceDown = m_flow.GetVoiceDown();
}

void
CoupleRun::AddPhases(RunResult& result) const
{
    if (m_couple.ue.sip)
    {
        for (const auto& phase : m_couple.ue.sip->GetPhases())
        {
            result.phases.push_back({"control",
                                     phase.name,
                                     TimePoint(ToCoreDuration(phase.start)),
                                     TimePoint(ToCoreDuration(phase.end))});
        }
    }
    if (m_couple.ue.path)
    {
        for (const auto& phase : m_couple.ue.path->GetPhases())
        {
            result.phases.push_back({"media", phase.name, phase.start, phase.end});
        }
    }
    for (const auto& [plane, session] : m_ueTls.GetSessions())
    {
        result.phases.push_back({plane, "tls", session.started, session.established});
    }
    std::stable_sort(result.phases.begin(),
                     result.phases.end(),
                     [](const Phase& a, const Phase& b) { return a.start < b.start; });
}

void
CoupleRun::AddTls(RunResult& result) const
{
    for (const auto& [plane, session] : m_ueTls.GetSessions())
    {
        result.tls.push_back({plane,
                              session.version,
                              session.suite,
                              session.isNull,
                              session.handshakeBytesSent,
                              session.handshakeBytesReceived});
    }
}

RunResult
CoupleRun::Collect(const std::vector<const SiteRecorder*>& sites) const
{
    RunResult result;
    const auto refusals = RefusalsOf(sites);
    AddPlanes(result, refusals);
    AddPhases(result);
    AddTls(result);
    for (const auto& refusal : refusals)
    {
        result.refusals.push_back(refusal.event);
    }
    result.viaProxy = m_couple.ue.viaProxy;
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
    ue.registration = result.registration;
    ue.callSetup = result.callSetup;
    return ue;
}

std::string
CoupleRun::GetKeyLog() const
{
    return m_ueTls.GetKeyLog() + m_calleeTls.GetKeyLog();
}

} // namespace imsfw::scenario
