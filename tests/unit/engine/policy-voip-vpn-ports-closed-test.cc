// SPDX-License-Identifier: GPL-2.0-only
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

TEST(PolicyVoipVpnPortsClosed, Table)
{
    CheckTable("voip-vpn-ports-closed",
               {
                   {Udp("SIP/UDP", 5060, {Client(REGISTER)}), false, "sip-udp-closed/rule"},
                   {Udp("SIP/UDP 5061", 5061, {Client(REGISTER)}), false, "sip-udp-closed/rule"},
                   {Tcp("SIP/TCP", 5060, {Client(REGISTER)}), false, "sip-tcp-closed/rule"},
                   {Tcp("SIP/TLS", 5061, Tls13()), false, "sip-tcp-closed/rule"},
                   {Tcp("SIP elsewhere", 5062, {Client(REGISTER)}), true, "tcp-out/rule"},
                   {Tcp("SIP elsewhere", 5059, {Client(REGISTER)}), true, "tcp-out/rule"},
                   {Udp("DNS", 53, {Client(DNS_QUERY)}), true, "udp-services/rule"},
                   {Udp("NTP", 123, {Client(Bytes(48, 0x1b))}), true, "udp-services/rule"},
                   {Udp("TURN", 3478, {Client(ALLOCATE)}), true, "udp-services/rule"},
                   {Udp("SIP on 3478", 3478, {Client(REGISTER)}), true, "udp-services/rule"},
                   {Udp("TURN on 3479", 3479, {Client(ALLOCATE)}), false, "default/default"},
                   {Udp("RTP", 20000, {Client(Rtp(1))}), false, "default/default"},
                   {Udp("IKE", 500, {Client(Bytes(28, 1))}), false, "default/default"},
                   {Udp("ESP in UDP", 4500, {Client(Bytes(28, 1))}), false, "default/default"},
                   {Tcp("TURN/TCP", 3478, {Client(ALLOCATE)}), true, "tcp-out/rule"},
                   {Tcp("TURN/TLS", 5349, Tls13()), true, "tcp-out/rule"},
                   {Tcp("no TLS on 443", 443, {Client(SSH)}), true, "tcp-out/rule"},
                   {Echo(), true, "icmp-out/rule"},
                   {Raw("ESP", 50), false, "default/default"},
               });
}

} // namespace

} // namespace imsfw::engine
