// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How the hosts of an experiment behave where ns-3's own defaults are not those of a host of today.
#pragma once

#include "experiment.h"

namespace imsfw::scenario
{

/// TCP as @p tcp says, and as today's Linux has it where ns-3's own defaults differ (segment size, buffers), checksums
/// on. Sets ns-3's global defaults: call it before the nodes are made.
void ApplyHostDefaults(const TcpSettings& tcp = {});

} // namespace imsfw::scenario
