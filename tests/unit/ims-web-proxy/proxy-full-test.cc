// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a company's proxy has beside tunnels: names, a proxy behind it, Via, limits, pages, connections that end with 407.
#include "ims-web-proxy-connect-client.h"
#include "ims-web-proxy-page.h"
#include "proxy-script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imsfw::http
{
namespace
{

using testing::HasSubstr;
using testing::Not;

const IpAddress ADDRESS = *IpAddress::Parse("192.0.2.1");

ProxyConfig
Resolving()
{
    ProxyConfig config;
    config.resolvesNames = true;
    return config;
}

TEST(ProxyNames, AreResolvedBeforeTheServerIsConnectedTo)
{
    Proxy proxy(Resolving());
    proxy.Hear(Connect("p-cscf.ims.test:443"));
    EXPECT_EQ(proxy.Take(), "resolve p-cscf.ims.test");
    proxy.Hear("early");
    proxy.Resolved(ADDRESS);
    EXPECT_EQ(proxy.Take(), "connect 192.0.2.1:443");
    proxy.ServerConnected();
    EXPECT_EQ(proxy.Take(), "client:200, server(early), opened");
}

TEST(ProxyNames, ThatLeadNowhereGet503)
{
    Proxy proxy(Resolving());
    proxy.Hear(Connect("p-cscf.ims.test:443"));
    proxy.Resolved(std::nullopt);
    EXPECT_EQ(proxy.Take(), "resolve p-cscf.ims.test, " + Refusal("503", "name-not-resolved"));
}

TEST(ProxyNames, AnswersThatComeTooLateAreIgnored)
{
    Proxy proxy(Resolving());
    proxy.Hear(Connect("p-cscf.ims.test:443"));
    proxy.ClientEnded();
    proxy.Resolved(ADDRESS);
    EXPECT_EQ(proxy.Take(), "resolve p-cscf.ims.test");
    Proxy idle(Resolving());
    idle.Resolved(ADDRESS);
    EXPECT_EQ(idle.Take(), "");
}

TEST(ProxyNames, BadOnesGet400)
{
    const std::string longLabel(64, 'a');
    std::string longName;
    while (longName.size() < 254)
    {
        longName += "abcdefg.";
    }
    for (const std::string& target : {std::string(":443"),
                                      std::string("p-cscf.ims.test"),
                                      std::string("p-cscf.ims.test:"),
                                      std::string("p-cscf.ims.test:0"),
                                      std::string("p-cscf.ims.test:65536"),
                                      std::string("p-cscf..test:443"),
                                      std::string("-p.test:443"),
                                      std::string("p-.test:443"),
                                      std::string("p_cscf.test:443"),
                                      longLabel + ".test:443",
                                      longName + "test:443"})
    {
        Proxy proxy(Resolving());
        proxy.Hear(Connect(target));
        EXPECT_EQ(proxy.Take(), Refusal("400", "malformed-request")) << target;
    }
    Proxy without;
    without.Hear(Connect("p-cscf.ims.test:443"));
    EXPECT_EQ(without.Take(), Refusal("400", "malformed-request"));
}

TEST(ProxyChain, PassesNamesAlpnAndViaOn)
{
    ProxyConfig config = Resolving();
    config.hasUpstream = true;
    config.via = "second.example";
    Proxy proxy(config);
    proxy.Hear(Connect("p-cscf.ims.test:443",
                       "Via: 1.1 first.example\r\nALPN: sip%2F2\r\nUser-Agent: x\r\n"));
    EXPECT_EQ(proxy.Take(), "connect p-cscf.ims.test");
    EXPECT_EQ(proxy.fields,
              "ALPN: sip%2F2\r\nVia: 1.1 first.example\r\nVia: 1.1 second.example\r\n");
}

TEST(ProxyChain, SaysOnWhatTheProxyBehindItSaid)
{
    struct Row
    {
        StreamFailure failure;
        std::string answer;
        std::string id;
    };

    const Row rows[] = {
        {{"http-connect", "proxy-refused", "403 Forbidden"}, "403", "upstream-refused"},
        {{"http-connect", "proxy-refused", "503 Service Unavailable"}, "503", "upstream-refused"},
        {{"http-connect", "proxy-authentication-required", "407 Proxy Authentication Required"},
         "502",
         "upstream-refused"},
        {{"http-connect", "malformed-response", "bad version"}, "502", "upstream-refused"},
        {{"http-connect", "timeout", "no answer"}, "504", "server-unreachable"},
        {{"tcp", "reset", ""}, "502", "server-unreachable"},
    };
    for (const auto& row : rows)
    {
        Proxy proxy;
        proxy.Hear(REQUEST);
        proxy.Take();
        proxy.ServerEnded(row.failure);
        EXPECT_EQ(proxy.Take(), Refusal(row.answer, row.id)) << row.failure.detail;
    }
}

TEST(ProxyVia, IsSaidAndALoopIsRefused)
{
    ProxyConfig config;
    config.via = "proxy.example";
    Proxy proxy(config);
    proxy.Hear(Connect("192.0.2.1:443", "Via: 1.0 other, 1.1 proxy.example (squid/5.7)\r\n"));
    EXPECT_EQ(proxy.Take(), Refusal("403", "forwarding-loop"));
    EXPECT_EQ(FieldOf(proxy.response, "Via"), "1.1 proxy.example");
    for (const std::string via : {"1.1 proxy.example.org", "proxy.example", "1.0 a, 1.1 b", ", ,"})
    {
        Proxy other(config);
        other.Hear(Connect("192.0.2.1:443", "Via: " + via + "\r\n"));
        EXPECT_EQ(other.Take(), CONNECTING) << via;
    }
}

TEST(ProxyLimits, TunnelsBeyondTheMostGet503UntilOneEnds)
{
    ProxyConfig config;
    config.maxTunnels = 2;
    ProxyShared shared;
    {
        Proxy first(config, &shared);
        Proxy second(config, &shared);
        first.Hear(REQUEST);
        second.Hear(REQUEST);
        second.ServerConnected();
        Proxy third(config, &shared);
        third.Hear(REQUEST);
        EXPECT_EQ(third.Take(), Refusal("503", "too-many-tunnels"));
        second.ClientEnded();
        Proxy fourth(config, &shared);
        fourth.Hear(REQUEST);
        EXPECT_EQ(fourth.Take(), CONNECTING);
        fourth.ServerEnded(StreamFailure{"tcp", "reset", ""});
        EXPECT_EQ(shared.tunnels, 1U);
    }
    EXPECT_EQ(shared.tunnels, 0U); // also of connections that vanish
}

TEST(ProxyPages, AreOfTheSizeThatProductsHaveAndEscapeWhatTheyShow)
{
    ProxyConfig config;
    config.sendsFullPages = true;
    Proxy proxy(config);
    proxy.Hear(Connect("<script>&\"x"));
    EXPECT_EQ(proxy.Take(), Refusal("400", "malformed-request"));
    EXPECT_THAT(proxy.response, HasSubstr("&lt;script&gt;&amp;&quot;x"));
    EXPECT_THAT(proxy.response, Not(HasSubstr("<script>")));
    EXPECT_EQ(FieldOf(proxy.response, "Content-Type"), "text/html;charset=utf-8");
    for (const int status : {403, 407, 502})
    {
        const std::size_t size = FullPage(status, "Reason", "192.0.2.1:443").text.size();
        EXPECT_GT(size, 2950U);
        EXPECT_LE(size, 3070U);
    }
}

TEST(ProxyChallenge, OnAConnectionOfItsOwnIsAnsweredOnTheNext)
{
    for (const auto scheme : {ProxyAuthentication::BASIC, ProxyAuthentication::DIGEST})
    {
        ProxyConfig config;
        config.authentication = scheme;
        config.users = {{"employee", "secret"}};
        config.closesAfterChallenge = true;
        ProxyShared shared;
        SeededRandom random(1, 1, "client");
        ConnectConfig wanted{"192.0.2.1:443", "employee", "secret"};

        ConnectClient first(wanted, random);
        first.Start(T0);
        Proxy one(config, &shared);
        one.Hear(ByteView(*first.PollTransmit()).AsText());
        EXPECT_EQ(one.Take(), "client:407, close-client, refused authentication-required");
        first.HandleInput(T0, ByteView(std::string_view(one.response)));
        EXPECT_EQ(first.PollEvent()->failure.reason, "proxy-closed");
        ASSERT_FALSE(first.GetAuthorization().empty());

        wanted.authorization = first.GetAuthorization();
        ConnectClient second(wanted, random);
        second.Start(T0);
        Proxy two(config, &shared);
        two.Hear(ByteView(*second.PollTransmit()).AsText());
        EXPECT_EQ(two.Take(), CONNECTING);

        // A proxy that asks again does not believe it: no third connection.
        ConnectClient third(wanted, random);
        third.Start(T0);
        third.HandleInput(T0, ByteView(std::string_view(one.response)));
        EXPECT_EQ(third.PollEvent()->failure.reason, "proxy-authentication-failed");
        EXPECT_TRUE(third.GetAuthorization().empty());
    }
}

TEST(ConnectClientFields, AlpnEscapesWhatATokenMayNotHold)
{
    EXPECT_EQ(AlpnField({"h2", "http/1.1"}), "h2, http%2F1.1");     // RFC 7639 2.4
    EXPECT_EQ(AlpnField({"w=x:y#z", "x%y"}), "w%3Dx%3Ay#z, x%25y"); // the same
    EXPECT_EQ(AlpnField({}), "");
    SeededRandom random(1, 1, "client");
    ConnectConfig config{"192.0.2.1:443", "", ""};
    config.alpn = {"sip/2"};
    config.fields = "Via: 1.1 a\r\n";
    ConnectClient client(config, random);
    client.Start(T0);
    EXPECT_EQ(ByteView(*client.PollTransmit()).AsText(),
              "CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\nALPN: sip%2F2\r\nVia: 1.1 "
              "a\r\n\r\n");
}

} // namespace
} // namespace imsfw::http
