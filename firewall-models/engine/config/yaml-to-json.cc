// SPDX-License-Identifier: GPL-2.0-only
#include "engine/config/yaml-to-json.h"

#include <cmath>
#include <regex>
#include <set>

namespace imsfw::config
{

namespace
{

using nlohmann::json;

constexpr std::size_t MOST_LEVELS = 64;
constexpr std::size_t MOST_VALUES = 200'000;
constexpr std::size_t LONGEST_SCALAR =
    4'096; // std::regex, which schemas use, recurses over the text

/// @return the number that @p text spells, or null where it spells none.
json
ReadNumber(const std::string& text)
{
    // YAML 1.2 10.3.2: the regular expressions of the core schema for integers and floats.
    static const std::regex INTEGER("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    static const std::regex REAL("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    try
    {
        if (std::regex_match(text, INTEGER))
        {
            const bool octal = text.rfind("0o", 0) == 0;
            const bool hexadecimal = text.rfind("0x", 0) == 0;
            const int base = octal ? 8 : hexadecimal ? 16 : 10;
            return static_cast<int64_t>(std::stoll(octal ? text.substr(2) : text, nullptr, base));
        }
        if (std::regex_match(text, REAL))
        {
            return std::stod(text);
        }
    }
    catch (const std::out_of_range&)
    {
        // Too large for 64 bits: a string then, which a schema that wants a number refuses.
    }
    return nullptr;
}

json
ReadPlainScalar(const std::string& text)
{
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    {
        return nullptr;
    }
    if (text == "true" || text == "True" || text == "TRUE")
    {
        return true;
    }
    if (text == "false" || text == "False" || text == "FALSE")
    {
        return false;
    }
    json number = ReadNumber(text);
    return number.is_null() ? json(text) : number;
}

class Converter
{
  public:
    explicit Converter(const Document& document) : m_document(document)
    {
    }

    json
    Convert(const YAML::Node& node, const std::string& field, std::size_t level)
    {
        if (m_full)
        {
            return nullptr;
        }
        if (level > MOST_LEVELS || ++m_values > MOST_VALUES)
        {
            m_full = true;
            return Complain(
                node, field, "the document is too deep or too large, or an alias contains itself");
        }
        switch (node.Type())
        {
        case YAML::NodeType::Sequence:
            return ConvertList(node, field, level);
        case YAML::NodeType::Map:
            return ConvertMap(node, field, level);
        case YAML::NodeType::Scalar:
            return ConvertScalar(node, field);
        case YAML::NodeType::Undefined:
        case YAML::NodeType::Null:
            break;
        }
        return nullptr;
    }

    Diagnostics
    TakeDiagnostics()
    {
        return std::move(m_diagnostics);
    }

  private:
    json
    Complain(const YAML::Node& node, const std::string& field, const std::string& message)
    {
        m_diagnostics.push_back(m_document.At(node, field, message));
        return nullptr;
    }

    json
    ConvertScalar(const YAML::Node& node, const std::string& field)
    {
        if (node.Scalar().size() > LONGEST_SCALAR)
        {
            return Complain(
                node, field, "a text of more than " + std::to_string(LONGEST_SCALAR) + " bytes");
        }
        // yaml-cpp tags a plain scalar "?" and a quoted one "!".
        if (node.Tag() == "?" || node.Tag().empty())
        {
            return ReadPlainScalar(node.Scalar());
        }
        if (node.Tag() != "!" && node.Tag() != "tag:yaml.org,2002:str")
        {
            return Complain(node, field, "the tag " + node.Tag() + " is not known here");
        }
        return node.Scalar();
    }

    json
    ConvertList(const YAML::Node& node, const std::string& field, std::size_t level)
    {
        json list = json::array();
        for (std::size_t i = 0; i < node.size(); ++i)
        {
            list.push_back(Convert(node[i], FieldBelow(field, i), level + 1));
        }
        return list;
    }

    json
    ConvertMap(const YAML::Node& node, const std::string& field, std::size_t level)
    {
        json map = json::object();
        for (const auto& entry : node)
        {
            if (!entry.first.IsScalar())
            {
                Complain(entry.first, field, "a key must be a plain word");
                continue;
            }
            const std::string& key = entry.first.Scalar();
            const std::string below = FieldBelow(field, key);
            if (map.contains(key))
            {
                Complain(entry.first, below, "the key \"" + key + "\" stands here twice");
                continue;
            }
            map[key] = Convert(entry.second, below, level + 1);
        }
        return map;
    }

    const Document& m_document;
    Diagnostics m_diagnostics;
    std::size_t m_values{0};
    bool m_full{false};
};

} // namespace

TypedDocument
ToTypedJson(const Document& document)
{
    Converter converter(document);
    json value = converter.Convert(document.root, "", 0);
    return {std::move(value), converter.TakeDiagnostics()};
}

std::string
FieldBelow(const std::string& parent, const std::string& key)
{
    return parent.empty() ? key : parent + "." + key;
}

std::string
FieldBelow(const std::string& parent, std::size_t index)
{
    return parent + "[" + std::to_string(index) + "]";
}

} // namespace imsfw::config
