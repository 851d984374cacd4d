// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Policies as a user names them on a command line.
#pragma once

#include "engine/policy/policy.h"

#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// Print what is wrong with the command line. @return the exit status for that
int Complain(const std::string& message);

/// @param name an id, the number that the policy carries for people, or a file
/// @return nothing, and a printed complaint, where there is no such policy or it is wrong
std::optional<engine::Policy> FindPolicy(const std::string& name);

/// @return the shipped policies, by id.
std::vector<engine::Policy> AllPolicies();

} // namespace imsfw::scenario
