// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the export says; whether nft takes it is tested in tests/interop.
#include "workbench/nftables-export.h"

#include "shipped-policy.h"

#include "base/text.h"

#include <gmock/gmock.h>

#include <algorithm>

using namespace imsfw;
using namespace imsfw::workbench;
using testing::HasSubstr;
using testing::Not;

namespace
{

NftablesExport
Exported(const std::string& id)
{
    return ExportToNftables(ShippedPolicy(id));
}

std::string
Left(const std::string& id)
{
    return Join(Exported(id).left, "\n");
}

} // namespace

TEST(NftablesExportTest, RulesKeepTheirOrderDirectionAndName)
{
    const auto text = Exported("voip-vpn-ports-closed").text;
    EXPECT_THAT(text,
                HasSubstr("iifname $inside oifname $outside tcp dport { 5060-5061 } drop comment "
                          "\"sip-tcp-closed\""));
    EXPECT_THAT(text, HasSubstr("udp dport { 53, 123, 3478 } accept comment \"udp-services\""));
    EXPECT_LT(text.find("sip-udp-closed"), text.find("udp-services"));
    EXPECT_LT(text.find("ct state established"), text.find("sip-tcp-closed"));
    EXPECT_THAT(text, HasSubstr("policy drop;"));
    EXPECT_THAT(text, HasSubstr("masquerade"));
}

TEST(NftablesExportTest, LooksAtBytesStandBeforeEstablishedConnectionsPass)
{
    const auto text = Exported("web-protocols-only").text;
    EXPECT_LT(text.find("not-tls-on-443"), text.find("ct state established"));
    EXPECT_THAT(text, HasSubstr("@ih,0,16 0x1603 @ih,40,8 0x01 ct mark set 1"));
    EXPECT_THAT(text, HasSubstr("@ih,0,8 0-255 reject with tcp reset comment \"not-tls-on-443\""));
    EXPECT_THAT(Exported("web-ports-only").text, Not(HasSubstr("@ih")));
}

TEST(NftablesExportTest, TheStateOfAConnectionIsConntracks)
{
    engine::Policy policy = ShippedPolicy("web-ports-only");
    engine::Rule fresh;
    fresh.id = "fresh";
    fresh.action = engine::Action::DROP;
    fresh.meter.state = engine::FlowState::NEW;
    engine::Rule answered = fresh;
    answered.id = "answered";
    answered.meter.state = engine::FlowState::ESTABLISHED;
    policy.rules.insert(policy.rules.begin(), {fresh, answered});
    const auto exported = ExportToNftables(policy);
    const auto passes = exported.text.find("ct state established,related accept");
    ASSERT_NE(passes, std::string::npos);
    EXPECT_GT(exported.text.find("drop comment \"fresh\""), passes);
    EXPECT_LT(exported.text.find("ct state established ct direction original drop comment "
                                 "\"answered\""),
              passes);
    EXPECT_THAT(Join(exported.left, "\n"), HasSubstr("rule answered: holds for what the opener"));
}

TEST(NftablesExportTest, TheSourceIsConntracksOpener)
{
    engine::Policy policy = ShippedPolicy("web-ports-only");
    engine::Rule guest;
    guest.id = "guest";
    guest.action = engine::Action::DROP;
    guest.protocol = IpProtocol::UDP;
    guest.source.addresses = {*IpPrefix::Parse("10.0.9.0/24")};
    guest.source.ports = {{68, 68}};
    guest.ports = {{67, 67}};
    policy.rules.insert(policy.rules.begin(), guest);
    const auto exported = ExportToNftables(policy);
    EXPECT_THAT(exported.text,
                HasSubstr("ip saddr { 10.0.9.0/24 } udp sport { 68 } udp dport { 67 } drop comment "
                          "\"guest\""));
    EXPECT_EQ(exported.left, Exported("web-ports-only").left);
}

TEST(NftablesExportTest, EachFamilyOfAddressesHasALineOfItsOwn)
{
    engine::Policy policy = ShippedPolicy("web-ports-only");
    const auto mixed = {*IpPrefix::Parse("192.0.2.0/24"), *IpPrefix::Parse("2001:db8::/32")};
    engine::Rule both;
    both.id = "both";
    both.action = engine::Action::HTTP_403;
    both.addresses = mixed;
    engine::Rule one = both;
    one.id = "one";
    one.source.addresses = {*IpPrefix::Parse("10.0.9.0/24")};
    engine::Rule none = one;
    none.id = "none"; // no packet goes from IPv4 to IPv6
    none.addresses = {*IpPrefix::Parse("2001:db8::/32")};
    policy.rules.insert(policy.rules.begin(), {both, one, none});
    const auto exported = ExportToNftables(policy);
    EXPECT_THAT(exported.text, HasSubstr("    ip daddr { 192.0.2.0/24 } reject"));
    EXPECT_THAT(exported.text, HasSubstr("    ip6 daddr { 2001:db8::/32 } reject"));
    EXPECT_THAT(exported.text,
                HasSubstr("    ip daddr { 192.0.2.0/24 } ip saddr { 10.0.9.0/24 } reject"));
    EXPECT_THAT(exported.text, Not(HasSubstr("ip6 daddr { 2001:db8::/32 } ip saddr")));
    EXPECT_THAT(exported.text, Not(HasSubstr("\"none\"")));
    EXPECT_EQ(std::count(exported.left.begin(),
                         exported.left.end(),
                         "rule both: nftables shows no page, it resets"),
              1);
}

TEST(NftablesExportTest, WhatCannotBeSaidIsListed)
{
    EXPECT_THAT(Left("content-inspecting"), HasSubstr("rule content-from-proxy"));
    EXPECT_THAT(Left("content-inspecting"), HasSubstr("proxy: CONNECT ports"));
    EXPECT_THAT(Left("stateful-nat"), HasSubstr("nat.mapping endpoint-independent"));
    EXPECT_EQ(Left("symmetric-nat"), "");
}

TEST(NftablesExportTest, ANullSuiteIsLookedForInTheServersReply)
{
    EXPECT_THAT(Exported("content-inspecting").text,
                HasSubstr("iifname $outside oifname $dmz tcp sport 0-65535 @ih,0,16 0x1603"));
}
