// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rules/explanation.h"

#include "base/text.h"
#include "classify/fingerprint.h"

#include <cstdio>

namespace imsfw::engine
{

namespace
{

const std::string NOT_YET = "not decidable yet: ";

std::string
Hex(uint16_t value)
{
    char text[8];
    std::snprintf(text, sizeof(text), "0x%04x", value);
    return text;
}

std::string
Quoted(const std::string& text)
{
    return "\"" + text + "\"";
}

template <typename T, typename Name>
std::string
Listed(const std::vector<T>& items, Name name)
{
    std::vector<std::string> names;
    names.reserve(items.size());
    for (const auto& item : items)
    {
        names.push_back(name(item));
    }
    return names.empty() ? "none" : Join(names, ", ");
}

/// "X is not one of A, B", or for a list of what is not wanted, "X is one of A, B".
template <typename T, typename Name>
std::string
Against(const std::string& subject, const OneOf<T>& list, Name name)
{
    const bool isOne = list.values.size() == 1;
    return subject + (list.negated ? " is " : " is not ") + (isOne ? "" : "one of ") +
           Listed(list.values, name);
}

std::string
PortsText(const std::vector<PortRange>& ports)
{
    return Listed(ports,
                  [](const PortRange& range)
                  {
                      const std::string low = std::to_string(range.low);
                      return range.low == range.high ? low : low + "-" + std::to_string(range.high);
                  });
}

std::string
OutsideText(uint32_t address, const std::vector<IpPrefix>& prefixes)
{
    return "address " + IpAddress::V4(address).ToString() + " is not in " +
           Listed(prefixes, [](const IpPrefix& prefix) { return prefix.ToString(); });
}

std::string
HeaderText(Condition obstacle, const Rule& rule, const FlowHeader& header)
{
    switch (obstacle)
    {
    case Condition::FROM:
        return "it comes from " + ToString(header.from) + ", not from " + ToString(*rule.from);
    case Condition::TO:
        return "it goes to " + ToString(header.to) + ", not to " + ToString(*rule.to);
    case Condition::PROTOCOL:
        return "protocol is " + ToString(header.flow.protocol) + ", not " +
               ToString(*rule.protocol);
    case Condition::PORTS:
        return "port " + std::to_string(header.flow.destinationPort) + " is not " +
               PortsText(rule.ports);
    case Condition::SOURCE_PORTS:
        return "source port " + std::to_string(header.flow.sourcePort) + " is not " +
               PortsText(rule.source.ports);
    case Condition::SOURCE_ADDRESSES:
        return "source " + OutsideText(header.flow.source, rule.source.addresses);
    default:
        return OutsideText(header.flow.destination, rule.addresses);
    }
}

std::string
FirstBytesText(const Rule& rule, const classify::Findings& findings)
{
    const bool isTls = *rule.firstBytes == FirstBytes::TLS;
    const std::string name = isTls ? "TLS" : "HTTP";
    if ((isTls ? findings.firstBytesTls : findings.firstBytesHttp) == classify::Answer::UNDECIDED)
    {
        return NOT_YET + "the first bytes have not told whether it is " + name;
    }
    return rule.firstBytesNegated ? "first bytes are " + name : "first bytes are not " + name;
}

std::string
NullSuiteText(const classify::Findings& findings)
{
    if (!findings.tls || !findings.tls->suite)
    {
        return NOT_YET + "no TLS suite has been negotiated";
    }
    return "suite " + Hex(*findings.tls->suite) + " encrypts";
}

std::string
HelloShapeText(Condition obstacle, const TlsCondition& asked, const classify::TlsFindings& tls)
{
    const auto notMore = [](uint32_t number, const char* unit, std::optional<uint32_t> limit) {
        return std::to_string(number) + unit + ", not more than " +
               std::to_string(limit.value_or(0));
    };
    if (obstacle == Condition::HELLO_RECORDS)
    {
        return "the ClientHello is spread over " +
               notMore(tls.clientHelloRecords, " records", asked.recordsAbove);
    }
    if (obstacle == Condition::HELLO_SEGMENTS)
    {
        return "the ClientHello is spread over " +
               notMore(tls.clientHelloSegments, " segments", asked.segmentsAbove);
    }
    return "the ClientHello has " + notMore(tls.clientHelloSize, " bytes", asked.helloAbove);
}

std::string
TlsText(Condition obstacle, const TlsCondition& asked, const classify::TlsFindings& tls)
{
    const auto same = [](const std::string& text) { return Quoted(text); };
    const auto plain = [](const std::string& text) { return text; };
    switch (obstacle)
    {
    case Condition::TLS_VERSION:
        return Against("TLS version " + Hex(tls.version), asked.version, Hex);
    case Condition::TLS_SUITE:
        return Against("suite " + Hex(*tls.suite), asked.suite, Hex);
    case Condition::TLS_OFFERS:
        return "the ClientHello offers " + std::string(asked.offers.negated ? "one" : "none") +
               " of " + Listed(asked.offers.values, Hex);
    case Condition::TLS_SNI:
        return Against("server name " + Quoted(tls.sni), asked.sni, same);
    case Condition::TLS_ALPN:
        return Against("ALPN " + Listed(tls.alpn, same), asked.alpn, same);
    case Condition::JA3:
        return Against("JA3 " + classify::Ja3(tls), asked.ja3, plain);
    case Condition::JA4:
        return Against("JA4 " + classify::Ja4(tls), asked.ja4, plain);
    case Condition::CERTIFICATE_SUBJECT:
        return Against(
            "certificate subject " + Quoted(tls.certificate->subject), asked.certificate, same);
    default:
        return HelloShapeText(obstacle, asked, tls);
    }
}

std::string
HttpText(Condition obstacle, const HttpCondition& asked, const classify::Findings& findings)
{
    const auto same = [](const std::string& text) { return text; };
    if (obstacle == Condition::HTTP_METHOD)
    {
        return Against("method " + findings.httpRequest->method, asked.method, same);
    }
    return findings.connectRequested
               ? Against("CONNECT target " + findings.connectTarget, asked.connectTarget, same)
               : "the request is no CONNECT";
}

std::string
MeterText(Condition obstacle, const MeterCondition& asked, const FlowFacts& facts)
{
    const auto seconds = [](Duration duration)
    { return std::to_string(ToMilliseconds(duration) / 1000) + " s"; };
    if (obstacle == Condition::STATE)
    {
        return facts.isAnswered ? "the flow has been answered" : "nothing has come back yet";
    }
    if (obstacle == Condition::RATE)
    {
        return "the flow has " + std::to_string(facts.bitsPerSecond) + " bit/s, not more than " +
               std::to_string(*asked.rateAbove);
    }
    return obstacle == Condition::VOLUME
               ? "the flow has " + std::to_string(facts.bytes) + " bytes so far, not more than " +
                     std::to_string(*asked.bytesAbove)
               : "the flow is " + seconds(facts.age) + " old, not more than " +
                     seconds(*asked.ageAbove);
}

std::string
RecognisedText(const FlowFacts& facts)
{
    if (facts.recogniser == nullptr)
    {
        return NOT_YET + "no recogniser has looked at the flow";
    }
    const auto& verdict = facts.recogniser->GetVerdict();
    const std::string name = verdict.application.empty() ? "nothing" : verdict.application;
    const std::string risks = verdict.risks.empty() ? "" : ", risks " + Join(verdict.risks, ", ");
    return (facts.recogniser->IsSettled() ? "the recogniser names "
                                          : "the recogniser names so far ") +
           name + " (by " + ToString(verdict.confidence) + ")" + risks;
}

std::string
ContentText(const Rule& rule, const classify::Findings& findings)
{
    const std::string asked = rule.content.ToString();
    return findings.readable ? "readable data is not of " + asked
                             : "no readable data has shown " + asked;
}

} // namespace

std::string
ToString(RuleFate fate)
{
    switch (fate)
    {
    case RuleFate::PASSED_OVER:
        return "passed over";
    case RuleFate::MATCHED:
        return "matched";
    case RuleFate::TAGGED:
        return "tagged";
    case RuleFate::NOT_REACHED:
        return "not reached";
    }
    return "unknown";
}

std::string
Describe(Condition obstacle, const Rule& rule, const FlowHeader& header, const FlowFacts& facts)
{
    switch (obstacle)
    {
    case Condition::NONE:
        return {};
    case Condition::FROM:
    case Condition::TO:
    case Condition::PROTOCOL:
    case Condition::PORTS:
    case Condition::ADDRESSES:
    case Condition::SOURCE_PORTS:
    case Condition::SOURCE_ADDRESSES:
        return HeaderText(obstacle, rule, header);
    case Condition::DECRYPTED:
        return rule.decrypted ? "it is for decrypted streams" : "it is not for decrypted streams";
    case Condition::SCHEDULE:
        return "the flow began at " + WeekTimeText(facts.weekTime) + ", not within " +
               rule.schedule.ToString();
    case Condition::TAGGED:
        return std::string("the flow has ") + (rule.tagged.negated ? "one" : "none") +
               " of the tags " + Join(rule.tagged.values, ", ");
    case Condition::FIRST_BYTES:
        return FirstBytesText(rule, facts.findings);
    case Condition::NULL_SUITE:
        return NullSuiteText(facts.findings);
    case Condition::CLIENT_HELLO:
        return NOT_YET + "no ClientHello has been seen";
    case Condition::SERVER_HELLO:
        return NOT_YET + "no ServerHello has been seen";
    case Condition::TLS_VERSION:
    case Condition::TLS_SUITE:
    case Condition::TLS_OFFERS:
    case Condition::TLS_SNI:
    case Condition::TLS_ALPN:
    case Condition::HELLO_SIZE:
    case Condition::HELLO_RECORDS:
    case Condition::HELLO_SEGMENTS:
    case Condition::JA3:
    case Condition::JA4:
    case Condition::CERTIFICATE_SUBJECT:
        return TlsText(obstacle, rule.tls, *facts.findings.tls);
    case Condition::CERTIFICATE:
        return NOT_YET + "no certificate has been seen (TLS 1.3 and resumption hide it)";
    case Condition::HTTP_REQUEST:
        return NOT_YET + "no HTTP request has been seen";
    case Condition::HTTP_METHOD:
    case Condition::CONNECT_TARGET:
        return HttpText(obstacle, rule.http, facts.findings);
    case Condition::VOLUME:
    case Condition::STATE:
    case Condition::AGE:
    case Condition::RATE:
        return MeterText(obstacle, rule.meter, facts);
    case Condition::PAYLOAD:
        return "none of its patterns has been seen";
    case Condition::RECOGNISED:
        return RecognisedText(facts);
    case Condition::CONTENT:
        return ContentText(rule, facts.findings);
    }
    return "unknown";
}

} // namespace imsfw::engine
