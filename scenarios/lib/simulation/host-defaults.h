// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How the hosts of an experiment behave where ns-3's own defaults are not those of a host of today.
#pragma once

namespace imsfw::scenario
{

/// TCP as today's Linux has it where ns-3's own defaults differ (segment size, initial window, time-outs), checksums
/// on. Sets ns-3's global defaults: call it before the nodes are made.
void ApplyHostDefaults();

} // namespace imsfw::scenario
