// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Policy files of a test's own.
#pragma once

#include "engine/policy/policy-loader.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace imsfw::engine
{

inline const std::string SHIPPED = std::string(IMSFW_SOURCE_DIR) + "/firewall-models/policies";

/// A folder of policies of its own, with the shipped schema.
class PolicyFiles : public testing::Test
{
  protected:
    PolicyFiles()
    {
        std::filesystem::create_directories(m_folder);
        std::filesystem::copy_file(SHIPPED + "/policy.schema.json",
                                   m_folder / "policy.schema.json",
                                   std::filesystem::copy_options::overwrite_existing);
    }

    ~PolicyFiles() override
    {
        std::filesystem::remove_all(m_folder);
    }

    void
    Write(const std::string& id, const std::string& text)
    {
        std::ofstream(m_folder / (id + ".yaml"))
            << "id: " << std::filesystem::path(id).filename().string() << "\ntitle: T\n"
            << text;
    }

    Policy
    Good(const std::string& id)
    {
        const auto policy = LoadPolicy(id, m_folder);
        EXPECT_TRUE(policy.IsOk()) << config::ToString(policy.Error());
        return policy.IsOk() ? *policy : Policy{};
    }

    /// @return the diagnostics, one in each line, without the folder.
    std::string
    Bad(const std::string& id)
    {
        const auto policy = LoadPolicy(id, m_folder);
        EXPECT_FALSE(policy.IsOk());
        std::string text = policy.IsOk() ? "" : config::ToString(policy.Error());
        const std::string folder = m_folder.string() + "/";
        for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
        {
            text.erase(at, folder.size());
        }
        return text;
    }

    std::filesystem::path m_folder =
        std::filesystem::path(testing::TempDir()) / ("imsfw-policies-" + std::to_string(getpid()));
};

} // namespace imsfw::engine
