// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rules/rule-conditions.h"

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

Condition
HelloObstacle(const TlsCondition& asked, const classify::TlsFindings& tls)
{
    const bool asksServer = asked.version.IsAsked() || asked.suite.IsAsked();
    if (!tls.clientHello)
    {
        return Condition::CLIENT_HELLO;
    }
    if (asksServer && (!tls.serverHello || !tls.suite))
    {
        return Condition::SERVER_HELLO;
    }
    if (asksServer && !Holds(asked.version, tls.version))
    {
        return Condition::TLS_VERSION;
    }
    if (asksServer && !Holds(asked.suite, *tls.suite))
    {
        return Condition::TLS_SUITE;
    }
    if (!AnyHolds(asked.offers, tls.offered))
    {
        return Condition::TLS_OFFERS;
    }
    if (!PatternHolds(asked.sni, tls.sni))
    {
        return Condition::TLS_SNI;
    }
    if (!AnyHolds(asked.alpn, tls.alpn))
    {
        return Condition::TLS_ALPN;
    }
    const bool isLong = !asked.helloAbove || tls.clientHelloSize > *asked.helloAbove;
    return isLong ? Condition::NONE : Condition::HELLO_SIZE;
}

Condition
TlsObstacle(const Rule& rule, const classify::Findings& findings)
{
    if (rule.nullSuite && !(findings.tls && findings.tls->nullSuite))
    {
        return Condition::NULL_SUITE;
    }
    if (!rule.tls.IsAsked())
    {
        return Condition::NONE;
    }
    return findings.tls ? HelloObstacle(rule.tls, *findings.tls) : Condition::CLIENT_HELLO;
}

Condition
HttpObstacle(const HttpCondition& asked, const classify::Findings& findings)
{
    if (!asked.IsAsked())
    {
        return Condition::NONE;
    }
    if (!findings.httpRequest)
    {
        return Condition::HTTP_REQUEST;
    }
    if (!Holds(asked.method, findings.httpRequest->method))
    {
        return Condition::HTTP_METHOD;
    }
    const bool isTarget =
        !asked.connectTarget.IsAsked() ||
        (findings.connectRequested && PatternHolds(asked.connectTarget, findings.connectTarget));
    return isTarget ? Condition::NONE : Condition::CONNECT_TARGET;
}

Condition
MeterObstacle(const MeterCondition& asked, const FlowFacts& facts)
{
    if (asked.bytesAbove && facts.bytes <= *asked.bytesAbove)
    {
        return Condition::VOLUME;
    }
    return asked.ageAbove && facts.age <= *asked.ageAbove ? Condition::AGE : Condition::NONE;
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

Condition
FindObstacle(const Rule& rule, RuleNumber number, const FlowFacts& facts)
{
    const auto& findings = facts.findings;
    if (!FirstBytesHold(rule, findings))
    {
        return Condition::FIRST_BYTES;
    }
    if (const auto tls = TlsObstacle(rule, findings); tls != Condition::NONE)
    {
        return tls;
    }
    if (const auto http = HttpObstacle(rule.http, findings); http != Condition::NONE)
    {
        return http;
    }
    if (const auto meter = MeterObstacle(rule.meter, facts); meter != Condition::NONE)
    {
        return meter;
    }
    if (!PatternsHold(rule, number, facts))
    {
        return Condition::PAYLOAD;
    }
    if (!RecognisedHolds(rule.recognised, facts))
    {
        return Condition::RECOGNISED;
    }
    const bool isContent = rule.content.IsEmpty() || findings.content.HasAnyOf(rule.content);
    return isContent ? Condition::NONE : Condition::CONTENT;
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
