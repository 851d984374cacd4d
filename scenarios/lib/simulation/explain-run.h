// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Explains a run folder: asks the policies again about its captures, and runs the experiment again with what may help.
#pragma once

#include "base/result.h"
#include "explained-run.h"

#include <string>

namespace imsfw::scenario
{

struct ExplainError
{
    std::string message;
    bool isBadInput{true}; ///< else temporary files cannot be written
};

/// @param folder that `imsfw run` has written
/// @param findsChanges where the run failed, look for the smallest changes that let it pass, and run each
Result<ExplainedRun, ExplainError> ExplainRun(const std::string& folder, bool findsChanges);

} // namespace imsfw::scenario
