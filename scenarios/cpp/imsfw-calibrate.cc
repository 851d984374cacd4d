// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Measures what TLS, the firewall engine and copying take on this machine, and writes a CPU table. The command behind
/// ./imsfw calibrate.

#include "calibration.h"
#include "command-line.h"
#include "table-writer.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace
{

using namespace imsfw;
using namespace imsfw::calibrate;
namespace options = boost::program_options;

constexpr int OK = 0;
constexpr int FAILED = 1;

struct Request
{
    std::string output;
    unsigned batches{9};
    bool isQuiet{false};
    bool listsSteps{false};
};

void
PrintHelp(const options::options_description& description)
{
    std::cout
        << "Usage: imsfw calibrate [OPTIONS]\n\n"
           "Measures on this machine what each operation of TLS takes in OpenSSL (key exchange by "
           "group,\n"
           "signatures and certificates by key, records by cipher), what this project's firewall "
           "engine takes\n"
           "for a packet, and what copying takes; and writes a CPU table that an experiment can "
           "name:\n\n"
        << description
        << "\nExamples:\n"
           "  imsfw calibrate --output my-server.yaml\n"
           "  imsfw run scenarios/configs/solution.yaml --set cpu.p_cscf.table=my-server.yaml\n\n"
           "CPU time is measured, not wall time; an idle machine still gives the best figures. "
           "Takes about half\n"
           "a minute.\n"
           "Exit status: 0 done, 1 something could not be measured or written, 2 bad input.\n";
}

/// @return an exit status where the program is done already.
std::optional<int>
ParseArguments(int argc, char** argv, Request& request)
{
    options::options_description visible("Options");
    visible.add_options()("help,h", "this text");
    visible.add_options()("output,o",
                          options::value(&request.output)->value_name("FILE"),
                          "where the table goes (default: standard output)");
    visible.add_options()("batches,b",
                          options::value(&request.batches)->value_name("N"),
                          "measure each operation N times and take the median (default 9)");
    visible.add_options()("quiet,q", options::bool_switch(&request.isQuiet), "no progress");
    visible.add_options()(
        "list", options::bool_switch(&request.listsSteps), "only say what would be measured");
    if (const auto status =
            ParseCommandLine(argc, argv, "imsfw calibrate", visible, PrintHelp, nullptr))
    {
        return status;
    }
    if (request.batches < 1 || request.batches > 1000)
    {
        return BadCommandLine("imsfw calibrate", "--batches must be 1 to 1000");
    }
    return std::nullopt;
}

void
ShowProgress(std::size_t done, std::size_t all, const std::string& name)
{
    const bool isTerminal = isatty(STDERR_FILENO) != 0;
    std::cerr << (isTerminal ? "\r\x1b[K" : "") << "imsfw calibrate: [" << done + 1 << "/" << all
              << "] " << name << (isTerminal && done + 1 < all ? "" : "\n") << std::flush;
}

int
CannotWrite(const std::string& file)
{
    std::cerr << "imsfw calibrate: cannot write " << file << "\n";
    return FAILED;
}

/// Half a minute of measuring is not to be lost to a misspelt folder.
bool
HasFolder(const std::string& file)
{
    const auto folder = std::filesystem::path(file).parent_path();
    return folder.empty() || std::filesystem::is_directory(folder);
}

int
Write(const std::string& file, const std::string& table)
{
    if (file.empty())
    {
        std::cout << table;
        return OK;
    }
    std::ofstream out(file);
    out << table;
    out.close();
    return out ? OK : CannotWrite(file);
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
    if (!HasFolder(request.output))
    {
        return CannotWrite(request.output);
    }
    const auto steps = AllSteps();
    Operations operations;
    Effort effort;
    effort.batches = request.batches;
    for (std::size_t i = 0; i < steps.size(); ++i)
    {
        if (request.listsSteps)
        {
            std::cout << steps[i].name << "\n";
            continue;
        }
        if (!request.isQuiet)
        {
            ShowProgress(i, steps.size(), steps[i].name);
        }
        steps[i].run(effort, operations);
    }
    return request.listsSteps
               ? OK
               : Write(request.output,
                       ToYaml(operations, CpuName(), std::thread::hardware_concurrency()));
}
