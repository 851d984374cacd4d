// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Whether what an experiment says of ICE and video can be.
#pragma once

#include "experiment-findings.h"
#include "experiment.h"

namespace imsfw::scenario
{

void CheckVideo(const Experiment& e, Findings& findings);
void CheckIce(const Experiment& e, Findings& findings);

} // namespace imsfw::scenario
