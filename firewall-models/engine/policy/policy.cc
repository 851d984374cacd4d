// SPDX-License-Identifier: GPL-2.0-only
#include "engine/policy/policy.h"

#include "base/text.h"

#include <openssl/sha.h>

namespace imsfw::engine
{

namespace
{

std::string
Nanoseconds(std::optional<Duration> duration)
{
    return duration ? std::to_string(duration->count()) : "none";
}

std::string
FlattenNat(const NatSection& nat)
{
    const auto& t = nat.timeouts;
    return "nat " + std::to_string(nat.enabled) + " " + ToString(nat.mapping) + " " +
           ToString(nat.filtering) + " " + ToString(nat.portAssignment) + " " +
           std::to_string(nat.portRange.low) + "-" + std::to_string(nat.portRange.high) +
           " parity " + std::to_string(nat.portParity) + " hairpinning " +
           std::to_string(nat.hairpinning) + " inbound-refresh " +
           std::to_string(nat.inboundRefresh) + " timeouts " + Nanoseconds(t.udp) + " " +
           Nanoseconds(t.tcpEstablished) + " " + Nanoseconds(t.tcpTransitory) + " " +
           Nanoseconds(t.icmp) + " " + Nanoseconds(t.other) + "\n";
}

/// What few NATs do; nothing for those that do not.
std::string
FlattenRareNat(const NatSection& nat)
{
    const NatSection usual;
    std::string text;
    text += nat.addresses != 1 ? " addresses " + std::to_string(nat.addresses) : "";
    text += nat.pooling != usual.pooling ? " pooling " + ToString(nat.pooling) : "";
    text += nat.portsPerHost ? " ports-per-host " + std::to_string(*nat.portsPerHost) : "";
    text += nat.fragments != usual.fragments ? " fragments " + ToString(nat.fragments) : "";
    text += nat.onReset != usual.onReset ? " on-reset " + ToString(nat.onReset) : "";
    text +=
        nat.onIcmpError != usual.onIcmpError ? " on-icmp-error " + ToString(nat.onIcmpError) : "";
    text += nat.passesIcmpErrors ? "" : " no-icmp-errors";
    text +=
        nat.timeouts.udpUnanswered ? " unanswered " + Nanoseconds(nat.timeouts.udpUnanswered) : "";
    return text.empty() ? "" : "nat-more" + text + "\n";
}

std::string
FlattenProxy(const ProxySection& proxy)
{
    std::string text = "proxy " + std::to_string(proxy.port) + " " + proxy.authentication + " " +
                       Nanoseconds(proxy.idleTimeout) + " " + Nanoseconds(proxy.maxLifetime);
    for (const uint16_t port : proxy.connectPorts)
    {
        text += " " + std::to_string(port);
    }
    text += proxy.intercepts ? " intercepts" : "";
    text += proxy.passesUnknown ? " passes-unknown" : "";
    return text + "\n";
}

std::string
Word(uint16_t value)
{
    return std::to_string(value);
}

const std::string&
Word(const std::string& value)
{
    return value;
}

template <typename T>
std::string
FlattenList(const std::string& name, const OneOf<T>& list)
{
    std::string text;
    for (const auto& value : list.values)
    {
        text += (text.empty() ? " " + name + (list.negated ? " not " : " ") : ",") + Word(value);
    }
    return text;
}

template <typename T>
std::string
FlattenNumber(const std::string& key, const std::optional<T>& number)
{
    return number ? " " + key + " " + std::to_string(*number) : std::string();
}

std::string
FlattenNames(const std::string& key, const std::vector<std::string>& names)
{
    return names.empty() ? std::string() : " " + key + " " + Join(names, ",");
}

std::string
FlattenRecognised(const classify::RecogniserCondition& condition)
{
    std::vector<std::string> confidences;
    for (const auto confidence : condition.confidences)
    {
        confidences.push_back(classify::ToString(confidence));
    }
    return FlattenNames("application", condition.applications) +
           FlattenNames("inside", condition.inside) + FlattenNames("risk", condition.risks) +
           FlattenNames("confidence", confidences);
}

/// What a rule rarely asks, or does; nothing where it does not.
std::string
FlattenTerms(const Rule& rule)
{
    std::string text =
        FlattenList("version", rule.tls.version) + FlattenList("suite", rule.tls.suite) +
        FlattenList("offers", rule.tls.offers) + FlattenList("sni", rule.tls.sni) +
        FlattenList("alpn", rule.tls.alpn) + FlattenList("certificate", rule.tls.certificate) +
        FlattenList("ja3", rule.tls.ja3) + FlattenList("ja4", rule.tls.ja4) +
        FlattenList("method", rule.http.method) +
        FlattenList("connect-target", rule.http.connectTarget);
    text += FlattenNumber("hello-above", rule.tls.helloAbove) +
            FlattenNumber("hello-records-above", rule.tls.recordsAbove) +
            FlattenNumber("hello-segments-above", rule.tls.segmentsAbove);
    for (const auto& pattern : rule.payload)
    {
        text += " payload " + std::to_string(pattern.toServer) + std::to_string(pattern.toClient) +
                (pattern.regex.IsAsked() ? " regex " + pattern.regex.Text() : ToHex(pattern.bytes));
    }
    text += rule.meter.state ? " state " + ToString(*rule.meter.state) : "";
    text += FlattenNumber("bytes-above", rule.meter.bytesAbove) +
            FlattenNumber("rate-above", rule.meter.rateAbove);
    text += rule.meter.ageAbove ? " age-above " + Nanoseconds(rule.meter.ageAbove) : "";
    text += FlattenRecognised(rule.recognised);
    text += rule.decrypted ? " decrypted" : "";
    text += rule.schedule.IsAsked() ? " time " + rule.schedule.ToString() : "";
    text += FlattenList("tagged", rule.tagged) + (rule.tag.empty() ? "" : " tag " + rule.tag);
    text += rule.resetSide != ResetSide::BOTH ? " side " + ToString(rule.resetSide) : "";
    text += rule.icmpCode != Rule{}.icmpCode ? " code " + std::to_string(rule.icmpCode) : "";
    text += rule.delay != Duration(0) ? " delay " + Nanoseconds(rule.delay) : "";
    text += rule.bitsPerSecond ? " throttle " + std::to_string(*rule.bitsPerSecond) : "";
    return text;
}

std::string
FlattenRanges(const std::string& name, const std::vector<PortRange>& ranges)
{
    std::string text = " " + name;
    for (const auto& range : ranges)
    {
        text += " " + std::to_string(range.low) + "-" + std::to_string(range.high);
    }
    return text;
}

std::string
FlattenPrefixes(const std::string& name, const std::vector<IpPrefix>& prefixes)
{
    std::string text = " " + name;
    for (const auto& prefix : prefixes)
    {
        text += " " + prefix.ToString();
    }
    return text;
}

std::string
FlattenSource(const SourceCondition& source)
{
    return (source.ports.empty() ? "" : FlattenRanges("source-ports", source.ports)) +
           (source.addresses.empty() ? "" : FlattenPrefixes("source-addresses", source.addresses));
}

std::string
FlattenRule(const Rule& rule)
{
    std::string text = "rule " + rule.id + " " + (rule.from ? ToString(*rule.from) : "any") + " " +
                       (rule.to ? ToString(*rule.to) : "any") + " " +
                       (rule.protocol ? ToString(*rule.protocol) : "any");
    text += FlattenRanges("ports", rule.ports) + FlattenPrefixes("addresses", rule.addresses) +
            FlattenSource(rule.source);
    const std::string first = !rule.firstBytes                      ? "any"
                              : *rule.firstBytes == FirstBytes::TLS ? "tls"
                                                                    : "http";
    return text + " first " + (rule.firstBytesNegated ? "not-" : "") + first + " null-suite " +
           std::to_string(rule.nullSuite) + " content " + rule.content.ToString() + " " +
           ToString(rule.action) + FlattenTerms(rule) + "\n";
}

} // namespace

bool
Rule::NeedsInspection() const
{
    return decrypted || firstBytes || nullSuite || !content.IsEmpty() || tls.IsAsked() ||
           http.IsAsked() || !payload.empty() || meter.IsAsked() || recognised.IsAsked() ||
           schedule.IsAsked() || tagged.IsAsked() || action == Action::TAG;
}

void
BlockAddresses(Policy& policy, const std::string& ruleId, std::vector<IpPrefix> addresses)
{
    Rule rule;
    rule.id = ruleId;
    rule.addresses = std::move(addresses);
    rule.action = Action::REFUSE;
    policy.rules.insert(policy.rules.begin(), std::move(rule));
}

std::string
ToString(Zone zone)
{
    switch (zone)
    {
    case Zone::INSIDE:
        return "inside";
    case Zone::DMZ:
        return "dmz";
    case Zone::OUTSIDE:
        return "outside";
    }
    return "unknown";
}

std::string
ToString(Action action)
{
    switch (action)
    {
    case Action::ALLOW:
        return "allow";
    case Action::DROP:
        return "drop";
    case Action::RESET:
        return "reset";
    case Action::ICMP:
        return "icmp";
    case Action::HTTP_403:
        return "http-403";
    case Action::REFUSE:
        return "refuse";
    case Action::TAG:
        return "tag";
    }
    return "unknown";
}

std::string
ToString(NatBehaviour behaviour)
{
    switch (behaviour)
    {
    case NatBehaviour::ENDPOINT_INDEPENDENT:
        return "endpoint-independent";
    case NatBehaviour::ADDRESS_DEPENDENT:
        return "address-dependent";
    case NatBehaviour::ADDRESS_AND_PORT_DEPENDENT:
        return "address-and-port-dependent";
    }
    return "unknown";
}

std::string
ToString(PortAssignment assignment)
{
    switch (assignment)
    {
    case PortAssignment::PRESERVING:
        return "preserving";
    case PortAssignment::RANDOM:
        return "random";
    }
    return "unknown";
}

std::string
ToString(Pooling pooling)
{
    switch (pooling)
    {
    case Pooling::PAIRED:
        return "paired";
    case Pooling::ARBITRARY:
        return "arbitrary";
    }
    return "unknown";
}

std::string
ToString(FragmentBehaviour behaviour)
{
    switch (behaviour)
    {
    case FragmentBehaviour::REFUSE:
        return "refuse";
    case FragmentBehaviour::IN_ORDER:
        return "in-order";
    case FragmentBehaviour::ANY_ORDER:
        return "any-order";
    }
    return "unknown";
}

std::string
ToString(StateEffect effect)
{
    switch (effect)
    {
    case StateEffect::KEEP:
        return "keep";
    case StateEffect::TRANSITORY:
        return "transitory";
    case StateEffect::REMOVE:
        return "remove";
    }
    return "unknown";
}

/// @return @p lines two columns further in.
std::string
Indented(const std::string& lines)
{
    std::string text;
    for (const auto line : Split(lines, '\n'))
    {
        text += line.empty() ? "" : "  " + std::string(line) + "\n";
    }
    return text;
}

std::string
Flatten(const Policy& policy)
{
    std::string text = "refusal " + ToString(policy.refusal) + "\n" + FlattenNat(policy.nat) +
                       FlattenRareNat(policy.nat);
    text +=
        policy.outer ? "behind " + policy.outer->id + "\n" + Indented(Flatten(*policy.outer)) : "";
    text += policy.proxy ? FlattenProxy(*policy.proxy) : "proxy none\n";
    text +=
        policy.recogniser != Policy{}.recogniser ? "recogniser " + policy.recogniser + "\n" : "";
    for (const Rule& rule : policy.rules)
    {
        text += FlattenRule(rule);
    }
    return text + "default " + ToString(policy.defaultAction) + "\n";
}

std::string
PolicyHash(const Policy& policy)
{
    const std::string text = Flatten(policy);
    Bytes digest(SHA256_DIGEST_LENGTH);
    SHA256(reinterpret_cast<const uint8_t*>(text.data()), text.size(), digest.data());
    return ToHex(digest);
}

} // namespace imsfw::engine
