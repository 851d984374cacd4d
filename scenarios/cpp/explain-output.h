// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What `imsfw explain` found, for people.
#pragma once

#include "explained-run.h"
#include "report.h"

#include <ostream>

namespace imsfw::scenario
{

void PrintText(std::ostream& out, const ExplainedRun& explained, const Paint& paint);

} // namespace imsfw::scenario
