// SPDX-License-Identifier: GPL-2.0-only
#include "matrix-table.h"
#include "matrix.h"

#include "data-files.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

using namespace imsfw;
using namespace imsfw::scenario;
using Json = nlohmann::ordered_json;

namespace
{

MatrixRequest
Default()
{
    MatrixRequest request;
    request.file = DataRoot() + "/scenarios/configs/traversal-matrix.yaml";
    return request;
}

Json
Passing()
{
    return Json::parse(
        R"({"planes": {"control": {"verdict": "pass"}, "media_udp": {"verdict": "pass"}},
                           "registration_ms": 123.4567, "call_setup_ms": 200})");
}

Json
Blocked()
{
    return Json::parse(
        R"({"planes": {"control": {"verdict": "fail", "decided_by": {"element": "nimsfw",
                           "rule": "a,rule", "reason": "rule", "at_ms": 5.5}},
                           "media_udp": {"verdict": "not-attempted"}},
                           "registration_ms": null, "call_setup_ms": null})");
}

} // namespace

TEST(MatrixTest, TheDefaultHasNineRowsAndEightColumns)
{
    const auto matrix = LoadMatrix(Default());
    ASSERT_TRUE(matrix) << config::ToString(matrix.Error());
    EXPECT_EQ(matrix->rows.size(), 9U);
    EXPECT_EQ(matrix->columns.size(), 8U);
    ASSERT_EQ(matrix->cells.size(), 72U);
    const Experiment& last = matrix->cells.back();
    EXPECT_EQ(last.firewall.policy, "content-inspecting");
    EXPECT_EQ(last.transport, "solution");
    EXPECT_EQ(last.tls.suites, std::vector<std::string>{"TLS_AES_128_GCM_SHA256"});
    EXPECT_FALSE(last.evidence.captures);
    EXPECT_EQ(last.call.duration, std::chrono::seconds(30));
}

TEST(MatrixTest, RowsAndColumnsCanBeNarrowed)
{
    MatrixRequest request = Default();
    request.policies = {"9", "udp-blocked"};
    request.transports = {"solution"};
    const auto matrix = LoadMatrix(request);
    ASSERT_TRUE(matrix);
    EXPECT_EQ(matrix->rows.size(), 2U);
    EXPECT_EQ(matrix->columns.size(), 4U);
    request.policies = {"10"};
    EXPECT_FALSE(LoadMatrix(request));
}

TEST(MatrixTest, CsvHasARowForEachCellAndQuotesWhatItMust)
{
    MatrixRequest request = Default();
    request.policies = {"9"};
    request.transports = {"sip-udp", "sip-tcp"};
    const auto matrix = LoadMatrix(request);
    ASSERT_TRUE(matrix);
    EXPECT_EQ(ToCsv(*matrix, {Passing(), Blocked()}),
              "type,policy,transport,suite,control,media_udp,registration_ms,call_setup_ms,failed_"
              "element,"
              "failed_rule,reason,failed_at_ms\n"
              "9,content-inspecting,sip-udp,,pass,pass,123.457,200.000,,,,\n"
              "9,content-inspecting,sip-tcp,,fail,not-attempted,,,nimsfw,\"a,rule\",rule,5.500\n");
}

TEST(MatrixTest, TheTableIsPlainWithoutColourAndCountsWhatGotThrough)
{
    MatrixRequest request = Default();
    request.policies = {"9"};
    request.transports = {"sip-udp", "sip-tcp"};
    const auto matrix = LoadMatrix(request);
    std::ostringstream plain;
    PrintTable(plain, *matrix, {Passing(), Blocked()}, false);
    EXPECT_EQ(plain.str().find('\033'), std::string::npos);
    EXPECT_NE(plain.str().find("123 / 200 ms"), std::string::npos) << plain.str();
    EXPECT_NE(plain.str().find("control blocked"), std::string::npos) << plain.str();
    EXPECT_NE(plain.str().find("1/1"), std::string::npos);
    EXPECT_NE(plain.str().find("0/1"), std::string::npos);
    std::ostringstream coloured;
    PrintTable(coloured, *matrix, {Passing(), Blocked()}, true);
    EXPECT_NE(coloured.str().find('\033'), std::string::npos);
}
