// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Firewall policies without an experiment: the command behind ./imsfw policy.

#include "policy-commands.h"
#include "policy-lookup.h"

#include "base/text.h"

#include <iostream>

namespace
{

using namespace imsfw;
using namespace imsfw::scenario;

struct Command
{
    const char* name;
    int (*run)(const Arguments&);
};

constexpr Command COMMANDS[] = {
    {"list", ListPolicies},
    {"show", ShowPolicy},
    {"check", CheckPolicyFiles},
    {"diff", DiffPolicies},
    {"test", TestPolicy},
    {"export", ExportPolicy},
};

constexpr const char* HELP =
    R"(Usage: imsfw policy COMMAND [ARGUMENTS]

Lists, shows, checks and compares firewall policies, and tries them on captures of real traffic: a policy can be
written without a simulation. A policy is named by its id, by the number that it carries, or by its file.

Commands:
  list                            the policies that come with imsfw
  show POLICY                     the flattened policy, all that it extends merged in, and its hash
  check POLICY...                 schema, extends, rules that can never decide
  diff A B                        what they say otherwise, and which transports get through otherwise (simulated)
  test POLICY --pcap CAPTURE      a verdict for each flow of a pcap or pcapng file
       [--inside PREFIX]...       which addresses are inside (default: the private ranges of RFC 1918)
       [--dmz PREFIX]...          which are in the zone of the web proxy
       [--explain]                what became of every rule when the verdict fell, and why
  export --to nftables POLICY     the part that nftables can express; what it cannot is listed on standard error

Examples:
  imsfw policy show 6
  imsfw policy check firewall-models/policies/*.yaml
  imsfw policy diff web-protocols-only content-inspecting
  imsfw policy test content-inspecting --pcap tests/golden/captures/sip_null.lan.pcap --inside 10.1.0.0/24
  imsfw policy export --to nftables 5 > web-ports-only.nft

Exit status: 0 done, 1 check had remarks, 2 bad input.
)";

} // namespace

int
main(int argc, char** argv)
{
    const Arguments arguments(argv + 1, argv + argc);
    if (arguments.empty())
    {
        std::cerr << HELP;
        return BAD_INPUT;
    }
    if (arguments.front() == "--help" || arguments.front() == "-h")
    {
        std::cout << HELP;
        return OK;
    }
    std::vector<std::string> names;
    for (const auto& command : COMMANDS)
    {
        if (arguments.front() == command.name)
        {
            return command.run(Arguments(arguments.begin() + 1, arguments.end()));
        }
        names.emplace_back(command.name);
    }
    return Complain("unknown command \"" + arguments.front() + "\"" +
                    DidYouMean(arguments.front(), names));
}
