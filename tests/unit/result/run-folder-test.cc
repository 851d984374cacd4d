// SPDX-License-Identifier: GPL-2.0-only
#include "run-folder.h"

#include "data-files.h"

#include <gtest/gtest.h>

#include <filesystem>

using namespace imsfw::scenario;
namespace fs = std::filesystem;

namespace
{

fs::path
Fresh(const char* name)
{
    const fs::path path = fs::path(testing::TempDir()) / name;
    fs::remove_all(path);
    return path;
}

} // namespace

TEST(RunFolderTest, AppearsWholeOrNotAtAll)
{
    const fs::path path = Fresh("run-folder-whole");
    {
        auto folder = RunFolder::Create(path / "one");
        ASSERT_TRUE(folder);
        EXPECT_EQ(folder->Write("result.json", "{}"), "");
        EXPECT_FALSE(fs::exists(path / "one"));
        EXPECT_EQ(folder->Finish(), "");
        EXPECT_TRUE(fs::exists(path / "one" / "result.json"));
    }
    {
        auto given = RunFolder::Create(path / "two");
        ASSERT_TRUE(given);
        EXPECT_EQ(given->Write("result.json", "{}"), "");
    }
    EXPECT_EQ(std::distance(fs::directory_iterator(path), fs::directory_iterator()), 1);
}

TEST(RunFolderTest, ReplacesAnEarlierRunOfItsName)
{
    const fs::path path = Fresh("run-folder-replaced") / "run";
    for (const char* content : {"first", "second"})
    {
        auto folder = RunFolder::Create(path);
        ASSERT_TRUE(folder);
        EXPECT_EQ(folder->Write("result.json", content), "");
        EXPECT_EQ(folder->Finish(), "");
    }
    std::string content;
    ASSERT_TRUE(ReadFile(path / "result.json", content));
    EXPECT_EQ(content, "second");
}

TEST(RunFolderTest, APlaceThatCannotBeWrittenIsNamed)
{
    const auto folder = RunFolder::Create("/proc/no/such/place");
    ASSERT_FALSE(folder);
    EXPECT_NE(folder.Error().find("/proc/no/such/place"), std::string::npos);
}
