// SPDX-License-Identifier: GPL-2.0-only
#include "experiment.h"

#include "experiment-names.h"

#include <yaml-cpp/yaml.h>

namespace imsfw::scenario
{

namespace
{

void
Emit(YAML::Node parent, const char* name, const Link& link)
{
    parent[name]["rate"] = link.rate;
    parent[name]["delay"] = ToText(link.delay);
    parent[name]["loss"] = link.loss;
}

/// Leaves out what is empty: an absent key means the same, and an empty one would not pass the schema.
void
EmitIfSet(YAML::Node parent, const char* name, const std::string& value)
{
    if (!value.empty())
    {
        parent[name] = value;
    }
}

YAML::Node
ToNode(const Experiment& e)
{
    YAML::Node root;
    root["name"] = e.name;
    EmitIfSet(root, "title", e.title);
    root["seed"] = e.seed;
    root["run"] = e.run;
    root["firewall"]["policy"] = e.firewall.policy;
    Emit(root["links"], "access", e.links.access);
    Emit(root["links"], "dmz", e.links.dmz);
    Emit(root["links"], "internet", e.links.internet);
    Emit(root["links"], "core", e.links.core);
    EmitIfSet(root, "transport", e.transport);
    root["control"]["transport"] = ToString(e.control.transport);
    root["control"]["port"] = e.control.port;
    root["media"]["path"] = ToString(e.media.path);
    root["media"]["transport"] = ToString(e.media.transport);
    root["media"]["port"] = e.media.port;
    root["media"]["codec"] = e.media.codec;
    root["media"]["peer_latches"] = e.media.peerLatches;
    root["proxy"]["use"] = ToString(e.proxy.use);
    root["proxy"]["user"] = e.proxy.user;
    root["proxy"]["password"] = e.proxy.password;
    for (const auto& suite : e.tls.suites)
    {
        root["tls"]["suites"].push_back(suite);
    }
    EmitIfSet(root["tls"], "min_version", e.tls.minVersion);
    EmitIfSet(root["tls"], "max_version", e.tls.maxVersion);
    EmitIfSet(root["servers"], "certificate", e.servers.certificate);
    EmitIfSet(root["servers"], "private_key", e.servers.privateKey);
    EmitIfSet(root["servers"], "trust_anchor", e.servers.trustAnchor);
    root["call"]["enabled"] = e.call.enabled;
    root["call"]["duration"] = ToText(e.call.duration);
    root["call"]["answer_after"] = ToText(e.call.answerAfter);
    root["limits"]["attempt"] = ToText(e.limits.attempt);
    root["limits"]["simulated"] = ToText(e.limits.simulated);
    root["evidence"]["captures"] = e.evidence.captures;
    root["evidence"]["key_log"] = e.evidence.keyLog;
    return root;
}

} // namespace

bool
Experiment::UsesTls() const
{
    const bool relayOverTls =
        media.path == MediaPathKind::RELAY && media.transport == MediaTransport::TLS;
    return control.transport == ControlTransport::TLS || relayOverTls;
}

std::string
Experiment::ToYaml() const
{
    YAML::Node root = ToNode(*this);
    // Naming a section above made it; one with nothing in it goes again.
    for (const char* section : {"tls", "servers"})
    {
        if (root[section].IsNull() || root[section].size() == 0)
        {
            root.remove(section);
        }
    }
    YAML::Emitter out;
    out.SetDoublePrecision(6);
    out << root;
    return std::string(out.c_str()) + "\n";
}

} // namespace imsfw::scenario
