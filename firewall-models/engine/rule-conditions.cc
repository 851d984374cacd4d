// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rule-conditions.h"

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

bool
TlsHolds(const Rule& rule, const classify::Findings& findings)
{
    return !rule.nullSuite || (findings.tls && findings.tls->nullSuite);
}

} // namespace

bool
PayloadHolds(const Rule& rule, const classify::Findings& findings)
{
    return FirstBytesHold(rule, findings) && TlsHolds(rule, findings) &&
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
    return rule.firstBytes ? Reason::FIRST_BYTES : Reason::RULE;
}

} // namespace imsfw::engine
