// SPDX-License-Identifier: GPL-2.0-only
#include "classify/recogniser-condition.h"

#include "base/text.h"

#include <algorithm>

namespace imsfw::classify
{

namespace
{

template <typename T, typename Predicate>
bool
SomeHolds(const std::vector<T>& wanted, Predicate holds)
{
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), holds);
}

std::string
FindUnknown(const std::vector<std::string>& wanted,
            const std::vector<std::string>& known,
            const std::string& kind)
{
    for (const auto& name : wanted)
    {
        if (!std::binary_search(known.begin(), known.end(), name))
        {
            return "no " + kind + " is called \"" + name + "\"" + DidYouMean(name, known);
        }
    }
    return {};
}

} // namespace

bool
RecogniserCondition::IsAsked() const
{
    return !applications.empty() || !inside.empty() || !risks.empty() || !confidences.empty();
}

bool
RecogniserCondition::Holds(const RecogniserVerdict& verdict, bool isSettled) const
{
    return SomeHolds(applications, [&](const std::string& name) { return verdict.Is(name); }) &&
           SomeHolds(inside, [&](const std::string& name) { return verdict.inside == name; }) &&
           SomeHolds(risks, [&](const std::string& name) { return verdict.HasRisk(name); }) &&
           SomeHolds(confidences,
                     [&](Confidence wanted) {
                         return verdict.confidence == wanted &&
                                (wanted != Confidence::NONE || isSettled);
                     });
}

std::string
FindUnknownName(const RecogniserCondition& condition, const RecogniserFactory& factory)
{
    const auto applications = factory.ApplicationNames();
    for (const auto& problem : {FindUnknown(condition.applications, applications, "application"),
                                FindUnknown(condition.inside, applications, "application"),
                                FindUnknown(condition.risks, factory.RiskNames(), "risk")})
    {
        if (!problem.empty())
        {
            return problem;
        }
    }
    return {};
}

} // namespace imsfw::classify
