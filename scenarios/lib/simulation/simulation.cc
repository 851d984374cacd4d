// SPDX-License-Identifier: GPL-2.0-only
#include "simulation.h"

#include "address-plan.h"
#include "base/text.h"
#include "data-files.h"
#include "diagnosis.h"
#include "roles.h"

#include "ns3/mac48-address.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <set>

namespace imsfw::scenario
{

namespace
{

using ns3::imstls::CoreNow;
using ns3::imstls::ToCoreDuration;

/// Leaves ns-3's global state as it was found, whatever way the run ends.
class SimulationScope
{
  public:
    explicit SimulationScope(const Experiment& experiment)
    {
        ns3::RngSeedManager::SetSeed(experiment.seed);
        ns3::RngSeedManager::SetRun(experiment.run);
        ns3::Mac48Address::ResetAllocationIndex();
        ApplyHostDefaults();
    }

    ~SimulationScope()
    {
        ns3::Simulator::Destroy();
    }

    SimulationScope(const SimulationScope&) = delete;
    SimulationScope& operator=(const SimulationScope&) = delete;
};

/// Listens to the trace sources while the simulation runs.
class Recorder
{
  public:
    explicit Recorder(const Roles& roles)
    {
        roles.firewall->TraceConnectWithoutContext(
            "Verdict", ns3::MakeCallback(&Recorder::HandleVerdict, this));
        if (roles.webProxy)
        {
            roles.webProxy->TraceConnectWithoutContext(
                "Refused", ns3::MakeCallback(&Recorder::HandleProxyRefusal, this));
        }
        Connect(roles.controlTls, &Recorder::HandleControlTls);
        Connect(roles.mediaTls, &Recorder::HandleMediaTls);
    }

    std::vector<Refusal> refusals;
    std::vector<TlsResult> tls;
    std::vector<std::pair<std::string, tls::SessionInfo>> sessions;
    std::string keyLog;

  private:
    using Handler = void (Recorder::*)(const tls::SessionInfo&, const Endpoint&, const Endpoint&);

    void
    Connect(ns3::Ptr<ns3::imstls::TlsSocketFactory> factory, Handler handler)
    {
        if (factory)
        {
            factory->TraceConnectWithoutContext("HandshakeDone", ns3::MakeCallback(handler, this));
            factory->TraceConnectWithoutContext("KeyLog",
                                                ns3::MakeCallback(&Recorder::HandleKeyLog, this));
        }
    }

    void
    HandleVerdict(const engine::VerdictEvent& verdict)
    {
        // The first refusal of a flow tells all; its retransmissions would only fill the list.
        if (verdict.action == engine::Action::ALLOW || !m_refusedFlows.insert(verdict.flow).second)
        {
            return;
        }
        Refusal refusal;
        refusal.flow = verdict.flow;
        refusal.event = {"nimsfw",
                         verdict.ruleId,
                         engine::ToString(verdict.reason),
                         engine::ToString(verdict.action),
                         verdict.flow.ToString(),
                         ToHex(verdict.firstBytes),
                         verdict.at};
        refusals.push_back(std::move(refusal));
    }

    void
    HandleProxyRefusal(const ns3::imsproxy::ProxyRefusal& refused)
    {
        Refusal refusal;
        refusal.flow = {
            IpProtocol::TCP, refused.client, Endpoint::Parse(refused.target).value_or(Endpoint{})};
        refusal.event = {"web-proxy",
                         refused.id,
                         refused.reason,
                         refused.target,
                         refusal.flow.ToString(),
                         "",
                         refused.at};
        refusals.push_back(std::move(refusal));
    }

    void
    Note(const std::string& plane, const tls::SessionInfo& info)
    {
        tls.push_back({plane,
                       info.version,
                       info.suite,
                       info.isNull,
                       info.handshakeBytesSent,
                       info.handshakeBytesReceived});
        sessions.emplace_back(plane, info);
    }

    void
    HandleControlTls(const tls::SessionInfo& info, const Endpoint&, const Endpoint&)
    {
        Note("control", info);
    }

    void
    HandleMediaTls(const tls::SessionInfo& info, const Endpoint&, const Endpoint&)
    {
        Note("media", info);
    }

    void
    HandleKeyLog(const std::string& line)
    {
        keyLog += line + "\n";
    }

    std::set<FiveTuple> m_refusedFlows;
};

PlaneEnds
ControlEnds(const Roles& roles)
{
    return {{roles.ue.sip->GetLocalEndpoint()}, {roles.controlServer}};
}

PlaneEnds
MediaEnds(const Roles& roles)
{
    PlaneEnds ends{roles.ue.path->GetLocalEndpoints(), roles.callee.path->GetLocalEndpoints()};
    ends.remotes.push_back(roles.mediaServer);
    return ends;
}

void
AddPhases(RunResult& result, const Roles& roles, const Recorder& recorder)
{
    if (roles.ue.sip)
    {
        for (const auto& phase : roles.ue.sip->GetPhases())
        {
            result.phases.push_back({"control",
                                     phase.name,
                                     TimePoint(ToCoreDuration(phase.start)),
                                     TimePoint(ToCoreDuration(phase.end))});
        }
    }
    if (roles.ue.path)
    {
        for (const auto& phase : roles.ue.path->GetPhases())
        {
            result.phases.push_back({"media", phase.name, phase.start, phase.end});
        }
    }
    for (const auto& [plane, session] : recorder.sessions)
    {
        result.phases.push_back({plane, "tls", session.started, session.established});
    }
    std::stable_sort(result.phases.begin(),
                     result.phases.end(),
                     [](const Phase& a, const Phase& b) { return a.start < b.start; });
}

void
AddPlanes(RunResult& result, const CallFlow& flow, const Roles& roles, const Recorder& recorder)
{
    result.control.verdict = flow.GetControlVerdict();
    if (const auto& failure = flow.GetControlFailure())
    {
        result.control.decidedBy = Explain(*failure, ControlEnds(roles), recorder.refusals);
    }
    result.mediaUdp.verdict = flow.GetMediaVerdict();
    if (const auto& failure = flow.GetMediaFailure())
    {
        result.mediaUdp.decidedBy = Explain(*failure, MediaEnds(roles), recorder.refusals);
    }
    result.registration = flow.GetRegistration();
    result.callSetup = flow.GetCallSetup();
    result.voiceUp = flow.GetVoiceUp();
    result.voiceDown = flow.GetVoiceDown();
}

/// What a reader must know before the figures are trusted.
void
AddNotes(RunResult& result)
{
    result.notes.emplace_back("computing takes no simulated time in this version: latencies are "
                              "those of the network alone");
    for (const auto& tls : result.tls)
    {
        if (tls.isNull)
        {
            result.notes.emplace_back(
                "a NULL cipher suite was used; RFC 9325 4.1 forbids its negotiation today");
            return;
        }
    }
}

RunResult
Collect(const CallFlow& flow, const Roles& roles, const Recorder& recorder)
{
    RunResult result;
    AddPlanes(result, flow, roles, recorder);
    AddPhases(result, roles, recorder);
    result.tls = recorder.tls;
    for (const auto& refusal : recorder.refusals)
    {
        result.refusals.push_back(refusal.event);
    }
    const auto counters = roles.firewall->GetEngine()->GetCounters();
    result.firewall = {counters.allowed, counters.refused};
    result.simulatedEnd = CoreNow();
    result.events = ns3::Simulator::GetEventCount();
    result.viaProxy = roles.viaProxy;
    AddNotes(result);
    return result;
}

} // namespace

Result<RunOutput, std::string>
RunExperiment(const Experiment& experiment, const std::string& captureDirectory)
{
    const auto policy = engine::LoadPolicy(experiment.firewall.policy, PolicyDirectory());
    if (!policy)
    {
        return Failure{config::ToString(policy.Error())};
    }
    const SimulationScope scope(experiment);
    const Topology topology(experiment, policy->proxy.has_value());
    const auto roles = RoleInstaller(experiment, *policy, topology).Install();
    if (!roles)
    {
        return Failure{roles.Error()};
    }
    if (!captureDirectory.empty())
    {
        topology.Capture(captureDirectory);
    }
    Recorder recorder(*roles);
    // What is on its way when the users are done (close_notify, FIN) still belongs into the captures.
    CallFlow flow(
        experiment, roles->ue, roles->callee, [] { ns3::Simulator::Stop(ns3::Seconds(1)); });
    ns3::Simulator::ScheduleNow(&CallFlow::Start, &flow);
    ns3::Simulator::Stop(ns3::imstls::ToNs3Time(experiment.limits.simulated));
    ns3::Simulator::Run();
    return RunOutput{Collect(flow, *roles, recorder), engine::PolicyHash(*policy), recorder.keyLog};
}

} // namespace imsfw::scenario
