// SPDX-License-Identifier: GPL-2.0-only
#include "run-reader.h"

#include "data-files.h"
#include "experiment-loader.h"

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace imsfw::scenario
{

namespace
{

using Json = nlohmann::json;

constexpr double MAX_MS = 1e12; // thirty years: nothing simulates longer

/// @return the text under @p key; empty where it is no text.
std::string
TextOf(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<Verdict>
VerdictOf(const std::string& word)
{
    for (const auto verdict : {Verdict::PASS, Verdict::FAIL, Verdict::NOT_ATTEMPTED})
    {
        if (word == ToString(verdict))
        {
            return verdict;
        }
    }
    return std::nullopt;
}

DecidingEvent
EventOf(const Json& json)
{
    DecidingEvent event{TextOf(json, "element"),
                        TextOf(json, "rule"),
                        TextOf(json, "reason"),
                        TextOf(json, "detail"),
                        TextOf(json, "flow"),
                        TextOf(json, "first_bytes"),
                        {}};
    const auto at = json.find("at_ms");
    if (at != json.end() && at->is_number())
    {
        const auto time = at->get<double>();
        const bool isInRange = time >= 0 && time <= MAX_MS; // a conversion of more is undefined
        event.at = TimePoint(Duration(isInRange ? std::llround(time * 1e6) : 0));
    }
    return event;
}

/// @return false where there is no such plane, or it has no verdict.
bool
ReadPlane(const Json& result, const char* name, PlaneResult& plane)
{
    const Json::json_pointer path(std::string("/planes/") + name);
    if (!result.contains(path) || !result[path].is_object())
    {
        return false;
    }
    const Json& json = result[path];
    const auto verdict = VerdictOf(TextOf(json, "verdict"));
    if (!verdict)
    {
        return false;
    }
    plane.verdict = *verdict;
    const auto decided = json.find("decided_by");
    if (decided != json.end() && decided->is_object())
    {
        plane.decidedBy = EventOf(*decided);
    }
    return true;
}

std::string
SuiteOf(const Json& result)
{
    const auto tls = result.find("tls");
    const bool isThere = tls != result.end() && tls->is_array() && !tls->empty();
    return isThere && tls->front().is_object() ? TextOf(tls->front(), "suite") : "";
}

/// @return none where an earlier imsfw wrote the result.
std::vector<IceLeg>
IceLegsOf(const Json& result)
{
    std::vector<IceLeg> legs;
    const auto list = result.find("ice_legs");
    for (const Json& leg : list != result.end() && list->is_array() ? *list : Json::array())
    {
        if (leg.is_object())
        {
            legs.push_back({TextOf(leg, "party"),
                            TextOf(leg, "local"),
                            TextOf(leg, "remote"),
                            TextOf(leg, "state"),
                            TextOf(leg, "why"),
                            TextOf(leg, "element"),
                            TextOf(leg, "rule"),
                            TextOf(leg, "reason")});
        }
    }
    return legs;
}

} // namespace

std::map<std::string, PlaneResult>
FinishedRun::Planes() const
{
    return {{"control", control}, {"media_udp", mediaUdp}};
}

bool
FinishedRun::HasFailed() const
{
    return control.verdict == Verdict::FAIL || mediaUdp.verdict == Verdict::FAIL;
}

bool
ReadResult(const std::string& json, FinishedRun& run)
{
    const Json result = Json::parse(json, nullptr, false);
    if (!result.is_object() || !ReadPlane(result, "control", run.control) ||
        !ReadPlane(result, "media_udp", run.mediaUdp))
    {
        return false;
    }
    run.suite = SuiteOf(result);
    run.iceLegs = IceLegsOf(result);
    return true;
}

Result<FinishedRun, std::string>
ReadRun(const std::string& folder)
{
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
    {
        return Failure{folder + ": there is no such folder"};
    }
    for (const char* name : {"experiment.yaml", "result.json"})
    {
        if (!std::filesystem::is_regular_file(folder + "/" + name, error))
        {
            return Failure{folder + ": is no run folder, it has no " + name};
        }
    }
    const auto experiment = LoadExperiment(folder + "/experiment.yaml");
    if (!experiment)
    {
        return Failure{config::ToString(experiment.Error())};
    }
    std::string text;
    ReadFile(folder + "/result.json", text);
    FinishedRun run{folder, *experiment, {}, {}, {}};
    if (!ReadResult(text, run))
    {
        return Failure{folder + "/result.json: is no result of a run"};
    }
    return run;
}

} // namespace imsfw::scenario
