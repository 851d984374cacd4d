// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Loads a YAML file and checks it against a JSON Schema; what is wrong is said with file, line, column and field.
///
/// valijson is the judge: a document passes if and only if valijson passes it. The words come from a walk of our own
/// (schema-explainer.h), because valijson does not know lines and has no nearest names.
///
/// YAML's scalars are typed by the core schema of YAML 1.2 (10.3.2) before they are judged: plain `true`/`false` are
/// booleans, plain `443`, `0x1f` are integers, plain `1.5`, `2e3` are numbers, plain `null`, `~` and nothing are null;
/// everything else, and whatever stands in quotes, is a string. So `type: integer` accepts 443 and refuses abc and
/// "443", and `type: string` refuses 443 without quotes. Left out: merge keys (`<<` is a key like any other), custom
/// tags (refused), several documents in one file (refused).
#pragma once

#include "base/result.h"
#include "engine/config/parse-duration.h"

#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace imsfw::config
{

/// One thing that is wrong with a file, and where.
struct Diagnostic
{
    std::string file;
    int line{0};         ///< from 1; 0 where no line can be told (a missing file)
    int column{0};       ///< from 1; 0 likewise
    std::string field;   ///< "rules[2].ports", empty for the document as a whole
    std::string message; ///< for people, one line

    /// @return "file:line:column: field: message", without what is not known.
    std::string ToString() const;
};

using Diagnostics = std::vector<Diagnostic>;

/// @return one line for each of @p diagnostics.
std::string ToString(const Diagnostics& diagnostics);

/// A YAML document that its schema accepts.
struct Document
{
    std::string file;
    YAML::Node root;

    /// @return a diagnostic at the place of @p node, for checks that no schema can express.
    Diagnostic At(const YAML::Node& node, std::string field, std::string message) const;
};

/// Load and check a file. Never throws: a missing or unreadable file, a syntax error, an empty file, a duplicate key,
/// a document too large (4 MB, 200,000 values, 64 levels, 4,096 bytes for one scalar), and an impossible schema come back
/// as diagnostics too.
/// @param path a file to read
/// @param schemaText JSON Schema (draft 7 as valijson knows it; references within the schema only)
Result<Document, Diagnostics> LoadFile(const std::string& path, const std::string& schemaText);

/// As LoadFile, for text already at hand.
/// @param name what diagnostics call it in place of a file
Result<Document, Diagnostics> LoadText(const std::string& name,
                                       const std::string& text,
                                       const std::string& schemaText);

} // namespace imsfw::config
