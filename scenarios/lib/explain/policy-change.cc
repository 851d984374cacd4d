// SPDX-License-Identifier: GPL-2.0-only
#include "policy-change.h"

#include "base/text.h"
#include "data-files.h"
#include "engine/policy/policy-loader.h"

#include <filesystem>
#include <yaml-cpp/yaml.h>

namespace imsfw::scenario
{

namespace
{

using engine::ToString;

/// @return the path of what LoadPolicy would load.
std::string
FileOf(const std::string& policy)
{
    return engine::IsPolicyPath(policy) ? policy : PolicyDirectory() + "/" + policy + ".yaml";
}

/// Files that are named from where this one stands must be found from anywhere.
void
MakeAbsolute(YAML::Node& root, const std::string& file)
{
    for (const char* key : {"extends", "behind", "nat_of"})
    {
        if (root[key] && engine::IsPolicyPath(root[key].Scalar()))
        {
            const auto beside = std::filesystem::path(file).parent_path() / root[key].Scalar();
            root[key] = std::filesystem::absolute(beside).lexically_normal().string();
        }
    }
}

/// The file's own rule is taken out of its list; one of a base is named under `remove`.
void
Remove(YAML::Node& root, const std::string& id)
{
    YAML::Node kept(YAML::NodeType::Sequence);
    bool isOwn = false;
    for (const auto& rule : root["rules"])
    {
        if (rule["id"].Scalar() == id)
        {
            isOwn = true;
            continue;
        }
        kept.push_back(rule);
    }
    if (!isOwn)
    {
        root["remove"].push_back(id);
        return;
    }
    root.remove("rules");
    if (kept.size() > 0)
    {
        root["rules"] = kept;
    }
}

/// Behind the file's own rules, so that what they refuse stays refused.
void
Allow(YAML::Node& root, const Opening& opening, std::size_t number)
{
    YAML::Node rule;
    rule["id"] = "let-through-" + std::to_string(number);
    rule["from"] = ToString(opening.from);
    rule["to"] = ToString(opening.to);
    rule["protocol"] = imsfw::ToString(opening.flow.protocol);
    const auto protocol = opening.flow.protocol;
    if (protocol == IpProtocol::TCP || protocol == IpProtocol::UDP)
    {
        rule["ports"].push_back(opening.flow.destination.port);
    }
    rule["action"] = "allow";
    root["rules"].push_back(rule);
}

/// yaml-cpp's own output forgets quotes, and without them "9" is a number.
void
Emit(YAML::Emitter& out, const YAML::Node& node)
{
    if (node.IsMap())
    {
        out << YAML::BeginMap;
        for (const auto& pair : node)
        {
            out << YAML::Key << pair.first.Scalar() << YAML::Value;
            Emit(out, pair.second);
        }
        out << YAML::EndMap;
    }
    else if (node.IsSequence())
    {
        out << YAML::BeginSeq;
        for (const auto& item : node)
        {
            Emit(out, item);
        }
        out << YAML::EndSeq;
    }
    else
    {
        const bool wasQuoted = node.Tag() == "!";
        out << (wasQuoted ? YAML::DoubleQuoted : YAML::Auto) << node.Scalar();
    }
}

std::string
Describe(const Opening& opening)
{
    return "with a rule that allows " + imsfw::ToString(opening.flow.protocol) + " from " +
           ToString(opening.from) + " to port " + std::to_string(opening.flow.destination.port) +
           " " + ToString(opening.to);
}

} // namespace

std::string
PolicyEdit::ToString() const
{
    std::vector<std::string> parts;
    for (const auto& id : without)
    {
        parts.push_back("without rule " + id);
    }
    for (const auto& opening : openings)
    {
        parts.push_back(Describe(opening));
    }
    return Join(parts, ", ");
}

Result<std::string, std::string>
EditPolicy(const std::string& policy, const PolicyEdit& edit)
{
    const std::string file = FileOf(policy);
    try
    {
        YAML::Node root = YAML::LoadFile(file);
        MakeAbsolute(root, file);
        for (const auto& id : edit.without)
        {
            Remove(root, id);
        }
        for (std::size_t i = 0; i < edit.openings.size(); ++i)
        {
            Allow(root, edit.openings[i], i + 1);
        }
        if (!edit.behind.empty())
        {
            root["behind"] = edit.behind;
        }
        YAML::Emitter out;
        Emit(out, root);
        return std::string(out.c_str()) + "\n";
    }
    catch (const YAML::Exception& error)
    {
        return Failure{file + ": " + error.what()};
    }
}

} // namespace imsfw::scenario
