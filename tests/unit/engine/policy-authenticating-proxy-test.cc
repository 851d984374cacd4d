// SPDX-License-Identifier: GPL-2.0-only
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

using namespace std::chrono_literals;

/// The proxy's refusal and the second try, on one connection (RFC 9110 15.5.8).
Talk
AskedForCredentials()
{
    return {Client(classify::Text("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n")),
            Server(classify::Text("HTTP/1.1 407 Proxy Authentication Required\r\n"
                                  "Proxy-Authenticate: Digest realm=\"p\", nonce=\"n\"\r\n"
                                  "Content-Length: 4\r\n\r\nno!\n"))};
}

TEST(PolicyAuthenticatingProxy, Table)
{
    const Talk connect = AskedForCredentials() + Connect("a.test:443");
    CheckTable(
        "authenticating-proxy",
        {
            {Tcp("TLS, direct", 443, Tls13()), false, "default/default"},
            {Echo(), false, "default/default"},
            {ToProxy("CONNECT, AES", connect + Tls(RSA_AES_SHA, REGISTER)), true, "to-proxy/rule"},
            {ToProxy("CONNECT, NULL", connect + Tls(RSA_NULL_SHA, REGISTER)),
             true,
             "to-proxy/rule"},
            {FromProxy("NULL", Tls(RSA_NULL_SHA, REGISTER)), true, "proxy-out/rule"},
            {FromProxy("SIP in the tunnel", {Client(REGISTER)}),
             false,
             "not-tls-in-tunnel/first-bytes",
             Action::RESET},
            {FromProxy("another port", Tls13(), 5349), false, "default/default"},
        });
}

TEST(PolicyAuthenticatingProxy, DescribesItsProxy)
{
    const Policy policy = LoadOrFail("authenticating-proxy");
    ASSERT_TRUE(policy.proxy);
    EXPECT_EQ(policy.proxy->port, 3128);
    EXPECT_EQ(policy.proxy->connectPorts, std::vector<uint16_t>{443});
    EXPECT_EQ(policy.proxy->authentication, "digest");
    EXPECT_EQ(policy.proxy->idleTimeout, 120s);
    EXPECT_EQ(policy.proxy->maxLifetime, 4h);
}

} // namespace

} // namespace imsfw::engine
