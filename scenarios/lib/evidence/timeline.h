// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What happened in a run, event by event: timeline.jsonl, one JSON object in each line, in the order of time.
///
/// | event | node | members beside at_ms, node and event |
/// |---|---|---|
/// | node | every host and firewall | address, link: its capture's name; of a UE: couple (from 1), of (so many), uri |
/// | attempt-started, attempt-ended | the UE | plane, transport, outcome |
/// | tls-established | the UE | plane, transport, version, suite |
/// | message | the UE, and a callee behind a firewall | way (sent, received), flow, name, count, until_ms; from, to: its place in the TCP stream |
/// | verdict | a firewall | action, rule, reason, flow (as it was first seen), size, first_of_flow |
/// | refused | a web proxy | rule, reason, flow |
#pragma once

#include "base/result.h"
#include "base/time.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace imsfw::scenario
{

struct TimelineEvent
{
    TimePoint at{};
    std::string node;
    std::string event;
    nlohmann::ordered_json details = nlohmann::ordered_json::object();
};

/// @return the lines of the file. Events of the same moment keep their order.
std::string ToJsonLines(std::vector<TimelineEvent> events);

/// @return the events of a file, or what is wrong with it: "file:line: ...".
Result<std::vector<TimelineEvent>, std::string> ReadTimeline(const std::string& path);

} // namespace imsfw::scenario
