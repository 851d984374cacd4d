// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The P-CSCF core on real sockets: `interop-p-cscf address=IP:PORT [tls=IP:PORT] realm=DOMAIN users=NAME:WORD,...`
///
/// It serves UDP and TCP at `address`, and TLS at `tls` with a certificate of the simulation's CA for `name`, which CA it
/// writes to the file `ca-out`. Prints "ready", each SIP message ("> ", "< "), the streams' ends and the core's events.
#include "driver-options.h"
#include "driver-sip-trace.h"
#include "driver-socket.h"
#include "ims-sip-p-cscf.h"
#include "ims-tls-pki.h"

#include <cstdio>
#include <fstream>

namespace imsfw::driver
{

namespace
{

using sip::PCscf;
using sip::PCscfEvent;

class Server
{
  public:
    Server(Loop& loop, const Options& options);

  private:
    struct Connection
    {
        std::unique_ptr<Stream> stream;
        tls::TlsSession* tls{nullptr};
        SipTrace trace{true};
    };

    void OpenTls(const Options& options);
    void HandleDatagrams();
    void HandleAccept(int listener, bool isTls);
    void HandleOpen(uint32_t channel, const Endpoint& from, bool isTls);
    void HandleEnd(uint32_t channel, const std::optional<StreamFailure>& failure);
    void Drain();
    void Send(const sip::SipTransmit& transmit);
    void Print(const PCscfEvent& event);
    void Close(uint32_t channel);

    Loop& m_loop;
    SystemRandom m_random;
    std::unique_ptr<PCscf> m_core;
    int m_udp{-1};
    SipTrace m_udpTrace{false};
    std::shared_ptr<const tls::Context> m_tlsContext;
    std::map<uint32_t, Connection> m_connections;
    uint32_t m_nextChannel{1}; ///< 0 is the datagrams'
};

Server::Server(Loop& loop, const Options& options) : m_loop(loop)
{
    sip::PCscfConfig config;
    config.address = options.At("address");
    config.registrar.realm = options.Text("realm");
    config.registrar.auth.algorithms = {options.Text("algorithm", "MD5")};
    m_core = std::make_unique<PCscf>(config, m_random);
    for (const auto& [name, password] : options.Pairs("users"))
    {
        const std::string identity = name + "@" + config.registrar.realm;
        m_core->AddUser({identity, "sip:" + identity, password});
    }
    m_udp = OpenUdp(config.address);
    m_loop.Watch(m_udp, [this] { HandleDatagrams(); });
    const int tcp = OpenListener(config.address);
    m_loop.Watch(tcp, [this, tcp] { HandleAccept(tcp, false); });
    if (options.Has("tls"))
    {
        OpenTls(options);
    }
    m_loop.AddTimer(
        this,
        [this] { return m_core->NextTimeout(); },
        [this]
        {
            m_core->HandleTimeout(Now());
            Drain();
        });
    std::printf("ready\n");
}

void
Server::OpenTls(const Options& options)
{
    const tls::Pki& pki = tls::Pki::Simulation();
    std::ofstream(options.Text("ca-out")) << tls::CertificateToPem(pki.TrustAnchor());
    tls::ServerConfig config;
    config.credential = pki.Issue({options.Text("name", "pcscf.ims.test")});
    config.suites = options.List("suites");
    config.maxVersion = options.Text("max-version", config.maxVersion);
    auto context = tls::Context::MakeServer(config, m_random);
    if (!context)
    {
        Die(context.Error());
    }
    m_tlsContext = *context;
    const int listener = OpenListener(options.At("tls"));
    m_loop.Watch(listener, [this, listener] { HandleAccept(listener, true); });
}

void
Server::HandleDatagrams()
{
    while (const auto datagram = ReceiveDatagram(m_udp))
    {
        m_udpTrace.Received(datagram->second);
        m_core->HandleDatagram(Now(), 0, datagram->first, datagram->second);
        Drain();
    }
}

void
Server::HandleAccept(int listener, bool isTls)
{
    const int socket = Accept(listener);
    if (socket < 0)
    {
        return;
    }
    const uint32_t channel = m_nextChannel++;
    Connection& connection = m_connections[channel];
    Stream::Layers layers;
    if (isTls)
    {
        layers.push_back(std::make_unique<tls::TlsSession>(m_tlsContext, m_random, ""));
        connection.tls = static_cast<tls::TlsSession*>(layers.back().get());
    }
    const Endpoint from = RemoteEndpoint(socket);
    Stream::Handlers handlers{[this, channel, from, isTls] { HandleOpen(channel, from, isTls); },
                              [this, channel](ByteView bytes)
                              {
                                  m_connections.at(channel).trace.Received(bytes);
                                  m_core->HandleStreamInput(Now(), channel, bytes);
                                  Drain();
                              },
                              [this, channel](const auto& failure)
                              { HandleEnd(channel, failure); }};
    connection.stream =
        std::make_unique<Stream>(m_loop, socket, std::move(layers), std::move(handlers));
}

void
Server::HandleOpen(uint32_t channel, const Endpoint& from, bool isTls)
{
    if (isTls)
    {
        PrintTls(m_connections.at(channel).tls->GetInfo());
    }
    m_core->HandleStreamOpened(Now(), channel, from, isTls ? "TLS" : "TCP");
    Drain();
}

void
Server::HandleEnd(uint32_t channel, const std::optional<StreamFailure>& failure)
{
    PrintEnd(failure);
    m_core->HandleStreamClosed(Now(), channel);
    Drain();
    Close(channel);
}

void
Server::Close(uint32_t channel)
{
    m_connections.at(channel).stream->Close();
    // Handlers of the stream may be running.
    m_loop.Later([this, channel] { m_connections.erase(channel); });
}

void
Server::Drain()
{
    bool isBusy = true;
    while (isBusy)
    {
        while (const auto transmit = m_core->PollTransmit())
        {
            Send(*transmit);
        }
        const auto event = m_core->PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Print(*event);
        }
    }
}

void
Server::Send(const sip::SipTransmit& transmit)
{
    const auto connection = m_connections.find(transmit.flow.channel);
    if (!transmit.flow.isReliable)
    {
        m_udpTrace.Sent(transmit.bytes);
        SendDatagram(m_udp, transmit.flow.remote, transmit.bytes);
    }
    else if (connection != m_connections.end())
    {
        connection->second.trace.Sent(transmit.bytes);
        connection->second.stream->Send(transmit.bytes);
    }
}

void
Server::Print(const PCscfEvent& event)
{
    std::printf("event %s %d user=%s method=%s reason=%s\n",
                std::string(ToString(event.type)).c_str(),
                event.status,
                event.user.c_str(),
                event.method.c_str(),
                event.reason.c_str());
    if (event.type == PCscfEvent::Type::STREAM_BROKEN)
    {
        m_core->HandleStreamClosed(Now(), event.flow.channel);
        Close(event.flow.channel);
    }
}

} // namespace

} // namespace imsfw::driver

int
main(int argc, char** argv)
{
    using namespace imsfw::driver;
    const Options options(argc,
                          argv,
                          {"address",
                           "tls",
                           "realm",
                           "users",
                           "algorithm",
                           "name",
                           "suites",
                           "max-version",
                           "ca-out"});
    Loop loop;
    const Server server(loop, options);
    loop.ReadLines([](const std::string&) {});
    loop.Run();
    return 0;
}
