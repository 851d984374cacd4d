// SPDX-License-Identifier: GPL-2.0-only
#include "cpu-tables.h"

#include "base/text.h"
#include "data-files.h"

#include <algorithm>
#include <cmath>

namespace imsfw::scenario
{

namespace
{

using config::Diagnostics;
using config::Document;
using cpu::CostTable;

/// A chain of tables that goes on for longer is a circle.
constexpr unsigned MAX_DEPTH = 8;

Result<CostTable, Diagnostics> Load(const std::string& nameOrPath, unsigned depth);

std::string
Schema()
{
    std::string text;
    ReadFile(CpuDirectory() + "/cpu.schema.json", text);
    return text;
}

/// @return the factor of the longest beginning of @p operation that has one; 1 where none has.
double
FactorOf(const std::string& operation, const YAML::Node& factors)
{
    double factor = 1;
    std::size_t longest = 0;
    for (const auto& entry : factors)
    {
        const auto prefix = entry.first.as<std::string>();
        if (prefix.size() >= longest && operation.compare(0, prefix.size(), prefix) == 0)
        {
            longest = prefix.size();
            factor = entry.second.as<double>();
        }
    }
    return factor;
}

uint64_t
Scaled(uint64_t value, double factor)
{
    return static_cast<uint64_t>(std::llround(static_cast<double>(value) * factor));
}

void
Scale(CostTable& table, const YAML::Node& factors)
{
    for (auto& [operation, cost] : table.operations)
    {
        const double factor = FactorOf(operation, factors);
        cost = {Scaled(cost.eachNs, factor), Scaled(cost.perBytePs, factor)};
    }
}

void
ReadOperations(const YAML::Node& operations, CostTable& table)
{
    for (const auto& entry : operations)
    {
        auto& cost = table.operations[entry.first.as<std::string>()];
        cost.eachNs = entry.second["each_ns"].as<uint64_t>(0);
        cost.perBytePs = entry.second["per_byte_ps"].as<uint64_t>(0);
    }
}

Result<CostTable, Diagnostics>
Read(const Document& document, unsigned depth)
{
    const YAML::Node root = document.root;
    CostTable table;
    if (root["factors"] && !root["based_on"])
    {
        return Failure{Diagnostics{
            document.At(root["factors"], "factors", "of what? Name a table in based_on")}};
    }
    if (root["based_on"])
    {
        if (depth >= MAX_DEPTH)
        {
            return Failure{
                Diagnostics{document.At(root["based_on"], "based_on", "goes round in a circle")}};
        }
        auto base = Load(root["based_on"].as<std::string>(), depth + 1);
        if (!base && base.Error().size() == 1 && base.Error().front().line == 0)
        {
            return Failure{Diagnostics{
                document.At(root["based_on"], "based_on", base.Error().front().message)}};
        }
        if (!base)
        {
            return Failure{base.Error()};
        }
        table = *base;
        Scale(table, root["factors"]);
    }
    ReadOperations(root["operations"], table);
    if (table.operations.empty())
    {
        return Failure{Diagnostics{
            document.At(root, "operations", "missing: a table needs operations, or based_on")}};
    }
    table.name = document.file;
    table.model = root["cpu"].as<std::string>();
    table.cores = root["cores"].as<unsigned>(table.cores);
    return table;
}

bool
IsPath(const std::string& nameOrPath)
{
    constexpr std::string_view ENDING = ".yaml";
    return nameOrPath.find('/') != std::string::npos ||
           (nameOrPath.size() >= ENDING.size() &&
            nameOrPath.compare(nameOrPath.size() - ENDING.size(), ENDING.size(), ENDING) == 0);
}

Result<CostTable, Diagnostics>
Load(const std::string& nameOrPath, unsigned depth)
{
    std::string path = nameOrPath;
    if (!IsPath(nameOrPath))
    {
        const auto names = YamlNames(CpuDirectory());
        if (std::find(names.begin(), names.end(), nameOrPath) == names.end())
        {
            return Failure{Diagnostics{{"",
                                        0,
                                        0,
                                        "",
                                        "unknown CPU table \"" + nameOrPath + "\"" +
                                            DidYouMean(nameOrPath, names) + " (known: none, " +
                                            Join(names, ", ") + ")"}}};
        }
        path = CpuDirectory() + "/" + nameOrPath + ".yaml";
    }
    const auto document = config::LoadFile(path, Schema());
    if (!document)
    {
        return Failure{document.Error()};
    }
    auto table = Read(*document, depth);
    if (table)
    {
        table->name = nameOrPath;
    }
    return table;
}

} // namespace

std::string
CpuDirectory()
{
    return DataRoot() + "/scenarios/cpus";
}

Result<CostTable, Diagnostics>
LoadCpuTable(const std::string& nameOrPath)
{
    return Load(nameOrPath, 0);
}

Result<CostTable, Diagnostics>
LoadCpuTableText(const std::string& name, const std::string& yaml)
{
    const auto document = config::LoadText(name, yaml, Schema());
    if (!document)
    {
        return Failure{document.Error()};
    }
    return Read(*document, 0);
}

} // namespace imsfw::scenario
