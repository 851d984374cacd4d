// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Says in words, and with line and field, why a document does not fit its JSON Schema.
///
/// It walks schema and document together. It is not the judge (valijson is): where it finds nothing although valijson
/// refused, the caller falls back to valijson's own words. Known: $ref within the schema, type, enum, const, pattern,
/// format limits (minimum .. maxItems), required, properties, additionalProperties, items, allOf, anyOf, oneOf.
#pragma once

#include "engine/config/checked-yaml.h"

#include <nlohmann/json.hpp>

namespace imsfw::config
{

Diagnostics ExplainViolations(const Document& document,
                              const nlohmann::json& value,
                              const nlohmann::json& schema);

} // namespace imsfw::config
