// SPDX-License-Identifier: GPL-2.0-only
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

TEST(PolicySymmetricNat, Table)
{
    CheckTable(
        "symmetric-nat",
        {
            {Udp("SIP/UDP", 5060, {Client(REGISTER), Server(UNAUTHORIZED)}), true, "udp-out/rule"},
            {Tcp("SIP/TCP", 5060, {Client(REGISTER)}), true, "tcp-out/rule"},
            {Udp("TURN", 3478, {Client(ALLOCATE)}), true, "udp-out/rule"},
            {Udp("RTP to a public peer", 20000, {Client(Rtp(1)), Server(Rtp(2))}),
             true,
             "udp-out/rule"},
            {Udp("IKE", 500, {Client(Bytes(28, 1))}), true, "udp-out/rule"},
            {Tcp("no TLS on 443", 443, {Client(SSH)}), true, "tcp-out/rule"},
            {Echo(), true, "icmp-out/rule"},
            {Raw("ESP", 50), false, "default/default"},
            {FromProxy("from the DMZ", Tls13()), false, "default/default"},
        });
}

/// What ICE's server reflexive candidates live on, and what breaks here.
TEST(PolicySymmetricNat, APeerCannotUseTheMappingOfAnother)
{
    for (const auto& [id, reaches] :
         {std::pair("stateful-nat", true), std::pair("symmetric-nat", false)})
    {
        SCOPED_TRACE(id);
        Rig rig(LoadOrFail(id));
        const auto atStun =
            *rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:4000", "192.0.2.1:3478")));
        const auto atPeer =
            *rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:4000", "192.0.2.9:20000")));
        EXPECT_EQ(atStun.sourcePort == atPeer.sourcePort, reaches);
        Ip4Tuple back = atPeer.Reversed();
        back.destinationPort = atStun.sourcePort; // where STUN said that the UE is
        EXPECT_EQ(rig.Passes(Zone::OUTSIDE, UdpPacket(back)), reaches);
        back = atPeer.Reversed();
        ++back.sourcePort;
        EXPECT_EQ(rig.Passes(Zone::OUTSIDE, UdpPacket(back)), reaches);
        EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(atPeer.Reversed())));
    }
}

} // namespace

} // namespace imsfw::engine
