// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the flows of this project's transports say, packet by packet, and how far each gets through a policy.
///
/// A script is played through a whole engine: handshake, then each thing said, in turn. It passes where every packet of it
/// is forwarded.
#pragma once

#include "../classify/tls-bytes.h"
#include "connection.h"
#include "engine/policy/policy-loader.h"

namespace imsfw::engine
{

using classify::Client;
using classify::Server;
using classify::Talk;
using classify::operator+;

inline const Bytes REGISTER = classify::Text(
    "REGISTER sip:ims.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2\r\nContent-Length: 0\r\n\r\n");
inline const Bytes UNAUTHORIZED = classify::Text(
    "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP 10.0.0.2\r\nContent-Length: 0\r\n\r\n");
inline const Bytes GET = classify::Text("GET / HTTP/1.1\r\nHost: www.example\r\n\r\n");
inline const Bytes OK_RESPONSE = classify::Text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
inline const Bytes MSRP_SEND =
    classify::Text("MSRP a786hjs2 SEND\r\nTo-Path: msrp://a/b;tcp\r\n-------a786hjs2$\r\n");
inline const Bytes SSH = classify::Text("SSH-2.0-OpenSSH_9.2\r\n");
/// RFC 8489 5: an Allocate request without attributes.
inline const Bytes ALLOCATE = classify::Hex("0003 0000 2112A442 0102030405060708090a0b0c");
inline const Bytes DNS_QUERY =
    classify::Hex("1234 0100 0001 0000 0000 0000 03 777777 07 6578616d706c65 00 0001 0001");

/// One RTP packet of G.711 (RFC 3550 5.1).
inline Bytes
Rtp(uint16_t number)
{
    ByteWriter w;
    w.U16(0x8000);
    w.U16(number);
    w.U32(160U * number);
    w.U32(0x11223344);
    w.Zeros(160);
    return w.Finish();
}

/// A cipher suite as it stands in a hello, with the length of its MAC.
struct Suite
{
    Bytes code;
    std::size_t macLength;
    bool isNull;
};

inline const Suite RSA_NULL_SHA{classify::Hex("0002"), 20, true};
inline const Suite RSA_AES_SHA{classify::Hex("002f"), 20, false};
inline const Suite ECDHE_GCM{classify::Hex("c02f"), 16, false};

/// A TLS 1.2 connection that carries @p data to the server.
inline Talk
Tls(const Suite& suite, const Bytes& data)
{
    const Bytes sealed = classify::Record(classify::DATA, Bytes(data.size() + 48, 0x9d));
    return classify::Handshake12(suite.code, suite.macLength) +
           Client(suite.isNull ? classify::NullRecord(data, suite.macLength) : sealed);
}

/// A TLS 1.3 connection: nothing is readable behind the hellos.
inline Talk
Tls13()
{
    using namespace classify;
    const Bytes sealed = Record(DATA, Bytes(200, 0x9d));
    return {
        Client(Record(HANDSHAKE, ClientHello(Hex("1301"), ServerName("a.test")), 0x0301)),
        Server(Record(HANDSHAKE, ServerHello(Hex("1301"), VERSION_13)) + CHANGE_CIPHER + sealed),
        Client(CHANGE_CIPHER + sealed),
        Client(sealed)};
}

inline Talk
Connect(const std::string& target)
{
    return {
        Client(classify::Text("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n")),
        Server(classify::Text("HTTP/1.1 200 Connection established\r\n\r\n"))};
}

struct Script
{
    std::string name;
    Ip4Tuple flow;
    Talk talk;
    Zone from{Zone::INSIDE};
    Zone to{Zone::OUTSIDE};
};

inline Script
Tcp(const std::string& name, uint16_t port, Talk talk)
{
    return {name, TcpFlow("10.0.0.2:40000", "192.0.2.1:" + std::to_string(port)), std::move(talk)};
}

inline Script
Udp(const std::string& name, uint16_t port, Talk talk)
{
    return {name, UdpFlow("10.0.0.2:40000", "192.0.2.1:" + std::to_string(port)), std::move(talk)};
}

/// A protocol without ports, one packet.
inline Script
Raw(const std::string& name, uint8_t protocol)
{
    const Ip4Tuple flow{0x0a000002, 0xc0000201, 0, 0, static_cast<IpProtocol>(protocol)};
    return {name, flow, {Client(Bytes(16, 1))}};
}

inline Script
Echo()
{
    return {"echo", EchoFlow("10.0.0.2", "192.0.2.1", 7), {Client({}), Server({})}};
}

/// The UE's connection to the web proxy.
inline Script
ToProxy(const std::string& name, Talk talk, uint16_t port = 3128)
{
    return {name,
            TcpFlow("10.0.0.2:40000", "10.9.0.1:" + std::to_string(port)),
            std::move(talk),
            Zone::INSIDE,
            Zone::DMZ};
}

/// The proxy's connection to the server.
inline Script
FromProxy(const std::string& name, Talk talk, uint16_t port = 443)
{
    return {name,
            TcpFlow("10.9.0.1:40000", "192.0.2.1:" + std::to_string(port)),
            std::move(talk),
            Zone::DMZ,
            Zone::OUTSIDE};
}

/// How far a script got.
struct Outcome
{
    bool passes{false};
    std::size_t said{0}; ///< things said that got through
    std::string verdict; ///< "rule/reason" of the latest event
    Action action{Action::ALLOW};
};

/// What one end sends of a flow without connections.
inline Bytes
DatagramOf(const Ip4Tuple& flow, const classify::Said& said)
{
    const bool isToServer = said.direction == classify::Direction::TO_SERVER;
    switch (flow.protocol)
    {
    case IpProtocol::UDP:
        return UdpPacket(flow, said.bytes);
    case IpProtocol::ICMP:
        return IcmpPacket(flow, isToServer ? 8 : 0, 0, said.bytes);
    default:
        return IpPacketOf(flow, said.bytes);
    }
}

inline bool
SayAll(Rig& rig, const Script& script, Outcome& outcome)
{
    Ip4Tuple seen = script.flow;
    for (const auto& said : script.talk)
    {
        const bool isToServer = said.direction == classify::Direction::TO_SERVER;
        const Zone from = isToServer ? script.from : script.to;
        const auto forwarded =
            rig.Forwarded(from, DatagramOf(isToServer ? script.flow : seen.Reversed(), said));
        if (!forwarded)
        {
            return false;
        }
        seen = isToServer ? ParseIp(*forwarded)->tuple : seen;
        ++outcome.said;
    }
    return true;
}

inline bool
TalkTcp(Rig& rig, const Script& script, Outcome& outcome)
{
    Connection connection(rig, script.flow, script.from, script.to);
    if (!connection.Open())
    {
        return false;
    }
    for (const auto& said : script.talk)
    {
        const bool isToServer = said.direction == classify::Direction::TO_SERVER;
        if (!(isToServer ? connection.SendClient(said.bytes) : connection.SendServer(said.bytes)))
        {
            return false;
        }
        ++outcome.said;
    }
    return true;
}

inline Outcome
Play(const Policy& policy, const Script& script)
{
    Rig rig(policy);
    Outcome outcome;
    outcome.passes = script.flow.protocol == IpProtocol::TCP ? TalkTcp(rig, script, outcome)
                                                             : SayAll(rig, script, outcome);
    outcome.verdict = rig.LastVerdict();
    outcome.action = rig.events.back().action;
    return outcome;
}

} // namespace imsfw::engine
