// SPDX-License-Identifier: GPL-2.0-only
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

TEST(PolicyStatefulNat, Table)
{
    CheckTable(
        "stateful-nat",
        {
            {Udp("SIP/UDP", 5060, {Client(REGISTER), Server(UNAUTHORIZED)}), true, "udp-out/rule"},
            {Tcp("SIP/TCP", 5060, {Client(REGISTER)}), true, "tcp-out/rule"},
            {Tcp("SIP/TLS", 5061, Tls(RSA_NULL_SHA, REGISTER)), true, "tcp-out/rule"},
            {Udp("TURN", 3478, {Client(ALLOCATE)}), true, "udp-out/rule"},
            {Udp("RTP", 20000, {Client(Rtp(1)), Server(Rtp(2))}), true, "udp-out/rule"},
            {Udp("IKE", 500, {Client(Bytes(28, 1))}), true, "udp-out/rule"},
            {Udp("ESP in UDP", 4500, {Client(Bytes(28, 1))}), true, "udp-out/rule"},
            {Tcp("no TLS on 443", 443, {Client(SSH)}), true, "tcp-out/rule"},
            {Tcp("port 1", 1, {Server(SSH)}), true, "tcp-out/rule"},
            {Tcp("port 65535", 65535, {Client(SSH)}), true, "tcp-out/rule"},
            {Echo(), true, "icmp-out/rule"},
            {Raw("ESP", 50), false, "default/default"},
            {Raw("AH", 51), false, "default/default"},
            {Raw("GRE", 47), false, "default/default"},
            {Raw("SCTP", 132), false, "default/default"},
            {ToProxy("to the DMZ", Connect("a.test:443")), false, "default/default"},
            {FromProxy("from the DMZ", Tls13()), false, "default/default"},
        });
}

TEST(PolicyStatefulNat, LetsOnlyKnownRemotesIn)
{
    Rig rig(LoadOrFail("stateful-nat"));
    const auto seen =
        *rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:4000", "192.0.2.1:1000")));
    EXPECT_EQ(seen.sourcePort, 4000);
    Ip4Tuple back = seen.Reversed();
    back.sourcePort = 2000; // address-dependent filtering: any port of a known address
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(back)));
    ++back.source;
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, UdpPacket(back)));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/filtered");
    back.destinationPort = 5060;
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, UdpPacket(back)));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-mapping");
    // Endpoint-independent mapping: another destination sees the same port.
    EXPECT_EQ(
        rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:4000", "192.0.2.9:1")))->sourcePort,
        4000);
}

} // namespace

} // namespace imsfw::engine
