// SPDX-License-Identifier: GPL-2.0-only
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

TEST(PolicyWebPortsOnly, Table)
{
    CheckTable(
        "web-ports-only",
        {
            {Tcp("HTTP", 80, {Client(GET), Server(OK_RESPONSE)}), true, "web-ports/rule"},
            {Tcp("TURN/TCP 80", 80, {Client(ALLOCATE), Client(Rtp(1))}), true, "web-ports/rule"},
            {Tcp("TLS, AES", 443, Tls(RSA_AES_SHA, REGISTER)), true, "web-ports/rule"},
            {Tcp("TLS, NULL", 443, Tls(RSA_NULL_SHA, REGISTER)), true, "web-ports/rule"},
            {Tcp("no TLS on 443", 443, {Client(SSH)}), true, "web-ports/rule"},
            {Tcp("server first on 443", 443, {Server(SSH)}), true, "web-ports/rule"},
            {Tcp("port 81", 81, {Client(GET)}), false, "default/default"},
            {Tcp("port 8080", 8080, {Client(GET)}), false, "default/default"},
            {Tcp("SIP/TCP", 5060, {Client(REGISTER)}), false, "default/default"},
            {Tcp("SIP/TLS", 5061, Tls13()), false, "default/default"},
            {Tcp("TURN/TCP", 3478, {Client(ALLOCATE)}), false, "default/default"},
            {Tcp("TURN/TLS", 5349, Tls13()), false, "default/default"},
            {Udp("QUIC", 443, {Client(Bytes(1200, 0xc0))}), false, "udp-blocked/rule"},
            {Echo(), true, "icmp-out/rule"},
            {Raw("ESP", 50), false, "default/default"},
        });
}

} // namespace

} // namespace imsfw::engine
