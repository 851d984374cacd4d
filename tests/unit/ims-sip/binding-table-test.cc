// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The table of bindings from every side.
#include "ims-sip-binding-table.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using namespace std::chrono_literals;

namespace
{

const TimePoint NOW{};
const SipFlow FLOW{true, 5, *Endpoint::Parse("192.0.2.1:6000")};
const SipFlow OTHER_FLOW{true, 6, *Endpoint::Parse("192.0.2.1:7000")};

Binding
Make(const std::string& key, const SipFlow& flow = FLOW, Duration lifetime = 100s)
{
    Binding binding;
    binding.aor = "alice@ims.test";
    binding.contact = "sip:" + key + "@10.0.0.2";
    binding.key = key;
    binding.token = "token-" + key;
    binding.flow = flow;
    binding.expires = NOW + lifetime;
    return binding;
}

} // namespace

TEST(BindingTable, FindsFromEverySide)
{
    BindingTable table;
    EXPECT_EQ(table.ByAor(NOW, "alice@ims.test"), nullptr);
    table.Put(Make("a"));
    const Binding* binding = table.Find("alice@ims.test", "a");
    ASSERT_TRUE(binding);
    EXPECT_EQ(table.ByAor(NOW, "alice@ims.test"), binding);
    EXPECT_EQ(table.ByContact(NOW, "sip:a@10.0.0.2"), binding);
    EXPECT_EQ(table.ByFlow(NOW, FLOW), binding);
    EXPECT_EQ(table.ByToken(NOW, "token-a"), binding);
    EXPECT_EQ(table.ByFlow(NOW, OTHER_FLOW), nullptr);
    EXPECT_EQ(table.NextTimeout(), NOW + 100s);
}

TEST(BindingTable, ReplacesByKeyOnly)
{
    BindingTable table;
    table.Put(Make("a"));
    table.Put(Make("b", OTHER_FLOW));
    EXPECT_EQ(table.ByAor(NOW, "alice@ims.test")->key, "b") << "the latest";
    table.Put(Make("a", OTHER_FLOW, 50s));
    EXPECT_EQ(table.ByFlow(NOW, FLOW), nullptr);
    EXPECT_EQ(table.ByAor(NOW, "alice@ims.test")->key, "a");
    EXPECT_EQ(table.NextTimeout(), NOW + 50s);
    EXPECT_EQ(table.ByAor(NOW + 50s, "alice@ims.test")->key, "b") << "the other has expired";
}

TEST(BindingTable, ForgetsWhatItGivesBack)
{
    BindingTable table;
    table.Put(Make("a", FLOW, 10s));
    table.Put(Make("b", FLOW, 20s));
    table.Put(Make("c", OTHER_FLOW, 30s));
    const auto expired = table.Expire(NOW + 10s);
    ASSERT_EQ(expired.size(), 1U);
    EXPECT_EQ(expired[0].key, "a");
    const auto lost = table.RemoveFlow(FLOW);
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_EQ(lost[0].key, "b");
    EXPECT_TRUE(table.RemoveFlow(FLOW).empty());
    EXPECT_TRUE(table.Remove("alice@ims.test", "c"));
    EXPECT_FALSE(table.Remove("alice@ims.test", "c"));
    EXPECT_EQ(table.ByAor(NOW, "alice@ims.test"), nullptr);
    EXPECT_FALSE(table.NextTimeout());
    table.Put(Make("a"));
    table.Put(Make("b"));
    table.RemoveAll("alice@ims.test");
    table.RemoveAll("nobody");
    EXPECT_EQ(table.ByFlow(NOW, FLOW), nullptr);
}

} // namespace imsfw::sip::test
