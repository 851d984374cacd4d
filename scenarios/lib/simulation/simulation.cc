// SPDX-License-Identifier: GPL-2.0-only
#include "simulation.h"

#include "couple-run.h"
#include "cpu-roles.h"
#include "data-files.h"
#include "engine/policy/policy-loader.h"
#include "host-defaults.h"
#include "roles.h"
#include "sip-settings.h"
#include "site-roles.h"
#include "tls-contexts.h"
#include "tls-settings.h"
#include "topology.h"

#include "ns3/mac48-address.h"
#include "ns3/names.h"
#include "ns3/object-factory.h"
#include "ns3/priority-queue-scheduler.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>

namespace imsfw::scenario
{

namespace
{

using ns3::imstls::CoreNow;

/// A heap in one piece of memory, where ns-3's default is a tree with a node for each event: the order is the same, and
/// thousands of hosts find their events sooner. It is slow at Simulator::Remove, which nothing here calls.
void
UseHeapOfEvents()
{
    ns3::ObjectFactory scheduler;
    scheduler.SetTypeId(ns3::PriorityQueueScheduler::GetTypeId());
    ns3::Simulator::SetScheduler(scheduler);
}

/// Leaves ns-3's global state as it was found, whatever way the run ends.
class SimulationScope
{
  public:
    explicit SimulationScope(const Experiment& experiment)
    {
        ns3::RngSeedManager::SetSeed(experiment.seed);
        ns3::RngSeedManager::SetRun(experiment.run);
        ns3::Mac48Address::ResetAllocationIndex();
        ApplyHostDefaults(experiment.tcp);
        UseHeapOfEvents();
    }

    ~SimulationScope()
    {
        ns3::Simulator::Destroy();
        ns3::Names::Clear();
    }

    SimulationScope(const SimulationScope&) = delete;
    SimulationScope& operator=(const SimulationScope&) = delete;
};

/// What a reader must know before the figures are trusted.
void
AddNotes(const Experiment& experiment, RunResult& result)
{
    for (const auto& notes : {ProfileNotes(experiment), SipNotes(experiment)})
    {
        result.notes.insert(result.notes.end(), notes.begin(), notes.end());
    }
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

/// 3GPP TR 37.868 6.1.1, traffic model 2, for many devices that come at once, as after a power cut: Beta(3, 4). The third
/// smallest of six evenly distributed numbers is distributed so.
double
DrawBeta34(RandomSource& random)
{
    std::array<double, 6> draws{};
    for (auto& draw : draws)
    {
        draw = static_cast<double>(random.U32()) / 4294967296.0;
    }
    std::nth_element(draws.begin(), draws.begin() + 2, draws.end());
    return draws[2];
}

/// When each UE begins.
std::vector<Duration>
Arrivals(const Experiment& experiment)
{
    std::vector<Duration> times(experiment.ues.count, Duration(0));
    const double mean =
        static_cast<double>(experiment.ues.over.count()) / static_cast<double>(times.size());
    const auto random = StreamOf(experiment, "arrivals");
    double at = 0;
    for (auto& time : times)
    {
        switch (experiment.ues.arrival)
        {
        case Arrival::AT_ONCE:
            break;
        case Arrival::UNIFORM:
            time = Duration(static_cast<Duration::rep>(at));
            at += mean;
            break;
        case Arrival::POISSON:
            // Exponential gaps, by inversion of a number in (0, 1].
            at -= mean * std::log((static_cast<double>(random->U32()) + 1) / 4294967296.0);
            time = Duration(static_cast<Duration::rep>(at));
            break;
        case Arrival::POWER_CUT:
            time = Duration(static_cast<Duration::rep>(
                static_cast<double>(experiment.ues.over.count()) * DrawBeta34(*random)));
            break;
        }
    }
    return times;
}

/// Everything of one run, from its description to its result.
class Simulation
{
  public:
    explicit Simulation(const Experiment& experiment) : m_experiment(experiment)
    {
    }

    /// @return an error text; empty where all is set up.
    std::string
    Prepare(const std::string& captureDirectory)
    {
        if (const std::string error = LoadPolicies(); !error.empty())
        {
            return error;
        }
        m_topology.emplace(m_experiment, Plans());
        auto cpus = InstallCpus(m_experiment, *m_topology);
        if (!cpus)
        {
            return cpus.Error();
        }
        m_cpus = std::move(*cpus);
        for (const auto& cpu : m_cpus)
        {
            if (cpu.node == "ue") // the first one, whose phases are told
            {
                m_ueJobs = std::make_unique<JobLog>(cpu.processor);
            }
        }
        auto roles = InstallRoles(m_experiment, m_policies, *m_topology);
        if (!roles)
        {
            return roles.Error();
        }
        if (!captureDirectory.empty())
        {
            m_topology->Capture(captureDirectory);
        }
        m_roles = *roles;
        for (const auto& site : m_roles.sites)
        {
            m_sites.push_back(std::make_unique<SiteRecorder>(site));
        }
        for (const auto& couple : m_roles.couples)
        {
            m_couples.push_back(std::make_unique<CoupleRun>(
                m_experiment, couple, [this] { HandleFinished(); }, IsWatched(m_couples.size())));
        }
        return {};
    }

    void
    Run()
    {
        const auto arrivals = Arrivals(m_experiment);
        for (std::size_t i = 0; i < m_couples.size(); ++i)
        {
            ns3::Simulator::Schedule(m_topology->GetSettleTime() +
                                         ns3::imstls::ToNs3Time(arrivals[i]),
                                     &CoupleRun::Start,
                                     m_couples[i].get());
        }
        ns3::Simulator::Stop(ns3::imstls::ToNs3Time(m_experiment.limits.simulated));
        ns3::Simulator::Run();
    }

    RunOutput
    Collect() const
    {
        std::vector<const SiteRecorder*> sites;
        for (const auto& site : m_sites)
        {
            sites.push_back(site.get());
        }
        RunOutput output{m_couples.front()->Collect(sites), PolicyHash(m_policies.front()), {}, {}};
        RunResult& result = output.result;
        for (const auto& couple : m_couples)
        {
            output.keyLog += couple->GetKeyLog();
            result.ues.push_back(couple->Summarise(sites));
        }
        for (const auto* site : sites)
        {
            output.keyLog += site->GetKeyLog();
        }
        for (const auto& site : m_roles.sites)
        {
            const auto counters = site.firewall->GetEngine()->GetCounters();
            result.firewall.allowed += counters.allowed;
            result.firewall.refused += counters.refused;
        }
        result.simulatedEnd = CoreNow();
        result.events = ns3::Simulator::GetEventCount();
        if (m_ueJobs)
        {
            AddComputing(result.phases, *m_ueJobs);
        }
        result.cpus = CollectCpus(m_cpus, result.simulatedEnd);
        result.notes = CpuNotes(m_experiment, m_cpus);
        if (m_experiment.evidence.timeline)
        {
            output.timeline = Timeline(result, sites);
        }
        AddNotes(m_experiment, result);
        return output;
    }

  private:
    /// The phases of the result are the first couple's; the timeline is about more of them.
    bool
    IsWatched(std::size_t couple) const
    {
        const auto& evidence = m_experiment.evidence;
        return (couple == 0 && evidence.phases) || (evidence.timeline && couple < evidence.couples);
    }

    /// @param first the first couple's result
    std::vector<TimelineEvent>
    Timeline(const RunResult& first, const std::vector<const SiteRecorder*>& sites) const
    {
        const std::size_t told =
            std::min<std::size_t>(m_couples.size(), m_experiment.evidence.couples);
        std::vector<RunResult> results(told);
        std::vector<TimelineSources> sources;
        for (std::size_t i = 0; i < told; ++i)
        {
            results[i] = i == 0 ? first : m_couples[i]->Collect(sites);
            sources.push_back(m_couples[i]->GetTimelineSources(
                i + 1, m_experiment, *m_topology, results[i], sites));
        }
        return CollectTimeline(sources);
    }

    /// The networks of the UEs share one policy, that of the callee has its own.
    std::string
    LoadPolicies()
    {
        const auto policy = engine::LoadPolicy(m_experiment.firewall.policy, PolicyDirectory());
        if (!policy)
        {
            return config::ToString(policy.Error());
        }
        m_policies.assign(m_experiment.ues.firewalls, *policy);
        if (m_experiment.HasCalleeSite())
        {
            const auto callee = engine::LoadPolicy(m_experiment.callee.policy, PolicyDirectory());
            if (!callee)
            {
                return config::ToString(callee.Error());
            }
            m_policies.push_back(*callee);
        }
        return {};
    }

    std::vector<SitePlan>
    Plans() const
    {
        const auto& ues = m_experiment.ues;
        std::vector<SitePlan> plans;
        for (unsigned i = 0; i < ues.firewalls; ++i)
        {
            plans.push_back({i == 0 ? "" : "site-" + std::to_string(i + 1),
                             (ues.count + ues.firewalls - 1 - i) / ues.firewalls,
                             m_policies[i].proxy.has_value(),
                             PoliciesOf(m_policies[i]).back().nat.addresses});
        }
        if (m_experiment.HasCalleeSite())
        {
            plans.push_back({"callee",
                             ues.count,
                             m_policies.back().proxy.has_value(),
                             PoliciesOf(m_policies.back()).back().nat.addresses});
        }
        return plans;
    }

    void
    HandleFinished()
    {
        if (++m_finished == m_couples.size())
        {
            // What is on its way when the users are done (close_notify, FIN) still belongs into the captures.
            ns3::Simulator::Stop(ns3::Seconds(1));
        }
    }

    const Experiment& m_experiment;
    std::vector<engine::Policy> m_policies;
    std::optional<Topology> m_topology;
    std::vector<NodeCpu> m_cpus;
    std::unique_ptr<JobLog> m_ueJobs; ///< null where the UE has no CPU
    Roles m_roles;
    std::vector<std::unique_ptr<SiteRecorder>> m_sites;
    std::vector<std::unique_ptr<CoupleRun>> m_couples;
    std::size_t m_finished{0};
};

} // namespace

Result<RunOutput, std::string>
RunExperiment(const Experiment& experiment, const std::string& captureDirectory)
{
    const SimulationScope scope(experiment);
    Simulation simulation(experiment);
    if (std::string error = simulation.Prepare(captureDirectory); !error.empty())
    {
        return Failure{std::move(error)};
    }
    simulation.Run();
    return simulation.Collect();
}

} // namespace imsfw::scenario
