// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A run's result as JSON, with what it takes to know where it came from.
#pragma once

#include "experiment.h"
#include "result.h"

#include <string>

namespace imsfw::scenario
{

/// Where a result came from.
struct Provenance
{
    std::string commit;     ///< of this project, with "-dirty" where the tree was changed
    std::string policyHash; ///< of the flattened policy
    std::string ns3;
    std::string openssl;
};

/// @return what is known at run time; @p policyHash comes from the compiled policy.
Provenance MakeProvenance(const std::string& policyHash);

/// @return pretty-printed JSON with a newline at its end.
std::string ToJson(const Experiment& experiment,
                   const RunResult& result,
                   const Provenance& provenance);

} // namespace imsfw::scenario
