// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What ICE tried, for people.
#pragma once

#include "result.h"

#include <ostream>

namespace imsfw::scenario
{

/// One line for each leg: whose, from what to what, what became of it, and what stopped it.
void PrintIceLegs(std::ostream& out, const std::vector<IceLeg>& legs);

} // namespace imsfw::scenario
