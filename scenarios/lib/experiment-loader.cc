// SPDX-License-Identifier: GPL-2.0-only
#include "experiment-loader.h"

#include "base/text.h"
#include "data-files.h"
#include "experiment-check.h"
#include "experiment-names.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

using config::Document;

/// Reads the keys that are there into @p target and leaves the others; the schema has already judged their types.
template <typename T>
void
Read(const YAML::Node& section, const char* key, T& target)
{
    if (section && section[key])
    {
        target = section[key].template as<T>();
    }
}

void
Read(const YAML::Node& section, const char* key, Duration& target)
{
    if (section && section[key])
    {
        target = *config::ParseDuration(section[key].as<std::string>());
    }
}

template <typename T, typename Convert>
void
ReadWord(const YAML::Node& section, const char* key, T& target, Convert convert)
{
    if (section && section[key])
    {
        target = convert(section[key].as<std::string>());
    }
}

void
Read(const YAML::Node& section, const char* key, Link& target)
{
    if (section && section[key])
    {
        Read(section[key], "rate", target.rate);
        Read(section[key], "delay", target.delay);
        Read(section[key], "loss", target.loss);
    }
}

void
ReadPaths(const YAML::Node& root, Experiment& e)
{
    ReadWord(root["control"], "transport", e.control.transport, ControlTransportFrom);
    Read(root["control"], "port", e.control.port);
    ReadWord(root["media"], "path", e.media.path, MediaPathKindFrom);
    ReadWord(root["media"], "transport", e.media.transport, MediaTransportFrom);
    Read(root["media"], "port", e.media.port);
    Read(root["media"], "codec", e.media.codec);
    Read(root["media"], "peer_latches", e.media.peerLatches);
    ReadWord(root["proxy"], "use", e.proxy.use, ProxyUseFrom);
    Read(root["proxy"], "user", e.proxy.user);
    Read(root["proxy"], "password", e.proxy.password);
    Read(root["tls"], "suites", e.tls.suites);
    Read(root["tls"], "min_version", e.tls.minVersion);
    Read(root["tls"], "max_version", e.tls.maxVersion);
}

/// Lay what @p document says over @p e. Const access only: yaml-cpp's operator[] would add keys.
void
Apply(const Document& document, Experiment& e)
{
    const YAML::Node root = document.root;
    ReadPaths(root, e);
    Read(root, "name", e.name);
    Read(root, "title", e.title);
    Read(root, "seed", e.seed);
    Read(root, "run", e.run);
    Read(root["firewall"], "policy", e.firewall.policy);
    Read(root["links"], "access", e.links.access);
    Read(root["links"], "dmz", e.links.dmz);
    Read(root["links"], "internet", e.links.internet);
    Read(root["links"], "core", e.links.core);
    Read(root["servers"], "certificate", e.servers.certificate);
    Read(root["servers"], "private_key", e.servers.privateKey);
    Read(root["servers"], "trust_anchor", e.servers.trustAnchor);
    Read(root["call"], "enabled", e.call.enabled);
    Read(root["call"], "duration", e.call.duration);
    Read(root["call"], "answer_after", e.call.answerAfter);
    Read(root["limits"], "attempt", e.limits.attempt);
    Read(root["limits"], "simulated", e.limits.simulated);
    Read(root["evidence"], "captures", e.evidence.captures);
    Read(root["evidence"], "key_log", e.evidence.keyLog);
}

std::string
Schema()
{
    std::string text;
    ReadFile(DataRoot() + "/scenarios/experiment.schema.json", text);
    return text;
}

/// "control.port=443" becomes the document {control: {port: 443}}, so that it is judged as the file's keys are.
Result<Document, Diagnostics>
SettingDocument(const std::string& setting, const std::string& schema)
{
    const auto equals = setting.find('=');
    const std::string name = "--set " + setting;
    if (equals == std::string::npos)
    {
        return Failure{
            Diagnostics{{name,
                         1,
                         1,
                         "",
                         "expected SECTION.KEY=VALUE, for example firewall.policy=udp-blocked"}}};
    }
    std::string opening;
    std::string closing;
    for (const auto part : Split(std::string_view(setting).substr(0, equals), '.'))
    {
        opening += "{\"" + std::string(part) + "\": ";
        closing += "}";
    }
    return config::LoadText(name, opening + setting.substr(equals + 1) + closing, schema);
}

/// @return the transport that the latest layer names, and where it does.
const Document*
FindTransport(const std::vector<Document>& layers, std::string& transport)
{
    const Document* namedBy = nullptr;
    for (const auto& layer : layers)
    {
        const YAML::Node root = layer.root;
        if (root["transport"])
        {
            transport = root["transport"].as<std::string>();
            namedBy = &layer;
        }
    }
    return namedBy;
}

Result<Document, Diagnostics>
LoadTransport(const Document& namedBy, const std::string& transport, const std::string& schema)
{
    const auto names = YamlNames(TransportDirectory());
    if (std::find(names.begin(), names.end(), transport) == names.end())
    {
        const YAML::Node root = namedBy.root;
        return Failure{Diagnostics{namedBy.At(root["transport"],
                                              "transport",
                                              "unknown transport \"" + transport + "\"" +
                                                  DidYouMean(transport, names) +
                                                  " (known: " + Join(names, ", ") + ")")}};
    }
    return config::LoadFile(TransportDirectory() + "/" + transport + ".yaml", schema);
}

Result<Experiment, Diagnostics>
Assemble(std::vector<Document> layers, const std::string& schema)
{
    Experiment experiment;
    std::string transport;
    if (const Document* namedBy = FindTransport(layers, transport))
    {
        auto preset = LoadTransport(*namedBy, transport, schema);
        if (!preset)
        {
            return Failure{preset.Error()};
        }
        // A new list: assigning a YAML node, as an insertion in front would, changes what other holders of it see.
        std::vector<Document> all{*preset};
        all.insert(all.end(), layers.begin(), layers.end());
        layers.swap(all);
    }
    for (const auto& layer : layers)
    {
        Apply(layer, experiment);
    }
    experiment.transport = transport;
    Diagnostics findings = CheckExperiment(experiment, layers);
    if (!findings.empty())
    {
        return Failure{std::move(findings)};
    }
    return experiment;
}

Result<Experiment, Diagnostics>
WithSettings(std::vector<Document> layers,
             const std::vector<std::string>& settings,
             const std::string& schema)
{
    for (const auto& setting : settings)
    {
        auto document = SettingDocument(setting, schema);
        if (!document)
        {
            return Failure{document.Error()};
        }
        layers.push_back(*document);
    }
    return Assemble(std::move(layers), schema);
}

} // namespace

Result<Experiment, Diagnostics>
LoadExperiment(const std::string& path, const std::vector<std::string>& settings)
{
    const std::string schema = Schema();
    if (path.empty())
    {
        return WithSettings({}, settings, schema);
    }
    auto document = config::LoadFile(path, schema);
    if (!document)
    {
        return Failure{document.Error()};
    }
    return WithSettings({*document}, settings, schema);
}

Result<Experiment, Diagnostics>
LoadExperimentText(const std::string& name,
                   const std::string& yaml,
                   const std::vector<std::string>& settings)
{
    const std::string schema = Schema();
    auto document = config::LoadText(name, yaml, schema);
    if (!document)
    {
        return Failure{document.Error()};
    }
    return WithSettings({*document}, settings, schema);
}

} // namespace imsfw::scenario
