// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The phases of a run as text: a waterfall, and a table of the bytes that each cost by layer.
#pragma once

#include "result.h"

#include <ostream>
#include <vector>

namespace imsfw::scenario
{

/// One line for each phase, its bar where it lies in the time of all phases. Prints nothing where there are none.
void PrintWaterfall(std::ostream& out, const std::vector<Phase>& phases);

/// A column for each layer that carried something, both directions together. Prints nothing where nothing was measured.
void PrintLayers(std::ostream& out, const std::vector<Phase>& phases);

} // namespace imsfw::scenario
