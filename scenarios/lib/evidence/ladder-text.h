// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A ladder diagram as text and as SVG.
#pragma once

#include "ladder.h"

#include <ostream>
#include <string>

namespace imsfw::scenario
{

/// One line for each message: its time, the columns with the arrow, then name, size, count and what the firewall thought.
void PrintLadder(std::ostream& out, const Ladder& ladder);

/// @return a whole SVG document; what is written in it needs no font but the reader's own.
std::string ToSvg(const Ladder& ladder);

} // namespace imsfw::scenario
