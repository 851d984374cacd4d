// SPDX-License-Identifier: GPL-2.0-only
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

using classify::Hex;

const Bytes HELLO = classify::Record(classify::HANDSHAKE, classify::ClientHello(), 0x0301);
constexpr Action RESET = Action::RESET;

TEST(PolicyWebProtocolsOnly, Table)
{
    CheckTable(
        "web-protocols-only",
        {
            {Tcp("HTTP", 80, {Client(GET), Server(OK_RESPONSE)}), true, "web-ports/rule"},
            {Tcp("TURN/TCP 80", 80, {Client(ALLOCATE)}),
             false,
             "not-http-on-80/first-bytes",
             RESET},
            {Tcp("TLS on 80", 80, Tls13()), false, "not-http-on-80/first-bytes", RESET},
            {Tcp("SIP on 80", 80, {Client(REGISTER)}), false, "not-http-on-80/first-bytes", RESET},
            {Tcp("TLS, AES", 443, Tls(RSA_AES_SHA, REGISTER)), true, "web-ports/rule"},
            {Tcp("TLS, GCM", 443, Tls(ECDHE_GCM, REGISTER)), true, "web-ports/rule"},
            {Tcp("TLS 1.3", 443, Tls13()), true, "web-ports/rule"},
            {Tcp("TLS, NULL", 443, Tls(RSA_NULL_SHA, REGISTER)), true, "web-ports/rule"},
            {Tcp("SSH on 443", 443, {Client(SSH)}), false, "not-tls-on-443/first-bytes", RESET},
            {Tcp("server first on 443", 443, {Server(SSH)}),
             false,
             "not-tls-on-443/first-bytes",
             RESET},
            {Tcp("HTTP on 443", 443, {Client(GET)}), false, "not-tls-on-443/first-bytes", RESET},
            {Tcp("STUN on 443", 443, {Client(ALLOCATE)}),
             false,
             "not-tls-on-443/first-bytes",
             RESET},
            {Tcp("SIP/TCP", 5060, {Client(REGISTER)}), false, "default/default"},
            {Tcp("TURN/TLS", 5349, Tls13()), false, "default/default"},
            {Udp("TURN", 3478, {Client(ALLOCATE)}), false, "udp-blocked/rule"},
            {Echo(), true, "icmp-out/rule"},
        });
}

/// First bytes on 443 that are almost a ClientHello.
TEST(PolicyWebProtocolsOnly, FirstBytesOfTls)
{
    struct Row
    {
        const char* what;
        std::size_t at;
        uint8_t value;
        bool passes;
    };

    const Row rows[] = {
        {"as it is", 0, 22, true},
        {"application data", 0, 23, false},
        {"an alert", 0, 21, false},
        {"version 2.1", 1, 2, false},
        {"version 4.1", 1, 4, false},
        {"an empty record", 4, 0, false},
        {"a ServerHello", 5, 2, false},
        {"a HelloRequest", 5, 0, false},
        {"legacy version 2.3", 9, 2, false},
    };
    const Policy policy = LoadOrFail("web-protocols-only");
    for (const Row& row : rows)
    {
        Bytes hello = HELLO;
        hello[row.at] = row.value;
        if (row.at == 4)
        {
            hello[3] = 0;
        }
        const auto outcome = Play(policy, Tcp(row.what, 443, {Client(hello)}));
        EXPECT_EQ(outcome.passes, row.passes) << row.what;
    }
}

TEST(PolicyWebProtocolsOnly, ACutHelloIsWaitedForByteByByte)
{
    const Policy policy = LoadOrFail("web-protocols-only");
    Talk bytes;
    for (const uint8_t byte : HELLO)
    {
        bytes.push_back(Client({byte}));
    }
    EXPECT_TRUE(Play(policy, Tcp("byte by byte", 443, bytes)).passes);
    bytes[5] = Client({9});
    const auto outcome = Play(policy, Tcp("wrong at the sixth byte", 443, bytes));
    EXPECT_FALSE(outcome.passes);
    EXPECT_EQ(outcome.said, 5U);
}

} // namespace

} // namespace imsfw::engine
