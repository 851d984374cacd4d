// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The proxy's side: requests cut at every byte, refusals, tunnels, and noise.
#include "proxy-script.h"

#include <gtest/gtest.h>

namespace imsfw::http
{
namespace
{

using std::chrono::seconds;

TEST(ProxyConnection, ConnectsAndTunnels)
{
    Proxy proxy;
    proxy.Hear(REQUEST);
    EXPECT_EQ(proxy.Take(), CONNECTING);
    proxy.ServerConnected();
    EXPECT_EQ(proxy.Take(), "client:200, opened");
    // RFC 9110 9.3.6: "A server MUST NOT send any Transfer-Encoding or Content-Length header fields in a 2xx"
    EXPECT_EQ(proxy.response, "HTTP/1.1 200 Connection established\r\n\r\n");
    EXPECT_FALSE(proxy.NextTimeout());
    proxy.Hear("a\r\n\r\n");
    proxy.HearServer(std::string_view("b\0c", 3));
    EXPECT_EQ(proxy.Take(), "server(a\r\n\r\n), client(" + std::string("b\0c", 3) + ")");
}

TEST(ProxyConnection, RequestsTableAtEverySplit)
{
    struct Row
    {
        const char* name;
        std::string request;
        std::string done;
    };

    const std::string malformed = Refusal("400", "malformed-request");
    const std::vector<Row> rows = {
        {"good", REQUEST, CONNECTING},
        {"IPv6", Connect("[2001:db8::1]:443"), "connect [2001:db8::1]:443"},
        {"HTTP/1.0 without Host", "CONNECT 192.0.2.1:443 HTTP/1.0\r\n\r\n", CONNECTING},
        {"fields", Connect("192.0.2.1:443", "ALPN: h2\r\nUser-Agent: x\r\n"), CONNECTING},
        {"empty content", Connect("192.0.2.1:443", "Content-Length: 0\r\n"), CONNECTING},
        {"another port", Connect("192.0.2.1:80"), Refusal("403", "connect-port-not-allowed")},
        {"SIP's port", Connect("192.0.2.1:5061"), Refusal("403", "connect-port-not-allowed")},
        {"no port", Connect("192.0.2.1"), malformed},
        {"empty port", Connect("192.0.2.1:"), malformed},
        {"port 0", Connect("192.0.2.1:0"), malformed},
        {"port 65536", Connect("192.0.2.1:65536"), malformed},
        {"port of letters", Connect("192.0.2.1:https"), malformed},
        {"negative port", Connect("192.0.2.1:-1"), malformed},
        {"no address", Connect(":443"), malformed},
        {"a name (no DNS here)", Connect("example.test:443"), malformed},
        {"absolute form", Connect("https://192.0.2.1:443/"), malformed},
        {"no Host", "CONNECT 192.0.2.1:443 HTTP/1.1\r\n\r\n", malformed},
        {"two Hosts", Connect("192.0.2.1:443", "Host: other\r\n"), malformed},
        {"content", Connect("192.0.2.1:443", "Content-Length: 5\r\n"), malformed},
        {"chunks", Connect("192.0.2.1:443", "Transfer-Encoding: chunked\r\n"), malformed},
        {"GET",
         "GET http://192.0.2.1/ HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n",
         Refusal("405", "method-not-allowed")},
        {"POST before its content",
         "POST http://192.0.2.1/ HTTP/1.1\r\nHost: 192.0.2.1\r\nContent-Length: 9\r\n\r\n",
         Refusal("405", "method-not-allowed")},
        {"lower case is another method",
         "connect 192.0.2.1:443 HTTP/1.1\r\nHost: a\r\n\r\n",
         Refusal("405", "method-not-allowed")},
        {"SIP", "REGISTER sip:ims.test SIP/2.0\r\n\r\n", malformed},
        {"TLS", std::string("\x16\x03\x01\x02\x00\x01", 6) + "\r\n\r\n", malformed},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", malformed},
        {"field without colon", "CONNECT 192.0.2.1:443 HTTP/1.1\r\nnonsense\r\n\r\n", malformed},
        {"bad Content-Length", Connect("192.0.2.1:443", "Content-Length: x\r\n"), malformed},
        {"no target", "CONNECT HTTP/1.1\r\n\r\n", malformed},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        for (std::size_t cut = 0; cut < row.request.size(); ++cut)
        {
            Proxy proxy;
            proxy.Hear(std::string_view(row.request).substr(0, cut));
            proxy.Hear(std::string_view(row.request).substr(cut));
            ASSERT_EQ(proxy.Take(), row.done) << "cut at " << cut;
        }
    }
}

TEST(ProxyConnection, RefusalsSayWhyAndClose)
{
    Proxy proxy;
    proxy.Hear(Connect("192.0.2.1:80"));
    EXPECT_EQ(proxy.response.rfind("HTTP/1.1 403 Forbidden\r\n", 0), 0U);
    EXPECT_EQ(FieldOf(proxy.response, "Connection"), "close");
    const auto page = proxy.response.substr(proxy.response.find("\r\n\r\n") + 4);
    EXPECT_EQ(FieldOf(proxy.response, "Content-Length"), std::to_string(page.size()));
    proxy.Take();
    proxy.Hear(REQUEST); // nothing follows
    proxy.ClientEnded();
    proxy.Wait(seconds(100));
    EXPECT_EQ(proxy.Take(), "");
    EXPECT_FALSE(proxy.NextTimeout());
}

TEST(ProxyConnection, OversizedHeadersGet431)
{
    const std::vector<std::string> rows = {
        "CONNECT " + std::string(100'000, '1'),
        "CONNECT 192.0.2.1:443 HTTP/1.1\r\nA: " + std::string(100'000, 'a'),
        REQUEST.substr(0, REQUEST.size() - 2) + std::string(100'000, 'a'),
    };
    for (const std::string& request : rows)
    {
        Proxy proxy;
        std::size_t used = 0;
        std::string done;
        while (done.empty() && used < request.size())
        {
            proxy.Hear(std::string_view(request).substr(used, 500));
            used += 500;
            done = proxy.Take();
        }
        EXPECT_EQ(done, Refusal("431", "malformed-request"));
        EXPECT_LT(used, 40'000U); // it did not wait for all of it
    }
}

TEST(ProxyConnection, ConfiguredPortsOnly)
{
    ProxyConfig config;
    config.connectPorts = {443, 8443};
    for (const auto& [port, isAllowed] :
         {std::pair(443, true), {8443, true}, {80, false}, {4430, false}})
    {
        Proxy proxy(config);
        const std::string target = "192.0.2.1:" + std::to_string(port);
        proxy.Hear(Connect(target));
        EXPECT_EQ(proxy.Take(),
                  isAllowed ? "connect " + target : Refusal("403", "connect-port-not-allowed"));
    }
}

TEST(ProxyConnection, ServerFailuresTable)
{
    struct Row
    {
        std::optional<StreamFailure> failure;
        const char* status;
    };

    const std::vector<Row> rows = {
        {StreamFailure{"tcp", "timeout", ""}, "504"},
        {StreamFailure{"tcp", "reset", ""}, "502"},
        {StreamFailure{"tcp", "unreachable", ""}, "502"},
        {std::nullopt, "502"},
    };
    for (const Row& row : rows)
    {
        Proxy proxy;
        proxy.Hear(REQUEST);
        proxy.Take();
        proxy.ServerEnded(row.failure);
        EXPECT_EQ(proxy.Take(), Refusal(row.status, "server-unreachable"));
    }
}

TEST(ProxyConnection, DataSentAheadGoesToTheServerFirst)
{
    Proxy proxy;
    proxy.Hear(REQUEST + "early ");
    proxy.Hear("data");
    EXPECT_EQ(proxy.Take(), CONNECTING);
    proxy.ServerConnected();
    EXPECT_EQ(proxy.Take(), "client:200, server(early data), opened");
    proxy.Hear("more");
    EXPECT_EQ(proxy.Take(), "server(more)");
}

TEST(ProxyConnection, DataSentAheadIsBounded)
{
    Proxy proxy;
    proxy.Hear(REQUEST);
    proxy.Take();
    const std::string part(10'000, 'x');
    std::size_t sent = 0;
    std::string done;
    while (done.empty() && sent < 1'000'000)
    {
        proxy.Hear(part);
        sent += part.size();
        done = proxy.Take();
    }
    EXPECT_EQ(done, "client:400, close-client, close-server, refused malformed-request");
    EXPECT_EQ(sent, 70'000U);
    proxy.ServerConnected(); // it was on its way
    EXPECT_EQ(proxy.Take(), "close-server");
}

TEST(ProxyConnection, NoiseNeverOpensATunnel)
{
    SeededRandom random(7, 1, "noise");
    for (int round = 0; round < 2000; ++round)
    {
        Proxy proxy;
        // A valid request with a few bytes changed, in a few pieces.
        std::string request = REQUEST;
        for (uint32_t i = 0; i <= random.Below(4); ++i)
        {
            request[random.Below(static_cast<uint32_t>(request.size()))] =
                static_cast<char>(random.Below(256));
        }
        const std::size_t cut = random.Below(static_cast<uint32_t>(request.size()));
        proxy.Hear(std::string_view(request).substr(0, cut));
        proxy.Hear(std::string_view(request).substr(cut));
        const std::string done = proxy.Take();
        if (done.rfind("connect ", 0) == 0)
        {
            // Whatever it understood stands in the request line, and goes to the one port that is open.
            const std::string server = done.substr(8);
            EXPECT_EQ(request.rfind("CONNECT " + server + " ", 0), 0U) << request;
            EXPECT_EQ(server.substr(server.rfind(':')), ":443");
        }
    }
}

} // namespace
} // namespace imsfw::http
