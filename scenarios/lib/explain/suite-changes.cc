// SPDX-License-Identifier: GPL-2.0-only
#include "change-finder.h"

#include "base/text.h"
#include "engine/rules/rule-conditions.h"
#include "ims-tls-suites.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

/// What @p rule asks that another suite could change, and nothing else.
engine::Rule
SuitePart(const engine::Rule& rule)
{
    engine::Rule part;
    part.nullSuite = rule.nullSuite;
    part.content = rule.content;
    part.tls.suite = rule.tls.suite;
    part.tls.version = rule.tls.version;
    part.tls.offers = rule.tls.offers;
    return part;
}

/// @return what a firewall would know of a handshake in which @p suite is offered alone and chosen.
classify::Findings
FindingsOf(const tls::Suite& suite, const engine::Rule& rule)
{
    classify::TlsFindings hello;
    hello.clientHello = true;
    hello.serverHello = true;
    hello.suite = suite.id;
    hello.offered = {suite.id};
    hello.version = suite.isTls13 ? 0x0304 : 0x0303;
    hello.nullSuite = suite.isNull;
    classify::Findings findings;
    findings.tls = hello;
    findings.content = suite.isNull ? rule.content : classify::ApplicationSet{};
    return findings;
}

bool
StillMatches(const engine::Rule& part, const tls::Suite& suite)
{
    const auto findings = FindingsOf(suite, part);
    const std::vector<engine::RuleNumber> none;
    return engine::FindObstacle(part, 0, {findings, 0, Duration(0), none, nullptr}) ==
           engine::Condition::NONE;
}

/// @return how many words of the names differ: TLS_RSA_WITH_NULL_SHA is near TLS_RSA_WITH_AES_128_CBC_SHA.
std::size_t
Distance(const std::string& a, const std::string& b)
{
    auto left = Split(a, '_');
    auto right = Split(b, '_');
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    std::vector<std::string_view> different;
    std::set_symmetric_difference(
        left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(different));
    return different.size();
}

/// @return the suite that the run was about: the negotiated one, or the first offered.
std::string
CurrentSuite(const FinishedRun& run)
{
    if (!run.experiment.tls.suites.empty())
    {
        const auto known = tls::FindSuite(run.experiment.tls.suites.front());
        return known ? known->ianaName : "";
    }
    return run.suite;
}

} // namespace

std::vector<Change>
SuiteChanges(const FinishedRun& run, const engine::Rule* rule)
{
    if (rule == nullptr || !run.experiment.UsesTls())
    {
        return {};
    }
    const auto part = SuitePart(*rule);
    const bool asks = part.nullSuite || !part.content.IsEmpty() || part.tls.IsAsked();
    if (!asks && !rule->recognised.IsAsked())
    {
        return {};
    }
    const std::string current = CurrentSuite(run);
    auto suites = tls::AllSuites();
    std::stable_sort(suites.begin(),
                     suites.end(),
                     [&](const tls::Suite& a, const tls::Suite& b)
                     { return Distance(a.ianaName, current) < Distance(b.ianaName, current); });
    std::vector<Change> changes;
    for (const auto& suite : suites)
    {
        if (suite.ianaName == current)
        {
            continue;
        }
        Change change{ChangeKind::CIPHER_SUITE,
                      "offer " + suite.ianaName + " alone",
                      {"tls.suites=[" + suite.ianaName + "]"},
                      1,
                      {}};
        if (asks && StillMatches(part, suite))
        {
            change.ruledOut = "rule " + rule->id + " matches it too";
        }
        changes.push_back(std::move(change));
    }
    return changes;
}

} // namespace imsfw::scenario
