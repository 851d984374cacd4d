// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Runs a matrix of experiments and prints who gets through. The command behind ./imsfw matrix.

#include "command-line.h"
#include "data-files.h"
#include "matrix-table.h"
#include "matrix.h"
#include "progress.h"
#include "recorded-run.h"
#include "result-json.h"
#include "worker-pool.h"

#include "base/text.h"

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>
#include <unistd.h>

namespace
{

using namespace imsfw;
using namespace imsfw::scenario;
using Json = nlohmann::ordered_json;
namespace options = boost::program_options;

constexpr int OK = 0;
constexpr int FAILED = 1;
constexpr int BAD_INPUT = 2;

struct Request
{
    MatrixRequest matrix;
    std::string csv;
    std::string json;
    std::string runs;
    unsigned jobs{std::max(1U, std::thread::hardware_concurrency())};
    bool isQuiet{false};
};

std::vector<std::string>
Listed(const std::string& text)
{
    std::vector<std::string> names;
    for (const auto part : Split(text, ','))
    {
        if (!Trim(part).empty())
        {
            names.emplace_back(Trim(part));
        }
    }
    return names;
}

void
PrintHelp(const options::options_description& description)
{
    std::cout << "Usage: imsfw matrix [FILE] [OPTIONS]\n\n"
                 "Simulates each firewall type (rows) with each transport and cipher suite "
                 "(columns) in ns-3, with\n"
                 "real TLS records, and prints who gets through, how fast, and which rule stood in "
                 "the way.\n\n"
              << description
              << "\nExamples:\n"
                 "  imsfw matrix\n"
                 "  imsfw matrix --csv matrix.csv --json matrix.json\n"
                 "  imsfw matrix --policies 6,9 --transports solution --runs runs/types-6-and-9\n"
                 "  imsfw matrix scenarios/configs/callers-and-callees.yaml\n"
                 "  imsfw matrix --set links.access.delay=40ms\n\n"
                 "The table goes to standard output, progress to standard error.\n"
                 "Exit status: 0 every cell ran (whatever its verdict), 1 a cell could not be run, "
                 "2 bad input.\n";
}

std::optional<int>
ParseArguments(int argc, char** argv, Request& request)
{
    std::string policies;
    std::string transports;
    request.matrix.file = DataRoot() + "/scenarios/configs/traversal-matrix.yaml";
    options::options_description description("Options");
    auto add = description.add_options();
    add("help,h", "this text");
    add("config,c",
        options::value(&request.matrix.file)->value_name("FILE"),
        "another matrix (default: the nine types)");
    add("policies,p",
        options::value(&policies)->value_name("LIST"),
        "only these rows, by id or number: 6,9");
    add("transports,t",
        options::value(&transports)->value_name("LIST"),
        "only columns of these transports");
    add("set,s",
        options::value(&request.matrix.settings)->composing()->value_name("SECTION.KEY=VALUE"),
        "change one key of every cell's experiment; may be given again");
    add("csv", options::value(&request.csv)->value_name("FILE"), "write one row for each cell");
    add("json",
        options::value(&request.json)->value_name("FILE"),
        "write every cell's whole result");
    add("runs",
        options::value(&request.runs)->value_name("FOLDER"),
        "write a run folder for each cell, captures included");
    add("jobs,j",
        options::value(&request.jobs)->value_name("N"),
        "simulations at once (default: processors)");
    add("quiet,q", options::bool_switch(&request.isQuiet), "no progress");
    if (const auto status = ParseCommandLine(
            argc, argv, "imsfw matrix", description, PrintHelp, &request.matrix.file))
    {
        return status;
    }
    if (request.jobs == 0)
    {
        std::cerr << "imsfw matrix: --jobs must be 1 or more\n";
        return BAD_INPUT;
    }
    request.matrix.policies = Listed(policies);
    request.matrix.transports = Listed(transports);
    if (!request.runs.empty())
    {
        request.matrix.settings.insert(
            request.matrix.settings.begin(),
            {"evidence.captures=true", "evidence.key_log=true", "evidence.timeline=true"});
    }
    return std::nullopt;
}

/// @return the folder's name for a cell: its row and column, as a file system likes them.
std::string
FolderName(const Experiment& cell)
{
    std::string name;
    for (const char c : ToLower(cell.name))
    {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
        if (plain || (!name.empty() && name.back() != '-'))
        {
            name += plain ? c : '-';
        }
    }
    return name;
}

/// Run a cell and keep its evidence where that was asked for. @return its result as JSON, or {"error": text}
std::string
RunCell(const Experiment& cell, const std::string& runs)
{
    const auto fail = [](const std::string& text) { return Json{{"error", text}}.dump(); };
    const auto output =
        runs.empty() ? RunExperiment(cell, {}) : RunIntoFolder(cell, runs + "/" + FolderName(cell));
    return output ? ToJson(cell, output->result, MakeProvenance(output->policyHash))
                  : fail(output.Error());
}

/// @return whether every cell ran.
bool
RunCells(const Matrix& matrix, const Request& request, std::vector<Json>& results)
{
    Progress progress(matrix.cells.size(), !request.isQuiet);
    bool allRan = true;
    results.resize(matrix.cells.size());
    RunJobs(
        matrix.cells.size(),
        request.jobs,
        [&](std::size_t job) { return RunCell(matrix.cells[job], request.runs); },
        [&](const JobOutcome& outcome)
        {
            results[outcome.job] =
                outcome.crashed ? Json{{"error", outcome.output}} : Json::parse(outcome.output);
            progress.Advance(matrix.cells[outcome.job].name);
            if (results[outcome.job].contains("error"))
            {
                progress.Clear();
                std::cerr << "imsfw matrix: " << matrix.cells[outcome.job].name << ": "
                          << results[outcome.job]["error"].get<std::string>() << "\n";
                allRan = false;
            }
        });
    return allRan;
}

bool
WriteFile(const std::string& path, const std::string& content)
{
    std::ofstream file(path, std::ios::binary);
    file << content;
    file.close();
    if (!file)
    {
        std::cerr << "imsfw matrix: " << path << ": cannot be written\n";
    }
    return static_cast<bool>(file);
}

} // namespace

int
main(int argc, char** argv)
{
    Request request;
    if (const auto status = ParseArguments(argc, argv, request))
    {
        return *status;
    }
    const auto matrix = LoadMatrix(request.matrix);
    if (!matrix)
    {
        std::cerr << config::ToString(matrix.Error()) << "\n";
        return BAD_INPUT;
    }
    std::vector<Json> results;
    if (!RunCells(*matrix, request, results))
    {
        return FAILED;
    }
    PrintTable(std::cout, *matrix, results, isatty(STDOUT_FILENO) != 0);
    bool written = request.csv.empty() || WriteFile(request.csv, ToCsv(*matrix, results));
    written =
        (request.json.empty() || WriteFile(request.json, ToJson(*matrix, results))) && written;
    return written ? OK : FAILED;
}
