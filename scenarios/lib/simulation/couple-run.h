// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One UE and its callee in a run: what they do, what is heard of it, and what came of it.
#pragma once

#include "call-flow.h"
#include "recorder.h"
#include "result.h"
#include "roles.h"
#include "timeline-collector.h"
#include "ue-probe.h"

#include <functional>
#include <memory>

namespace imsfw::scenario
{

class CoupleRun
{
  public:
    /// @param onFinished as CallFlow's
    /// @param isWatched whether a probe is set on the UE's interface, for the bytes of its phases and for its messages
    CoupleRun(const Experiment& experiment,
              Couple couple,
              std::function<void()> onFinished,
              bool isWatched);

    /// Begin; from within the simulation.
    void Start();

    /// Everything about the couple. @param sites of the whole run, as the topology's
    RunResult Collect(const std::vector<const SiteRecorder*>& sites) const;
    /// The little that is kept of each of many UEs.
    UeResult Summarise(const std::vector<const SiteRecorder*>& sites) const;

    std::string GetKeyLog() const;

    /// What the timeline is made of; refers to this and to what it is given.
    /// @param number of this couple, counted from 1. @param result of this couple
    TimelineSources GetTimelineSources(std::size_t number,
                                       const Experiment& experiment,
                                       const Topology& topology,
                                       const RunResult& result,
                                       const std::vector<const SiteRecorder*>& sites) const;

  private:
    /// What was refused in the networks of the two.
    std::vector<Refusal> RefusalsOf(const std::vector<const SiteRecorder*>& sites) const;
    void AddPlanes(RunResult& result, const std::vector<Refusal>& refusals) const;
    void AddAttempts(RunResult& result, const std::vector<Refusal>& refusals) const;
    void AddTls(RunResult& result) const;
    void AddPair(RunResult& result) const;
    void AddIceLegs(RunResult& result, const std::vector<Refusal>& refusals) const;
    bool IsViaProxy() const;

    Couple m_couple;
    TlsRecorder m_ueTls;
    TlsRecorder m_calleeTls;
    std::unique_ptr<UeProbe> m_probe; ///< null where nobody watches
    std::unique_ptr<UeProbe>
        m_calleeProbe; ///< of one behind a firewall, for its messages; else null
    bool m_hasPhases;  ///< with their bytes
    TimePoint m_started{};
    CallFlow m_flow;
};

} // namespace imsfw::scenario
