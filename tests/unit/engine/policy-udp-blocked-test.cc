// SPDX-License-Identifier: GPL-2.0-only
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

TEST(PolicyUdpBlocked, Table)
{
    CheckTable("udp-blocked",
               {
                   {Udp("DNS", 53, {Client(DNS_QUERY)}), false, "udp-blocked/rule"},
                   {Udp("NTP", 123, {Client(Bytes(48, 0x1b))}), false, "udp-blocked/rule"},
                   {Udp("TURN", 3478, {Client(ALLOCATE)}), false, "udp-blocked/rule"},
                   {Udp("SIP/UDP", 5060, {Client(REGISTER)}), false, "udp-blocked/rule"},
                   {Udp("QUIC", 443, {Client(Bytes(1200, 0xc0))}), false, "udp-blocked/rule"},
                   {Tcp("SIP/TCP", 5060, {Client(REGISTER)}), false, "sip-tcp-closed/rule"},
                   {Tcp("SIP/TLS", 5061, Tls13()), false, "sip-tcp-closed/rule"},
                   {Tcp("TURN/TCP", 3478, {Client(ALLOCATE)}), true, "tcp-out/rule"},
                   {Tcp("TURN/TLS", 5349, Tls(RSA_NULL_SHA, ALLOCATE)), true, "tcp-out/rule"},
                   {Tcp("TURN/TCP 80", 80, {Client(ALLOCATE)}), true, "tcp-out/rule"},
                   {Tcp("no TLS on 443", 443, {Client(SSH)}), true, "tcp-out/rule"},
                   {Tcp("TLS on 443", 443, Tls13()), true, "tcp-out/rule"},
                   {Echo(), true, "icmp-out/rule"},
                   {Raw("ESP", 50), false, "default/default"},
               });
}

} // namespace

} // namespace imsfw::engine
