// SPDX-License-Identifier: GPL-2.0-only
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

constexpr Action RESET = Action::RESET;

const std::string NULL_TO = "null-suite-to-proxy/null-suite";
const std::string NULL_FROM = "null-suite-from-proxy/null-suite";
const std::string CONTENT_TO = "content-to-proxy/content";
const std::string CONTENT_FROM = "content-from-proxy/content";

/// RFC 8656 12.4: ChannelData frames around RTP.
Bytes
Channel(uint16_t number)
{
    ByteWriter w;
    w.U16(0x4001);
    w.U16(172);
    w.Put(Rtp(number));
    return w.Finish();
}

TEST(PolicyContentInspecting, Table)
{
    const Talk connect = Connect("a.test:443");
    CheckTable(
        "content-inspecting",
        {
            {Tcp("TLS, direct", 443, Tls13()), false, "default/default"},
            {ToProxy("AES", connect + Tls(RSA_AES_SHA, REGISTER)), true, "to-proxy/rule"},
            {ToProxy("GCM", connect + Tls(ECDHE_GCM, REGISTER)), true, "to-proxy/rule"},
            {ToProxy("TLS 1.3", connect + Tls13()), true, "to-proxy/rule"},
            {ToProxy("HTTP", {Client(GET), Server(OK_RESPONSE)}), true, "to-proxy/rule"},
            {ToProxy("NULL", connect + Tls(RSA_NULL_SHA, REGISTER)), false, NULL_TO, RESET},
            {ToProxy("SIP in the tunnel", connect + Client(REGISTER)), false, CONTENT_TO, RESET},
            {ToProxy("STUN in the tunnel", connect + Client(ALLOCATE)), false, CONTENT_TO, RESET},
            {ToProxy("MSRP in the tunnel", connect + Client(MSRP_SEND)), false, CONTENT_TO, RESET},
            {ToProxy("ChannelData in the tunnel",
                     connect + Client(Channel(1)) + Client(Channel(2)) + Client(Channel(3))),
             false,
             CONTENT_TO,
             RESET},
            {ToProxy("SSH in the tunnel", connect + Server(SSH)),
             true,
             "to-proxy/rule"}, // its other leg is cut
            {FromProxy("AES", Tls(RSA_AES_SHA, REGISTER)), true, "proxy-out/rule"},
            {FromProxy("TLS 1.3", Tls13()), true, "proxy-out/rule"},
            {FromProxy("NULL", Tls(RSA_NULL_SHA, REGISTER)), false, NULL_FROM, RESET},
            {FromProxy("SSH in the tunnel", {Server(SSH)}),
             false,
             "not-tls-in-tunnel/first-bytes",
             RESET},
            {FromProxy("SIP in the tunnel", {Client(REGISTER)}), false, CONTENT_FROM, RESET},
        });
}

TEST(PolicyContentInspecting, TheServerHelloDecides)
{
    // The client offers AES and NULL; what the server takes is what counts.
    using namespace classify;
    const Policy policy = LoadOrFail("content-inspecting");
    for (const bool takesNull : {false, true})
    {
        Talk talk = Connect("a.test:443");
        talk.push_back(Client(Record(HANDSHAKE, ClientHello(Hex("002f 0002")), 0x0301)));
        talk.push_back(Server(Record(HANDSHAKE, ServerHello(Hex(takesNull ? "0002" : "002f")))));
        const auto outcome = Play(policy, ToProxy("offer", talk));
        EXPECT_EQ(outcome.passes, !takesNull);
        EXPECT_EQ(outcome.said, takesNull ? 3U : 4U); // the offer itself passes
    }
}

TEST(PolicyContentInspecting, EveryNullSuiteIsFound)
{
    using namespace classify;
    const Policy policy = LoadOrFail("content-inspecting");
    for (const char* code : {"0001", "0002", "003b", "c006", "c010", "c0b4", "00b9"})
    {
        const Talk talk = {Client(Record(HANDSHAKE, ClientHello(Hex(code)), 0x0301)),
                           Server(Record(HANDSHAKE, ServerHello(Hex(code))))};
        const auto outcome = Play(policy, FromProxy(code, talk));
        EXPECT_FALSE(outcome.passes) << code;
        EXPECT_EQ(outcome.verdict, NULL_FROM) << code;
    }
}

/// Were NULL suites allowed, what they carry would still be read.
TEST(PolicyContentInspecting, DataOfNullSuitesAreReadToo)
{
    Policy policy = LoadOrFail("content-inspecting");
    const auto isNullRule = [](const Rule& rule) { return rule.nullSuite; };
    policy.rules.erase(std::remove_if(policy.rules.begin(), policy.rules.end(), isNullRule),
                       policy.rules.end());
    for (const Bytes& content : {REGISTER, ALLOCATE, MSRP_SEND})
    {
        const auto toProxy =
            Play(policy, ToProxy("NULL", Connect("a.test:443") + Tls(RSA_NULL_SHA, content)));
        EXPECT_FALSE(toProxy.passes);
        EXPECT_EQ(toProxy.verdict, CONTENT_TO);
        EXPECT_EQ(Play(policy, FromProxy("NULL", Tls(RSA_NULL_SHA, content))).verdict,
                  CONTENT_FROM);
    }
    EXPECT_TRUE(Play(policy, FromProxy("NULL", Tls(RSA_NULL_SHA, GET))).passes);
}

} // namespace

} // namespace imsfw::engine
