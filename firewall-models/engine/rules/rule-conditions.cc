// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rules/rule-conditions.h"

#include "classify/fingerprint.h"

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

/// What the ServerHello tells.
Condition
ServerHelloObstacle(const TlsCondition& asked, const classify::TlsFindings& tls)
{
    if (!asked.AsksServer())
    {
        return Condition::NONE;
    }
    if (!tls.serverHello || !tls.suite)
    {
        return Condition::SERVER_HELLO;
    }
    if (!Holds(asked.version, tls.version))
    {
        return Condition::TLS_VERSION;
    }
    return Holds(asked.suite, *tls.suite) ? Condition::NONE : Condition::TLS_SUITE;
}

bool
IsAbove(uint32_t value, std::optional<uint32_t> limit)
{
    return !limit || value > *limit;
}

/// How the ClientHello is built and cut, whatever it asks for.
Condition
ShapeObstacle(const TlsCondition& asked, const classify::TlsFindings& tls)
{
    if (!IsAbove(tls.clientHelloSize, asked.helloAbove))
    {
        return Condition::HELLO_SIZE;
    }
    if (!IsAbove(tls.clientHelloRecords, asked.recordsAbove))
    {
        return Condition::HELLO_RECORDS;
    }
    if (!IsAbove(tls.clientHelloSegments, asked.segmentsAbove))
    {
        return Condition::HELLO_SEGMENTS;
    }
    if (asked.ja3.IsAsked() && !Holds(asked.ja3, classify::Ja3(tls)))
    {
        return Condition::JA3;
    }
    const bool isJa4 = !asked.ja4.IsAsked() || Holds(asked.ja4, classify::Ja4(tls));
    return isJa4 ? Condition::NONE : Condition::JA4;
}

Condition
CertificateObstacle(const TlsCondition& asked, const classify::TlsFindings& tls)
{
    if (!asked.certificate.IsAsked())
    {
        return Condition::NONE;
    }
    if (!tls.certificate)
    {
        return Condition::CERTIFICATE;
    }
    return PatternHolds(asked.certificate, tls.certificate->subject)
               ? Condition::NONE
               : Condition::CERTIFICATE_SUBJECT;
}

Condition
OfferObstacle(const TlsCondition& asked, const classify::TlsFindings& tls)
{
    if (!AnyHolds(asked.offers, tls.offered))
    {
        return Condition::TLS_OFFERS;
    }
    if (!PatternHolds(asked.sni, tls.sni))
    {
        return Condition::TLS_SNI;
    }
    return AnyHolds(asked.alpn, tls.alpn) ? Condition::NONE : Condition::TLS_ALPN;
}

Condition
HelloObstacle(const TlsCondition& asked, const classify::TlsFindings& tls)
{
    if (!tls.clientHello)
    {
        return Condition::CLIENT_HELLO;
    }
    for (const auto obstacleOf :
         {ServerHelloObstacle, OfferObstacle, ShapeObstacle, CertificateObstacle})
    {
        if (const auto obstacle = obstacleOf(asked, tls); obstacle != Condition::NONE)
        {
            return obstacle;
        }
    }
    return Condition::NONE;
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

FlowState
StateOf(const FlowFacts& facts)
{
    return facts.isAnswered ? FlowState::ESTABLISHED : FlowState::NEW;
}

Condition
MeterObstacle(const MeterCondition& asked, const FlowFacts& facts)
{
    if (asked.state && *asked.state != StateOf(facts))
    {
        return Condition::STATE;
    }
    if (asked.bytesAbove && facts.bytes <= *asked.bytesAbove)
    {
        return Condition::VOLUME;
    }
    if (asked.ageAbove && facts.age <= *asked.ageAbove)
    {
        return Condition::AGE;
    }
    const bool isFast = !asked.rateAbove || facts.bitsPerSecond > *asked.rateAbove;
    return isFast ? Condition::NONE : Condition::RATE;
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
    if (rule.decrypted != facts.isDecrypted)
    {
        return Condition::DECRYPTED;
    }
    if (rule.schedule.IsAsked() && !rule.schedule.Holds(facts.weekTime))
    {
        return Condition::SCHEDULE;
    }
    if (!AnyHolds(rule.tagged, facts.tags))
    {
        return Condition::TAGGED;
    }
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
    if (rule.firstBytes)
    {
        return Reason::FIRST_BYTES;
    }
    if (rule.tagged.IsAsked())
    {
        return Reason::TAGGED;
    }
    return rule.schedule.IsAsked() ? Reason::SCHEDULE : Reason::RULE;
}

} // namespace imsfw::engine
