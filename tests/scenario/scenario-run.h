// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the scenario tests share: one experiment from a list of settings, run and told as a word.
#pragma once

#include "experiment-loader.h"
#include "simulation.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace imsfw::scenario
{

/// Run the default experiment with @p settings. A setting that does not load fails the test.
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

} // namespace imsfw::scenario
