// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The timeline of a run (timeline.h): its first UE with its callee, and what stands between them.
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

/// What events are collected from, after the run.
struct TimelineSources
{
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

std::vector<TimelineEvent> CollectTimeline(const TimelineSources& sources);

} // namespace imsfw::scenario
