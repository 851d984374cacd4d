// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The subcommands of `imsfw policy`: each reads its arguments, prints, and returns the exit status.
#pragma once

#include <string>
#include <vector>

namespace imsfw::scenario
{

using Arguments = std::vector<std::string>;

inline constexpr int OK = 0;
inline constexpr int FAILED = 1;
inline constexpr int BAD_INPUT = 2;

int ListPolicies(const Arguments& arguments);
int ShowPolicy(const Arguments& arguments);
int CheckPolicyFiles(const Arguments& arguments);
int DiffPolicies(const Arguments& arguments);
int TestPolicy(const Arguments& arguments);
int ExportPolicy(const Arguments& arguments);

} // namespace imsfw::scenario
