// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What scenario scripts do where an experiment is wrong or cannot be run: say why, and end.
#pragma once

#include "experiment-loader.h"
#include "simulation.h"

#include <cstdlib>
#include <iostream>

namespace imsfw::scenario
{

/// @return the experiment of @p file with @p settings ("section.key=value"); ends the program with status 2 and the
/// findings (file, line, field) where it is wrong
inline Experiment
LoadOrExit(const std::string& file, const std::vector<std::string>& settings)
{
    const auto experiment = LoadExperiment(file, settings);
    if (!experiment)
    {
        std::cerr << config::ToString(experiment.Error());
        std::exit(2);
    }
    return *experiment;
}

/// @return what came of @p experiment, simulated without captures; ends the program with status 1 where it cannot be run
inline RunResult
RunOrExit(const Experiment& experiment)
{
    const auto output = RunExperiment(experiment, "");
    if (!output)
    {
        std::cerr << experiment.name << ": " << output.Error() << "\n";
        std::exit(1);
    }
    return output->result;
}

} // namespace imsfw::scenario
