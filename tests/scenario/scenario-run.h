// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the scenario tests share: one experiment from a list of settings, run and told as a word.
#pragma once

#include "data-files.h"
#include "experiment-loader.h"
#include "result-json.h"
#include "simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace imsfw::scenario
{

/// @return what scenarios/result.schema.json has against a result; empty where it fits.
inline std::string
AgainstSchema(const Experiment& experiment, const RunOutput& output)
{
    std::string schema;
    EXPECT_TRUE(ReadFile(DataRoot() + "/scenarios/result.schema.json", schema));
    const std::string json = ToJson(experiment, output.result, MakeProvenance(output.policyHash));
    const auto checked = config::LoadText("result.json", json, schema); // JSON is YAML
    return checked ? "" : config::ToString(checked.Error());
}

/// Run the default experiment with @p settings. A setting that does not load, or a result that does not fit its schema,
/// fails the test.
inline RunOutput
RunWith(const std::vector<std::string>& settings, const std::string& captures = {})
{
    const auto experiment = LoadExperiment("", settings);
    EXPECT_TRUE(experiment) << (experiment ? "" : config::ToString(experiment.Error()));
    if (!experiment)
    {
        return {};
    }
    auto output = RunExperiment(*experiment, captures);
    EXPECT_TRUE(output) << (output ? "" : output.Error());
    EXPECT_EQ(output ? AgainstSchema(*experiment, *output) : "", "");
    return output ? *output : RunOutput{};
}

/// @return a new folder of this process's own: ctest runs tests side by side.
inline std::filesystem::path
ScratchFolder(const std::string& name)
{
    const auto folder = std::filesystem::path(testing::TempDir()) /
                        ("imsfw-" + std::to_string(getpid()) + "-" + name);
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

/// @return for people, why a plane of @p result failed.
inline std::string
Why(const RunResult& result)
{
    std::string text;
    for (const auto* plane : {&result.control, &result.mediaUdp})
    {
        if (plane->decidedBy)
        {
            const auto& event = *plane->decidedBy;
            text += event.element + " " + event.rule + " " + event.reason + " (" + event.detail +
                    ") " + event.flow + "; ";
        }
    }
    return text;
}

/// @return what came of registering over the solution's transport, without a call.
inline RunResult
Register(std::vector<std::string> settings)
{
    settings.insert(settings.end(), {"call.enabled=false", "transport=solution"});
    return RunWith(settings).result;
}

/// @return whether the result has a note in which that stands.
inline bool
HasNote(const RunResult& result, const std::string& text)
{
    return std::any_of(result.notes.begin(),
                       result.notes.end(),
                       [&](const std::string& note)
                       { return note.find(text) != std::string::npos; });
}

} // namespace imsfw::scenario
