// SPDX-License-Identifier: GPL-2.0-only
#include "inspection-flows.h"

#include "../unit/classify/tls-talk.h"

#include <algorithm>

namespace imsfw::bench
{

namespace
{

using namespace classify;

constexpr std::size_t PAGE = 30000;

BenchFlow
FromCapture(const std::string& name, const std::string& probes, const std::string& ndpi)
{
    const auto captured = ReadCapture(IMSFW_SOURCE_DIR "/tests/golden/captures/" + name + ".pcap");
    return {name, captured.front().tuple, ToFlowPackets(captured), probes, ndpi};
}

Talk
WebTalk()
{
    const Bytes head = Text("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " +
                            std::to_string(PAGE) + "\r\n\r\n");
    const Bytes request = Text("GET /index.html HTTP/1.1\r\nHost: www.example.com\r\n"
                               "User-Agent: Mozilla/5.0\r\nAccept: */*\r\n\r\n");
    return {Client(request),
            Server(head + Bytes(PAGE, 'a')),
            Client(request),
            Server(head + Bytes(PAGE, 'b'))};
}

/// A page over TLS of our own sessions.
Talk
SecureWebTalk(const std::string& suite, const std::string& version)
{
    return TalkOverTls(
        suite,
        version,
        {{"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n", std::string(PAGE, 'a')},
         {"GET /next HTTP/1.1\r\nHost: www.example.com\r\n\r\n", std::string(PAGE, 'b')}});
}

Talk
SipTalk()
{
    const std::string fields =
        "Via: SIP/2.0/TCP 10.1.0.2;branch=z9hG4bK1\r\nFrom: <sip:a@ims.test>;tag=1\r\n"
        "To: <sip:a@ims.test>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n"
        "Content-Length: 0\r\n\r\n";
    Talk talk;
    for (int i = 0; i < 5; ++i)
    {
        talk.push_back(Client(Text("REGISTER sip:ims.test SIP/2.0\r\n" + fields)));
        talk.push_back(Server(Text("SIP/2.0 200 OK\r\n" + fields)));
    }
    return talk;
}

BenchFlow
FromTalk(const std::string& name,
         IpProtocol protocol,
         uint16_t port,
         const Talk& talk,
         const std::string& application)
{
    return {name,
            FlowTo(protocol, port),
            protocol == IpProtocol::TCP ? AsTcp(talk) : AsUdp(talk),
            application,
            application};
}

} // namespace

std::vector<BenchFlow>
MakeFlows()
{
    constexpr auto TCP = IpProtocol::TCP;
    constexpr auto UDP = IpProtocol::UDP;
    std::vector<BenchFlow> flows{
        FromCapture("px_sip_null.lan", "http-connect", "http-connect"),
        FromCapture("px_sip_null.wan", "tls", "tls"),
        FromCapture("px_turn_tcp.lan", "http-connect", "http-connect"),
        FromCapture("sip_aes128sha.lan", "tls", "tls"),
        FromCapture("sip_null.lan", "tls", "tls"),
        FromCapture("sip_udp5060.lan", "sip", "sip"),
        FromCapture("turn_aes128sha.lan", "tls", "tls"),
        FromCapture("turn_null.lan", "tls", "tls"),
        FromTalk("web", TCP, 80, WebTalk(), "http"),
        FromTalk("web tls 1.3", TCP, 443, SecureWebTalk("TLS_AES_128_GCM_SHA256", "1.3"), "tls"),
        FromTalk("web tls 1.2",
                 TCP,
                 443,
                 SecureWebTalk("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "1.2"),
                 "tls"),
        FromTalk("sip tcp", TCP, 5060, SipTalk(), "sip"),
        FromTalk("turn udp", UDP, 3478, TurnTalk(100), "stun"),
        FromTalk("turn tcp", TCP, 80, TurnTalk(100), "stun"),
    };
    flows.back().ndpi = "http"; // nDPI 4.2 guesses by the port
    return flows;
}

Traffic
Mix(const std::vector<BenchFlow>& flows, std::size_t copies)
{
    Traffic traffic;
    std::size_t longest = 0;
    for (std::size_t copy = 0; copy < copies; ++copy)
    {
        for (std::size_t kind = 0; kind < flows.size(); ++kind)
        {
            FiveTuple tuple = flows[kind].tuple;
            tuple.source.address = IpAddress::V4(0x0A400000U + static_cast<uint32_t>(copy));
            traffic.tuples.push_back(tuple);
            traffic.kinds.push_back(kind);
            longest = std::max(longest, flows[kind].packets.size());
        }
    }
    for (std::size_t i = 0; i < longest; ++i)
    {
        for (std::size_t flow = 0; flow < traffic.tuples.size(); ++flow)
        {
            const auto& packets = flows[traffic.kinds[flow]].packets;
            if (i < packets.size())
            {
                FlowPacket packet = packets[i].packet;
                packet.payload = packets[i].payload;
                traffic.packets.push_back({flow, packet});
            }
        }
    }
    return traffic;
}

} // namespace imsfw::bench
