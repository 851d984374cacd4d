// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TLS server that echoes, and a client for each of four suites: prints what was agreed, when, and whether the link
/// could read it. Writes a capture for each suite, and the key log that decrypts them in Wireshark.
#include "ims-tls-helper.h"
#include "ims-tls-stream.h"

#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <fstream>
#include <iostream>
#include <vector>

using namespace ns3;

namespace
{

constexpr const char* NAME = "pcscf.ims.example";
constexpr const char* QUESTION = "REGISTER sip:ims.example SIP/2.0\r\n";

/// Echoes on every connection; keeps the streams, which end with the simulation.
std::vector<Ptr<imstls::Stream>> g_accepted;

void
Accept(Ptr<Socket> socket, const Address&)
{
    const std::size_t index = g_accepted.size();
    imstls::Stream::Handlers handlers;
    handlers.onData = [index](imsfw::ByteView bytes) { g_accepted[index]->Send(bytes); };
    handlers.onClosed = [index] { g_accepted[index]->Close(); };
    g_accepted.push_back(imstls::Stream::Adopt(socket, handlers));
}

void
PrintHandshake(const imsfw::tls::SessionInfo& info, const imsfw::Endpoint&, const imsfw::Endpoint&)
{
    using std::chrono::duration;
    std::cout << "  agreed on " << info.version << " " << info.suite << " in "
              << duration<double, std::milli>(info.established - info.started).count() << " ms, "
              << info.handshakeBytesSent + info.handshakeBytesReceived << " bytes\n";
}

std::ofstream g_keys("ims-tls-example.keys");

void
WriteKey(const std::string& line)
{
    g_keys << line << "\n";
}

/// Whether a packet had the question in it as it is.
bool g_isReadable = false;

void
Sniff(Ptr<const Packet> packet)
{
    const imsfw::Bytes bytes = imstls::ToBytes(packet);
    g_isReadable =
        g_isReadable || imsfw::ByteView(bytes).AsText().find("REGISTER") != std::string_view::npos;
}

void
RunWith(const std::string& suite)
{
    NodeContainer nodes(2);
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetChannelAttribute("Delay", StringValue("20ms"));
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    const auto devices = link.Install(nodes);
    Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
    link.EnablePcap("ims-tls-example-" + suite + ".pcap", devices.Get(0), true, true);
    devices.Get(0)->TraceConnectWithoutContext("PromiscSniffer", MakeCallback(&Sniff));
    g_isReadable = false;

    imstls::TlsHelper tls;
    const Ptr<SocketFactory> serverFactory = tls.MakeServer(nodes.Get(1), {NAME});
    tls.SetSuites({suite});
    tls.SetServerName(NAME);
    const auto clientFactory = tls.MakeClient(nodes.Get(0));
    clientFactory->TraceConnectWithoutContext("HandshakeDone", MakeCallback(&PrintHandshake));
    clientFactory->TraceConnectWithoutContext("KeyLog", MakeCallback(&WriteKey));

    const Ptr<Socket> listener = serverFactory->CreateSocket();
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 443));
    listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                MakeCallback(&Accept));
    listener->Listen();

    Ptr<imstls::Stream> client;
    imstls::Stream::Handlers handlers;
    handlers.onConnected = [&] { client->Send(imsfw::ByteView(std::string_view(QUESTION))); };
    handlers.onData = [&](imsfw::ByteView bytes)
    {
        std::cout << "  " << bytes.Size() << " bytes came back at "
                  << Simulator::Now().GetMilliSeconds() << " ms\n";
        client->Close();
    };
    handlers.onFailure = [](const imsfw::StreamFailure& failure)
    { std::cout << "  failed: " << failure.layer << " " << failure.reason << "\n"; };
    Simulator::Schedule(
        Seconds(0),
        [&]
        {
            client = imstls::Stream::Connect(
                clientFactory, InetSocketAddress(Ipv4Address("10.0.0.2"), 443), handlers);
        });
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    std::cout << "  on the link the question is " << (g_isReadable ? "readable" : "not readable")
              << "\n";
    client = nullptr;
    g_accepted.clear();
    Simulator::Destroy();
}

} // namespace

int
main()
{
    for (const char* suite : {"TLS_RSA_WITH_AES_128_CBC_SHA",
                              "TLS_RSA_WITH_NULL_SHA",
                              "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                              "TLS_AES_128_GCM_SHA256"})
    {
        std::cout << suite << "\n";
        RunWith(suite);
    }
    return 0;
}
