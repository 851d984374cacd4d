// SPDX-License-Identifier: GPL-2.0-only
#include "engine/policy/rule-reader.h"

#include "base/text.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

using YAML::Node;

std::optional<Zone>
ReadZone(const Node& node)
{
    for (const Zone zone : {Zone::INSIDE, Zone::DMZ, Zone::OUTSIDE})
    {
        if (node && node.Scalar() == ToString(zone))
        {
            return zone;
        }
    }
    return std::nullopt; // "any"
}

std::optional<IpProtocol>
ReadProtocol(const Node& node)
{
    if (!node)
    {
        return std::nullopt;
    }
    for (const auto protocol :
         {IpProtocol::ICMP, IpProtocol::TCP, IpProtocol::UDP, IpProtocol::ESP, IpProtocol::AH})
    {
        if (node.Scalar() == ToString(protocol))
        {
            return protocol;
        }
    }
    return static_cast<IpProtocol>(node.as<int>());
}

uint16_t
VersionOf(const Node& node)
{
    const std::string word = node.Scalar();
    return word == "ssl3" ? 0x0300 : static_cast<uint16_t>(0x0301 + (word.back() - '0'));
}

uint16_t
CodeOf(const Node& node)
{
    const Bytes code = FromHex(node.Scalar().substr(2)).value_or(Bytes(2));
    return static_cast<uint16_t>(code[0] << 8 | code[1]);
}

template <typename T>
void
ReadNumber(const Node& node, std::optional<T>& target)
{
    if (node)
    {
        target = node.as<T>();
    }
}

std::string
TextOf(const Node& node)
{
    return node.Scalar();
}

/// A list, or `not` with a list.
template <typename T>
void
ReadOneOf(const Node& node, T (*read)(const Node&), OneOf<T>& target)
{
    if (!node)
    {
        return;
    }
    target.negated = node.IsMap();
    for (const auto& value : node.IsMap() ? node["not"] : node)
    {
        target.values.push_back(read(value));
    }
}

/// Reads the lists of one rule, and says what is wrong with their elements.
class RuleReader
{
  public:
    RuleReader(const config::Document& document,
               std::string field,
               config::Diagnostics& diagnostics)
        : m_document(document), m_field(std::move(field)), m_diagnostics(diagnostics)
    {
    }

    Rule
    Read(const Node& node)
    {
        m_rule.id = node["id"].Scalar();
        m_rule.description = node["description"] ? node["description"].Scalar() : "";
        m_rule.from = ReadZone(node["from"]);
        m_rule.to = ReadZone(node["to"]);
        m_rule.protocol = ReadProtocol(node["protocol"]);
        ReadPorts(node["ports"], "ports", m_rule.ports);
        ReadAddresses(node["addresses"], "addresses", m_rule.addresses);
        ReadSource(node["source"]);
        m_rule.decrypted = node["decrypted"].IsDefined();
        ReadFirstBytes(node["first_bytes"]);
        ReadTls(node["tls"]);
        ReadHttp(node["http"]);
        ReadPayload(node["payload"]);
        ReadMeter(node["flow"]);
        ReadTime(node["time"]);
        ReadOneOf(node["tagged"], TextOf, m_rule.tagged);
        ReadContent(node["content"]);
        ReadRecognised(node["recognised"]);
        m_rule.action = ReadAction(node["action"]);
        ReadStyle(node);
        return std::move(m_rule);
    }

  private:
    void
    Complain(const Node& node, const std::string& key, const std::string& message)
    {
        m_diagnostics.push_back(m_document.At(node, m_field + "." + key, message));
    }

    void
    ReadSource(const Node& node)
    {
        if (node)
        {
            ReadPorts(node["ports"], "source.ports", m_rule.source.ports);
            ReadAddresses(node["addresses"], "source.addresses", m_rule.source.addresses);
        }
    }

    void
    ReadPorts(const Node& list, const std::string& key, std::vector<PortRange>& ports)
    {
        for (std::size_t i = 0; list && i < list.size(); ++i)
        {
            const auto range = ParsePortRange(list[i].Scalar());
            if (!range)
            {
                Complain(list[i],
                         key + "[" + std::to_string(i) + "]",
                         "\"" + list[i].Scalar() + "\" is no port and no range of ports");
                continue;
            }
            ports.push_back(*range);
        }
        const bool hasPorts =
            m_rule.protocol == IpProtocol::TCP || m_rule.protocol == IpProtocol::UDP;
        if (list && !hasPorts)
        {
            Complain(list, key, "only a rule for tcp or udp can have ports");
        }
    }

    void
    ReadAddresses(const Node& list, const std::string& key, std::vector<IpPrefix>& addresses)
    {
        for (std::size_t i = 0; list && i < list.size(); ++i)
        {
            if (const auto prefix = IpPrefix::Parse(list[i].Scalar()))
            {
                addresses.push_back(*prefix);
                continue;
            }
            Complain(list[i],
                     key + "[" + std::to_string(i) + "]",
                     "\"" + list[i].Scalar() + "\" is no address and no prefix");
        }
    }

    void
    ReadFirstBytes(const Node& node)
    {
        if (node)
        {
            m_rule.firstBytesNegated = node.IsMap();
            const std::string word = node.IsMap() ? node["not"].Scalar() : node.Scalar();
            m_rule.firstBytes = word == "tls" ? FirstBytes::TLS : FirstBytes::HTTP;
        }
    }

    void
    ReadTls(const Node& node)
    {
        if (!node)
        {
            return;
        }
        m_rule.nullSuite = node["null_suite"].IsDefined();
        ReadOneOf(node["version"], VersionOf, m_rule.tls.version);
        ReadOneOf(node["suite"], CodeOf, m_rule.tls.suite);
        ReadOneOf(node["offers"], CodeOf, m_rule.tls.offers);
        ReadOneOf(node["sni"], TextOf, m_rule.tls.sni);
        ReadOneOf(node["alpn"], TextOf, m_rule.tls.alpn);
        ReadOneOf(node["certificate"], TextOf, m_rule.tls.certificate);
        ReadOneOf(node["ja3"], TextOf, m_rule.tls.ja3);
        ReadOneOf(node["ja4"], TextOf, m_rule.tls.ja4);
        ReadNumber(node["hello_above"], m_rule.tls.helloAbove);
        ReadNumber(node["hello_records_above"], m_rule.tls.recordsAbove);
        ReadNumber(node["hello_segments_above"], m_rule.tls.segmentsAbove);
    }

    void
    ReadHttp(const Node& node)
    {
        if (node)
        {
            ReadOneOf(node["method"], TextOf, m_rule.http.method);
            ReadOneOf(node["connect_target"], TextOf, m_rule.http.connectTarget);
        }
    }

    void
    ReadPayload(const Node& list)
    {
        for (std::size_t i = 0; list && i < list.size(); ++i)
        {
            const Node& node = list[i];
            const std::string key = "payload[" + std::to_string(i) + "]";
            const bool isOne =
                node["text"].IsDefined() + node["hex"].IsDefined() + node["regex"].IsDefined() == 1;
            if (!isOne)
            {
                Complain(node, key, "one of text, hex and regex is needed");
                continue;
            }
            PayloadPattern pattern;
            pattern.bytes = node["text"]
                                ? ByteView(std::string_view(node["text"].Scalar())).ToBytes()
                            : node["hex"] ? FromHex(node["hex"].Scalar()).value_or(Bytes{})
                                          : Bytes{};
            ReadRegex(node["regex"], key + ".regex", pattern.regex);
            const std::string direction = node["direction"] ? node["direction"].Scalar() : "any";
            pattern.toServer = direction != "to-client";
            pattern.toClient = direction != "to-server";
            m_rule.payload.push_back(std::move(pattern));
        }
    }

    void
    ReadRegex(const Node& node, const std::string& key, ByteRegex& target)
    {
        if (!node)
        {
            return;
        }
        const auto regex = ByteRegex::Parse(node.Scalar());
        if (!regex)
        {
            Complain(
                node, key, "\"" + node.Scalar() + "\" is no regular expression: " + regex.Error());
            return;
        }
        target = *regex;
    }

    void
    ReadMeter(const Node& node)
    {
        if (!node)
        {
            return;
        }
        if (node["state"])
        {
            m_rule.meter.state =
                node["state"].Scalar() == "new" ? FlowState::NEW : FlowState::ESTABLISHED;
        }
        ReadNumber(node["bytes_above"], m_rule.meter.bytesAbove);
        ReadNumber(node["rate_above_bps"], m_rule.meter.rateAbove);
        if (node["age_above"])
        {
            m_rule.meter.ageAbove = ReadDuration(node["age_above"], "flow.age_above");
        }
    }

    void
    ReadTime(const Node& node)
    {
        if (!node)
        {
            return;
        }
        const auto& days = node["days"];
        m_rule.schedule.days = days ? 0 : 0x7f;
        for (const auto& day : days)
        {
            const auto at = std::find(DAYS.begin(), DAYS.end(), day.Scalar());
            m_rule.schedule.days |= static_cast<uint8_t>(1U << (at - DAYS.begin()));
        }
        if (const Node hours = node["hours"])
        {
            const auto schedule = ParseHours(hours.Scalar(), m_rule.schedule);
            if (!schedule)
            {
                Complain(hours, "time.hours", schedule.Error());
                return;
            }
            m_rule.schedule = *schedule;
        }
    }

    Duration
    ReadDuration(const Node& node, const std::string& key)
    {
        const auto duration = config::ParseDuration(node.Scalar());
        if (!duration)
        {
            Complain(node, key, duration.Error());
            return Duration(0);
        }
        return *duration;
    }

    /// How the action is carried out; each key goes with some actions only.
    void
    ReadStyle(const Node& node)
    {
        const bool isAllow = m_rule.action == Action::ALLOW;
        const bool isReset = m_rule.action == Action::RESET || m_rule.action == Action::REFUSE;
        const bool isIcmp = m_rule.action == Action::ICMP || m_rule.action == Action::REFUSE;
        ReadTag(node);
        if (const Node side = Style(node, "reset_side", isReset, "reset"))
        {
            const std::string word = side.Scalar();
            m_rule.resetSide = word == "client"   ? ResetSide::CLIENT
                               : word == "server" ? ResetSide::SERVER
                                                  : ResetSide::BOTH;
        }
        if (const Node code = Style(node, "icmp_code", isIcmp, "icmp"))
        {
            m_rule.icmpCode = static_cast<uint8_t>(code.as<int>());
        }
        if (const Node delay = Style(node, "delay", isAllow, "allow"))
        {
            m_rule.delay = ReadDuration(delay, "delay");
        }
        if (const Node throttle = Style(node, "throttle_bps", isAllow, "allow"))
        {
            m_rule.bitsPerSecond = throttle.as<uint64_t>();
        }
    }

    void
    ReadTag(const Node& node)
    {
        const bool isTag = m_rule.action == Action::TAG;
        if (const Node tag = Style(node, "tag", isTag, "tag"))
        {
            m_rule.tag = tag.Scalar();
        }
        else if (isTag)
        {
            Complain(node, "tag", "the action tag needs the name of the tag");
        }
    }

    Node
    Style(const Node& node, const std::string& key, bool fits, const std::string& action)
    {
        const Node value = node[key];
        if (value && !fits)
        {
            Complain(value, key, "goes with the action " + action + " only");
        }
        return value;
    }

    void
    ReadContent(const Node& list)
    {
        for (const auto& name : list)
        {
            // In a stream, TURN is STUN messages and ChannelData frames (RFC 8656 12.4).
            const std::string word = name.Scalar() == "turn" ? "turn-channel" : name.Scalar();
            m_rule.content.Add(
                classify::FindApplication(word).value_or(classify::Application::UNKNOWN));
        }
    }

    void
    ReadRecognised(const Node& node)
    {
        if (!node)
        {
            return;
        }
        const auto read = [&node](const char* key, std::vector<std::string>& target)
        {
            for (const auto& name : node[key])
            {
                target.push_back(name.Scalar());
            }
        };
        read("application", m_rule.recognised.applications);
        read("inside", m_rule.recognised.inside);
        read("risk", m_rule.recognised.risks);
        for (const auto& name : node["confidence"])
        {
            m_rule.recognised.confidences.push_back(
                classify::FindConfidence(name.Scalar()).value_or(classify::Confidence::NONE));
        }
    }

    const config::Document& m_document;
    std::string m_field;
    config::Diagnostics& m_diagnostics;
    Rule m_rule;
};

} // namespace

Rule
ReadRule(const config::Document& document,
         const Node& node,
         const std::string& field,
         config::Diagnostics& diagnostics)
{
    return RuleReader(document, field, diagnostics).Read(node);
}

Action
ReadAction(const Node& node)
{
    for (const Action action : {Action::ALLOW,
                                Action::DROP,
                                Action::RESET,
                                Action::ICMP,
                                Action::HTTP_403,
                                Action::REFUSE,
                                Action::TAG})
    {
        if (node.Scalar() == ToString(action))
        {
            return action;
        }
    }
    return Action::DROP; // the schema knows no other
}

std::optional<PortRange>
ParsePortRange(const std::string& text)
{
    const auto parts = Split(text, '-');
    const auto low = ParseNumber(parts.front(), 1, 65535);
    const auto high = ParseNumber(parts.back(), 1, 65535);
    if (!low || !high || *low > *high || parts.size() > 2)
    {
        return std::nullopt;
    }
    return PortRange{static_cast<uint16_t>(*low), static_cast<uint16_t>(*high)};
}

} // namespace imsfw::engine
