// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Every default scenario's result fits scenarios/result.schema.json, which admits nothing that it does not name.
#include "scenario-run.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

using Json = nlohmann::ordered_json;

std::vector<std::string>
DefaultScenarios()
{
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(DataRoot() + "/scenarios/configs"))
    {
        std::string text;
        EXPECT_TRUE(ReadFile(entry.path(), text));
        if (text.find("\ncolumns:") == std::string::npos) // a matrix is no experiment
        {
            files.push_back(entry.path().string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string
AgainstSchema(const std::string& json)
{
    std::string schema;
    EXPECT_TRUE(ReadFile(DataRoot() + "/scenarios/result.schema.json", schema));
    const auto checked = config::LoadText("result.json", json, schema);
    return checked ? "" : config::ToString(checked.Error());
}

/// Call @p visit with the place of each object in @p json.
template <typename Visitor>
void
ForEachObject(const Json& json, const Json::json_pointer& at, Visitor&& visit)
{
    if (json.is_object())
    {
        visit(at);
    }
    for (const auto& [key, value] : json.items())
    {
        if (value.is_structured())
        {
            ForEachObject(value, json.is_array() ? at / std::stoul(key) : at / key, visit);
        }
    }
}

} // namespace

TEST(ResultSchemaTest, EveryDefaultScenarioFits)
{
    const auto files = DefaultScenarios();
    EXPECT_GE(files.size(), 13U);
    for (const auto& file : files)
    {
        const auto experiment = LoadExperiment(file, {"call.duration=1s"});
        ASSERT_TRUE(experiment) << config::ToString(experiment.Error());
        const auto output = RunExperiment(*experiment, {});
        ASSERT_TRUE(output) << output.Error();
        EXPECT_EQ(scenario::AgainstSchema(*experiment, *output), "") << file;
    }
}

TEST(ResultSchemaTest, AMemberThatItDoesNotNameIsRefusedWhereverItStands)
{
    // One with all there is: a race, a proxy, ICE, voice, messages, CPUs, a refusal.
    const auto experiment = LoadExperiment("",
                                           {"transport=solution-ice",
                                            "firewall.policy=udp-blocked",
                                            "messages.enabled=true",
                                            "media.rtcp=true",
                                            "call.duration=1s",
                                            "cpu.ue.table=phone"});
    ASSERT_TRUE(experiment) << config::ToString(experiment.Error());
    const auto output = RunExperiment(*experiment, {});
    ASSERT_TRUE(output) << output.Error();
    const Json result =
        Json::parse(ToJson(*experiment, output->result, MakeProvenance(output->policyHash)));
    ASSERT_EQ(AgainstSchema(result.dump()), "");
    std::vector<std::string> places;
    ForEachObject(result,
                  Json::json_pointer(),
                  [&](const Json::json_pointer& at)
                  {
                      Json more = result;
                      more[at]["unheard_of"] = 1;
                      EXPECT_NE(AgainstSchema(more.dump()), "") << at.to_string();
                      places.push_back(at.to_string());
                  });
    for (const char* part : {"/provenance",
                             "/planes/control",
                             "/media_pair/local",
                             "/voice/up",
                             "/messages/up",
                             "/tls/0",
                             "/cpus/0/operations/0",
                             "/phases/0",
                             "/refusals/0",
                             "/ues/0"})
    {
        EXPECT_NE(std::find(places.begin(), places.end(), part), places.end()) << part;
    }
}
