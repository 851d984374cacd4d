// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What all nine policies have in common: the constraints that this test bed's reading of the types must meet.
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

const char* const TYPES[] = {"stateful-nat",
                             "symmetric-nat",
                             "voip-vpn-ports-closed",
                             "udp-blocked",
                             "web-ports-only",
                             "web-protocols-only",
                             "proxy-only",
                             "authenticating-proxy",
                             "content-inspecting"};

/// A transport: directly, or by CONNECT where the policy has a proxy. Both legs must pass there.
bool
Traverses(const Policy& policy, uint16_t port, const Talk& talk)
{
    if (!policy.proxy)
    {
        return Play(policy, Tcp("direct", port, talk)).passes;
    }
    const std::string target = "192.0.2.1:" + std::to_string(port);
    return Play(policy, ToProxy("to the proxy", Connect(target) + talk)).passes &&
           Play(policy, FromProxy("from the proxy", talk, port)).passes;
}

std::string
Row(uint16_t port, const Talk& talk)
{
    std::string row;
    for (const char* id : TYPES)
    {
        row += Traverses(LoadOrFail(id), port, talk) ? 'P' : '-';
    }
    return row;
}

TEST(PolicyTypes, AreNine)
{
    for (std::size_t i = 0; i < 9; ++i)
    {
        EXPECT_EQ(LoadOrFail(TYPES[i]).label, std::to_string(i + 1));
        EXPECT_EQ(LoadOrFail(TYPES[i]).id, TYPES[i]);
    }
}

TEST(PolicyTypes, AnEncryptingSuiteTraversesAllNine)
{
    EXPECT_EQ(Row(443, Tls(RSA_AES_SHA, REGISTER)), "PPPPPPPPP");
    EXPECT_EQ(Row(443, Tls(ECDHE_GCM, REGISTER)), "PPPPPPPPP");
    EXPECT_EQ(Row(443, Tls13()), "PPPPPPPPP");
}

TEST(PolicyTypes, ANullSuiteTraversesAllButTheLast)
{
    EXPECT_EQ(Row(443, Tls(RSA_NULL_SHA, REGISTER)), "PPPPPPPP-");
    EXPECT_EQ(Row(443, Tls(RSA_NULL_SHA, ALLOCATE)), "PPPPPPPP-");
}

TEST(PolicyTypes, WhatElseTraversesWhere)
{
    EXPECT_EQ(Row(5060, {Client(REGISTER)}), "PP-------");
    EXPECT_EQ(Row(5061, Tls13()), "PP-------");
    EXPECT_EQ(Row(3478, {Client(ALLOCATE)}), "PPPP-----");
    EXPECT_EQ(Row(5349, Tls13()), "PPPP-----");
    // TS 33.203 W.3.1.3: TCP/80 in the clear fails with inspection or a proxy.
    EXPECT_EQ(Row(80, {Client(ALLOCATE)}), "PPPPP----");
    EXPECT_EQ(Row(443, {Client(ALLOCATE)}), "PPPPP----");
    EXPECT_EQ(Row(443, {Client(REGISTER)}), "PPPPP----");
}

TEST(PolicyTypes, BlockByNoAddressAndInterceptNothing)
{
    for (const char* id : TYPES)
    {
        for (const Rule& rule : LoadOrFail(id).rules)
        {
            EXPECT_TRUE(rule.addresses.empty()) << id << " " << rule.id;
        }
    }
}

TEST(PolicyTypes, ForceAProxyFromSomePointOn)
{
    std::string row;
    for (const char* id : TYPES)
    {
        row += LoadOrFail(id).proxy ? 'x' : '.';
    }
    EXPECT_EQ(row, "......xxx");
}

TEST(PolicyTypes, AreDecidedByTheirRulesAlone)
{
    for (const char* id : TYPES)
    {
        Policy policy = LoadOrFail(id);
        const std::string hash = PolicyHash(policy);
        const auto before =
            Play(policy, ToProxy("NULL", Connect("a.test:443") + Tls(RSA_NULL_SHA, REGISTER)));
        policy.id = policy.title = policy.label = policy.description = "1";
        const auto after =
            Play(policy, ToProxy("NULL", Connect("a.test:443") + Tls(RSA_NULL_SHA, REGISTER)));
        EXPECT_EQ(PolicyHash(policy), hash);
        EXPECT_EQ(before.verdict, after.verdict);
    }
}

TEST(PolicyTypes, DifferInTheirHashes)
{
    std::set<std::string> hashes;
    for (const char* id : TYPES)
    {
        hashes.insert(PolicyHash(LoadOrFail(id)));
    }
    EXPECT_EQ(hashes.size(), 9U);
}

} // namespace

} // namespace imsfw::engine
