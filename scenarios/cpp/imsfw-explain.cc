// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Why a run failed, and the smallest change that lets it pass. The command behind ./imsfw explain.

#include "command-line.h"
#include "explain-output.h"
#include "explain-run.h"

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
    std::string folder;
    bool isJson{false};
    bool isShort{false};
};

void
PrintHelp(const options::options_description& description)
{
    std::cout
        << "Usage: imsfw explain RUN [OPTIONS]\n\n"
           "RUN is a folder that `imsfw run` has written. For each plane that failed: who decided, "
           "by which rule,\n"
           "on which packet, and what became of every rule before it; then the smallest changes of "
           "suite, transport,\n"
           "web proxy and policy that let it pass. Each one was run again before it is shown.\n\n"
        << description
        << "\nExamples:\n"
           "  imsfw run scenarios/configs/solution-null.yaml\n"
           "  imsfw explain runs/solution-null\n"
           "  imsfw explain runs/solution-null --json\n\n"
           "Exit status: 0 explained (or nothing failed), 1 cannot write temporary files, 2 bad "
           "input.\n";
}

int
Complain(const std::string& message)
{
    std::cerr << "imsfw explain: " << message << "\n";
    return BAD_INPUT;
}

/// @return an exit status where the program is done already.
std::optional<int>
ParseArguments(int argc, char** argv, Request& request)
{
    options::options_description visible("Options");
    auto add = visible.add_options();
    add("help,h", "this text");
    add("json", options::bool_switch(&request.isJson), "as JSON");
    add("why-only", options::bool_switch(&request.isShort), "only why; nothing is run again");
    if (const auto status =
            ParseCommandLine(argc, argv, "imsfw explain", visible, PrintHelp, &request.folder))
    {
        return status;
    }
    if (request.folder.empty())
    {
        return BadCommandLine("imsfw explain", "which run? Name its folder");
    }
    return std::nullopt;
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
    const auto explained = ExplainRun(request.folder, !request.isShort);
    if (!explained)
    {
        Complain(explained.Error().message);
        return explained.Error().isBadInput ? BAD_INPUT : FAILED;
    }
    if (request.isJson)
    {
        std::cout << ToJson(*explained);
    }
    else
    {
        PrintText(std::cout, *explained, Paint(isatty(STDOUT_FILENO) != 0));
    }
    return OK;
}
