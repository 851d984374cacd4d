// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A deciding event as JSON, the same wherever one is told.
#pragma once

#include "result.h"

#include <nlohmann/json.hpp>

namespace imsfw::scenario
{

/// @return the object "decided_by" of result.schema.json.
nlohmann::ordered_json ToJson(const DecidingEvent& event);

} // namespace imsfw::scenario
