// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rules/compiled-policy.h"

#include "engine/rules/rule-conditions.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

/// The index knows where flows go, not whence they come.
bool
IsIndexed(const Rule& rule)
{
    return !rule.NeedsInspection() && !rule.source.IsAsked();
}

std::vector<RuleNumber>
NumbersOf(const std::vector<Rule>& rules, bool areIndexed)
{
    std::vector<RuleNumber> numbers;
    for (RuleNumber i = 0; i < rules.size(); ++i)
    {
        if (IsIndexed(rules[i]) == areIndexed)
        {
            numbers.push_back(i);
        }
    }
    return numbers;
}

bool
IsAmong(const std::vector<RuleNumber>& numbers, RuleNumber number)
{
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

RuleFate
FateOf(const Rule& rule, Condition obstacle)
{
    if (obstacle != Condition::NONE)
    {
        return RuleFate::PASSED_OVER;
    }
    return rule.action == Action::TAG ? RuleFate::TAGGED : RuleFate::MATCHED;
}

bool
Shapes(const Rule& rule)
{
    return rule.delay != Duration(0) || rule.bitsPerSecond;
}

} // namespace

CompiledPolicy::CompiledPolicy(Policy policy)
    : m_policy(std::move(policy)),
      m_oneByOne(NumbersOf(m_policy.rules, false)),
      m_index(m_policy.rules, NumbersOf(m_policy.rules, true)),
      m_hasShaping(std::any_of(m_policy.rules.begin(), m_policy.rules.end(), Shapes))
{
}

CompiledPolicy::Opening
CompiledPolicy::Open(const Ip4Tuple& flow, Zone from, Zone to) const
{
    const RuleNumber first = m_index.Find(flow, from, to);
    Opening opening{VerdictOf(first), {}, {flow, from, to}};
    for (const RuleNumber number : m_oneByOne)
    {
        if (number > first)
        {
            break;
        }
        const Rule& rule = m_policy.rules[number];
        if (FindHeaderObstacle(rule, flow, from, to) != Condition::NONE)
        {
            continue;
        }
        if (!rule.NeedsInspection())
        {
            opening.base = VerdictOf(number);
            break;
        }
        opening.conditional.push_back(number);
    }
    return opening;
}

Verdict
CompiledPolicy::Judge(const Verdict& base,
                      const std::vector<RuleNumber>& conditional,
                      FlowFacts facts) const
{
    for (const RuleNumber number : conditional)
    {
        const Rule& rule = m_policy.rules[number];
        if (ObstacleOf(number, facts) != Condition::NONE)
        {
            continue;
        }
        if (rule.action != Action::TAG)
        {
            return VerdictOf(number);
        }
        facts.tags.push_back(rule.tag);
        if (facts.taggers != nullptr && !IsAmong(*facts.taggers, number))
        {
            facts.taggers->push_back(number);
        }
    }
    return base;
}

Condition
CompiledPolicy::ObstacleOf(RuleNumber number, const FlowFacts& facts) const
{
    const bool hasTagged = facts.taggers != nullptr && IsAmong(*facts.taggers, number);
    return hasTagged ? Condition::NONE : FindObstacle(m_policy.rules[number], number, facts);
}

Explanation
CompiledPolicy::Explain(const Opening& opening, FlowFacts facts) const
{
    const auto& [flow, from, to] = opening.header;
    Explanation explanation;
    for (RuleNumber number = 0; number < m_policy.rules.size(); ++number)
    {
        const Rule& rule = m_policy.rules[number];
        RuleAccount account{rule.id, RuleFate::NOT_REACHED, Condition::NONE, {}};
        if (explanation.decidedBy.empty())
        {
            account.obstacle = FindHeaderObstacle(rule, flow, from, to);
            if (account.obstacle == Condition::NONE)
            {
                account.obstacle = ObstacleOf(number, facts);
            }
            account.fate = FateOf(rule, account.obstacle);
            account.why = Describe(account.obstacle, rule, opening.header, facts);
            explanation.decidedBy = account.fate == RuleFate::MATCHED ? rule.id : "";
            if (account.fate == RuleFate::TAGGED)
            {
                facts.tags.push_back(rule.tag);
            }
        }
        explanation.rules.push_back(std::move(account));
    }
    if (explanation.decidedBy.empty())
    {
        explanation.decidedBy = NameOf(opening.base.rule);
    }
    return explanation;
}

const Rule*
CompiledPolicy::RuleOf(RuleNumber number) const
{
    return number < m_policy.rules.size() ? &m_policy.rules[number] : nullptr;
}

std::string_view
CompiledPolicy::NameOf(RuleNumber number) const
{
    switch (number)
    {
    case NO_RULE:
        return "default";
    case NAT_MAPPING:
        return "nat-mapping";
    case UNSOLICITED:
        return "unsolicited";
    default:
        return m_policy.rules[number].id;
    }
}

Action
CompiledPolicy::Resolve(Action action) const
{
    return action == Action::REFUSE ? m_policy.refusal : action;
}

Verdict
CompiledPolicy::VerdictOf(RuleNumber number) const
{
    if (number == NO_RULE)
    {
        return {Resolve(m_policy.defaultAction), Reason::DEFAULT, NO_RULE};
    }
    const Rule& rule = m_policy.rules[number];
    return {Resolve(rule.action), ReasonOf(rule), number};
}

} // namespace imsfw::engine
