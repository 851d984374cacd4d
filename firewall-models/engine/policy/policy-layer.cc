// SPDX-License-Identifier: GPL-2.0-only
#include "engine/policy/policy-layer.h"

#include "base/text.h"
#include "engine/policy/rule-reader.h"

#include <algorithm>
#include <set>

namespace imsfw::engine
{

namespace
{

using YAML::Node;

void
ReadText(const Node& node, std::string& target)
{
    if (node)
    {
        target = node.Scalar();
    }
}

void
ReadFlag(const Node& node, bool& target)
{
    if (node)
    {
        target = node.as<bool>();
    }
}

/// Read the word for one of @p values.
template <typename T>
void
ReadWord(const Node& node, std::initializer_list<T> values, T& target)
{
    for (const T value : values)
    {
        if (node && node.Scalar() == ToString(value))
        {
            target = value;
        }
    }
}

void
ReadBehaviour(const Node& node, NatBehaviour& target)
{
    ReadWord(node,
             {NatBehaviour::ENDPOINT_INDEPENDENT,
              NatBehaviour::ADDRESS_DEPENDENT,
              NatBehaviour::ADDRESS_AND_PORT_DEPENDENT},
             target);
}

class Layer
{
  public:
    Layer(const config::Document& document, Policy& policy) : m_document(document), m_policy(policy)
    {
    }

    config::Diagnostics
    Apply()
    {
        const Node& root = m_document.root;
        m_policy.id = root["id"].Scalar();
        m_policy.title = root["title"].Scalar();
        m_policy.label.clear(); // of this file alone: what extends type 5 is not type 5
        ReadText(root["type"], m_policy.label);
        ReadText(root["description"], m_policy.description);
        ReadText(root["recogniser"], m_policy.recogniser);
        if (root["refusal"])
        {
            m_policy.refusal = ReadAction(root["refusal"]);
        }
        if (root["default"])
        {
            m_policy.defaultAction = ReadAction(root["default"]);
            m_policy.hasWrittenDefault = true;
        }
        ApplyNat(root["nat"]);
        ApplyProxy(root["proxy"]);
        ApplyRemovals(root["remove"]);
        ApplyRules(root["rules"]);
        return std::move(m_diagnostics);
    }

  private:
    void
    Complain(const Node& node, const std::string& field, const std::string& message)
    {
        m_diagnostics.push_back(m_document.At(node, field, message));
    }

    /// @param target a Duration, or an optional one
    template <typename T>
    void
    ReadDuration(const Node& node, const std::string& field, T& target)
    {
        if (!node)
        {
            return;
        }
        const auto duration = config::ParseDuration(node.Scalar());
        if (!duration)
        {
            Complain(node, field, duration.Error());
            return;
        }
        target = *duration;
    }

    void
    ApplyNat(const Node& node)
    {
        if (!node)
        {
            return;
        }
        NatSection& nat = m_policy.nat;
        ReadFlag(node["enabled"], nat.enabled);
        ReadBehaviour(node["mapping"], nat.mapping);
        ReadBehaviour(node["filtering"], nat.filtering);
        if (node["port_assignment"])
        {
            nat.portAssignment = node["port_assignment"].Scalar() == "random"
                                     ? PortAssignment::RANDOM
                                     : PortAssignment::PRESERVING;
        }
        ReadFlag(node["port_parity"], nat.portParity);
        ReadFlag(node["hairpinning"], nat.hairpinning);
        ReadFlag(node["inbound_refresh"], nat.inboundRefresh);
        ReadWord(node["pooling"], {Pooling::PAIRED, Pooling::ARBITRARY}, nat.pooling);
        nat.addresses = node["addresses"] ? node["addresses"].as<unsigned>() : nat.addresses;
        if (node["ports_per_host"])
        {
            nat.portsPerHost = node["ports_per_host"].as<uint32_t>();
        }
        ApplyNatEvents(node);
        ReadPortRange(node["port_range"]);
        ApplyTimeouts(node["timeouts"]);
    }

    void
    ApplyNatEvents(const Node& node)
    {
        NatSection& nat = m_policy.nat;
        ReadWord(
            node["fragments"],
            {FragmentBehaviour::REFUSE, FragmentBehaviour::IN_ORDER, FragmentBehaviour::ANY_ORDER},
            nat.fragments);
        ReadWord(node["on_reset"],
                 {StateEffect::KEEP, StateEffect::TRANSITORY, StateEffect::REMOVE},
                 nat.onReset);
        ReadWord(node["on_icmp_error"], {StateEffect::KEEP, StateEffect::REMOVE}, nat.onIcmpError);
        ReadFlag(node["icmp_errors"], nat.passesIcmpErrors);
    }

    void
    ReadPortRange(const Node& node)
    {
        if (!node)
        {
            return;
        }
        const auto range = ParsePortRange(node.Scalar());
        if (!range)
        {
            Complain(node, "nat.port_range", "\"" + node.Scalar() + "\" is no range of ports");
            return;
        }
        m_policy.nat.portRange = *range;
    }

    void
    ApplyTimeouts(const Node& node)
    {
        if (!node)
        {
            return;
        }
        const std::string field = "nat.timeouts.";
        FlowTimeouts& times = m_policy.nat.timeouts;
        ReadDuration(node["udp"], field + "udp", times.udp);
        ReadDuration(node["udp_unanswered"], field + "udp_unanswered", times.udpUnanswered);
        ReadDuration(node["tcp_established"], field + "tcp_established", times.tcpEstablished);
        ReadDuration(node["tcp_transitory"], field + "tcp_transitory", times.tcpTransitory);
        ReadDuration(node["icmp"], field + "icmp", times.icmp);
        ReadDuration(node["other"], field + "other", times.other);
    }

    void
    ApplyProxy(const Node& node)
    {
        if (!node)
        {
            return;
        }
        ProxySection proxy = m_policy.proxy.value_or(ProxySection{});
        proxy.port = node["port"] ? node["port"].as<uint16_t>() : proxy.port;
        if (node["connect_ports"])
        {
            proxy.connectPorts = node["connect_ports"].as<std::vector<uint16_t>>();
        }
        ReadFlag(node["intercept"], proxy.intercepts);
        ReadFlag(node["pass_unknown"], proxy.passesUnknown);
        ReadText(node["authentication"], proxy.authentication);
        ReadDuration(node["idle_timeout"], "proxy.idle_timeout", proxy.idleTimeout);
        ReadDuration(node["max_lifetime"], "proxy.max_lifetime", proxy.maxLifetime);
        m_policy.proxy = proxy;
    }

    void
    ApplyRemovals(const Node& list)
    {
        for (std::size_t i = 0; list && i < list.size(); ++i)
        {
            const std::string id = list[i].Scalar();
            std::vector<std::string> known;
            for (const Rule& rule : m_policy.rules)
            {
                known.push_back(rule.id);
            }
            if (!Remove(id))
            {
                Complain(list[i],
                         "remove[" + std::to_string(i) + "]",
                         "the base has no rule \"" + id + "\"" + DidYouMean(id, known));
            }
        }
    }

    bool
    Remove(const std::string& id)
    {
        auto& rules = m_policy.rules;
        const auto end =
            std::remove_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.id == id; });
        const bool found = end != rules.end();
        rules.erase(end, rules.end());
        return found;
    }

    void
    ApplyRules(const Node& list)
    {
        std::vector<Rule> mine;
        std::set<std::string> ids;
        for (std::size_t i = 0; list && i < list.size(); ++i)
        {
            const std::string field = "rules[" + std::to_string(i) + "]";
            Rule rule = ReadRule(m_document, list[i], field, m_diagnostics);
            if (!ids.insert(rule.id).second)
            {
                Complain(list[i]["id"], field + ".id", "a rule \"" + rule.id + "\" stands above");
            }
            Remove(rule.id);
            mine.push_back(std::move(rule));
        }
        m_policy.rules.insert(m_policy.rules.begin(), mine.begin(), mine.end());
    }

    const config::Document& m_document;
    Policy& m_policy;
    config::Diagnostics m_diagnostics;
};

} // namespace

config::Diagnostics
ApplyLayer(const config::Document& document, Policy& policy)
{
    return Layer(document, policy).Apply();
}

} // namespace imsfw::engine
