// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A matrix of experiments: what its cells are, and what came of each.
#pragma once

#include "base/result.h"
#include "experiment-loader.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace imsfw::scenario
{

struct MatrixColumn
{
    std::string title;
    std::string transport;
    std::string suite;  ///< as the column names it; empty: the TLS library's default offer
    std::string callee; ///< the policy of the callee's network; empty: it is at the core's side
};

struct MatrixRow
{
    std::string policy;
    std::string id;    ///< the policy's own id
    std::string label; ///< the policy's own number, for people; empty where it has none
    std::string title;
};

struct Matrix
{
    std::string title;
    std::vector<MatrixRow> rows;
    std::vector<MatrixColumn> columns;
    /// Row by row: rows.size() * columns.size() of them, each complete and checked.
    std::vector<Experiment> cells;

    std::size_t
    IndexOf(std::size_t row, std::size_t column) const
    {
        return row * columns.size() + column;
    }
};

/// What a user narrows or changes from the command line.
struct MatrixRequest
{
    std::string file;
    std::vector<std::string> policies;   ///< only these rows (id or label); empty: all
    std::vector<std::string> transports; ///< only columns of these transports; empty: all
    std::vector<std::string> settings;   ///< after the file's own
};

/// Read the matrix and check every cell's experiment before anything runs.
Result<Matrix, Diagnostics> LoadMatrix(const MatrixRequest& request);

/// One cell as the tables show it; text exactly as in CSV.
struct CellSummary
{
    std::string control{"not-attempted"};
    std::string mediaUdp{"not-attempted"};
    std::string pair; ///< of a call by ICE, for example "relay tls+proxy/udp"
    std::string mediaTcp{"not-attempted"};
    std::string registrationMs;
    std::string callSetupMs;
    std::string failedElement;
    std::string failedRule;
    std::string reason;
    std::string failedAtMs;
};

/// @return the pair of candidates of a result in a few words: "direct", "reflexive", or "relay" with what each end sends
/// over to its TURN server ("tcp", "tls", "+proxy" where that goes through a web proxy; "-" without a TURN server); empty
/// where there is none.
std::string PairLabel(const nlohmann::ordered_json& result);

/// @param result what ToJson (result-json.h) made of the cell's run
CellSummary Summarise(const nlohmann::ordered_json& result);

} // namespace imsfw::scenario
