// SPDX-License-Identifier: GPL-2.0-only
#include "workbench/policy-review.h"

#include <algorithm>
#include <optional>

namespace imsfw::workbench
{

namespace
{

using engine::Rule;

template <typename T>
bool
Covers(const std::optional<T>& wide, const std::optional<T>& narrow)
{
    return !wide || (narrow && *wide == *narrow);
}

/// @return whether every port of @p narrow is in one range of @p wide.
bool
CoversPorts(const std::vector<engine::PortRange>& wide,
            const std::vector<engine::PortRange>& narrow)
{
    const auto isIn = [&](const engine::PortRange& range)
    {
        return std::any_of(wide.begin(),
                           wide.end(),
                           [&](const auto& w)
                           { return w.low <= range.low && range.high <= w.high; });
    };
    return wide.empty() || (!narrow.empty() && std::all_of(narrow.begin(), narrow.end(), isIn));
}

/// @return whether every address of @p narrow is in a prefix of @p wide.
bool
CoversAddresses(const std::vector<IpPrefix>& wide, const std::vector<IpPrefix>& narrow)
{
    const auto isIn = [&](const IpPrefix& prefix)
    {
        return std::any_of(wide.begin(),
                           wide.end(),
                           [&](const IpPrefix& w)
                           { return w.length <= prefix.length && w.Contains(prefix.address); });
    };
    return wide.empty() || (!narrow.empty() && std::all_of(narrow.begin(), narrow.end(), isIn));
}

bool
Covers(const Rule& wide, const Rule& narrow)
{
    return !wide.NeedsInspection() && Covers(wide.from, narrow.from) &&
           Covers(wide.to, narrow.to) && Covers(wide.protocol, narrow.protocol) &&
           CoversPorts(wide.ports, narrow.ports) &&
           CoversAddresses(wide.addresses, narrow.addresses) &&
           CoversPorts(wide.source.ports, narrow.source.ports) &&
           CoversAddresses(wide.source.addresses, narrow.source.addresses);
}

} // namespace

std::vector<Remark>
Review(const engine::Policy& policy)
{
    std::vector<Remark> remarks;
    const auto& rules = policy.rules;
    for (auto rule = rules.begin(); rule != rules.end(); ++rule)
    {
        const auto earlier = std::find_if(
            rules.begin(), rule, [&](const Rule& wide) { return Covers(wide, *rule); });
        if (earlier == rule)
        {
            continue;
        }
        const bool isSame = earlier->action == rule->action;
        remarks.push_back({rule->id,
                           "never decides: rule \"" + earlier->id +
                               "\" before it covers every flow "
                               "that it is for" +
                               (isSame ? " (and does the same)" : "")});
    }
    if (!policy.hasWrittenDefault)
    {
        remarks.push_back({"",
                           "no `default` is written down: what no rule matches is treated as `" +
                               engine::ToString(policy.defaultAction) +
                               "`, which readers of the file cannot see"});
    }
    return remarks;
}

} // namespace imsfw::workbench
