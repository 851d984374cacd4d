// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the scenario tests share: one experiment from a list of settings, run and told as a word.
#pragma once

#include "experiment-loader.h"
#include "simulation.h"

#include <gtest/gtest.h>

#include <string>
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
