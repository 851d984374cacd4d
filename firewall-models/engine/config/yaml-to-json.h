// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Gives YAML's untyped scalars their types (YAML 1.2, 10.3.2 core schema), so that a JSON Schema can judge them.
#pragma once

#include "engine/config/checked-yaml.h"

#include <nlohmann/json.hpp>

namespace imsfw::config
{

/// The value of @p node as JSON, and what no schema can see: duplicate keys, keys that are no scalars, unknown tags,
/// documents without end (an alias that contains itself).
struct TypedDocument
{
    nlohmann::json value;
    Diagnostics diagnostics;
};

TypedDocument ToTypedJson(const Document& document);

/// @return the field below @p parent: "rules" and "ports" make "rules.ports".
std::string FieldBelow(const std::string& parent, const std::string& key);

/// @return the field below @p parent: "rules" and 2 make "rules[2]".
std::string FieldBelow(const std::string& parent, std::size_t index);

} // namespace imsfw::config
