// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Captures of real programs through the nine policies: nobody here made these packets.
///
/// The captures were taken without NAT, so that axis is off. In them 10.1.0.0/16 is inside, 10.3.0.0/16 has the proxy.
#include "../classify/golden-packets.h"
#include "policy-table.h"

namespace imsfw::engine
{

namespace
{

EngineConfig
CaptureConfig()
{
    EngineConfig config;
    config.externalAddress = *IpAddress::Parse(EXTERNAL);
    config.inside = {*IpPrefix::Parse("10.1.0.0/16")};
    config.dmz = {*IpPrefix::Parse("10.3.0.0/16")};
    return config;
}

Zone
ZoneOf(const IpAddress& address)
{
    const auto second = address.AsBytes()[1];
    return second == 1 ? Zone::INSIDE : second == 3 ? Zone::DMZ : Zone::OUTSIDE;
}

Bytes
Rebuilt(const classify::CapturedPacket& packet)
{
    const auto tuple = Ip4Tuple::From(packet.tuple);
    return tuple.protocol == IpProtocol::UDP
               ? UdpPacket(tuple, packet.payload)
               : TcpPacket(
                     tuple,
                     {packet.tcpFlags, packet.sequence, packet.acknowledgement, packet.payload});
}

/// @return "pass", or "rule/reason" of the first refusal.
std::string
Replay(const std::string& id, const std::string& capture)
{
    Policy policy = LoadOrFail(id);
    policy.nat.enabled = false;
    Rig rig(policy, CaptureConfig());
    const auto packets = classify::ReadCapture(std::string(IMSFW_SOURCE_DIR) +
                                               "/tests/golden/captures/" + capture + ".pcap");
    EXPECT_GE(packets.size(), 4U);
    for (const auto& packet : packets)
    {
        if (!rig.Passes(ZoneOf(packet.tuple.source.address), Rebuilt(packet)))
        {
            return rig.LastVerdict();
        }
    }
    return "pass";
}

struct Row
{
    const char* capture;
    std::vector<const char*> verdicts; ///< by type, the last one standing for the rest
};

TEST(GoldenPolicies, Table)
{
    const char* const types[] = {"stateful-nat",
                                 "symmetric-nat",
                                 "voip-vpn-ports-closed",
                                 "udp-blocked",
                                 "web-ports-only",
                                 "web-protocols-only",
                                 "proxy-only",
                                 "authenticating-proxy",
                                 "content-inspecting"};
    const char* const none = "default/default";
    const Row rows[] = {
        {"sip_udp5060.lan", {"pass", "pass", "sip-udp-closed/rule", "udp-blocked/rule"}},
        {"sip_aes128sha.lan", {"pass", "pass", "pass", "pass", "pass", "pass", none}},
        {"sip_null.lan", {"pass", "pass", "pass", "pass", "pass", "pass", none}},
        {"turn_aes128sha.lan", {"pass", "pass", "pass", "pass", "pass", "pass", none}},
        {"turn_null.lan", {"pass", "pass", "pass", "pass", "pass", "pass", none}},
        {"px_sip_null.lan",
         {none, none, none, none, none, none, "pass", "pass", "null-suite-to-proxy/null-suite"}},
        {"px_sip_null.wan",
         {none, none, none, none, none, none, "pass", "pass", "null-suite-from-proxy/null-suite"}},
        {"px_turn_tcp.lan",
         {none, none, none, none, none, none, "pass", "pass", "content-to-proxy/content"}},
    };
    for (const Row& row : rows)
    {
        for (std::size_t type = 0; type < std::size(types); ++type)
        {
            const auto* expected = row.verdicts[std::min(type, row.verdicts.size() - 1)];
            EXPECT_EQ(Replay(types[type], row.capture), expected)
                << types[type] << " " << row.capture;
        }
    }
}

} // namespace

} // namespace imsfw::engine
