// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Which phase lies in which: an attempt contains its connection, that its TCP, its tunnel and its TLS.
#pragma once

#include "result.h"

#include <vector>

namespace imsfw::scenario
{

/// Phases of one attempt lie in each other where their times do; of two that last equally long the first one given is
/// the outer one.
/// @return the same phases with parent and depth, each directly followed by those in it, otherwise in the order of
/// their beginnings
std::vector<Phase> Nest(std::vector<Phase> phases);

} // namespace imsfw::scenario
