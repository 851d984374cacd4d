// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Runs one experiment: prints what happened and writes a run folder. The command behind ./imsfw run.

#include "command-line.h"
#include "data-files.h"
#include "experiment-loader.h"
#include "recorded-run.h"
#include "report.h"

#include <filesystem>
#include <iostream>
#include <unistd.h>

namespace
{

using namespace imsfw;
using namespace imsfw::scenario;
namespace options = boost::program_options;

constexpr int OK = 0;
constexpr int FAILED = 1;
constexpr int BAD_INPUT = 2;

struct Request
{
    std::string file;
    std::string folder;
    std::vector<std::string> settings;
    bool isQuiet{false};
};

void
PrintHelp(const options::options_description& description)
{
    std::cout
        << "Usage: imsfw run EXPERIMENT.yaml [OPTIONS]\n\n"
           "Simulates one experiment and prints the verdict of each plane, the phases with "
           "their simulated\n"
           "times and the event that decided a failure. Writes a run folder: result.json, "
           "a pcapng file for\n"
           "each link (Wireshark opens it decrypted), keys.log (TLS secrets), experiment.yaml "
           "as run.\n\n"
        << description
        << "\nExamples:\n"
           "  imsfw run scenarios/configs/solution-null.yaml\n"
           "  imsfw run scenarios/configs/solution.yaml --set firewall.policy=proxy-only\n"
           "  imsfw run scenarios/configs/solution.yaml --set "
           "tls.suites=[TLS_RSA_WITH_NULL_SHA]\n\n"
           "Every key of an experiment is described in scenarios/experiment.schema.json.\n"
           "Exit status: 0 the experiment ran (whatever its verdicts), 1 it could not be run "
           "or written, 2 bad input.\n";
}

/// @return an exit status where the program is done already.
std::optional<int>
ParseArguments(int argc, char** argv, Request& request)
{
    options::options_description visible("Options");
    visible.add_options()("help,h", "this text");
    visible.add_options()(
        "set,s",
        options::value(&request.settings)->composing()->value_name("SECTION.KEY=VALUE"),
        "change one key of the experiment; may be given again");
    visible.add_options()("out,o",
                          options::value(&request.folder)->value_name("FOLDER"),
                          "the run folder (default: runs/NAME)");
    visible.add_options()(
        "quiet,q", options::bool_switch(&request.isQuiet), "no report, only the run folder");
    if (const auto status =
            ParseCommandLine(argc, argv, "imsfw run", visible, PrintHelp, &request.file))
    {
        return status;
    }
    if (request.file.empty())
    {
        std::cerr << "imsfw run: which experiment? Give a YAML file, for example "
                     "scenarios/configs/solution.yaml\n";
        return BAD_INPUT;
    }
    return std::nullopt;
}

int
Complain(const std::string& message)
{
    std::cerr << "imsfw run: " << message << "\n";
    return FAILED;
}

/// A relative path that is not here is looked for in the project, so that examples work from any directory.
std::string
Locate(const std::string& file)
{
    const std::string inProject = DataRoot() + "/" + file;
    return !std::filesystem::exists(file) && std::filesystem::exists(inProject) ? inProject : file;
}

int
Run(const Request& request, const Experiment& experiment)
{
    const std::string path = request.folder.empty() ? "runs/" + experiment.name : request.folder;
    const auto output = RunIntoFolder(experiment, path);
    if (!output)
    {
        return Complain(output.Error());
    }
    if (!request.isQuiet)
    {
        PrintReport(std::cout, experiment, output->result, isatty(STDOUT_FILENO) != 0);
        std::cout << "\nRun folder: " << path << "\n";
    }
    return OK;
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
    const auto experiment = LoadExperiment(Locate(request.file), request.settings);
    if (!experiment)
    {
        std::cerr << config::ToString(experiment.Error()) << "\n";
        return BAD_INPUT;
    }
    return Run(request, *experiment);
}
