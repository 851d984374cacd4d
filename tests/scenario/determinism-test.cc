// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One seed, one capture: two runs of the same experiment give the same bytes; another seed gives others.
#include "scenario-run.h"

#include "data-files.h"
#include "result-json.h"

#include <filesystem>
#include <map>

using namespace imsfw::scenario;
namespace fs = std::filesystem;

namespace
{

/// All that a run leaves behind: captures by name, key log, result.
std::map<std::string, std::string>
Evidence(std::vector<std::string> settings, const char* folder)
{
    const fs::path directory = ScratchFolder(folder);
    settings.emplace_back("call.duration=3s");
    const auto output = RunWith(settings, directory);
    std::map<std::string, std::string> evidence;
    for (const auto& file : fs::directory_iterator(directory))
    {
        EXPECT_TRUE(ReadFile(file.path(), evidence[file.path().filename()]));
    }
    fs::remove_all(directory);
    evidence["keys"] = output.keyLog;
    const Experiment experiment;
    evidence["result"] = ToJson(experiment, output.result, {});
    return evidence;
}

} // namespace

class DeterminismTest : public testing::TestWithParam<const char*>
{
};

TEST_P(DeterminismTest, ASeedGivesTheSameBytesAndAnotherSeedOthers)
{
    const std::vector<std::string> settings{
        "firewall.policy=authenticating-proxy", "transport=solution", GetParam()};
    const auto first = Evidence(settings, "determinism-1");
    const auto second = Evidence(settings, "determinism-2");
    EXPECT_GE(first.size(), 8U); // six links, keys, result
    for (const auto& [name, bytes] : first)
    {
        EXPECT_FALSE(bytes.empty()) << name;
        EXPECT_TRUE(bytes == second.at(name)) << name << " differs";
    }
    auto other = settings;
    other.emplace_back("seed=2");
    EXPECT_NE(Evidence(other, "determinism-3").at("access.pcap"), first.at("access.pcap"));
}

INSTANTIATE_TEST_SUITE_P(Suites,
                         DeterminismTest,
                         testing::Values("tls.suites=[TLS_RSA_WITH_AES_128_CBC_SHA]",
                                         "tls.suites=[TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]",
                                         "tls.suites=[TLS_AES_128_GCM_SHA256]"));

TEST(DeterminismTest, ARunLeavesNothingBehindForTheNext)
{
    const std::vector<std::string> measured{"firewall.policy=stateful-nat", "transport=solution"};
    const auto alone = Evidence(measured, "determinism-1");
    RunWith({"firewall.policy=content-inspecting",
             "transport=solution",
             "tls.suites=[NULL-SHA]",
             "links.access.loss=0.1"});
    EXPECT_EQ(Evidence(measured, "determinism-2"), alone);
}

// RngSeed, RngRun and named streams: what is added draws from streams of its own.
TEST(DeterminismTest, ANodeMoreChangesNothingForTheOthers)
{
    const std::vector<std::string> settings{"transport=solution",
                                            "ues.count=2",
                                            "ues.firewalls=2",
                                            "ues.arrival=uniform",
                                            "ues.over=60s"};
    const auto before = Evidence(settings, "determinism-1");
    for (const std::string more : {"servers.p_cscfs=3", "ues.count=3"})
    {
        auto changed = settings;
        changed.push_back(more);
        if (more == "ues.count=3")
        {
            changed.emplace_back("ues.firewalls=3");
        }
        const auto after = Evidence(changed, "determinism-2");
        EXPECT_TRUE(after.at("access.pcap") == before.at("access.pcap")) << more;
    }
}
