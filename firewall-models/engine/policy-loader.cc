// SPDX-License-Identifier: GPL-2.0-only
#include "engine/policy-loader.h"

#include "base/text.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace imsfw::engine
{

namespace
{

using config::Diagnostics;
using config::Document;
using YAML::Node;

constexpr std::size_t MOST_BASES = 32;

std::vector<std::string>
KnownPolicies(const std::string& directory)
{
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error))
    {
        if (it->path().extension() == ".yaml")
        {
            names.push_back(it->path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

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
    return std::nullopt;
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

void
ReadBehaviour(const Node& node, NatBehaviour& target)
{
    for (const auto behaviour : {NatBehaviour::ENDPOINT_INDEPENDENT,
                                 NatBehaviour::ADDRESS_DEPENDENT,
                                 NatBehaviour::ADDRESS_AND_PORT_DEPENDENT})
    {
        if (node && node.Scalar() == ToString(behaviour))
        {
            target = behaviour;
        }
    }
}

IpProtocol
ReadProtocol(const Node& node)
{
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

/// Applies one file to what its base says.
class Layer
{
  public:
    Layer(const Document& document, Policy& policy) : m_document(document), m_policy(policy)
    {
    }

    Diagnostics
    Apply()
    {
        const Node& root = m_document.root;
        m_policy.id = root["id"].Scalar();
        m_policy.title = root["title"].Scalar();
        ReadText(root["type"], m_policy.label);
        ReadText(root["description"], m_policy.description);
        if (root["refusal"])
        {
            m_policy.refusal = ReadAction(root["refusal"]);
        }
        if (root["default"])
        {
            m_policy.defaultAction = ReadAction(root["default"]);
        }
        ApplyNat(root["nat"]);
        ApplyProxy(root["proxy"]);
        ApplyRemovals(root["remove"]);
        ApplyRules(root["rules"]);
        return std::move(m_diagnostics);
    }

  private:
    static void
    ReadText(const Node& node, std::string& target)
    {
        if (node)
        {
            target = node.Scalar();
        }
    }

    void
    Complain(const Node& node, const std::string& field, const std::string& message)
    {
        m_diagnostics.push_back(m_document.At(node, field, message));
    }

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
        nat.enabled = node["enabled"] ? node["enabled"].as<bool>() : nat.enabled;
        ReadBehaviour(node["mapping"], nat.mapping);
        ReadBehaviour(node["filtering"], nat.filtering);
        if (node["port_assignment"])
        {
            nat.portAssignment = node["port_assignment"].Scalar() == "random"
                                     ? PortAssignment::RANDOM
                                     : PortAssignment::PRESERVING;
        }
        if (const Node times = node["timeouts"])
        {
            ReadDuration(times["udp"], "nat.timeouts.udp", nat.timeouts.udp);
            ReadDuration(times["tcp_established"],
                         "nat.timeouts.tcp_established",
                         nat.timeouts.tcpEstablished);
            ReadDuration(
                times["tcp_transitory"], "nat.timeouts.tcp_transitory", nat.timeouts.tcpTransitory);
            ReadDuration(times["icmp"], "nat.timeouts.icmp", nat.timeouts.icmp);
            ReadDuration(times["other"], "nat.timeouts.other", nat.timeouts.other);
        }
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
            Rule rule = ReadRule(list[i], field);
            if (!ids.insert(rule.id).second)
            {
                Complain(list[i]["id"], field + ".id", "a rule \"" + rule.id + "\" stands above");
            }
            Remove(rule.id);
            mine.push_back(std::move(rule));
        }
        m_policy.rules.insert(m_policy.rules.begin(), mine.begin(), mine.end());
    }

    Rule
    ReadRule(const Node& node, const std::string& field)
    {
        Rule rule;
        rule.id = node["id"].Scalar();
        ReadText(node["description"], rule.description);
        rule.from = ReadZone(node["from"]);
        rule.to = ReadZone(node["to"]);
        if (node["protocol"])
        {
            rule.protocol = ReadProtocol(node["protocol"]);
        }
        ReadPorts(node["ports"], field, rule);
        ReadAddresses(node["addresses"], field, rule);
        if (const Node first = node["first_bytes"])
        {
            rule.firstBytesNegated = first.IsMap();
            const std::string word = first.IsMap() ? first["not"].Scalar() : first.Scalar();
            rule.firstBytes = word == "tls" ? FirstBytes::TLS : FirstBytes::HTTP;
        }
        rule.nullSuite = node["tls"].IsDefined();
        for (const auto& name : node["content"])
        {
            // In a stream, TURN is STUN messages and ChannelData frames (RFC 8656 12.4).
            const std::string word = name.Scalar() == "turn" ? "turn-channel" : name.Scalar();
            rule.content.Add(
                classify::FindApplication(word).value_or(classify::Application::UNKNOWN));
        }
        rule.action = ReadAction(node["action"]);
        return rule;
    }

    void
    ReadPorts(const Node& list, const std::string& field, Rule& rule)
    {
        for (std::size_t i = 0; list && i < list.size(); ++i)
        {
            const auto parts = Split(list[i].Scalar(), '-');
            const auto low = ParseNumber(parts.front(), 1, 65535);
            const auto high = ParseNumber(parts.back(), 1, 65535);
            if (!low || !high || *low > *high)
            {
                Complain(list[i],
                         field + ".ports[" + std::to_string(i) + "]",
                         "\"" + list[i].Scalar() + "\" is no port and no range of ports");
                continue;
            }
            rule.ports.push_back({static_cast<uint16_t>(*low), static_cast<uint16_t>(*high)});
        }
        const bool hasPorts = rule.protocol == IpProtocol::TCP || rule.protocol == IpProtocol::UDP;
        if (list && !hasPorts)
        {
            Complain(list, field + ".ports", "only a rule for tcp or udp can have ports");
        }
    }

    void
    ReadAddresses(const Node& list, const std::string& field, Rule& rule)
    {
        for (std::size_t i = 0; list && i < list.size(); ++i)
        {
            if (const auto prefix = IpPrefix::Parse(list[i].Scalar()))
            {
                rule.addresses.push_back(*prefix);
                continue;
            }
            Complain(list[i],
                     field + ".addresses[" + std::to_string(i) + "]",
                     "\"" + list[i].Scalar() + "\" is no address and no prefix");
        }
    }

    const Document& m_document;
    Policy& m_policy;
    Diagnostics m_diagnostics;
};

class Loader
{
  public:
    explicit Loader(std::string directory) : m_directory(std::move(directory))
    {
    }

    Result<Policy, Diagnostics>
    Load(const std::string& idOrPath)
    {
        std::ifstream stream(m_directory + "/policy.schema.json", std::ios::binary);
        std::ostringstream schema;
        if (!stream || !(schema << stream.rdbuf()))
        {
            return Failure{Diagnostics{
                {m_directory + "/policy.schema.json", 0, 0, "", "the schema cannot be read"}}};
        }
        m_schema = schema.str();
        const bool isPath = idOrPath.find('/') != std::string::npos ||
                            std::filesystem::path(idOrPath).extension() == ".yaml";
        if (!isPath && !Exists(idOrPath))
        {
            return Failure{Diagnostics{{m_directory, 0, 0, "", Unknown(idOrPath)}}};
        }
        return LoadOne(isPath ? idOrPath : PathOf(idOrPath));
    }

  private:
    std::string
    PathOf(const std::string& id) const
    {
        return m_directory + "/" + id + ".yaml";
    }

    bool
    Exists(const std::string& id) const
    {
        std::error_code error;
        return std::filesystem::exists(PathOf(id), error);
    }

    std::string
    Unknown(const std::string& id) const
    {
        const auto known = KnownPolicies(m_directory);
        const std::string near = DidYouMean(id, known);
        return "there is no policy \"" + id + "\"" +
               (near.empty() ? "; known are " + Join(known, ", ") : near);
    }

    Result<Policy, Diagnostics>
    LoadOne(const std::string& path)
    {
        const auto document = config::LoadFile(path, m_schema);
        if (!document)
        {
            return Failure{document.Error()};
        }
        Policy policy;
        if (const Node base = document->root["extends"])
        {
            auto loaded = LoadBase(*document, base);
            if (!loaded)
            {
                return loaded;
            }
            policy = *loaded;
        }
        Diagnostics diagnostics = Layer(*document, policy).Apply();
        if (!diagnostics.empty())
        {
            return Failure{std::move(diagnostics)};
        }
        return policy;
    }

    Result<Policy, Diagnostics>
    LoadBase(const Document& document, const Node& base)
    {
        const std::string id = base.Scalar();
        if (!Exists(id))
        {
            return Failure{Diagnostics{document.At(base, "extends", Unknown(id))}};
        }
        if (!m_bases.insert(id).second || m_bases.size() > MOST_BASES)
        {
            return Failure{Diagnostics{
                document.At(base, "extends", "\"" + id + "\" extends itself, or too many do")}};
        }
        return LoadOne(PathOf(id));
    }

    std::string m_directory;
    std::string m_schema;
    std::set<std::string> m_bases;
};

} // namespace

Result<Policy, config::Diagnostics>
LoadPolicy(const std::string& idOrPath, const std::string& directory)
{
    return Loader(directory).Load(idOrPath);
}

} // namespace imsfw::engine
