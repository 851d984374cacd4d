// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The CPUs of an experiment's nodes.
#pragma once

#include "base/result.h"
#include "experiment.h"
#include "result.h"
#include "topology.h"

#include "ims-cpu-processor.h"

#include <string>
#include <vector>

namespace imsfw::scenario
{

/// The CPU of one node, where it has one.
struct NodeCpu
{
    std::string node; ///< "ue", "p-cscf", "firewall", "site-2-web-proxy"
    ns3::Ptr<ns3::imscpu::Processor> processor;
};

/// The jobs of one CPU, as they are handed in.
class JobLog
{
  public:
    explicit JobLog(ns3::Ptr<ns3::imscpu::Processor> processor);
    ~JobLog();
    JobLog(const JobLog&) = delete;
    JobLog& operator=(const JobLog&) = delete;

    /// @return the computing time of the jobs that began and ended in that time.
    Duration ComputedIn(TimePoint start, TimePoint end) const;

  private:
    void HandleJob(const WorkList& work, const cpu::Slot& slot);

    ns3::Ptr<ns3::imscpu::Processor> m_processor;
    std::vector<cpu::Slot> m_jobs;
};

/// Say of each phase what the UE's CPU did in it.
void AddComputing(std::vector<Phase>& phases, const JobLog& ue);

/// Give each node the CPU that the experiment says; call it before roles are installed.
/// @return the CPUs, or an error where a table that was there at checking is no more
Result<std::vector<NodeCpu>, std::string> InstallCpus(const Experiment& experiment,
                                                      const Topology& topology);

/// @return what the CPUs did until @p end, those of UEs other than the first left out.
std::vector<CpuResult> CollectCpus(const std::vector<NodeCpu>& cpus, TimePoint end);

/// @return for people: that computing takes no time, on which nodes, and what a table did not know.
std::vector<std::string> CpuNotes(const Experiment& experiment, const std::vector<NodeCpu>& cpus);

} // namespace imsfw::scenario
