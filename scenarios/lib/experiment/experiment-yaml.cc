// SPDX-License-Identifier: GPL-2.0-only
#include "experiment-yaml.h"

#include "engine/config/parse-duration.h"
#include "experiment-fields.h"
#include "experiment-names.h"

#include <type_traits>

namespace imsfw::scenario
{

namespace
{

/// Fills variables from a document.
class Reader
{
  public:
    explicit Reader(const YAML::Node& root) : m_root(root)
    {
    }

    template <typename T>
    void
    operator()(const std::string& path, T& target) const
    {
        if (const YAML::Node node = Find(m_root, path); node)
        {
            Read(node, target);
        }
    }

  private:
    /// Const access only: yaml-cpp's other operator[] would add keys.
    static YAML::Node
    Find(const YAML::Node& node, const std::string& path)
    {
        const auto dot = path.find('.');
        const YAML::Node child = node[path.substr(0, dot)];
        return dot == std::string::npos || !child ? child : Find(child, path.substr(dot + 1));
    }

    static void
    Read(const YAML::Node& node, Duration& target)
    {
        target = *config::ParseDuration(node.as<std::string>());
    }

    template <typename T>
    static void
    Read(const YAML::Node& node, T& target)
    {
        if constexpr (std::is_enum_v<T>)
        {
            target = FromWord<T>(node.as<std::string>());
        }
        else
        {
            target = node.as<T>();
        }
    }

    const YAML::Node& m_root;
};

/// Writes variables into a document.
class Writer
{
  public:
    template <typename T>
    void
    operator()(const std::string& path, const T& value)
    {
        if (!IsEmpty(value))
        {
            Put(m_root, path, ToYamlValue(value));
        }
    }

    YAML::Node
    Take() const
    {
        return m_root;
    }

  private:
    template <typename T>
    static bool
    IsEmpty(const T& value)
    {
        if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, Duration>)
        {
            return false;
        }
        else
        {
            return value.empty();
        }
    }

    template <typename T>
    static YAML::Node
    ToYamlValue(const T& value)
    {
        if constexpr (std::is_enum_v<T>)
        {
            return YAML::Node(ToString(value));
        }
        else if constexpr (std::is_same_v<T, Duration>)
        {
            return YAML::Node(config::FormatDuration(value));
        }
        else
        {
            return YAML::Node(value);
        }
    }

    static void
    Put(YAML::Node node, const std::string& path, const YAML::Node& value)
    {
        const auto dot = path.find('.');
        const std::string key = path.substr(0, dot);
        if (dot == std::string::npos)
        {
            node[key] = value;
            return;
        }
        Put(node[key], path.substr(dot + 1), value);
    }

    YAML::Node m_root{YAML::NodeType::Map};
};

} // namespace

void
Overlay(const YAML::Node& root, Experiment& experiment)
{
    ForEachField(experiment, Reader(root));
}

YAML::Node
ToNode(const Experiment& experiment)
{
    Writer writer;
    if (!experiment.transport.empty())
    {
        writer("transport", experiment.transport);
    }
    if (!experiment.access.empty())
    {
        writer("access", experiment.access);
    }
    ForEachField(experiment, writer);
    return writer.Take();
}

bool
IsDefaultSection(const Experiment& experiment, const std::string& section)
{
    const YAML::Node own = ToNode(experiment);
    static const Experiment DEFAULTS;
    const YAML::Node standard = ToNode(DEFAULTS);
    return YAML::Dump(own[section]) == YAML::Dump(standard[section]);
}

} // namespace imsfw::scenario
