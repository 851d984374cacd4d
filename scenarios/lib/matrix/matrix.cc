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

/// @param list "policies" (of callers) or "callees"
Result<std::vector<MatrixRow>, Diagnostics>
ReadPolicies(const Document& document, const char* list)
{
    std::vector<MatrixRow> rows;
    const YAML::Node root = document.root;
    for (const auto& node : root[list])
    {
        const auto name = node.as<std::string>();
        const auto policy = engine::LoadPolicy(name, PolicyDirectory());
        if (!policy)
        {
            Diagnostics errors = policy.Error();
            errors.push_back(document.At(node, list, "policy \"" + name + "\" cannot be used"));
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
        MatrixColumn column{Text(node, "title"), Text(node, "transport"), Text(node, "suite"), {}};
        if (column.title.empty())
        {
            column.title = column.transport + (column.suite.empty() ? "" : " " + column.suite);
        }
        columns.push_back(column);
    }
    return columns;
}

/// @return every column once for each callee; the columns as they are where there are no callees.
std::vector<MatrixColumn>
ForEachCallee(const std::vector<MatrixColumn>& columns, const std::vector<MatrixRow>& callees)
{
    if (callees.empty())
    {
        return columns;
    }
    std::vector<MatrixColumn> all;
    for (const auto& column : columns)
    {
        for (const auto& callee : callees)
        {
            MatrixColumn one = column;
            one.callee = callee.policy;
            one.title = (columns.size() > 1 ? column.title + " to " : "to ") +
                        (callee.label.empty() ? "" : callee.label + " ") + callee.id;
            all.push_back(one);
        }
    }
    return all;
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
    if (!column.callee.empty())
    {
        settings.push_back("callee.policy=\"" + column.callee + "\"");
    }
    return LoadExperiment("", settings);
}

/// @return what an end of a pair sends over to its TURN server.
std::string
ServerLabel(const Json& end)
{
    if (end["type"] != "relay")
    {
        return "-";
    }
    return end["transport"].get<std::string>() + (end["via_web_proxy"] ? "+proxy" : "");
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
    auto rows = ReadPolicies(*document, "policies");
    auto callees = ReadPolicies(*document, "callees");
    if (!rows || !callees)
    {
        return Failure{rows ? callees.Error() : rows.Error()};
    }
    const YAML::Node root = document->root;
    Matrix matrix{Text(root, "title"), *rows, ForEachCallee(ReadColumns(*document), *callees), {}};
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

std::string
PairLabel(const Json& result)
{
    const auto found = result.find("media_pair");
    if (found == result.end() || found->is_null())
    {
        return {};
    }
    const Json& pair = *found;
    const std::string kind = pair["kind"];
    if (kind != "relay")
    {
        return kind + (pair["local"]["transport"] == "tcp" ? " tcp" : "");
    }
    return kind + " " + ServerLabel(pair["local"]) + "/" + ServerLabel(pair["remote"]);
}

CellSummary
Summarise(const nlohmann::ordered_json& result)
{
    CellSummary cell;
    const Json& control = result["planes"]["control"];
    const Json& media = result["planes"]["media_udp"];
    cell.control = control["verdict"];
    cell.mediaUdp = media["verdict"];
    cell.pair = PairLabel(result);
    const Json& messages = result["planes"]["media_tcp"];
    cell.mediaTcp = messages["verdict"];
    cell.registrationMs = Figure(result["registration_ms"]);
    cell.callSetupMs = Figure(result["call_setup_ms"]);
    for (const Json* plane : {&control, &media, &messages})
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
