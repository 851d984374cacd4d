// SPDX-License-Identifier: GPL-2.0-only
#include "policy-commands.h"

#include "policy-lookup.h"

#include "base/text.h"
#include "classify/recogniser-plugin.h"
#include "report.h"
#include "workbench/replay.h"

#include <boost/program_options.hpp>
#include <iostream>
#include <unistd.h>

namespace imsfw::scenario
{

namespace
{

namespace options = boost::program_options;

struct Request
{
    std::string policy;
    std::string capture;
    std::vector<std::string> inside;
    std::vector<std::string> dmz;
    bool explains{false};
};

/// @return an exit status where the arguments are wrong.
std::optional<int>
Parse(const Arguments& arguments, Request& request)
{
    options::options_description all;
    auto add = all.add_options();
    add("policy", options::value(&request.policy));
    add("pcap", options::value(&request.capture));
    add("inside", options::value(&request.inside)->composing());
    add("dmz", options::value(&request.dmz)->composing());
    add("explain", options::bool_switch(&request.explains));
    options::positional_options_description positional;
    positional.add("policy", 1);
    try
    {
        options::variables_map values;
        options::store(
            options::command_line_parser(arguments).options(all).positional(positional).run(),
            values);
        options::notify(values);
    }
    catch (const options::error& error)
    {
        return Complain(std::string("test: ") + error.what());
    }
    if (request.policy.empty() || request.capture.empty())
    {
        return Complain("test needs a policy and --pcap CAPTURE");
    }
    if (request.inside.empty())
    {
        request.inside = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}; // RFC 1918
    }
    return std::nullopt;
}

bool
ParsePrefixes(const std::vector<std::string>& texts, std::vector<IpPrefix>& prefixes)
{
    for (const auto& text : texts)
    {
        const auto prefix = IpPrefix::Parse(text);
        if (!prefix)
        {
            Complain("\"" + text + "\" is no address or prefix");
            return false;
        }
        prefixes.push_back(*prefix);
    }
    return true;
}

void
Print(const workbench::FlowVerdict& verdict, const Paint& paint)
{
    const bool isAllowed = verdict.action == engine::Action::ALLOW;
    const std::string word = ToString(verdict.action);
    std::cout << (isAllowed ? paint.Good(word) : paint.Bad(word)) << "  " << verdict.flow.ToString()
              << "  " << ToString(verdict.from) << " to " << ToString(verdict.to) << ", "
              << verdict.packets << " packets\n    rule " << verdict.rule << ", "
              << ToString(verdict.reason) << ", decided by packet " << verdict.packet;
    if (!verdict.firstBytes.empty())
    {
        std::cout << " (" << ToHex(verdict.firstBytes) << ")";
    }
    std::cout << "\n";
}

/// What became of every rule, up to the one that decided.
void
PrintExplanation(const engine::Explanation& explanation)
{
    for (const auto& account : explanation.rules)
    {
        const bool isPassedOver = account.fate == engine::RuleFate::PASSED_OVER;
        std::cout << "      " << account.id << ": " << ToString(account.fate)
                  << (isPassedOver ? ", " + account.why : "") << "\n";
    }
    if (explanation.decidedBy == "default")
    {
        std::cout << "      default: no rule matched\n";
    }
}

} // namespace

int
TestPolicy(const Arguments& arguments)
{
    Request request;
    if (const auto status = Parse(arguments, request))
    {
        return *status;
    }
    workbench::Sides sides;
    const auto policy = FindPolicy(request.policy);
    if (!policy || !ParsePrefixes(request.inside, sides.inside) ||
        !ParsePrefixes(request.dmz, sides.dmz))
    {
        return BAD_INPUT;
    }
    const auto capture = workbench::ReadCapture(request.capture);
    if (!capture)
    {
        std::cerr << "imsfw policy: " << capture.Error() << "\n";
        return BAD_INPUT;
    }
    const Paint paint(isatty(STDOUT_FILENO) != 0);
    std::shared_ptr<classify::RecogniserFactory> recogniser;
    if (policy->recogniser != "probes")
    {
        const auto loaded =
            classify::LoadRecogniser(classify::RecogniserPluginPath(policy->recogniser), 0);
        if (!loaded)
        {
            std::cerr << "imsfw policy: " << loaded.Error() << "\n";
            return BAD_INPUT;
        }
        recogniser = *loaded;
    }
    const auto verdicts = workbench::Replay(*policy, *capture, sides, recogniser);
    for (const auto& verdict : verdicts)
    {
        Print(verdict, paint);
        if (request.explains && verdict.explanation != nullptr)
        {
            PrintExplanation(*verdict.explanation);
        }
    }
    std::cout << verdicts.size() << " flows, " << capture->packets.size() << " packets";
    std::cout << (capture->other > 0 ? ", " + std::to_string(capture->other) + " without IPv4" : "")
              << (capture->cut > 0 ? ", " + std::to_string(capture->cut) + " cut short" : "")
              << "\n";
    return OK;
}

} // namespace imsfw::scenario
