// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the programs' command lines have in common: --help, one argument without a name, and what is said of a bad one.
#pragma once

#include <optional>
#include <string>

#include <boost/program_options.hpp>

namespace imsfw
{

/// What --help prints, around the list of options.
using HelpPrinter = void (*)(const boost::program_options::options_description& options);

/// Say what is wrong with the call of @p command, and where help is. @return the exit status of bad input
int BadCommandLine(const std::string& command, const std::string& message);

/// Fill the variables of @p options ("help,h" is among them) and @p argument.
/// @param command as the user calls it: "imsfw ladder"
/// @param argument what stands without a name; nullptr: nothing may
/// @return an exit status where the program is done already: help was printed, or an option is wrong
std::optional<int> ParseCommandLine(int argc,
                                    char** argv,
                                    const std::string& command,
                                    const boost::program_options::options_description& options,
                                    HelpPrinter printHelp,
                                    std::string* argument);

} // namespace imsfw
