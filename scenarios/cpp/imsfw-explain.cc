// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Why a run failed, and the smallest change that lets it pass. The command behind ./imsfw explain.

#include "explain-output.h"

#include "address-plan.h"
#include "identities.h"
#include "simulation.h"

#include <boost/program_options.hpp>
#include <filesystem>
#include <iostream>
#include <stdlib.h>
#include <unistd.h>

namespace
{

using namespace imsfw;
using namespace imsfw::scenario;
namespace options = boost::program_options;
namespace fs = std::filesystem;

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
    options::options_description all;
    all.add(visible).add_options()("run", options::value(&request.folder));
    options::positional_options_description positional;
    positional.add("run", 1);
    try
    {
        options::variables_map values;
        options::store(
            options::command_line_parser(argc, argv).options(all).positional(positional).run(),
            values);
        options::notify(values);
        if (values.count("help") > 0)
        {
            PrintHelp(visible);
            return OK;
        }
    }
    catch (const options::error& error)
    {
        return Complain(error.what());
    }
    if (request.folder.empty())
    {
        return Complain("which run? Name its folder; see imsfw explain --help");
    }
    return std::nullopt;
}

workbench::Sides
SidesOfTheTopology()
{
    return {{*IpPrefix::Parse(addresses::INSIDE_NETWORK)},
            {*IpPrefix::Parse(addresses::DMZ_NETWORK)}};
}

Places
PlacesOfTheTopology()
{
    const auto parse = [](const std::string& text) { return *IpAddress::Parse(text); };
    return {parse(addresses::Ue(0).host),
            parse(addresses::WEB_PROXY.host),
            parse(addresses::PCscf(0).host),
            parse(addresses::TURN_SERVER.host),
            identities::PROXY_USER,
            identities::PROXY_PASSWORD};
}

/// A folder of its own that is gone with this object.
class ScratchFolder
{
  public:
    ScratchFolder()
    {
        std::error_code error;
        std::string path = fs::temp_directory_path(error).string() + "/imsfw-explain-XXXXXX";
        if (!error && mkdtemp(path.data()) != nullptr)
        {
            m_path = path;
        }
    }

    ~ScratchFolder()
    {
        std::error_code error;
        if (!m_path.empty())
        {
            fs::remove_all(m_path, error);
        }
    }

    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    /// @return empty where it could not be made.
    const std::string&
    Path() const
    {
        return m_path;
    }

  private:
    std::string m_path;
};

Result<RunResult, std::string>
RunAgain(const Experiment& experiment)
{
    auto output = RunExperiment(experiment, {});
    if (!output)
    {
        return Failure{output.Error()};
    }
    return std::move(output->result);
}

void
FindDecisions(ExplainedRun& explained)
{
    for (const auto& [name, plane] : explained.run.Planes())
    {
        if (plane.verdict != Verdict::FAIL || !plane.decidedBy ||
            plane.decidedBy->element != "nimsfw")
        {
            continue;
        }
        if (auto found = FindDecision(explained.run, *plane.decidedBy, SidesOfTheTopology()))
        {
            explained.decisions.emplace(name, std::move(*found));
        }
    }
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
    auto run = ReadRun(request.folder);
    if (!run)
    {
        return Complain(run.Error());
    }
    const ScratchFolder scratch;
    if (scratch.Path().empty())
    {
        Complain("cannot make a temporary folder");
        return FAILED;
    }
    ExplainedRun explained{std::move(*run), {}, {}};
    FindDecisions(explained);
    if (explained.run.HasFailed() && !request.isShort)
    {
        explained.changes = FindChanges(
            explained.run, {RunAgain, PlacesOfTheTopology(), SidesOfTheTopology(), scratch.Path()});
    }
    if (request.isJson)
    {
        PrintJson(std::cout, explained);
    }
    else
    {
        PrintText(std::cout, explained, Paint(isatty(STDOUT_FILENO) != 0));
    }
    return OK;
}
