// SPDX-License-Identifier: GPL-2.0-only
#include "policy-lookup.h"

#include "policy-commands.h"

#include "data-files.h"
#include "engine/policy/policy-loader.h"

#include <iostream>

namespace imsfw::scenario
{

int
Complain(const std::string& message)
{
    std::cerr << "imsfw policy: " << message << "; see imsfw policy --help\n";
    return BAD_INPUT;
}

std::vector<engine::Policy>
AllPolicies()
{
    std::vector<engine::Policy> policies;
    for (const auto& name : YamlNames(PolicyDirectory()))
    {
        const auto policy = engine::LoadPolicy(name, PolicyDirectory());
        if (policy)
        {
            policies.push_back(*policy);
        }
        else
        {
            std::cerr << config::ToString(policy.Error()) << "\n";
        }
    }
    return policies;
}

std::optional<engine::Policy>
FindPolicy(const std::string& name)
{
    if (name.find_first_not_of("0123456789") == std::string::npos)
    {
        for (const auto& policy : AllPolicies())
        {
            if (policy.label == name)
            {
                return policy;
            }
        }
    }
    const auto policy = engine::LoadPolicy(name, PolicyDirectory());
    if (!policy)
    {
        std::cerr << config::ToString(policy.Error()) << "\n";
        return std::nullopt;
    }
    return *policy;
}

} // namespace imsfw::scenario
