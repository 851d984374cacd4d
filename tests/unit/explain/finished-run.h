// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Run folders without a run, for the tests of what reads them.
#pragma once

#include "run-reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace imsfw::scenario
{

/// A folder for one test, empty at first.
class TestFolder
{
  public:
    TestFolder()
    {
        const auto* info = testing::UnitTest::GetInstance()->current_test_info();
        m_path = testing::TempDir() + "imsfw-" + info->test_suite_name() + "-" + info->name();
        std::filesystem::remove_all(m_path);
        std::filesystem::create_directories(m_path);
    }

    ~TestFolder()
    {
        std::error_code error;
        std::filesystem::remove_all(m_path, error);
    }

    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    void
    Write(const std::string& name, const std::string& text) const
    {
        std::ofstream(m_path + "/" + name) << text;
    }

    const std::string&
    Path() const
    {
        return m_path;
    }

  private:
    std::string m_path;
};

/// The control plane failed by @p rule.
inline std::string
FailedResult(const std::string& rule)
{
    return R"({"planes": {"control": {"verdict": "fail", "decided_by": {"element": "nimsfw", "rule": ")" +
           rule +
           R"(", "reason": "rule", "detail": "drop", "first_bytes": "16", "at_ms": 1.5,
               "flow": "tcp 10.1.0.2:49153 > 192.0.2.2:443"}},
               "media_udp": {"verdict": "not-attempted"}},
               "tls": [{"suite": "TLS_RSA_WITH_NULL_SHA"}]})";
}

/// @return a run of @p experiment (YAML) that failed by @p rule.
inline FinishedRun
FailedRun(const TestFolder& folder, const std::string& experiment, const std::string& rule)
{
    folder.Write("experiment.yaml", experiment);
    folder.Write("result.json", FailedResult(rule));
    auto run = ReadRun(folder.Path());
    EXPECT_TRUE(run) << (run ? "" : run.Error());
    return run ? *run : FinishedRun{};
}

} // namespace imsfw::scenario
