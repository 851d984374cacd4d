// SPDX-License-Identifier: GPL-2.0-only
// CPU tables from YAML: figures, factors, and what is said of bad ones.
#include "cpu-tables.h"
#include "data-files.h"
#include "experiment-loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imsfw::scenario
{
namespace
{

using testing::HasSubstr;

constexpr const char* HEAD = "title: T\ncpu: C\nderivation: D\n";

cpu::CostTable
Load(const std::string& yaml)
{
    const auto table = LoadCpuTableText("table.yaml", HEAD + yaml);
    EXPECT_TRUE(table) << config::ToString(table ? config::Diagnostics() : table.Error());
    return table ? *table : cpu::CostTable();
}

TEST(CpuTablesTest, ReadsFiguresAsTheyAre)
{
    const auto table = Load("cores: 4\n"
                            "operations:\n"
                            "  sign/rsa-2048: {each_ns: 600000}\n"
                            "  seal/NULL_SHA: {each_ns: 900, per_byte_ps: 1200}\n"
                            "  open/NULL_SHA: {per_byte_ps: 1300}\n");
    EXPECT_EQ(table.model, "C");
    EXPECT_EQ(table.cores, 4U);
    EXPECT_EQ(table.speed, 1);
    ASSERT_EQ(table.operations.size(), 3U);
    EXPECT_EQ(table.operations.at("sign/rsa-2048").eachNs, 600000U);
    EXPECT_EQ(table.operations.at("seal/NULL_SHA").perBytePs, 1200U);
    EXPECT_EQ(table.operations.at("open/NULL_SHA").eachNs, 0U);
}

TEST(CpuTablesTest, MultipliesWhatItIsBasedOn)
{
    const auto server = LoadCpuTable("server");
    ASSERT_TRUE(server) << config::ToString(server.Error());
    const auto table = Load("based_on: server\n"
                            "factors: {\"\": 2, sign/: 3, sign/rsa-: 10}\n"
                            "operations:\n  session: {each_ns: 7}\n");
    const auto factor = [&](const char* operation)
    {
        return static_cast<double>(table.operations.at(operation).eachNs) /
               static_cast<double>(server->operations.at(operation).eachNs);
    };
    EXPECT_NEAR(factor("sign/rsa-2048"), 10, 0.001) << "the longest beginning that fits";
    EXPECT_NEAR(factor("sign/secp256r1"), 3, 0.001);
    EXPECT_NEAR(factor("keygen/x25519"), 2, 0.001);
    EXPECT_EQ(table.operations.at("seal/AES_128_GCM_SHA256").perBytePs,
              2 * server->operations.at("seal/AES_128_GCM_SHA256").perBytePs);
    EXPECT_EQ(table.operations.at("session").eachNs, 7U) << "its own figures count as they are";
    EXPECT_EQ(table.cores, server->cores);
}

struct BadRow
{
    const char* yaml;
    int line; ///< of the text without HEAD's three
    const char* field;
    const char* message;
};

TEST(CpuTablesTest, SaysWhatIsWrong)
{
    const std::vector<BadRow> rows{
        {"cores: 2\n", 1, "operations", "needs operations, or based_on"},
        {"operations: {a: {each_ns: -1}}\n", 4, "operations.a.each_ns", ""},
        {"operations: {a: {each_ns: 1.5}}\n", 4, "operations.a.each_ns", "integer"},
        {"operations: {a: {each_us: 1}}\n", 4, "operations.a", "each_us"},
        {"cores: 0\noperations: {a: {each_ns: 1}}\n", 4, "cores", ""},
        {"factors: {\"\": 2}\noperations: {a: {each_ns: 1}}\n", 4, "factors", "based_on"},
        {"based_on: servr\n", 4, "based_on", "did you mean \"server\""},
        {"based_on: server\nfactors: {\"\": 0}\n", 5, "factors.", ""},
        {"speed: 2\noperations: {a: {each_ns: 1}}\n", 4, "", "speed"},
    };
    for (const auto& row : rows)
    {
        const auto table = LoadCpuTableText("table.yaml", std::string(HEAD) + row.yaml);
        ASSERT_FALSE(table) << row.yaml;
        const auto& first = table.Error().front();
        EXPECT_EQ(first.file, "table.yaml");
        EXPECT_EQ(first.line, row.line) << row.yaml;
        EXPECT_THAT(first.field, HasSubstr(row.field)) << row.yaml;
        EXPECT_THAT(first.message, HasSubstr(row.message)) << row.yaml;
    }
}

TEST(CpuTablesTest, UnknownNamesAndFilesAreNamed)
{
    const auto unknown = LoadCpuTable("phon");
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.Error().front().message, HasSubstr("did you mean \"phone\""));
    EXPECT_EQ(unknown.Error().front().line, 0);
    const auto missing = LoadCpuTable("no/such/table.yaml");
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.Error().front().file, HasSubstr("no/such/table.yaml"));
}

TEST(CpuTablesTest, CommittedTablesPriceTheSameOperations)
{
    const auto server = LoadCpuTable("server");
    ASSERT_TRUE(server);
    for (const auto& name : YamlNames(CpuDirectory()))
    {
        const auto table = LoadCpuTable(name);
        ASSERT_TRUE(table) << config::ToString(table.Error());
        EXPECT_EQ(table->name, name);
        EXPECT_EQ(table->operations.size(), server->operations.size()) << name;
        for (const auto& [operation, cost] : table->operations)
        {
            EXPECT_GE(cost.eachNs, server->operations.at(operation).eachNs) << name << operation;
        }
    }
}

TEST(CpuKeysTest, AnExperimentNamesThem)
{
    const auto plain = LoadExperimentText("e.yaml", "name: x\n");
    ASSERT_TRUE(plain);
    EXPECT_TRUE(plain->cpu.ue.IsNone()) << "computing is free unless somebody asks";
    const auto set = LoadExperimentText(
        "e.yaml", "cpu: {ue: {table: phone}, p_cscf: {table: server, cores: 8, speed: 0.5}}\n");
    ASSERT_TRUE(set);
    EXPECT_EQ(set->cpu.ue.table, "phone");
    EXPECT_EQ(set->cpu.pCscf.cores, 8U);
    EXPECT_EQ(set->cpu.pCscf.speed, 0.5);
    EXPECT_TRUE(set->cpu.turn.IsNone());
}

TEST(CpuKeysTest, BadOnesAreRefusedWithTheirPlace)
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"cpu: {ue: {table: phon}}\n", "cpu.ue.table: unknown CPU table \"phon\""},
        {"cpu: {turn: {cores: 4}}\n", "cpu.turn.cores: of no CPU"},
        {"cpu: {turn: {speed: 4}}\n", "cpu.turn.speed: of no CPU"},
        {"cpu: {ue: {table: phone, speed: 0}}\n", "cpu.ue.speed"},
        {"cpu: {router: {table: phone}}\n", "router"},
        {"cpu: phone\n", "cpu"},
    };
    for (const auto& [yaml, message] : rows)
    {
        const auto experiment = LoadExperimentText("e.yaml", yaml);
        ASSERT_FALSE(experiment) << yaml;
        EXPECT_THAT(config::ToString(experiment.Error()), HasSubstr("e.yaml:1")) << yaml;
        EXPECT_THAT(config::ToString(experiment.Error()), HasSubstr(message)) << yaml;
    }
}

} // namespace
} // namespace imsfw::scenario
