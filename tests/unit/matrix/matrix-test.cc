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
        R"({"planes": {"control": {"verdict": "pass"}, "media_udp": {"verdict": "pass"},
                           "media_tcp": {"verdict": "not-attempted"}},
                           "registration_ms": 123.4567, "call_setup_ms": 200})");
}

Json
Blocked()
{
    return Json::parse(
        R"({"planes": {"control": {"verdict": "fail", "decided_by": {"element": "nimsfw",
                           "rule": "a,rule", "reason": "rule", "at_ms": 5.5}},
                           "media_udp": {"verdict": "not-attempted"}, "media_tcp": {"verdict": "not-attempted"}},
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

TEST(MatrixTest, EveryShippedMatrixLoads)
{
    for (const std::string name : {"callers-and-callees", "tcp-allocations", "traversal-matrix"})
    {
        MatrixRequest request;
        request.file = DataRoot() + "/scenarios/configs/" + name + ".yaml";
        const auto matrix = LoadMatrix(request);
        ASSERT_TRUE(matrix) << config::ToString(matrix.Error());
        EXPECT_GE(matrix->cells.size(), 54U);
    }
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
              "failed_rule,reason,failed_at_ms,callee,media_pair,media_tcp\n"
              "9,content-inspecting,sip-udp,,pass,pass,123.457,200.000,,,,,,,not-attempted\n"
              "9,content-inspecting,sip-tcp,,fail,not-attempted,,,nimsfw,\"a,rule\",rule,5.500,,,"
              "not-attempted\n");
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

TEST(MatrixTest, CallersByCalleesIsAMatrixToo)
{
    MatrixRequest request;
    request.file = DataRoot() + "/scenarios/configs/callers-and-callees.yaml";
    const auto matrix = LoadMatrix(request);
    ASSERT_TRUE(matrix) << config::ToString(matrix.Error());
    EXPECT_EQ(matrix->rows.size(), 9U);
    ASSERT_EQ(matrix->columns.size(), 9U);
    EXPECT_EQ(matrix->columns[3].title, "to 4 udp-blocked");
    ASSERT_EQ(matrix->cells.size(), 81U);
    const Experiment& cell = matrix->cells[matrix->IndexOf(8, 3)];
    EXPECT_EQ(cell.firewall.policy, "content-inspecting");
    EXPECT_EQ(cell.callee.policy, "udp-blocked");
    EXPECT_EQ(cell.media.path, MediaPathKind::ICE);
}

TEST(MatrixTest, PairsAreToldInAFewWords)
{
    const auto label = [](const char* local, const char* remote, const char* kind = "relay")
    {
        const auto end = [](const std::string& words)
        {
            const auto space = words.find(' ');
            return Json{{"type", words.substr(0, space)},
                        {"transport", words.substr(space + 1, 3)},
                        {"via_web_proxy", words.find("proxy") != std::string::npos}};
        };
        return PairLabel(
            Json{{"media_pair", {{"kind", kind}, {"local", end(local)}, {"remote", end(remote)}}}});
    };
    EXPECT_EQ(label("host udp", "host udp", "direct"), "direct");
    EXPECT_EQ(label("prflx tcp", "host tcp", "direct"), "direct tcp");
    EXPECT_EQ(label("srflx udp", "prflx udp", "reflexive"), "reflexive");
    EXPECT_EQ(label("relay tls proxy", "relay udp"), "relay tls+proxy/udp");
    EXPECT_EQ(label("srflx udp", "relay tcp"), "relay -/tcp");
    EXPECT_EQ(PairLabel(Json{{"media_pair", nullptr}}), "");
    EXPECT_EQ(PairLabel(Passing()), "") << "a result of an earlier version";
}

TEST(MatrixTest, ACellSaysWhatCarriedTheMedia)
{
    MatrixRequest request;
    request.file = DataRoot() + "/scenarios/configs/callers-and-callees.yaml";
    request.policies = {"1"};
    const auto matrix = LoadMatrix(request);
    ASSERT_TRUE(matrix);
    Json result = Passing();
    const Json end{{"type", "relay"}, {"transport", "tls"}, {"via_web_proxy", false}};
    result["media_pair"] = {{"kind", "relay"}, {"local", end}, {"remote", end}};
    const std::vector<Json> results(9, result);
    std::ostringstream table;
    PrintTable(table, *matrix, results, false);
    EXPECT_NE(table.str().find("pass, relay"), std::string::npos) << table.str();
    EXPECT_NE(table.str().find(" tls/tls "), std::string::npos) << table.str();
    EXPECT_NE(table.str().find("sends over to its TURN server"), std::string::npos);
    EXPECT_NE(ToCsv(*matrix, results).find(",udp-blocked,relay tls/tls,not-attempted\n"),
              std::string::npos);
    EXPECT_EQ(Json::parse(ToJson(*matrix, results))["cells"][3]["callee"], "udp-blocked");
}
