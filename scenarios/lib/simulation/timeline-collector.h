// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The timeline of a run (timeline.h): UEs with their callees, and what stands between them.
#pragma once

#include "call-flow.h"
#include "experiment.h"
#include "party.h"
#include "recorder.h"
#include "timeline.h"
#include "topology.h"
#include "ue-probe.h"

#include <vector>

namespace imsfw::scenario
{

/// What the events of one couple are collected from, after the run.
struct TimelineSources
{
    std::size_t couple; ///< counted from 1
    const Experiment& experiment;
    const Topology& topology;
    const Party& ue;
    const Party& callee;
    const RunResult& result;
    const TlsRecorder& tls;
    const UeProbe* probe;                          ///< null: no messages
    const UeProbe* calleeProbe;                    ///< likewise
    const std::vector<const SiteRecorder*>& sites; ///< as the topology's
};

/// @param couples of one run, the first one first. What they share is told once.
std::vector<TimelineEvent> CollectTimeline(const std::vector<TimelineSources>& couples);

} // namespace imsfw::scenario
