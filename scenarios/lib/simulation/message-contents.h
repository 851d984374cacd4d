// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the people of an experiment write to each other: made from the experiment and the writer's name alone, so that
/// whoever gets it can tell whether it came whole.
#pragma once

#include "experiment.h"

#include "ims-media-msrp-outgoing.h"

#include <string>
#include <vector>

namespace imsfw::scenario
{

/// @return the messages of chat, then the file where there is one.
std::vector<msrp::Content> MessageContents(const Experiment& experiment, const std::string& writer);

} // namespace imsfw::scenario
