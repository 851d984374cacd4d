// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Other policies that a policy file names: how they are found, and what becomes of them.
#include "policy-files.h"

#include <gmock/gmock.h>

namespace imsfw::engine
{

namespace
{

TEST_F(PolicyFiles, AreNamedByFileToo)
{
    std::filesystem::create_directories(m_folder / "mine");
    Write("shipped",
          "nat: {enabled: true, mapping: endpoint-independent}\nrules: [{id: a, action: drop}]");
    Write("mine/base", "rules: [{id: b, action: drop}]");
    Write("mine/top",
          "extends: base.yaml\nnat_of: shipped\nbehind: ../mine/base.yaml\n"
          "rules: [{id: c, action: drop}]");
    const auto top = LoadPolicy(m_folder / "mine" / "top.yaml", m_folder);
    ASSERT_TRUE(top.IsOk()) << config::ToString(top.Error());
    ASSERT_EQ(top->rules.size(), 2U);
    EXPECT_EQ(top->rules[1].id, "b");
    EXPECT_EQ(top->nat.mapping, NatBehaviour::ENDPOINT_INDEPENDENT);
    ASSERT_TRUE(top->outer);
    EXPECT_EQ(top->outer->rules.at(0).id, "b");
    EXPECT_EQ(top->behind, m_folder / "mine" / "base.yaml");
    Write("lost", "extends: ./nowhere.yaml");
    EXPECT_THAT(Bad("lost"), testing::HasSubstr("extends: there is no file nowhere.yaml"));
    Write("mine/loop", "extends: loop.yaml");
    EXPECT_THAT(Bad(m_folder / "mine" / "loop.yaml"), testing::HasSubstr("extends itself"));
}

TEST_F(PolicyFiles, WhatStandsFurtherOutIsPartOfTheHash)
{
    Write("outer", "rules: [{id: a, action: drop}]");
    Write("inner", "behind: outer");
    const std::string before = PolicyHash(Good("inner"));
    Write("outer", "rules: [{id: a, action: allow}]");
    EXPECT_NE(PolicyHash(Good("inner")), before);
    Write("outer", "description: others say it so\nrules: [{id: a, action: drop}]");
    EXPECT_EQ(PolicyHash(Good("inner")), before);
}

} // namespace

} // namespace imsfw::engine
