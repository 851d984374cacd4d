// SPDX-License-Identifier: GPL-2.0-only
#include "policy-commands.h"

#include "policy-lookup.h"

#include "base/text.h"
#include "data-files.h"
#include "experiment-loader.h"
#include "simulation.h"

#include <algorithm>
#include <iostream>
#include <set>

namespace imsfw::scenario
{

namespace
{

/// A way to reach the servers, with a suite.
struct Sample
{
    std::string title;
    std::vector<std::string> settings;
};

std::vector<Sample>
Samples()
{
    std::vector<Sample> samples;
    for (const auto& transport : YamlNames(TransportDirectory()))
    {
        const auto plain = LoadExperiment("", {"transport=" + transport});
        if (!plain || !plain->UsesTls())
        {
            samples.push_back({transport, {"transport=" + transport}});
            continue;
        }
        for (const char* suite : {"TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_NULL_SHA"})
        {
            samples.push_back(
                {transport + " " + suite,
                 {"transport=" + transport, "tls.suites=[" + std::string(suite) + "]"}});
        }
    }
    return samples;
}

/// @return "control pass, media fail (rule)", or what stood in the way of trying it.
std::string
Outcome(const Sample& sample, const std::string& policy)
{
    auto settings = sample.settings;
    settings.insert(
        settings.end(),
        {"firewall.policy=\"" + policy + "\"", "call.duration=2s", "evidence.captures=false"});
    const auto experiment = LoadExperiment("", settings);
    if (!experiment)
    {
        return "cannot be tried: " + experiment.Error().front().message;
    }
    const auto output = RunExperiment(*experiment, {});
    if (!output)
    {
        return "cannot be run: " + output.Error();
    }
    const auto word = [](const char* name, const PlaneResult& plane)
    {
        return std::string(name) + " " + ToString(plane.verdict) +
               (plane.decidedBy
                    ? " (" + plane.decidedBy->element + " " + plane.decidedBy->rule + ")"
                    : "");
    };
    return word("control", output->result.control) + ", " + word("media", output->result.mediaUdp);
}

std::set<std::string>
LinesOf(const engine::Policy& policy)
{
    std::set<std::string> lines;
    const std::string text = engine::Flatten(policy);
    for (const auto line : Split(text, '\n'))
    {
        lines.emplace(line);
    }
    return lines;
}

void
PrintMissing(const std::set<std::string>& lines, const std::set<std::string>& from, char sign)
{
    for (const auto& line : lines)
    {
        if (from.count(line) == 0)
        {
            std::cout << sign << " " << line << "\n";
        }
    }
}

} // namespace

int
DiffPolicies(const Arguments& arguments)
{
    if (arguments.size() != 2)
    {
        return Complain("diff needs two policies");
    }
    const auto a = FindPolicy(arguments[0]);
    const auto b = FindPolicy(arguments[1]);
    if (!a || !b)
    {
        return BAD_INPUT;
    }
    std::cout << "What they say\n";
    PrintMissing(LinesOf(*a), LinesOf(*b), '-');
    PrintMissing(LinesOf(*b), LinesOf(*a), '+');
    std::cout << "\nWhich transports it changes\n";
    const auto nameOf = [](const std::string& argument, const engine::Policy& policy) {
        return argument.find_first_not_of("0123456789") == std::string::npos ? policy.id : argument;
    };
    bool isAnyChanged = false;
    for (const auto& sample : Samples())
    {
        const std::string before = Outcome(sample, nameOf(arguments[0], *a));
        const std::string after = Outcome(sample, nameOf(arguments[1], *b));
        if (before != after)
        {
            isAnyChanged = true;
            std::cout << "  " << sample.title << "\n    - " << before << "\n    + " << after
                      << "\n";
        }
    }
    std::cout << (isAnyChanged ? "" : "  none\n");
    return OK;
}

} // namespace imsfw::scenario
