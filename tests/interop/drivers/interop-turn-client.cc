// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN client core on real sockets: `interop-turn-client server=IP:PORT transport=udp|tcp|tls|dtls user=NAME password=WORD
/// [relay=tcp] [family=4|6] [lifetime=SECONDS] [even-port=yes]`, with the keys of MakeClientLayers.
///
/// Lines of standard input: `peer IP:PORT`, `send IP:PORT TEXT`, `connect IP:PORT`, `write NUMBER TEXT`, `release`.
/// Prints "tls ...", "allocated RELAYED MAPPED SECONDS", "ready PEER", "refused PEER REASON", "data PEER TEXT"; of TCP
/// allocations "connected NUMBER PEER", "attempt NUMBER PEER", "bound NUMBER", "received NUMBER TEXT", "ended NUMBER";
/// "failed REASON DETAIL" or "released" at the end.
#include "base/text.h"
#include "driver-dtls.h"
#include "driver-options.h"
#include "driver-socket.h"
#include "ims-turn-client.h"
#include "ims-turn-data-connection.h"

#include <cstdio>

namespace imsfw::driver
{

namespace
{

using turn::ClientEvent;

std::string
Printable(ByteView bytes)
{
    return std::string(Trim(bytes.AsText()));
}

class TurnClient
{
  public:
    TurnClient(Loop& loop, const Options& options);
    TurnClient(const TurnClient&) = delete;
    TurnClient& operator=(const TurnClient&) = delete;

    void Obey(const std::string& line);

  private:
    turn::ClientConfig Config() const;
    bool IsDatagram() const;
    void Open();
    void OpenDatagrams();
    void OpenDtls();
    void Begin();
    void Fail(const std::optional<StreamFailure>& failure);
    std::unique_ptr<Stream> Connect(std::unique_ptr<StreamLayer> top, Stream::Handlers handlers);
    void OpenStream();
    void Receive();
    void Drain();
    void Send(ByteView bytes);
    void Handle(const ClientEvent& event);
    void BindConnection(uint32_t number);

    Loop& m_loop;
    const Options& m_options;
    SystemRandom m_random;
    Endpoint m_server;
    turn::Client m_core;
    int m_socket{-1}; ///< of datagrams
    std::unique_ptr<DtlsPort> m_dtls;
    std::unique_ptr<Stream> m_stream; ///< to the server
    tls::TlsSession* m_tls{nullptr};  ///< of the connection that was opened last
    std::map<uint32_t, std::unique_ptr<Stream>> m_connections;
};

TurnClient::TurnClient(Loop& loop, const Options& options)
    : m_loop(loop), m_options(options), m_server(options.At("server")), m_core(Config(), m_random)
{
    m_loop.AddTimer(
        this,
        [this] { return m_core.NextTimeout(); },
        [this]
        {
            m_core.HandleTimeout(Now());
            Drain();
        });
    Open();
}

bool
TurnClient::IsDatagram() const
{
    return m_options.Text("transport") == "udp" || m_options.Text("transport") == "dtls";
}

void
TurnClient::Open()
{
    if (!IsDatagram())
    {
        return OpenStream();
    }
    m_options.Text("transport") == "dtls" ? OpenDtls() : OpenDatagrams();
}

turn::ClientConfig
TurnClient::Config() const
{
    turn::ClientConfig config;
    config.mode = IsDatagram() ? stun::TransportMode::DATAGRAM : stun::TransportMode::STREAM;
    config.username = m_options.Text("user");
    config.password = m_options.Text("password");
    config.protocol = m_options.Text("relay") == "tcp" ? IpProtocol::TCP : IpProtocol::UDP;
    config.wantsEvenPort = m_options.Has("even-port");
    if (m_options.Has("family"))
    {
        config.isV6 = m_options.Text("family") == "6";
    }
    if (const auto seconds = ParseNumber(m_options.Text("lifetime")))
    {
        config.lifetime = std::chrono::seconds(*seconds);
    }
    return config;
}

void
TurnClient::OpenDatagrams()
{
    m_socket = OpenUdp({IpAddress::V4(0x7f000001), 0});
    m_loop.Watch(m_socket, [this] { Receive(); });
    Begin();
}

void
TurnClient::OpenDtls()
{
    DtlsPort::Handlers handlers{[this](const Endpoint&, const tls::SessionInfo& info)
                                {
                                    PrintTls(info);
                                    Begin();
                                },
                                [this](const Endpoint&, ByteView data)
                                {
                                    m_core.HandleInput(Now(), data);
                                    Drain();
                                },
                                [this](const Endpoint&, const auto& failure) { Fail(failure); }};
    const Endpoint local{IpAddress::V4(0x7f000001), 0};
    m_dtls = std::make_unique<DtlsPort>(m_loop, local, nullptr, std::move(handlers));
    m_dtls->Connect(m_server, MakeDtls(m_options, m_random));
}

void
TurnClient::Begin()
{
    m_core.Start(Now());
    Drain();
}

/// @param failure nothing: the server has closed
void
TurnClient::Fail(const std::optional<StreamFailure>& failure)
{
    m_core.HandleLowerFailed(Now(),
                             failure.value_or(StreamFailure{"server", "closed", "by itself"}));
    Drain();
}

void
TurnClient::Receive()
{
    while (const auto datagram = ReceiveDatagram(m_socket))
    {
        m_core.HandleInput(Now(), datagram->second);
        Drain();
    }
}

/// The layers of the path to the server, and @p top (or nothing) on them.
std::unique_ptr<Stream>
TurnClient::Connect(std::unique_ptr<StreamLayer> top, Stream::Handlers handlers)
{
    const bool isTls = m_options.Text("transport") == "tls";
    auto made = MakeClientLayers(m_options, m_server, isTls, m_random);
    if (top)
    {
        made.layers.push_back(std::move(top));
    }
    m_tls = made.tls;
    const Endpoint first = m_options.Has("web-proxy") ? m_options.At("web-proxy") : m_server;
    return std::make_unique<Stream>(
        m_loop, OpenConnection(first), std::move(made.layers), std::move(handlers));
}

void
TurnClient::OpenStream()
{
    Stream::Handlers handlers{[this]
                              {
                                  if (m_tls != nullptr)
                                  {
                                      PrintTls(m_tls->GetInfo());
                                  }
                                  Begin();
                              },
                              [this](ByteView bytes)
                              {
                                  m_core.HandleInput(Now(), bytes);
                                  Drain();
                              },
                              [this](const auto& failure) { Fail(failure); }};
    m_stream = Connect(nullptr, std::move(handlers));
}

void
TurnClient::Send(ByteView bytes)
{
    if (m_dtls)
    {
        return m_dtls->Send(m_server, bytes);
    }
    m_stream ? m_stream->Send(bytes) : SendDatagram(m_socket, m_server, bytes);
}

void
TurnClient::Drain()
{
    while (const auto bytes = m_core.PollTransmit())
    {
        Send(*bytes);
    }
    while (const auto event = m_core.PollEvent())
    {
        Handle(*event);
    }
    while (const auto bytes = m_core.PollTransmit())
    {
        Send(*bytes);
    }
}

/// RFC 6062 4.3: a connection of its own to the server, which becomes the peer's stream.
void
TurnClient::BindConnection(uint32_t number)
{
    turn::DataConnectionConfig config;
    config.connection = number;
    config.credentials = m_core.GetCredentials();
    config.password = m_options.Text("password");
    Stream::Handlers handlers{[number] { std::printf("bound %u\n", number); },
                              [number](ByteView bytes) {
                                  std::printf("received %u %s\n", number, Printable(bytes).c_str());
                              },
                              [number](const auto&) { std::printf("ended %u\n", number); }};
    m_connections[number] =
        Connect(std::make_unique<turn::DataConnection>(config, m_random), std::move(handlers));
}

void
TurnClient::Handle(const ClientEvent& event)
{
    const std::string peer = event.peer.ToString();
    const char* reason = event.failure.reason.c_str();
    switch (event.type)
    {
    case ClientEvent::Type::ALLOCATED:
        std::printf("allocated %s %s %lld\n",
                    event.relayed.ToString().c_str(),
                    event.mapped.ToString().c_str(),
                    std::chrono::duration_cast<std::chrono::seconds>(event.lifetime).count() + 0LL);
        return;
    case ClientEvent::Type::PEER_READY:
        std::printf("ready %s\n", peer.c_str());
        return;
    case ClientEvent::Type::PEER_FAILED:
    case ClientEvent::Type::CONNECT_FAILED:
        std::printf("refused %s %s %s\n", peer.c_str(), reason, event.failure.detail.c_str());
        return;
    case ClientEvent::Type::DATA:
        std::printf("data %s %s\n", peer.c_str(), Printable(event.data).c_str());
        return;
    case ClientEvent::Type::CONNECTED:
    case ClientEvent::Type::CONNECTION_ATTEMPT:
        std::printf("%s %u %s\n",
                    event.type == ClientEvent::Type::CONNECTED ? "connected" : "attempt",
                    event.connection,
                    peer.c_str());
        m_loop.Later([this, number = event.connection] { BindConnection(number); });
        return;
    case ClientEvent::Type::REDIRECTED:
        std::printf("redirected %s\n", event.alternate.ToString().c_str());
        return;
    case ClientEvent::Type::FAILED:
        std::printf("failed %s %s\n", reason, event.failure.detail.c_str());
        return;
    case ClientEvent::Type::CLOSED:
        std::printf("released\n");
        return;
    }
}

void
TurnClient::Obey(const std::string& line)
{
    const auto words = Split(line, ' ');
    const std::string_view order = words.front();
    const std::string object(words.size() > 1 ? words[1] : "");
    const std::string text =
        words.size() > 2 ? line.substr(static_cast<std::size_t>(words[2].data() - line.data()))
                         : "";
    const Endpoint peer = Endpoint::Parse(object).value_or(Endpoint{});
    const auto number = ParseNumber(object).value_or(0);
    if (order == "peer")
    {
        m_core.AddPeer(Now(), peer);
    }
    else if (order == "send")
    {
        m_core.Send(Now(), peer, ByteView(text));
    }
    else if (order == "connect")
    {
        m_core.Connect(Now(), peer);
    }
    else if (order == "write" && m_connections.count(number) > 0)
    {
        m_connections[number]->Send(ByteView(text + "\n"));
    }
    else if (order == "release")
    {
        m_core.Close(Now());
    }
    else
    {
        Die("no such order: " + line);
    }
    Drain();
}

} // namespace

} // namespace imsfw::driver

int
main(int argc, char** argv)
{
    using namespace imsfw::driver;
    auto keys = ClientLayerKeys();
    keys.insert(
        {"server", "transport", "user", "password", "relay", "family", "lifetime", "even-port"});
    const Options options(argc, argv, keys);
    Loop loop;
    TurnClient client(loop, options);
    loop.ReadLines([&client](const std::string& line) { client.Obey(line); });
    loop.Run();
    return 0;
}
