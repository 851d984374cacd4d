// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A measured table as a YAML file that experiments can name.
#pragma once

#include "calibration.h"

#include <string>

namespace imsfw::calibrate
{

/// @return this machine's CPU as /proc/cpuinfo names it; "unknown CPU" where it does not.
std::string CpuName();

/// @return the file's text, the same for the same figures.
std::string ToYaml(const Operations& operations, const std::string& cpu, unsigned cores);

} // namespace imsfw::calibrate
