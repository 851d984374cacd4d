// SPDX-License-Identifier: GPL-2.0-only
#include "matrix.h"

#include "base/text.h"
#include "data-files.h"
#include "engine/policy/policy-loader.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace imsfw::scenario
{

namespace
{

using config::Document;
using Json = nlohmann::ordered_json;

std::string
Text(const YAML::Node& node, const char* key)
{
    return node[key] ? node[key].as<std::string>() : "";
}

/// Keep the entries that a filter names; a name that fits none is an error.
template <typename T, typename Fits>
Diagnostics
Narrow(std::vector<T>& entries,
       const std::vector<std::string>& wanted,
       const char* option,
       Fits fits)
{
    Diagnostics unknown;
    for (const auto& name : wanted)
    {
        const bool known =
            std::any_of(entries.begin(), entries.end(), [&](const T& e) { return fits(e, name); });
        if (!known)
        {
            unknown.push_back({option, 0, 0, "", "\"" + name + "\" is not in this matrix"});
        }
    }
    const auto isUnwanted = [&](const T& entry)
    {
        return std::none_of(
            wanted.begin(), wanted.end(), [&](const auto& name) { return fits(entry, name); });
    };
    if (!wanted.empty())
    {
        entries.erase(std::remove_if(entries.begin(), entries.end(), isUnwanted), entries.end());
    }
    return unknown;
}

Result<std::vector<MatrixRow>, Diagnostics>
ReadRows(const Document& document)
{
    std::vector<MatrixRow> rows;
    const YAML::Node root = document.root;
    for (const auto& node : root["policies"])
    {
        const auto name = node.as<std::string>();
        const auto policy = engine::LoadPolicy(name, PolicyDirectory());
        if (!policy)
        {
            Diagnostics errors = policy.Error();
            errors.push_back(
                document.At(node, "policies", "policy \"" + name + "\" cannot be used"));
            return Failure{errors};
        }
        rows.push_back({name, policy->id, policy->label, policy->title});
    }
    return rows;
}

std::vector<MatrixColumn>
ReadColumns(const Document& document)
{
    std::vector<MatrixColumn> columns;
    const YAML::Node root = document.root;
    for (const auto& node : root["columns"])
    {
        MatrixColumn column{Text(node, "title"), Text(node, "transport"), Text(node, "suite")};
        if (column.title.empty())
        {
            column.title = column.transport + (column.suite.empty() ? "" : " " + column.suite);
        }
        columns.push_back(column);
    }
    return columns;
}

Result<Experiment, Diagnostics>
MakeCell(const MatrixRow& row, const MatrixColumn& column, std::vector<std::string> settings)
{
    settings.push_back("name=\"" + row.id + " x " + column.title + "\"");
    settings.push_back("firewall.policy=\"" + row.policy + "\"");
    settings.push_back("transport=" + column.transport);
    if (!column.suite.empty())
    {
        settings.push_back("tls.suites=[" + column.suite + "]");
    }
    return LoadExperiment("", settings);
}

/// @return a figure as CSV has it: microseconds resolve, trailing zeros do not tell anything.
std::string
Figure(const Json& value)
{
    if (!value.is_number())
    {
        return {};
    }
    char text[32];
    std::snprintf(text, sizeof(text), "%.3f", value.get<double>());
    return text;
}

} // namespace

Result<Matrix, Diagnostics>
LoadMatrix(const MatrixRequest& request)
{
    std::string schema;
    ReadFile(DataRoot() + "/scenarios/matrix.schema.json", schema);
    const auto document = config::LoadFile(request.file, schema);
    if (!document)
    {
        return Failure{document.Error()};
    }
    auto rows = ReadRows(*document);
    if (!rows)
    {
        return Failure{rows.Error()};
    }
    const YAML::Node root = document->root;
    Matrix matrix{Text(root, "title"), *rows, ReadColumns(*document), {}};
    auto unknown = Narrow(matrix.rows,
                          request.policies,
                          "--policies",
                          [](const auto& row, const auto& name)
                          { return row.id == name || row.label == name; });
    const auto more =
        Narrow(matrix.columns,
               request.transports,
               "--transports",
               [](const auto& column, const auto& name) { return column.transport == name; });
    unknown.insert(unknown.end(), more.begin(), more.end());
    if (!unknown.empty())
    {
        return Failure{unknown};
    }
    std::vector<std::string> settings;
    for (const auto& setting : root["settings"])
    {
        settings.push_back(setting.as<std::string>());
    }
    settings.insert(settings.end(), request.settings.begin(), request.settings.end());
    for (const auto& row : matrix.rows)
    {
        for (const auto& column : matrix.columns)
        {
            auto cell = MakeCell(row, column, settings);
            if (!cell)
            {
                return Failure{cell.Error()};
            }
            matrix.cells.push_back(*cell);
        }
    }
    return matrix;
}

CellSummary
Summarise(const nlohmann::ordered_json& result)
{
    CellSummary cell;
    const Json& control = result["planes"]["control"];
    const Json& media = result["planes"]["media_udp"];
    cell.control = control["verdict"];
    cell.mediaUdp = media["verdict"];
    cell.registrationMs = Figure(result["registration_ms"]);
    cell.callSetupMs = Figure(result["call_setup_ms"]);
    for (const Json* plane : {&control, &media})
    {
        if (plane->contains("decided_by"))
        {
            const Json& event = (*plane)["decided_by"];
            cell.failedElement = event["element"];
            cell.failedRule = event["rule"];
            cell.reason = event["reason"];
            cell.failedAtMs = Figure(event["at_ms"]);
            break;
        }
    }
    return cell;
}

} // namespace imsfw::scenario
