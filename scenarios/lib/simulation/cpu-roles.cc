// SPDX-License-Identifier: GPL-2.0-only
#include "cpu-roles.h"

#include "base/text.h"
#include "cpu-tables.h"
#include "identities.h"

#include <set>
#include <utility>

namespace imsfw::scenario
{

namespace
{

using ns3::Node;
using ns3::Ptr;
using ns3::imscpu::Processor;

/// Gives nodes CPUs of one choice; the table is read once.
class Installer
{
  public:
    Installer(const CpuChoice& choice, std::vector<NodeCpu>& installed) : m_installed(installed)
    {
        if (choice.IsNone())
        {
            return;
        }
        const auto table = LoadCpuTable(choice.table);
        if (!table)
        {
            m_error = config::ToString(table.Error());
            return;
        }
        m_table = *table;
        m_table->cores = choice.cores != 0 ? choice.cores : m_table->cores;
        m_table->speed *= choice.speed;
    }

    void
    Install(const std::string& name, Ptr<Node> node)
    {
        if (m_table && node)
        {
            m_installed.push_back({name, Processor::Install(node, *m_table)});
        }
    }

    const std::string&
    GetError() const
    {
        return m_error;
    }

  private:
    std::vector<NodeCpu>& m_installed;
    std::optional<cpu::CostTable> m_table;
    std::string m_error;
};

std::string
NameIn(const Site& site, const std::string& role)
{
    return site.name.empty() ? role : site.name + "-" + role;
}

CpuResult
ToResult(const NodeCpu& node, TimePoint end)
{
    const cpu::Cpu& cpu = node.processor->GetCpu();
    const cpu::CostTable& table = cpu.GetTable();
    const cpu::Account& account = cpu.GetAccount();
    CpuResult result;
    result.node = node.node;
    result.table = table.name;
    result.model = table.model;
    result.cores = table.cores;
    result.speed = table.speed;
    result.jobs = account.jobs;
    result.busy = account.busy;
    result.waited = account.waited;
    result.longestWait = account.longestWait;
    const double offered = ToMilliseconds(end.time_since_epoch()) * table.cores;
    result.utilisation = offered > 0 ? ToMilliseconds(account.busy) / offered : 0;
    for (const auto& [name, total] : account.operations)
    {
        result.operations.push_back({name, total.times, total.bytes, total.time});
    }
    return result;
}

} // namespace

JobLog::JobLog(Ptr<Processor> processor) : m_processor(std::move(processor))
{
    m_processor->TraceConnectWithoutContext("Submitted",
                                            ns3::MakeCallback(&JobLog::HandleJob, this));
}

JobLog::~JobLog()
{
    m_processor->TraceDisconnectWithoutContext("Submitted",
                                               ns3::MakeCallback(&JobLog::HandleJob, this));
}

void
JobLog::HandleJob(const WorkList&, const cpu::Slot& slot)
{
    if (slot.Cost() > Duration::zero())
    {
        m_jobs.push_back(slot);
    }
}

Duration
JobLog::ComputedIn(TimePoint start, TimePoint end) const
{
    Duration sum{};
    for (const auto& job : m_jobs)
    {
        sum += job.arrived >= start && job.end <= end ? job.Cost() : Duration::zero();
    }
    return sum;
}

void
AddComputing(std::vector<Phase>& phases, const JobLog& ue)
{
    for (auto& phase : phases)
    {
        phase.computed = ue.ComputedIn(phase.start, phase.end);
    }
}

Result<std::vector<NodeCpu>, std::string>
InstallCpus(const Experiment& experiment, const Topology& topology)
{
    std::vector<NodeCpu> cpus;
    Installer ue(experiment.cpu.ue, cpus);
    Installer pCscf(experiment.cpu.pCscf, cpus);
    Installer proxy(experiment.cpu.proxy, cpus);
    Installer turn(experiment.cpu.turn, cpus);
    Installer firewall(experiment.cpu.firewall, cpus);
    for (const auto& installer : {ue, pCscf, proxy, turn, firewall})
    {
        if (!installer.GetError().empty())
        {
            return Failure{installer.GetError()};
        }
    }
    for (const auto& site : topology.sites)
    {
        for (unsigned i = 0; i < site.ues.size(); ++i)
        {
            ue.Install(NameIn(site, identities::Numbered("ue", i)), site.ues[i]);
        }
        proxy.Install(NameIn(site, "web-proxy"), site.webProxy);
        firewall.Install(NameIn(site, "firewall"), site.firewall);
    }
    for (unsigned i = 0; i < topology.pCscfs.size(); ++i)
    {
        pCscf.Install(identities::Numbered("p-cscf", i), topology.pCscfs[i]);
    }
    turn.Install("turn-server", topology.turnServer);
    return cpus;
}

std::vector<CpuResult>
CollectCpus(const std::vector<NodeCpu>& cpus, TimePoint end)
{
    std::vector<CpuResult> results;
    for (const auto& node : cpus)
    {
        const bool isOneOfMany = node.node.find("ue-") != std::string::npos;
        if (!isOneOfMany)
        {
            results.push_back(ToResult(node, end));
        }
    }
    return results;
}

std::vector<std::string>
CpuNotes(const Experiment& experiment, const std::vector<NodeCpu>& cpus)
{
    if (cpus.empty())
    {
        return {"computing takes no simulated time (cpu: none): latencies are those of the "
                "network alone"};
    }
    std::vector<std::string> notes;
    std::vector<std::string> free;
    const std::vector<std::pair<std::string, const CpuChoice*>> choices{
        {"ue", &experiment.cpu.ue},
        {"p_cscf", &experiment.cpu.pCscf},
        {"proxy", &experiment.cpu.proxy},
        {"turn", &experiment.cpu.turn},
        {"firewall", &experiment.cpu.firewall},
    };
    for (const auto& [name, choice] : choices)
    {
        if (choice->IsNone())
        {
            free.push_back(name);
        }
    }
    if (!free.empty())
    {
        notes.push_back("computing takes no simulated time at: " + Join(free, ", "));
    }
    std::set<std::string> unpriced;
    for (const auto& node : cpus)
    {
        const auto& unknown = node.processor->GetCpu().GetAccount().unpriced;
        unpriced.insert(unknown.begin(), unknown.end());
    }
    if (!unpriced.empty())
    {
        notes.push_back("taken as free, since a CPU table has no price for it: " +
                        Join({unpriced.begin(), unpriced.end()}, ", "));
    }
    return notes;
}

} // namespace imsfw::scenario
