// SPDX-License-Identifier: GPL-2.0-only
#include "timeline.h"

#include <algorithm>
#include <cmath>
#include <fstream>

namespace imsfw::scenario
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr double MAX_MS = 1e12; // thirty years: nothing simulates longer

/// @return nothing where the line is no event.
std::optional<TimelineEvent>
EventOf(const std::string& line)
{
    Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("at_ms") || !json["at_ms"].is_number())
    {
        return std::nullopt;
    }
    const auto at = json["at_ms"].get<double>();
    for (const char* name : {"node", "event"})
    {
        if (!json.contains(name) || !json[name].is_string())
        {
            return std::nullopt;
        }
    }
    if (!(at >= 0 && at <= MAX_MS))
    {
        return std::nullopt;
    }
    TimelineEvent event;
    event.at = TimePoint(Duration(std::llround(at * 1e6)));
    event.node = json["node"];
    event.event = json["event"];
    json.erase("at_ms");
    json.erase("node");
    json.erase("event");
    event.details = std::move(json);
    return event;
}

} // namespace

std::string
ToJsonLines(std::vector<TimelineEvent> events)
{
    std::stable_sort(events.begin(),
                     events.end(),
                     [](const TimelineEvent& a, const TimelineEvent& b) { return a.at < b.at; });
    std::string lines;
    for (const auto& event : events)
    {
        Json json{{"at_ms", ToMilliseconds(event.at.time_since_epoch())},
                  {"node", event.node},
                  {"event", event.event}};
        json.update(event.details.is_object() ? event.details : Json::object());
        lines += json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    }
    return lines;
}

Result<std::vector<TimelineEvent>, std::string>
ReadTimeline(const std::string& path)
{
    std::ifstream file(path);
    if (!file)
    {
        return Failure{path + ": cannot be read"};
    }
    std::vector<TimelineEvent> events;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number)
    {
        auto event = EventOf(line);
        if (!event)
        {
            return Failure{path + ":" + std::to_string(number) + ": is no event of a run"};
        }
        events.push_back(std::move(*event));
    }
    return events;
}

} // namespace imsfw::scenario
