// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Applies what one policy file says to what its base says.
#pragma once

#include "engine/config/checked-yaml.h"
#include "engine/policy/policy.h"

namespace imsfw::engine
{

/// The file's own rules stand first, then the base's; a base rule of the same id is replaced, those listed under `remove`
/// are left out; `nat` and `proxy` are merged field by field.
/// @param policy the base, changed in place
/// @return what no schema can express; empty where all is well
config::Diagnostics ApplyLayer(const config::Document& document, Policy& policy);

} // namespace imsfw::engine
