// SPDX-License-Identifier: GPL-2.0-only
#include "firewall-view.h"

#include "../engine/packets.h"
#include "finished-run.h"

namespace imsfw::scenario
{

namespace
{

using engine::Segment;
using engine::TcpFlow;
using engine::TcpPacket;

const workbench::Sides SIDES{{*IpPrefix::Parse("10.1.0.0/16")}, {*IpPrefix::Parse("10.3.0.0/30")}};

struct Timed
{
    uint32_t microseconds;
    Bytes ip;
};

/// A capture of raw IP packets.
std::string
CaptureOf(const std::vector<Timed>& packets)
{
    ByteWriter file;
    file.U32(0xa1b2c3d4);
    file.U16(2);
    file.U16(4);
    file.Zeros(8);
    file.U32(65535);
    file.U32(101);
    for (const auto& packet : packets)
    {
        file.U32(0);
        file.U32(packet.microseconds);
        file.U32(static_cast<uint32_t>(packet.ip.size()));
        file.U32(static_cast<uint32_t>(packet.ip.size()));
        file.Put(packet.ip);
    }
    const Bytes bytes = file.Finish();
    return std::string(ByteView(bytes).AsText());
}

} // namespace

TEST(FirewallViewTest, PacketsFromOutsideGetTheirInsideAddressesBack)
{
    const TestFolder folder;
    const auto run = FailedRun(folder, "transport: solution\nlinks: {access: {delay: 5ms}}\n", "x");
    const auto inside = TcpFlow("10.1.0.2:5000", "192.0.2.2:443");
    const auto outside = TcpFlow("198.18.0.2:1024", "192.0.2.2:443");
    const auto stray = TcpFlow("192.0.2.2:443", "198.18.0.2:7777");
    const Segment syn{engine::TCP_SYN, 77, 0, {}};
    const Segment answer{engine::TCP_SYN | engine::TCP_ACK, 99, 78, {}};
    const Segment reset{engine::TCP_RST, 5, 0, {}};
    folder.Write("access.pcapng",
                 CaptureOf({{1000, TcpPacket(inside, syn)},
                            {9000, TcpPacket(inside.Reversed(), reset)}})); // the firewall's own
    folder.Write("internet.pcapng",
                 CaptureOf({{6000, TcpPacket(outside, syn)},
                            {6500, TcpPacket(stray, answer)},
                            {7000, TcpPacket(outside.Reversed(), answer)}}));
    const auto views = FirewallViews(run, SIDES);
    ASSERT_EQ(views.size(), 1U);
    const auto& packets = views[0].capture.packets;
    ASSERT_EQ(packets.size(), 2U);
    EXPECT_EQ(packets[0].ip, TcpPacket(inside, syn));
    EXPECT_EQ(packets[0].at, TimePoint(std::chrono::milliseconds(6))); // 5 ms behind the host
    EXPECT_EQ(packets[1].ip, TcpPacket(inside.Reversed(), answer));    // checksums too
    EXPECT_EQ(views[0].origins[1], "packet 3 of internet.pcapng");
}

TEST(FirewallViewTest, ARunWithoutCapturesShowsNothing)
{
    const TestFolder folder;
    const auto run = FailedRun(folder, "transport: solution\n", "x");
    EXPECT_TRUE(FirewallViews(run, SIDES).empty());
    folder.Write("internet.pcapng", "no capture");
    const auto views = FirewallViews(run, SIDES);
    ASSERT_EQ(views.size(), 1U);
    EXPECT_TRUE(views[0].capture.packets.empty());
}

} // namespace imsfw::scenario
