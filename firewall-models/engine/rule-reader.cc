// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rule-reader.h"

#include "base/text.h"

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
        ReadPorts(node["ports"]);
        ReadAddresses(node["addresses"]);
        ReadFirstBytes(node["first_bytes"]);
        m_rule.nullSuite = node["tls"].IsDefined();
        ReadContent(node["content"]);
        m_rule.action = ReadAction(node["action"]);
        return std::move(m_rule);
    }

  private:
    void
    Complain(const Node& node, const std::string& key, const std::string& message)
    {
        m_diagnostics.push_back(m_document.At(node, m_field + "." + key, message));
    }

    void
    ReadPorts(const Node& list)
    {
        for (std::size_t i = 0; list && i < list.size(); ++i)
        {
            const auto range = ParsePortRange(list[i].Scalar());
            if (!range)
            {
                Complain(list[i],
                         "ports[" + std::to_string(i) + "]",
                         "\"" + list[i].Scalar() + "\" is no port and no range of ports");
                continue;
            }
            m_rule.ports.push_back(*range);
        }
        const bool hasPorts =
            m_rule.protocol == IpProtocol::TCP || m_rule.protocol == IpProtocol::UDP;
        if (list && !hasPorts)
        {
            Complain(list, "ports", "only a rule for tcp or udp can have ports");
        }
    }

    void
    ReadAddresses(const Node& list)
    {
        for (std::size_t i = 0; list && i < list.size(); ++i)
        {
            if (const auto prefix = IpPrefix::Parse(list[i].Scalar()))
            {
                m_rule.addresses.push_back(*prefix);
                continue;
            }
            Complain(list[i],
                     "addresses[" + std::to_string(i) + "]",
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
    for (const Action action :
         {Action::ALLOW, Action::DROP, Action::RESET, Action::ICMP, Action::REFUSE})
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
