// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rule-conditions.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

bool
FirstBytesHold(const Rule& rule, const classify::Findings& findings)
{
    if (!rule.firstBytes)
    {
        return true;
    }
    const auto answer =
        *rule.firstBytes == FirstBytes::TLS ? findings.firstBytesTls : findings.firstBytesHttp;
    return answer == (rule.firstBytesNegated ? classify::Answer::NO : classify::Answer::YES);
}

template <typename T>
bool
Holds(const OneOf<T>& list, const T& value)
{
    const bool isIn = std::find(list.values.begin(), list.values.end(), value) != list.values.end();
    return !list.IsAsked() || isIn != list.negated;
}

/// Any of @p given is one of the list; with a negated list, none is.
template <typename T>
bool
AnyHolds(const OneOf<T>& list, const std::vector<T>& given)
{
    const auto isIn = [&](const T& value)
    { return std::find(list.values.begin(), list.values.end(), value) != list.values.end(); };
    return !list.IsAsked() || std::any_of(given.begin(), given.end(), isIn) != list.negated;
}

bool
PatternHolds(const OneOf<std::string>& list, const std::string& text)
{
    const auto fits = [&](const std::string& pattern) { return MatchesPattern(pattern, text); };
    return !list.IsAsked() ||
           std::any_of(list.values.begin(), list.values.end(), fits) != list.negated;
}

bool
HelloHolds(const TlsCondition& asked, const classify::TlsFindings& tls)
{
    const bool asksServer = asked.version.IsAsked() || asked.suite.IsAsked();
    if (!tls.clientHello || (asksServer && (!tls.serverHello || !tls.suite)))
    {
        return false;
    }
    return (!asksServer || (Holds(asked.version, tls.version) && Holds(asked.suite, *tls.suite))) &&
           AnyHolds(asked.offers, tls.offered) && PatternHolds(asked.sni, tls.sni) &&
           AnyHolds(asked.alpn, tls.alpn) &&
           (!asked.helloAbove || tls.clientHelloSize > *asked.helloAbove);
}

bool
TlsHolds(const Rule& rule, const classify::Findings& findings)
{
    if (rule.nullSuite && !(findings.tls && findings.tls->nullSuite))
    {
        return false;
    }
    return !rule.tls.IsAsked() || (findings.tls && HelloHolds(rule.tls, *findings.tls));
}

bool
HttpHolds(const HttpCondition& asked, const classify::Findings& findings)
{
    if (!asked.IsAsked())
    {
        return true;
    }
    if (!findings.httpRequest || !Holds(asked.method, findings.httpRequest->method))
    {
        return false;
    }
    return !asked.connectTarget.IsAsked() ||
           (findings.connectRequested && PatternHolds(asked.connectTarget, findings.connectTarget));
}

bool
MeterHolds(const MeterCondition& asked, const FlowFacts& facts)
{
    return (!asked.bytesAbove || facts.bytes > *asked.bytesAbove) &&
           (!asked.ageAbove || facts.age > *asked.ageAbove);
}

bool
PatternsHold(const Rule& rule, RuleNumber number, const FlowFacts& facts)
{
    return rule.payload.empty() ||
           std::find(facts.matched.begin(), facts.matched.end(), number) != facts.matched.end();
}

bool
RecognisedHolds(const classify::RecogniserCondition& asked, const FlowFacts& facts)
{
    if (!asked.IsAsked())
    {
        return true;
    }
    const auto* recogniser = facts.recogniser;
    return recogniser != nullptr && asked.Holds(recogniser->GetVerdict(), recogniser->IsSettled());
}

} // namespace

bool
PayloadHolds(const Rule& rule, RuleNumber number, const FlowFacts& facts)
{
    const auto& findings = facts.findings;
    return FirstBytesHold(rule, findings) && TlsHolds(rule, findings) &&
           HttpHolds(rule.http, findings) && MeterHolds(rule.meter, facts) &&
           PatternsHold(rule, number, facts) && RecognisedHolds(rule.recognised, facts) &&
           (rule.content.IsEmpty() || findings.content.HasAnyOf(rule.content));
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
    if (rule.recognised.IsAsked())
    {
        return Reason::RECOGNISED;
    }
    if (rule.tls.IsAsked())
    {
        return Reason::TLS;
    }
    if (rule.http.IsAsked())
    {
        return Reason::HTTP;
    }
    if (!rule.payload.empty())
    {
        return Reason::PAYLOAD;
    }
    if (rule.meter.IsAsked())
    {
        return Reason::METER;
    }
    return rule.firstBytes ? Reason::FIRST_BYTES : Reason::RULE;
}

} // namespace imsfw::engine
