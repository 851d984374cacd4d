// SPDX-License-Identifier: GPL-2.0-only
#include "engine/config/checked-yaml.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace imsfw::config
{

namespace
{

const char* SCHEMA = R"({
  "type": "object",
  "additionalProperties": false,
  "required": ["name"],
  "definitions": {
    "duration": {"type": "string", "pattern": "^[0-9]+(ms|s)$", "description": "a duration such as 30s or 200ms"}
  },
  "properties": {
    "name": {"type": "string", "minLength": 1},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535},
    "loss": {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
    "enabled": {"type": "boolean"},
    "timeout": {"$ref": "#/definitions/duration"},
    "refusal": {"enum": ["drop", "reset", "icmp"]},
    "ports": {"oneOf": [{"type": "integer"}, {"type": "array", "minItems": 1, "uniqueItems": true,
                                              "items": {"type": "integer", "maximum": 65535}}]},
    "links": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": false,
              "properties": {"delay": {"$ref": "#/definitions/duration"}}}},
    "only": {"not": {"required": ["a", "b"]}}
  }
})";

TEST(CheckedYaml, AcceptsWhatTheSchemaAllows)
{
    const auto document =
        LoadText("x.yaml",
                 "name: 'x'\nport: 443\nloss: 0.5\nenabled: true\ntimeout: 30s\nrefusal: drop\n"
                 "ports: [80, 443]\nlinks: {access: {delay: 20ms}}\n",
                 SCHEMA);
    ASSERT_TRUE(document) << ToString(document.Error());
    EXPECT_EQ(document->root["port"].as<int>(), 443);
    EXPECT_EQ(document->At(document->root["port"], "port", "no").ToString(),
              "x.yaml:2:7: port: no");
}

struct ScalarRow
{
    const char* yaml;
    const char* type; ///< the only type that accepts it
};

TEST(CheckedYaml, TypesOfScalars)
{
    const ScalarRow rows[] = {
        {"443", "integer"},
        {"-1", "integer"},
        {"0x1f", "integer"},
        {"0o17", "integer"},
        {"1.5", "number"},
        {"2e3", "number"},
        {".5", "number"},
        {"true", "boolean"},
        {"false", "boolean"},
        {"abc", "string"},
        {"\"443\"", "string"},
        {"'true'", "string"},
        {"yes", "string"},
        {"30s", "string"},
        {"10.0.0.1", "string"},
        {"!!str 443", "string"},
        {"\"\"", "string"},
        {"5060-5061", "string"},
        {"99999999999999999999", "string"},
        {"0x", "string"},
    };
    for (const auto& row : rows)
    {
        SCOPED_TRACE(row.yaml);
        for (const std::string type :
             {"integer", "number", "boolean", "string", "null", "array", "object"})
        {
            const std::string schema = R"({"properties": {"a": {"type": ")" + type + R"("}}})";
            const bool integerIsNumber = type == "number" && std::string(row.type) == "integer";
            EXPECT_EQ(LoadText("x", std::string("a: ") + row.yaml, schema).IsOk(),
                      type == row.type || integerIsNumber)
                << type;
        }
    }
    for (const char* null : {"a:", "a: ~", "a: null"})
    {
        EXPECT_TRUE(LoadText("x", null, R"({"properties": {"a": {"type": "null"}}})")) << null;
        EXPECT_FALSE(LoadText("x", null, R"({"properties": {"a": {"type": "string"}}})")) << null;
    }
}

struct BadRow
{
    const char* text;
    std::vector<std::string> diagnostics;
};

const BadRow BAD[] = {
    {"name: x\nprot: 5", {"x.yaml:2:1: prot: unknown key \"prot\"; did you mean \"port\"?"}},
    {"name: x\nzzzzzzzz: 5",
     {"x.yaml:2:1: zzzzzzzz: unknown key \"zzzzzzzz\"; known here: enabled, links, loss, name, "
      "only, port, ports, "
      "refusal, timeout"}},
    {"port: 5", {"x.yaml:1:1: the key \"name\" is missing"}},
    {"name: x\nport: abc", {"x.yaml:2:7: port: expected an integer, found the string \"abc\""}},
    {"name: x\nport: \"443\"", {"x.yaml:2:7: port: expected an integer, found the string \"443\""}},
    {"name: x\nport: [1]", {"x.yaml:2:7: port: expected an integer, found a list"}},
    {"name: x\nport: 1.5", {"x.yaml:2:7: port: expected an integer, found 1.5"}},
    {"name: x\nport:", {"port: expected an integer, found nothing"}},
    {"name: x\nport: 0", {"x.yaml:2:7: port: 0 is out of range: must be at least 1"}},
    {"name: x\nport: 65536", {"x.yaml:2:7: port: 65536 is out of range: must be at most 65535"}},
    {"name: x\nloss: 1.0", {"x.yaml:2:7: loss: 1.0 is out of range: must be below 1"}},
    {"name: 12", {"x.yaml:1:7: name: expected a string, found 12"}},
    {"name: ''", {"x.yaml:1:7: name: must not be empty"}},
    {"name: {a: b}", {"x.yaml:1:7: name: expected a string, found a map of keys"}},
    {"name: x\nenabled: yes",
     {"x.yaml:2:10: enabled: expected true or false, found the string \"yes\""}},
    {"name: x\ntimeout: 30",
     {"x.yaml:2:10: timeout: expected a string (a duration such as 30s or 200ms), found 30"}},
    {"name: x\ntimeout: 30x",
     {"x.yaml:2:10: timeout: \"30x\" is not a duration such as 30s or 200ms"}},
    {"name: x\nrefusal: rest",
     {"x.yaml:2:10: refusal: \"rest\" is not one of: drop, reset, icmp; did you mean \"reset\"?"}},
    {"name: x\nports: x",
     {"x.yaml:2:8: ports: expected an integer or a list, found the string \"x\""}},
    {"name: x\nports: []", {"x.yaml:2:8: ports: the list must have at least 1 item(s)"}},
    {"name: x\nports: [80, 70000]",
     {"x.yaml:2:13: ports[1]: 70000 is out of range: must be at most 65535"}},
    {"name: x\nports: [80, 443, 80]", {"x.yaml:2:18: ports[2]: 80 stands in this list twice"}},
    {"name: x\nlinks:\n  access:\n    dealy: 5ms",
     {"x.yaml:4:5: links.access.dealy: unknown key \"dealy\"; did you mean \"delay\"?"}},
    {"name: x\nprot: 5\nport: 0",
     {"x.yaml:2:1: prot: unknown key \"prot\"; did you mean \"port\"?",
      "x.yaml:3:7: port: 0 is out of range: must be at least 1"}},
    {"name: x\nname: y", {"x.yaml:2:1: name: the key \"name\" stands here twice"}},
    {"name: x\n? [a]\n: b", {"a key must be a plain word"}},
    {"name: !secret x", {"name: the tag !secret is not known here"}},
    {"name: &a [*a]", {"an alias contains itself"}},
    {"- a\n- b", {"x.yaml:1:1: expected a map of keys, found a list"}},
    {"just text", {"x.yaml:1:1: expected a map of keys, found the string \"just text\""}},
    {"", {"x.yaml:1:1: the file is empty"}},
    {"# nothing but a comment\n", {"x.yaml:1:1: the file is empty"}},
    {"name: x\n---\nname: y", {"one is allowed"}},
    {",name: x", {"x.yaml:1:1: no value can begin like this"}},
    {"name: [x", {"x.yaml:1:1: not YAML: "}},
    {"a: b: c", {"x.yaml:1:5: not YAML: "}},
    {"name: *nobody", {"not YAML: "}},
    {"name:\n\t- x", {"not YAML: "}},
    {"name: x\nonly: {a: 1, b: 2}", {"only"}}, // in valijson's own words
};

TEST(CheckedYaml, SaysWhatIsWrongAndWhere)
{
    for (const auto& row : BAD)
    {
        SCOPED_TRACE(row.text);
        const auto document = LoadText("x.yaml", row.text, SCHEMA);
        ASSERT_FALSE(document);
        ASSERT_EQ(document.Error().size(), row.diagnostics.size()) << ToString(document.Error());
        for (std::size_t i = 0; i < row.diagnostics.size(); ++i)
        {
            EXPECT_THAT(document.Error()[i].ToString(), testing::HasSubstr(row.diagnostics[i]));
        }
    }
}

TEST(CheckedYaml, LimitsOfSize)
{
    const std::string deep = std::string(1000, '[') + std::string(1000, ']');
    const std::string wide = "name: [" + std::string(250'000, ',') + "]";
    std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 12; ++i)
    {
        const std::string before = "*a" + std::to_string(i - 1);
        laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k)
        {
            laughs += (k > 0 ? "," : "") + before;
        }
        laughs += "]\n";
    }
    for (const std::string& text : {deep, wide, laughs, "name: " + std::string(5'000, 'x')})
    {
        EXPECT_FALSE(LoadText("x", text, SCHEMA)) << text.substr(0, 60);
    }
}

TEST(CheckedYaml, TruncatedAnywhereIsAnAnswer)
{
    const std::string text =
        "name: x\nport: 443\nlinks: {access: {delay: \"20ms\"}}\nports: [80, 443]\n# \xc3\xa9\n";
    for (std::size_t length = 0; length <= text.size(); ++length)
    {
        const auto document = LoadText("x", text.substr(0, length), SCHEMA);
        EXPECT_TRUE(document || !document.Error().empty()) << length;
    }
}

TEST(CheckedYaml, BadSchemaIsADiagnosticToo)
{
    for (const char* schema : {"",
                               "{",
                               "[]",
                               R"({"type": 5})",
                               R"({"$ref": "#/nowhere"})",
                               R"({"properties": {"name": {"$ref": "http://example.com/schema"}}})",
                               R"({"properties": {"name": {"pattern": "("}}})"})
    {
        SCOPED_TRACE(schema);
        const auto document = LoadText("x", "name: 5", schema);
        EXPECT_TRUE(document || !document.Error().empty());
    }
}

TEST(CheckedYaml, Files)
{
    const auto folder = std::filesystem::temp_directory_path() /
                        ("imsfw-checked-yaml-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const std::string path = folder / "x.yaml";
    const auto messageOf = [](const std::string& name)
    {
        const auto document = LoadFile(name, SCHEMA);
        return document ? "" : document.Error().front().message;
    };
    EXPECT_EQ(messageOf(path), "there is no such file");
    EXPECT_EQ(messageOf(folder), "is not a file");
    EXPECT_EQ(messageOf("/dev/null"), "is not a file");
    std::ofstream(path) << "";
    EXPECT_EQ(messageOf(path), "the file is empty");
    std::ofstream(path) << "name: x\n";
    EXPECT_TRUE(LoadFile(path, SCHEMA));
    std::ofstream(path) << std::string(4'000'001, '#');
    EXPECT_EQ(messageOf(path), "is larger than 4 MB");
    std::filesystem::remove_all(folder);
}

} // namespace

} // namespace imsfw::config
