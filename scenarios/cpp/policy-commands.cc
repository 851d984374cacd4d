// SPDX-License-Identifier: GPL-2.0-only
#include "policy-commands.h"

#include "policy-lookup.h"

#include "base/text.h"
#include "data-files.h"
#include "report.h"
#include "workbench/nftables-export.h"
#include "workbench/policy-review.h"

#include <algorithm>
#include <iostream>
#include <unistd.h>

namespace imsfw::scenario
{

namespace
{

std::string
Padded(std::string text, std::size_t width)
{
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string
NatOf(const engine::Policy& policy)
{
    return policy.nat.enabled ? ToString(policy.nat.mapping) : "none";
}

} // namespace

int
ListPolicies(const Arguments& arguments)
{
    if (!arguments.empty())
    {
        return Complain("list takes no arguments");
    }
    std::cout << Padded("policy", 26) << Padded("type", 6) << Padded("NAT mapping", 28)
              << Padded("rules", 7) << "title\n";
    auto policies = AllPolicies(); // the numbered ones first
    std::stable_sort(policies.begin(),
                     policies.end(),
                     [](const auto& a, const auto& b)
                     {
                         return a.label.empty() < b.label.empty() ||
                                (a.label < b.label && !a.label.empty() && !b.label.empty());
                     });
    for (const auto& policy : policies)
    {
        std::cout << Padded(policy.id, 26) << Padded(policy.label, 6) << Padded(NatOf(policy), 28)
                  << Padded(std::to_string(policy.rules.size()), 7) << policy.title << "\n";
    }
    return OK;
}

int
ShowPolicy(const Arguments& arguments)
{
    if (arguments.size() != 1)
    {
        return Complain("show needs one policy: its id, its number, or a file");
    }
    const auto policy = FindPolicy(arguments.front());
    if (!policy)
    {
        return BAD_INPUT;
    }
    std::cout << "# " << policy->title << "\n# " << policy->description << "\n# hash "
              << engine::PolicyHash(*policy) << "\n"
              << engine::Flatten(*policy);
    return OK;
}

int
CheckPolicyFiles(const Arguments& arguments)
{
    if (arguments.empty())
    {
        return Complain("check needs one policy or more: ids, numbers, or files");
    }
    int status = OK;
    for (const auto& name : arguments)
    {
        const auto policy = FindPolicy(name);
        if (!policy)
        {
            status = BAD_INPUT;
            continue;
        }
        const auto remarks = workbench::Review(*policy);
        for (const auto& remark : remarks)
        {
            const std::string rule = remark.rule.empty() ? "" : "rule \"" + remark.rule + "\" ";
            std::cout << policy->id << ": " << rule << remark.text << "\n";
        }
        if (remarks.empty())
        {
            std::cout << policy->id << ": " << policy->rules.size()
                      << " rules, nothing to remark; default: " << ToString(policy->defaultAction)
                      << "\n";
        }
        status = remarks.empty() ? status : std::max(status, FAILED);
    }
    return status;
}

int
ExportPolicy(const Arguments& arguments)
{
    const bool isKnown =
        arguments.size() == 3 && arguments[0] == "--to" && arguments[1] == "nftables";
    if (!isKnown)
    {
        return Complain("export needs --to nftables POLICY");
    }
    const auto policy = FindPolicy(arguments[2]);
    if (!policy)
    {
        return BAD_INPUT;
    }
    const auto exported = workbench::ExportToNftables(*policy);
    std::cout << exported.text;
    for (const auto& left : exported.left)
    {
        std::cerr << "not exported: " << left << "\n";
    }
    return OK;
}

} // namespace imsfw::scenario
