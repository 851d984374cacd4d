// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The controls beside the nine types: each must block what it names, and nothing else.
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

Talk
HelloFor(const Bytes& extensions)
{
    return {Client(classify::Record(classify::HANDSHAKE,
                                    classify::ClientHello(classify::Hex("c02f"), extensions),
                                    0x0301)),
            Client(Bytes(1, 20))};
}

TEST(PolicySniAllowList, Table)
{
    const std::string no = "sni-not-listed/tls";
    constexpr Action RESET = Action::RESET;
    CheckTable("sni-allow-list",
               {
                   {Tcp("listed", 443, HelloFor(classify::ServerName("www.example"))),
                    true,
                    "web-ports/rule"},
                   {Tcp("below", 443, HelloFor(classify::ServerName("a.www.example"))),
                    true,
                    "web-ports/rule"},
                   {Tcp("capitals", 443, HelloFor(classify::ServerName("WWW.Example"))),
                    true,
                    "web-ports/rule"},
                   {Tcp("another", 443, HelloFor(classify::ServerName("pcscf.example"))),
                    false,
                    no,
                    RESET},
                   {Tcp("longer", 443, HelloFor(classify::ServerName("www.example.test"))),
                    false,
                    no,
                    RESET},
                   {Tcp("none", 443, HelloFor({})), false, no, RESET},
                   {Tcp("no TLS", 443, {Client(SSH)}), false, "not-tls-on-443/first-bytes", RESET},
                   {Tcp("HTTP", 80, {Client(GET)}), true, "web-ports/rule"},
               });
}

/// @return the verdict on a SYN to this address.
std::string
SynTo(const std::string& id, const std::string& address)
{
    Rig rig(LoadOrFail(id));
    rig.Send(Zone::INSIDE, TcpPacket(TcpFlow("10.0.0.2:1", address + ":443"), {TCP_SYN, 1, 0, {}}));
    return rig.LastVerdict();
}

TEST(PolicyAddressBlocked, NamesAddressesAndNothingElse)
{
    for (const std::string id : {"pcscf-address-blocked", "turn-address-blocked"})
    {
        const Policy policy = LoadOrFail(id);
        const Rule& rule = policy.rules.front();
        ASSERT_FALSE(rule.addresses.empty());
        for (const IpPrefix& prefix : rule.addresses)
        {
            EXPECT_EQ(SynTo(id, prefix.address.ToString()), rule.id + "/rule");
            const auto last = prefix.address.ToV4() + (1U << (32 - prefix.length)) - 1;
            EXPECT_EQ(SynTo(id, IpAddress::V4(last).ToString()), rule.id + "/rule");
        }
        EXPECT_EQ(SynTo(id, "192.0.2.9"), "tcp-out/rule");
    }
}

TEST(PolicyAddressBlocked, IsASwitchOnEveryType)
{
    for (const char* id : {"stateful-nat", "web-protocols-only", "content-inspecting"})
    {
        Policy policy = LoadOrFail(id);
        const Script script = policy.proxy ? FromProxy("TLS", Tls13()) : Tcp("TLS", 443, Tls13());
        EXPECT_TRUE(Play(policy, script).passes) << id;
        BlockAddresses(policy, "owner-blocks", {*IpPrefix::Parse("192.0.2.8/29")});
        EXPECT_TRUE(Play(policy, script).passes) << id;
        BlockAddresses(policy, "owner-blocks-range", {*IpPrefix::Parse("192.0.2.0/29")});
        EXPECT_EQ(Play(policy, script).verdict, "owner-blocks-range/rule") << id;
    }
}

} // namespace

} // namespace imsfw::engine
