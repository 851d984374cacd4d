// SPDX-License-Identifier: GPL-2.0-only
#include "experiment-loader.h"

#include "base/text.h"
#include "data-files.h"
#include "experiment-check.h"
#include "experiment-yaml.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

using config::Document;

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

/// @return the layer that says @p key of @p section last; nullptr where none does.
const Document*
LastToSay(const std::vector<Document>& layers, const char* section, const char* key)
{
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
    {
        const YAML::Node root = layer->root;
        if (root[section] && root[section][key])
        {
            return &*layer;
        }
    }
    return nullptr;
}

/// A kind of thing that files have names for.
struct Library
{
    const char* key;  ///< that names one of it in an experiment
    const char* what; ///< for people
    std::string directory;
};

Library
Transports()
{
    return {"transport", "transport", TransportDirectory()};
}

Library
AccessNetworks()
{
    return {"access", "access network", AccessDirectory()};
}

/// @return the layer that names one of @p library last, and its @p name; nullptr where none does.
const Document*
FindNamed(const std::vector<Document>& layers, const Library& library, std::string& name)
{
    const Document* namedBy = nullptr;
    for (const auto& layer : layers)
    {
        const YAML::Node root = layer.root;
        if (root[library.key])
        {
            name = root[library.key].as<std::string>();
            namedBy = &layer;
        }
    }
    return namedBy;
}

/// @param at the node of @p namedBy that names it, called @p field
Result<Document, Diagnostics>
LoadNamed(const Library& library,
          const Document& namedBy,
          const YAML::Node& at,
          const char* field,
          const std::string& name,
          const std::string& schema)
{
    const auto names = YamlNames(library.directory);
    if (std::find(names.begin(), names.end(), name) == names.end())
    {
        return Failure{Diagnostics{namedBy.At(at,
                                              field,
                                              std::string("unknown ") + library.what + " \"" +
                                                  name + "\"" + DidYouMean(name, names) +
                                                  " (known: " + Join(names, ", ") + ")")}};
    }
    return config::LoadFile(library.directory + "/" + name + ".yaml", schema);
}

/// Put what the layers name of @p library below them all. @return what is wrong with it
Diagnostics
PutBelow(const Library& library,
         std::vector<Document>& layers,
         std::string& name,
         const std::string& schema)
{
    const Document* namedBy = FindNamed(layers, library, name);
    if (namedBy == nullptr)
    {
        return {};
    }
    const YAML::Node root = namedBy->root;
    auto preset = LoadNamed(library, *namedBy, root[library.key], library.key, name, schema);
    if (!preset)
    {
        return preset.Error();
    }
    // A new list: assigning a YAML node, as an insertion in front would, changes what other holders of it see.
    std::vector<Document> all{*preset};
    all.insert(all.end(), layers.begin(), layers.end());
    layers.swap(all);
    return {};
}

/// Look up what attempts.transports name. @return what is wrong with them
Diagnostics
LoadWays(const std::vector<Document>& layers, Experiment& experiment, const std::string& schema)
{
    const Document* namedBy = LastToSay(layers, "attempts", "transports");
    if (experiment.attempts.order == AttemptOrder::FIXED || namedBy == nullptr)
    {
        return {};
    }
    const YAML::Node root = namedBy->root;
    const YAML::Node at = root["attempts"]["transports"];
    for (const auto& name : experiment.attempts.transports)
    {
        const auto preset =
            LoadNamed(Transports(), *namedBy, at, "attempts.transports", name, schema);
        if (!preset)
        {
            return preset.Error();
        }
        Experiment one;
        Overlay(preset->root, one);
        one.transport = name;
        experiment.namedWays.push_back(one.Ways().front());
    }
    return {};
}

Result<Experiment, Diagnostics>
Assemble(std::vector<Document> layers, const std::string& schema)
{
    Experiment experiment;
    std::string access;
    std::string transport;
    Diagnostics unnamed = PutBelow(AccessNetworks(), layers, access, schema);
    if (unnamed.empty())
    {
        unnamed = PutBelow(Transports(), layers, transport, schema);
    }
    if (!unnamed.empty())
    {
        return Failure{std::move(unnamed)};
    }
    for (const auto& layer : layers)
    {
        Overlay(layer.root, experiment);
    }
    experiment.access = access;
    experiment.transport = transport;
    if (Diagnostics unknown = LoadWays(layers, experiment, schema); !unknown.empty())
    {
        return Failure{std::move(unknown)};
    }
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
