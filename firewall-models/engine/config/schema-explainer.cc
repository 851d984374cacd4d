// SPDX-License-Identifier: GPL-2.0-only
#include "engine/config/schema-explainer.h"

#include "base/text.h"
#include "engine/config/yaml-to-json.h"

#include <algorithm>
#include <regex>

namespace imsfw::config
{

namespace
{

using nlohmann::json;

/// A place in the document: the YAML node knows the line, the JSON value the type.
struct Place
{
    const YAML::Node node;
    const json& value;
    std::string field;
};

std::string
Quote(const std::string& text)
{
    return "\"" + text + "\"";
}

/// @return a scalar as it may stand in a message.
std::string
Show(const json& value)
{
    return value.is_string() ? Quote(value.get<std::string>()) : value.dump();
}

std::string
TypeName(const std::string& jsonType)
{
    static const std::vector<std::pair<std::string, std::string>> NAMES{
        {"string", "a string"},
        {"integer", "an integer"},
        {"number", "a number"},
        {"boolean", "true or false"},
        {"array", "a list"},
        {"object", "a map of keys"},
        {"null", "nothing"}};
    const auto found = std::find_if(
        NAMES.begin(), NAMES.end(), [&](const auto& name) { return name.first == jsonType; });
    return found == NAMES.end() ? jsonType : found->second;
}

std::string
ShowFound(const json& value)
{
    if (value.is_null())
    {
        return "found nothing";
    }
    if (value.is_array())
    {
        return "found a list";
    }
    if (value.is_object())
    {
        return "found a map of keys";
    }
    if (value.is_string())
    {
        return "found the string " + Show(value);
    }
    return "found " + value.dump();
}

bool
IsOfType(const json& value, const std::string& type)
{
    return (type == "string" && value.is_string()) ||
           (type == "integer" && value.is_number_integer()) ||
           (type == "number" && value.is_number()) || (type == "boolean" && value.is_boolean()) ||
           (type == "array" && value.is_array()) || (type == "object" && value.is_object()) ||
           (type == "null" && value.is_null());
}

/// @return the words of a schema about what it wants, or @p otherwise.
std::string
Description(const json& schema, const std::string& otherwise)
{
    return schema.contains("description") ? schema["description"].get<std::string>() : otherwise;
}

class Explainer
{
  public:
    Explainer(const Document& document, const json& rootSchema)
        : m_document(document), m_rootSchema(rootSchema)
    {
    }

    /// Add to the diagnostics what @p schemaOrReference does not allow at @p place.
    void
    Walk(const json& schemaOrReference, const Place& place)
    {
        const json& schema = Resolve(schemaOrReference);
        if (!schema.is_object() || !CheckType(schema, place))
        {
            return;
        }
        CheckBranches(schema, place);
        CheckChoice(schema, place);
        CheckText(schema, place);
        CheckRange(schema, place);
        if (place.value.is_array())
        {
            CheckList(schema, place);
        }
        if (place.value.is_object())
        {
            CheckMap(schema, place);
        }
    }

    Diagnostics diagnostics;

  private:
    const json&
    Resolve(const json& schema) const
    {
        if (!schema.is_object() || !schema.contains("$ref"))
        {
            return schema;
        }
        const std::string reference = schema["$ref"].get<std::string>();
        const json::json_pointer pointer(
            reference.substr(std::min<std::size_t>(1, reference.size())));
        return Resolve(m_rootSchema.at(pointer));
    }

    void
    Complain(const Place& place, const std::string& message)
    {
        diagnostics.push_back(m_document.At(place.node, place.field, message));
    }

    /// @return the types that @p schema (all its branches) allows, in words.
    std::vector<std::string>
    AllowedTypes(const json& schemaOrReference) const
    {
        const json& schema = Resolve(schemaOrReference);
        std::vector<std::string> types;
        if (schema.contains("type"))
        {
            const json& type = schema["type"];
            for (const json& one : type.is_array() ? type : json::array({type}))
            {
                types.push_back(one.get<std::string>());
            }
        }
        for (const char* word : {"anyOf", "oneOf"})
        {
            for (const json& branch : schema.value(word, json::array()))
            {
                const auto more = AllowedTypes(branch);
                types.insert(types.end(), more.begin(), more.end());
            }
        }
        return types;
    }

    bool
    CheckType(const json& schema, const Place& place)
    {
        const auto types = AllowedTypes(schema);
        const bool fits = types.empty() || std::any_of(types.begin(),
                                                       types.end(),
                                                       [&](const auto& type)
                                                       { return IsOfType(place.value, type); });
        if (fits)
        {
            return true;
        }
        std::vector<std::string> names;
        for (const auto& type : types)
        {
            if (std::find(names.begin(), names.end(), TypeName(type)) == names.end())
            {
                names.push_back(TypeName(type));
            }
        }
        const std::string description =
            schema.contains("description") ? " (" + Description(schema, "") + ")" : "";
        Complain(place,
                 "expected " + Join(names, " or ") + description + ", " + ShowFound(place.value));
        return false;
    }

    /// allOf: each branch speaks for itself. anyOf, oneOf: the branch that comes nearest speaks.
    void
    CheckBranches(const json& schema, const Place& place)
    {
        for (const json& branch : schema.value("allOf", json::array()))
        {
            Walk(branch, place);
        }
        for (const char* word : {"anyOf", "oneOf"})
        {
            if (!schema.contains(word))
            {
                continue;
            }
            auto best = NearestBranch(schema[word], place);
            diagnostics.insert(diagnostics.end(), best.begin(), best.end());
        }
    }

    Diagnostics
    NearestBranch(const json& branches, const Place& place) const
    {
        std::optional<Diagnostics> best;
        for (const json& branch : branches)
        {
            const auto types = AllowedTypes(branch);
            const bool ofThisType =
                std::any_of(types.begin(),
                            types.end(),
                            [&](const auto& type) { return IsOfType(place.value, type); });
            if (!types.empty() && !ofThisType)
            {
                continue;
            }
            Explainer trial(m_document, m_rootSchema);
            trial.Walk(branch, place);
            if (!best || trial.diagnostics.size() < best->size())
            {
                best = trial.diagnostics;
            }
        }
        return best.value_or(Diagnostics{});
    }

    void
    CheckChoice(const json& schema, const Place& place)
    {
        json allowed = schema.value("enum", json::array());
        if (schema.contains("const"))
        {
            allowed.push_back(schema["const"]);
        }
        if (allowed.empty() ||
            std::find(allowed.begin(), allowed.end(), place.value) != allowed.end())
        {
            return;
        }
        std::vector<std::string> names;
        for (const json& one : allowed)
        {
            const std::string name = one.is_string() ? one.get<std::string>() : one.dump();
            if (std::find(names.begin(), names.end(), name) == names.end())
            {
                names.push_back(name); // "1.2" and 1.2 are one to a reader
            }
        }
        const std::string near = place.value.is_string()
                                     ? DidYouMean(place.value.get<std::string>(), names)
                                     : std::string();
        Complain(place, Show(place.value) + " is not one of: " + Join(names, ", ") + near);
    }

    void
    CheckText(const json& schema, const Place& place)
    {
        if (!place.value.is_string())
        {
            return;
        }
        const std::string text = place.value.get<std::string>();
        if (schema.contains("pattern"))
        {
            const std::string pattern = schema["pattern"].get<std::string>();
            if (!std::regex_search(text, std::regex(pattern)))
            {
                Complain(place,
                         Quote(text) + " is not " + Description(schema, "of the form " + pattern));
            }
        }
        if (text.size() < schema.value("minLength", 0U))
        {
            Complain(place, text.empty() ? "must not be empty" : Quote(text) + " is too short");
        }
        if (schema.contains("maxLength") && text.size() > schema["maxLength"].get<std::size_t>())
        {
            Complain(place, "must have at most " + schema["maxLength"].dump() + " characters");
        }
    }

    void
    CheckRange(const json& schema, const Place& place)
    {
        if (!place.value.is_number())
        {
            return;
        }
        const double number = place.value.get<double>();
        const auto limit = [&](const char* word, const char* words, auto violates)
        {
            if (schema.contains(word) && violates(schema[word].get<double>()))
            {
                Complain(place,
                         place.value.dump() + " is out of range: must be " + words +
                             schema[word].dump());
            }
        };
        limit("minimum", "at least ", [&](double bound) { return number < bound; });
        limit("maximum", "at most ", [&](double bound) { return number > bound; });
        limit("exclusiveMinimum", "above ", [&](double bound) { return number <= bound; });
        limit("exclusiveMaximum", "below ", [&](double bound) { return number >= bound; });
    }

    void
    CheckList(const json& schema, const Place& place)
    {
        if (place.value.size() < schema.value("minItems", 0U))
        {
            Complain(place,
                     "the list must have at least " + schema["minItems"].dump() + " item(s)");
        }
        if (schema.contains("maxItems") &&
            place.value.size() > schema["maxItems"].get<std::size_t>())
        {
            Complain(place, "the list must have at most " + schema["maxItems"].dump() + " item(s)");
        }
        CheckItemsOfList(schema, place);
    }

    void
    CheckItemsOfList(const json& schema, const Place& place)
    {
        for (std::size_t i = 0; i < place.value.size(); ++i)
        {
            const Place item{place.node[i], place.value[i], FieldBelow(place.field, i)};
            const auto first = std::find(place.value.begin(), place.value.end(), place.value[i]);
            if (schema.value("uniqueItems", false) &&
                first - place.value.begin() < static_cast<std::ptrdiff_t>(i))
            {
                Complain(item, Show(item.value) + " stands in this list twice");
            }
            if (schema.contains("items"))
            {
                Walk(schema["items"], item);
            }
        }
    }

    void
    CheckMap(const json& schema, const Place& place)
    {
        for (const json& key : schema.value("required", json::array()))
        {
            if (!place.value.contains(key.get<std::string>()))
            {
                Complain(place, "the key " + Show(key) + " is missing");
            }
        }
        const json properties = schema.value("properties", json::object());
        for (const auto& entry : place.node)
        {
            const std::string& key = entry.first.Scalar();
            const Place below{entry.second, place.value.at(key), FieldBelow(place.field, key)};
            if (properties.contains(key))
            {
                Walk(properties[key], below);
            }
            else if (schema.contains("additionalProperties"))
            {
                CheckAdditional(schema, properties, {entry.first, below.value, below.field}, below);
            }
        }
    }

    void
    CheckAdditional(const json& schema,
                    const json& properties,
                    const Place& keyPlace,
                    const Place& below)
    {
        const json& additional = schema["additionalProperties"];
        if (!additional.is_boolean())
        {
            Walk(additional, below);
            return;
        }
        if (additional.get<bool>())
        {
            return;
        }
        std::vector<std::string> names;
        for (const auto& property : properties.items())
        {
            names.push_back(property.key());
        }
        const std::string key = keyPlace.node.Scalar();
        const std::string near = DidYouMean(key, names);
        Complain(keyPlace,
                 "unknown key " + Quote(key) +
                     (near.empty() ? "; known here: " + Join(names, ", ") : near));
    }

    const Document& m_document;
    const json& m_rootSchema;
};

} // namespace

Diagnostics
ExplainViolations(const Document& document, const json& value, const json& schema)
{
    Explainer explainer(document, schema);
    explainer.Walk(schema, {document.root, value, ""});
    return std::move(explainer.diagnostics);
}

} // namespace imsfw::config
