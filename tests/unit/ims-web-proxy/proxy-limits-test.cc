// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How a connection to the proxy ends: by either side, or by a limit to the millisecond.
#include "proxy-script.h"

#include <gtest/gtest.h>

namespace imsfw::http
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProxyConnection, EndsTable)
{
    struct Row
    {
        const char* name;
        bool isClient; ///< who ends it
        bool isTunnel; ///< or still connecting
        std::string done;
    };

    const std::vector<Row> rows = {
        {"the client ends the tunnel", true, true, "close-client, close-server, closed"},
        {"the server ends the tunnel", false, true, "close-client, close-server, closed"},
        {"the client gives up", true, false, "close-client, close-server"},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        ProxyConfig config;
        config.idleTimeout = seconds(60);
        config.maxLifetime = seconds(600);
        Proxy proxy(config);
        proxy.Hear(REQUEST);
        if (row.isTunnel)
        {
            proxy.ServerConnected();
        }
        proxy.Take();
        row.isClient ? proxy.ClientEnded() : proxy.ServerEnded();
        EXPECT_EQ(proxy.Take(), row.done);
        EXPECT_FALSE(proxy.NextTimeout());
        proxy.Hear("late");
        proxy.HearServer("late");
        proxy.Wait(seconds(1000));
        EXPECT_EQ(proxy.Take(), "");
    }
}

TEST(ProxyConnection, ClientThatLeavesBeforeItsRequest)
{
    for (const std::string& part : {std::string(), REQUEST.substr(0, 20)})
    {
        Proxy proxy;
        proxy.Hear(part);
        proxy.ClientEnded();
        proxy.Hear(REQUEST);
        EXPECT_EQ(proxy.Take(), "");
        EXPECT_FALSE(proxy.NextTimeout());
    }
}

TEST(ProxyConnection, IncompleteRequestTimesOutToTheMillisecond)
{
    for (std::size_t size = 0; size < REQUEST.size(); ++size)
    {
        Proxy proxy;
        EXPECT_EQ(proxy.NextTimeout(), T0 + seconds(30));
        proxy.Wait(seconds(20));
        proxy.Hear(std::string_view(REQUEST).substr(0, size));
        proxy.Wait(milliseconds(9'999));
        EXPECT_EQ(proxy.Take(), "");
        proxy.Wait(milliseconds(1));
        EXPECT_EQ(proxy.Take(), Refusal("408", "request-timeout"));
        EXPECT_FALSE(proxy.NextTimeout());
    }
}

TEST(ProxyConnection, IdleTunnelEndsToTheMillisecond)
{
    ProxyConfig config;
    config.idleTimeout = seconds(60);
    Proxy proxy(config);
    proxy.Hear(REQUEST);
    proxy.Wait(seconds(10)); // connecting is not idling
    proxy.ServerConnected();
    proxy.Wait(seconds(59));
    proxy.Hear("x");
    proxy.Wait(seconds(59));
    proxy.HearServer("y"); // either way counts
    proxy.Take();
    EXPECT_EQ(proxy.NextTimeout(), proxy.now + seconds(60));
    proxy.Wait(milliseconds(59'999));
    EXPECT_EQ(proxy.Take(), "");
    proxy.Wait(milliseconds(1));
    EXPECT_EQ(proxy.Take(), "close-client, close-server, refused idle-timeout, closed");
    EXPECT_FALSE(proxy.NextTimeout());
}

TEST(ProxyConnection, BusyTunnelEndsWithItsLifetime)
{
    ProxyConfig config;
    config.idleTimeout = seconds(60);
    config.maxLifetime = seconds(100);
    Proxy proxy(config);
    proxy.Hear(REQUEST);
    proxy.ServerConnected();
    proxy.Wait(seconds(50));
    proxy.Hear("x");
    proxy.Take();
    EXPECT_EQ(proxy.NextTimeout(), T0 + seconds(100));
    proxy.Wait(milliseconds(49'999));
    EXPECT_EQ(proxy.Take(), "");
    proxy.Wait(milliseconds(1));
    EXPECT_EQ(proxy.Take(), "close-client, close-server, refused lifetime, closed");
}

TEST(ProxyConnection, TimerThatFiresEarlyDoesNothing)
{
    ProxyConfig config;
    config.idleTimeout = seconds(1);
    Proxy proxy(config);
    proxy.Wait(Duration{});
    proxy.Hear(REQUEST);
    proxy.ServerConnected();
    proxy.Take();
    proxy.Wait(Duration{});
    proxy.Wait(seconds(1) - Duration(1));
    EXPECT_EQ(proxy.Take(), "");
}

} // namespace
} // namespace imsfw::http
