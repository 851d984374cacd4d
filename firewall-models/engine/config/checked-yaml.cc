// SPDX-License-Identifier: GPL-2.0-only
#include "engine/config/checked-yaml.h"

#include "base/text.h"
#include "engine/config/schema-explainer.h"
#include "engine/config/utf8.h"
#include "engine/config/yaml-to-json.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <nlohmann/json.hpp>
#include <yaml-cpp/eventhandler.h>
#define VALIJSON_USE_EXCEPTIONS 1 // it aborts without
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace imsfw::config
{

namespace
{

using nlohmann::json;

constexpr std::size_t LARGEST_FILE = 4'000'000;

Failure<Diagnostics>
Fail(Diagnostic diagnostic)
{
    return Failure{Diagnostics{std::move(diagnostic)}};
}

/// @return what to say where @p text is not UTF-8. (valijson reads beyond its tables on strings that are not.)
std::optional<Diagnostic>
CheckEncoding(const std::string& name, const std::string& text)
{
    const auto offset = FindBadUtf8(text);
    if (!offset)
    {
        return std::nullopt;
    }
    const auto begin = text.begin();
    const auto bad = begin + static_cast<std::ptrdiff_t>(*offset);
    const std::size_t lineBreak = *offset == 0 ? std::string::npos : text.rfind('\n', *offset - 1);
    const std::size_t lineStart = lineBreak == std::string::npos ? 0 : lineBreak + 1;
    return Diagnostic{name,
                      static_cast<int>(std::count(begin, bad, '\n')) + 1,
                      static_cast<int>(*offset - lineStart) + 1,
                      "",
                      "this byte is not UTF-8: 0x" +
                          ToHex(ByteView(std::string_view(text).substr(*offset, 1)))};
}

/// Notes where documents begin, and nothing else of them.
class DocumentStarts : public YAML::EventHandler
{
  public:
    void
    OnDocumentStart(const YAML::Mark& mark) override
    {
        marks.push_back(mark);
    }

    void
    OnDocumentEnd() override
    {
    }

    void
    OnNull(const YAML::Mark&, YAML::anchor_t) override
    {
    }

    void
    OnAlias(const YAML::Mark&, YAML::anchor_t) override
    {
    }

    void
    OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override
    {
    }

    void
    OnSequenceStart(const YAML::Mark&,
                    const std::string&,
                    YAML::anchor_t,
                    YAML::EmitterStyle::value) override
    {
    }

    void
    OnSequenceEnd() override
    {
    }

    void
    OnMapStart(const YAML::Mark&,
               const std::string&,
               YAML::anchor_t,
               YAML::EmitterStyle::value) override
    {
    }

    void
    OnMapEnd() override
    {
    }

    std::vector<YAML::Mark> marks;
};

/// @return the only document of @p text. Throws what yaml-cpp throws.
Result<YAML::Node, Diagnostics>
ParseYaml(const std::string& name, const std::string& text)
{
    // YAML::LoadAll goes on for ever where text begins with a comma: yaml-cpp 0.7 takes that for one empty document
    // after the other, all at the same place. So no more than two documents are looked for.
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    DocumentStarts starts;
    while (starts.marks.size() < 2 && parser.HandleNextDocument(starts))
    {
    }
    if (starts.marks.size() > 1)
    {
        const YAML::Mark mark = starts.marks[1];
        const bool isStuck = mark.pos == starts.marks[0].pos;
        return Fail({name,
                     mark.line + 1,
                     mark.column + 1,
                     "",
                     isStuck ? "no value can begin like this"
                             : "a second document begins here; one is allowed"});
    }
    YAML::Node document = YAML::Load(text);
    if (starts.marks.empty() || document.IsNull())
    {
        return Fail({name, 1, 1, "", "the file is empty"});
    }
    return document;
}

/// valijson's own words, for violations that schema-explainer.h does not know.
Diagnostics
ValijsonsWords(const std::string& name, valijson::ValidationResults& results)
{
    Diagnostics diagnostics;
    valijson::ValidationResults::Error error;
    while (results.popError(error))
    {
        // The innermost violation comes first; the rest repeat it for each level above.
        if (!diagnostics.empty())
        {
            continue;
        }
        diagnostics.push_back({name, 0, 0, Join(error.context, ""), error.description});
    }
    return diagnostics;
}

/// A schema as valijson wants it: making it costs many times what judging a document does.
struct CompiledSchema
{
    /// Throws what nlohmann-json and valijson throw.
    explicit CompiledSchema(const std::string& schemaText)
        : text(schemaText), value(json::parse(schemaText))
    {
        valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(value),
                                                schema);
    }

    std::string text;
    json value;
    valijson::Schema schema;
};

/// @return the schema of @p text; the few that were used last are remembered. Throws as CompiledSchema does.
const CompiledSchema&
Compiled(const std::string& text)
{
    constexpr std::size_t REMEMBERED = 4;
    thread_local std::vector<std::unique_ptr<CompiledSchema>> last; // the latest in front
    const auto known =
        std::find_if(last.begin(), last.end(), [&](const auto& one) { return one->text == text; });
    if (known != last.end())
    {
        std::rotate(last.begin(), known, known + 1);
        return *last.front();
    }
    last.insert(last.begin(), std::make_unique<CompiledSchema>(text));
    last.resize(std::min(last.size(), REMEMBERED));
    return *last.front();
}

/// @return what is wrong with @p value; nothing where valijson accepts it. Throws what valijson and yaml-cpp throw.
Diagnostics
Judge(const Document& document, const json& value, const CompiledSchema& schema)
{
    valijson::ValidationResults results;
    valijson::Validator validator;
    if (validator.validate(schema.schema, valijson::adapters::NlohmannJsonAdapter(value), &results))
    {
        return {};
    }
    Diagnostics explained = ExplainViolations(document, value, schema.value);
    return explained.empty() ? ValijsonsWords(document.file, results) : explained;
}

Result<Document, Diagnostics>
LoadTextOrThrow(const std::string& name, const std::string& text, const std::string& schemaText)
{
    if (auto problem = CheckEncoding(name, text))
    {
        return Fail(std::move(*problem));
    }
    const auto root = ParseYaml(name, text);
    if (!root)
    {
        return Failure{root.Error()};
    }
    Document document{name, *root};
    const TypedDocument typed = ToTypedJson(document);
    if (!typed.diagnostics.empty())
    {
        return Failure{typed.diagnostics};
    }
    Diagnostics violations = Judge(document, typed.value, Compiled(schemaText));
    if (!violations.empty())
    {
        return Failure{std::move(violations)};
    }
    return document;
}

} // namespace

std::string
Diagnostic::ToString() const
{
    std::string text = file;
    if (line > 0)
    {
        text += ":" + std::to_string(line) + ":" + std::to_string(column);
    }
    return text + ": " + (field.empty() ? "" : field + ": ") + message;
}

std::string
ToString(const Diagnostics& diagnostics)
{
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics)
    {
        text += diagnostic.ToString() + "\n";
    }
    return text;
}

Diagnostic
Document::At(const YAML::Node& node, std::string field, std::string message) const
{
    const YAML::Mark mark = node.IsDefined() ? node.Mark() : YAML::Mark::null_mark();
    return {file, mark.line + 1, mark.column + 1, std::move(field), std::move(message)};
}

Result<Document, Diagnostics>
LoadText(const std::string& name, const std::string& text, const std::string& schemaText)
{
    // Three libraries report by exception; here they become values.
    try
    {
        return LoadTextOrThrow(name, text, schemaText);
    }
    catch (const YAML::Exception& error)
    {
        return Fail(
            {name, error.mark.line + 1, error.mark.column + 1, "", "not YAML: " + error.msg});
    }
    catch (const json::exception& error)
    {
        return Fail({name, 0, 0, "", std::string("its schema cannot be used: ") + error.what()});
    }
    catch (const std::exception& error)
    {
        return Fail(
            {name, 0, 0, "", std::string("cannot be checked against its schema: ") + error.what()});
    }
}

Result<Document, Diagnostics>
LoadFile(const std::string& path, const std::string& schemaText)
{
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
    {
        return Fail({path, 0, 0, "", "there is no such file"});
    }
    if (!std::filesystem::is_regular_file(status))
    {
        return Fail({path, 0, 0, "", "is not a file"});
    }
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream content;
    if (!stream || (std::filesystem::file_size(path, error) > 0 && !(content << stream.rdbuf())))
    {
        return Fail({path, 0, 0, "", "cannot be read"});
    }
    if (content.str().size() > LARGEST_FILE)
    {
        return Fail({path, 0, 0, "", "is larger than 4 MB"});
    }
    return LoadText(path, content.str(), schemaText);
}

} // namespace imsfw::config
