// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rule-match.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

bool
Concerns(const Rule& rule, const FiveTuple& flow, Zone from, Zone to)
{
    const auto& target = flow.destination;
    const auto inRange = [&](const PortRange& r)
    { return target.port >= r.low && target.port <= r.high; };
    const auto inPrefix = [&](const IpPrefix& p) { return p.Contains(target.address); };
    return (!rule.from || *rule.from == from) && (!rule.to || *rule.to == to) &&
           (!rule.protocol || *rule.protocol == flow.protocol) &&
           (rule.ports.empty() || std::any_of(rule.ports.begin(), rule.ports.end(), inRange)) &&
           (rule.addresses.empty() ||
            std::any_of(rule.addresses.begin(), rule.addresses.end(), inPrefix));
}

bool
PayloadMatches(const Rule& rule, const classify::Findings* findings)
{
    if (!rule.NeedsInspection())
    {
        return true;
    }
    if (findings == nullptr)
    {
        return false;
    }
    if (rule.firstBytes)
    {
        const auto answer = *rule.firstBytes == FirstBytes::TLS ? findings->firstBytesTls
                                                                : findings->firstBytesHttp;
        const auto wanted = rule.firstBytesNegated ? classify::Answer::NO : classify::Answer::YES;
        if (answer != wanted)
        {
            return false;
        }
    }
    if (rule.nullSuite && !(findings->tls && findings->tls->nullSuite))
    {
        return false;
    }
    return rule.content.IsEmpty() || findings->content.HasAnyOf(rule.content);
}

Reason
ReasonOf(const Rule& rule)
{
    if (rule.nullSuite)
    {
        return Reason::NULL_SUITE;
    }
    if (!rule.content.IsEmpty())
    {
        return Reason::CONTENT;
    }
    return rule.firstBytes ? Reason::FIRST_BYTES : Reason::RULE;
}

Action
Resolve(const Policy& policy, Action action)
{
    return action == Action::REFUSE ? policy.refusal : action;
}

} // namespace

Verdict
Judge(const Policy& policy,
      const FiveTuple& flow,
      Zone from,
      Zone to,
      const classify::Findings* findings)
{
    for (const Rule& rule : policy.rules)
    {
        if (Concerns(rule, flow, from, to) && PayloadMatches(rule, findings))
        {
            return {Resolve(policy, rule.action), rule.id, ReasonOf(rule)};
        }
    }
    return {Resolve(policy, policy.defaultAction), "default", Reason::DEFAULT};
}

bool
NeedsInspection(const Policy& policy, const FiveTuple& flow, Zone from, Zone to)
{
    return std::any_of(policy.rules.begin(),
                       policy.rules.end(),
                       [&](const Rule& r)
                       { return r.NeedsInspection() && Concerns(r, flow, from, to); });
}

} // namespace imsfw::engine
