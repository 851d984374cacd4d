// SPDX-License-Identifier: GPL-2.0-only
// Which hosts a ladder draws and where, and whose flows are whose on shared links.
#include "ladder-flows.h"
#include "ladder-hosts.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace imsfw::scenario
{
namespace
{

TimelineEvent
Node(const std::string& name, const char* kind, const char* behind, unsigned couple = 0)
{
    TimelineEvent event{{}, name, "node"};
    event.details = {{"kind", kind},
                     {"address", "10.1.0." + std::to_string(2 + 4 * couple)},
                     {"link", name},
                     {"behind", behind}};
    if (couple != 0)
    {
        event.details["couple"] = couple;
        event.details["of"] = 3U;
    }
    return event;
}

/// Two couples in two networks of callers, each callee in one; a third couple is not told of.
LadderHosts
TwoOfThree()
{
    LadderHosts hosts;
    for (const auto& event : {Node("ue", "ue", "firewall", 1),
                              Node("firewall", "firewall", ""),
                              Node("web-proxy", "web-proxy", "firewall"),
                              Node("ue-2", "ue", "site-2-firewall", 2),
                              Node("site-2-firewall", "firewall", ""),
                              Node("p-cscf", "server", ""),
                              Node("callee", "ue", "callee-firewall", 1),
                              Node("callee-firewall", "firewall", ""),
                              Node("callee-2", "ue", "callee-firewall", 2)})
    {
        hosts.Add(event);
    }
    return hosts;
}

TEST(LadderHostsTest, ACoupleStandsInFrontOfItsFirewalls)
{
    struct Row
    {
        uint64_t wanted;
        uint64_t couple;
        const char* columns;
    };

    for (const Row& row : {Row{0, 1, "ue firewall web-proxy p-cscf callee callee-firewall"},
                           {1, 1, "ue firewall web-proxy p-cscf callee callee-firewall"},
                           {2, 2, "ue-2 site-2-firewall p-cscf callee-2 callee-firewall"}})
    {
        auto hosts = TwoOfThree();
        EXPECT_EQ(hosts.Choose(row.wanted), "");
        EXPECT_EQ(hosts.GetCouple(), row.couple);
        EXPECT_EQ(Join(hosts.GetColumns(), " "), row.columns) << row.wanted;
    }
    auto hosts = TwoOfThree();
    EXPECT_EQ(hosts.Choose(3),
              "its timeline tells of 2 couples; more with --set evidence.couples=N");
}

TEST(LadderHostsTest, WhereAllAreToldOfAllAreDrawn)
{
    LadderHosts hosts;
    for (unsigned couple = 1; couple <= 3; ++couple)
    {
        hosts.Add(Node("ue-" + std::to_string(couple), "ue", "firewall", couple));
    }
    hosts.Add(Node("firewall", "firewall", ""));
    EXPECT_EQ(hosts.Choose(0), "");
    EXPECT_EQ(hosts.GetCouple(), 0U);
    EXPECT_EQ(Join(hosts.GetColumns(), " "), "ue-1 ue-2 ue-3 firewall");
}

TEST(LadderHostsTest, WhatIsNoHostIsIgnored)
{
    LadderHosts hosts;
    auto bad = Node("x", "ue", "firewall", 1);
    bad.details["address"] = 7;
    hosts.Add(bad);
    hosts.Add({{}, "ue", "message"});
    hosts.Add(Node("ue", "ue", "nobody told of it", 1));
    EXPECT_EQ(hosts.Choose(0), "");
    EXPECT_EQ(Join(hosts.GetColumns(), " "), "ue");
}

FiveTuple
Udp(const char* source, uint16_t sourcePort, const char* destination, uint16_t destinationPort)
{
    return {IpProtocol::UDP,
            {*IpAddress::Parse(source), sourcePort},
            {*IpAddress::Parse(destination), destinationPort}};
}

TEST(CoupleFlowsTest, ByBytesByNamesAndByWhatThoseAnnounce)
{
    const std::string record = "sixteen bytes or more of TLS";
    const std::string invite =
        "INVITE sip:callee@x From: <sip:ue-2@ims.test>\r\nc=IN IP4 192.0.2.6\r\n"
        "m=audio 50000 RTP/AVP 0\r\n";
    const std::string others = "INVITE sip:callee@x From: <sip:ue@ims.test> m=audio 50002 RTP/AVP";
    const std::string connect = "CONNECT 192.0.2.2:443 HTTP/1.1";
    const auto bytes = [](const std::string& text) { return ByteView(std::string_view(text)); };
    CoupleFlows flows;
    flows.AddHost(*IpAddress::Parse("10.1.0.6"));
    flows.AddUri("sip:ue-2@ims.test");
    flows.AddUri("");
    flows.AddOwn(bytes(record));
    flows.AddOwn(bytes(connect));

    struct Row
    {
        const char* what;
        FiveTuple flow;
        std::string payload;
        bool isOwn;
    };

    const Row rows[] = {
        {"its bytes behind a NAT", Udp("198.18.0.2", 1000, "192.0.2.2", 443), record, true},
        {"somebody's", Udp("198.18.0.2", 1001, "192.0.2.2", 443), record + "?", false},
        {"with its host", Udp("10.1.0.6", 5, "10.3.0.2", 3128), connect, true},
        {"what all say to a proxy", Udp("10.1.0.2", 5, "10.3.0.2", 3128), connect, false},
        {"SIP that names it", Udp("192.0.2.2", 5060, "192.0.2.10", 5061), invite, true},
        {"SIP that names another", Udp("192.0.2.2", 5060, "192.0.2.10", 5062), others, false},
        {"media that its SIP announces", Udp("192.0.2.6", 50000, "192.0.2.10", 4000), "", true},
        {"another's media", Udp("192.0.2.6", 50002, "192.0.2.10", 4002), "", false},
    };
    for (const auto& row : rows)
    {
        flows.AddShared("link", row.flow, bytes(row.payload));
    }
    flows.Decide();
    for (const auto& row : rows)
    {
        EXPECT_EQ(flows.IsOwn("link", row.flow), row.isOwn) << row.what;
        EXPECT_EQ(flows.IsOwn("link", row.flow.Reversed()), row.isOwn) << row.what;
        EXPECT_FALSE(flows.IsOwn("elsewhere", row.flow)) << row.what;
    }
}

} // namespace
} // namespace imsfw::scenario
