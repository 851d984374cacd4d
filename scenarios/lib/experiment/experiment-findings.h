// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What is wrong with an experiment, each finding with the place that is to be changed.
#pragma once

#include "engine/config/checked-yaml.h"

#include <string>
#include <utility>
#include <vector>

namespace imsfw::scenario
{

using config::Diagnostic;
using config::Document;

/// Collects findings, each pointing at the layer that set the field (the last one that did).
class Findings
{
  public:
    explicit Findings(const std::vector<Document>& layers) : m_layers(layers)
    {
    }

    void
    Add(const char* section, const char* key, const std::string& message)
    {
        const std::string field = std::string(section) + (*key == '\0' ? "" : ".") + key;
        for (auto layer = m_layers.rbegin(); layer != m_layers.rend(); ++layer)
        {
            const YAML::Node root = layer->root;
            const YAML::Node at =
                *key == '\0' || !root[section] ? root[section] : root[section][key];
            if (at)
            {
                m_found.push_back(layer->At(at, field, message));
                return;
            }
        }
        m_found.push_back({"defaults", 0, 0, field, message});
    }

    /// As Add, for a key within a part of a section.
    void
    AddBelow(const char* section, const char* part, const char* key, const std::string& message)
    {
        const std::string field = std::string(section) + "." + part + "." + key;
        for (auto layer = m_layers.rbegin(); layer != m_layers.rend(); ++layer)
        {
            const YAML::Node root = layer->root;
            if (root[section] && root[section][part] && root[section][part][key])
            {
                m_found.push_back(layer->At(root[section][part][key], field, message));
                return;
            }
        }
        m_found.push_back({"defaults", 0, 0, field, message});
    }

    void
    Add(const std::vector<Diagnostic>& more)
    {
        m_found.insert(m_found.end(), more.begin(), more.end());
    }

    std::vector<Diagnostic>
    Take()
    {
        return std::move(m_found);
    }

  private:
    const std::vector<Document>& m_layers;
    std::vector<Diagnostic> m_found;
};

} // namespace imsfw::scenario
