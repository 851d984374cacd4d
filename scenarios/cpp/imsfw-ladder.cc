// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Draws the message sequence of a run. The command behind ./imsfw ladder.

#include "command-line.h"
#include "ladder-text.h"

#include <fstream>
#include <iostream>

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
    std::string svg;
    uint64_t couple{0}; ///< 0: as ReadLadder has it
    bool isCoupleNone{false};
    bool isQuiet{false};
};

void
PrintHelp(const options::options_description& description)
{
    std::cout
        << "Usage: imsfw ladder RUN [OPTIONS]\n\n"
           "RUN is a folder that `imsfw run` has written. Prints who sent what to whom, one line "
           "for each link that a\n"
           "message crossed, with its time (ms), its size as an IP packet, and what the firewall "
           "thought: X where it\n"
           "refused. Writes the same as RUN/ladder.svg. What TLS hides is named from the "
           "timeline; bare ACKs are left out.\n\n"
        << description
        << "\nExamples:\n"
           "  imsfw run scenarios/configs/solution-null.yaml\n"
           "  imsfw ladder runs/solution-null\n"
           "  imsfw ladder runs/solution-null --svg figure-3.svg --quiet\n"
           "  imsfw ladder runs/storm --couple 3\n\n"
           "Exit status: 0 drawn, 1 the SVG file cannot be written, 2 bad input.\n";
}

int
Complain(const std::string& message, int status)
{
    std::cerr << "imsfw ladder: " << message << "\n";
    return status;
}

/// @return an exit status where the program is done already.
std::optional<int>
ParseArguments(int argc, char** argv, Request& request)
{
    options::options_description visible("Options");
    auto add = visible.add_options();
    add("help,h", "this text");
    add("svg",
        options::value(&request.svg)->value_name("FILE"),
        "where the SVG goes (default: RUN/ladder.svg)");
    add("couple",
        options::value<unsigned>()->value_name("N")->notifier([&](unsigned number)
                                                              { request.couple = number; }),
        "only UE number N and its callee (default: all of a run of up to 8, else the first)");
    add("quiet,q", options::bool_switch(&request.isQuiet), "no text, only the SVG");
    if (const auto status =
            ParseCommandLine(argc, argv, "imsfw ladder", visible, PrintHelp, &request.folder))
    {
        return status;
    }
    if (request.isCoupleNone)
    {
        return BadCommandLine("imsfw ladder", "--couple: they are counted from 1");
    }
    if (request.folder.empty())
    {
        return BadCommandLine("imsfw ladder", "which run? Name its folder");
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
    const auto ladder = ReadLadder(request.folder, request.couple);
    if (!ladder)
    {
        return Complain(ladder.Error(), BAD_INPUT);
    }
    if (!request.isQuiet)
    {
        PrintLadder(std::cout, *ladder);
    }
    const std::string path = request.svg.empty() ? request.folder + "/ladder.svg" : request.svg;
    std::ofstream file(path, std::ios::binary);
    file << ToSvg(*ladder);
    file.close();
    return file ? OK : Complain(path + ": cannot be written", FAILED);
}
