// SPDX-License-Identifier: GPL-2.0-only
#include "command-line.h"

#include <iostream>

namespace imsfw
{

namespace options = boost::program_options;

int
BadCommandLine(const std::string& command, const std::string& message)
{
    std::cerr << command << ": " << message << "; see " << command << " --help\n";
    return 2;
}

std::optional<int>
ParseCommandLine(int argc,
                 char** argv,
                 const std::string& command,
                 const options::options_description& visible,
                 HelpPrinter printHelp,
                 std::string* argument)
{
    options::options_description all;
    all.add(visible);
    options::positional_options_description positional;
    if (argument != nullptr)
    {
        all.add_options()("argument", options::value(argument));
        positional.add("argument", 1);
    }
    try
    {
        options::variables_map values;
        options::store(
            options::command_line_parser(argc, argv).options(all).positional(positional).run(),
            values);
        options::notify(values);
        if (values.count("help") == 0)
        {
            return std::nullopt;
        }
    }
    catch (const options::error& error)
    {
        return BadCommandLine(command, error.what());
    }
    printHelp(visible);
    return 0;
}

} // namespace imsfw
