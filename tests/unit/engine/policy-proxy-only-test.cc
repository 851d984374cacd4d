// SPDX-License-Identifier: GPL-2.0-only
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

constexpr Action RESET = Action::RESET;

TEST(PolicyProxyOnly, Table)
{
    const Talk connect = Connect("a.test:443");
    CheckTable(
        "proxy-only",
        {
            {Tcp("HTTP, direct", 80, {Client(GET)}), false, "default/default"},
            {Tcp("TLS, direct", 443, Tls13()), false, "default/default"},
            {Udp("DNS", 53, {Client(DNS_QUERY)}), false, "udp-blocked/rule"},
            {Echo(), false, "default/default"},
            {Raw("ESP", 50), false, "default/default"},
            {ToProxy("CONNECT, AES", connect + Tls(RSA_AES_SHA, REGISTER)), true, "to-proxy/rule"},
            {ToProxy("CONNECT, NULL", connect + Tls(RSA_NULL_SHA, REGISTER)),
             true,
             "to-proxy/rule"},
            {ToProxy("CONNECT, TLS 1.3", connect + Tls13()), true, "to-proxy/rule"},
            {ToProxy("proxy on another port", connect, 8080), false, "default/default"},
            {FromProxy("AES", Tls(RSA_AES_SHA, REGISTER)), true, "proxy-out/rule"},
            {FromProxy("NULL", Tls(RSA_NULL_SHA, REGISTER)), true, "proxy-out/rule"},
            {FromProxy("TLS 1.3", Tls13()), true, "proxy-out/rule"},
            {FromProxy("SIP in the tunnel", {Client(REGISTER)}),
             false,
             "not-tls-in-tunnel/first-bytes",
             RESET},
            {FromProxy("STUN in the tunnel", {Client(ALLOCATE)}),
             false,
             "not-tls-in-tunnel/first-bytes",
             RESET},
            {FromProxy("SSH in the tunnel", {Server(SSH)}),
             false,
             "not-tls-in-tunnel/first-bytes",
             RESET},
            {FromProxy("another port", Tls13(), 5349), false, "default/default"},
            {FromProxy("HTTP", {Client(GET)}, 80), false, "default/default"},
        });
}

TEST(PolicyProxyOnly, DescribesItsProxy)
{
    const Policy policy = LoadOrFail("proxy-only");
    ASSERT_TRUE(policy.proxy);
    EXPECT_EQ(policy.proxy->port, 3128);
    EXPECT_EQ(policy.proxy->connectPorts, std::vector<uint16_t>{443});
    EXPECT_EQ(policy.proxy->authentication, "none");
    EXPECT_FALSE(policy.proxy->idleTimeout || policy.proxy->maxLifetime);
}

} // namespace

} // namespace imsfw::engine
