// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A matrix for people (table), for spreadsheets (CSV) and for programs (JSON).
#pragma once

#include "matrix.h"

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <vector>

namespace imsfw::scenario
{

/// @param results one for each cell, as result-json.h makes them
void PrintTable(std::ostream& out,
                const Matrix& matrix,
                const std::vector<nlohmann::ordered_json>& results,
                bool colour);

/// RFC 4180, one row for each cell.
std::string ToCsv(const Matrix& matrix, const std::vector<nlohmann::ordered_json>& results);

std::string ToJson(const Matrix& matrix, const std::vector<nlohmann::ordered_json>& results);

} // namespace imsfw::scenario
