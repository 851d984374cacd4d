// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The web proxy core on real sockets: `interop-web-proxy address=IP:PORT connect-ports=443,... [authentication=basic|
/// digest users=NAME:WORD,...]`. Prints "ready" and the core's events with the bytes that each tunnel carried.
#include "base/text.h"
#include "driver-options.h"
#include "driver-socket.h"
#include "ims-web-proxy-connection.h"

#include <algorithm>
#include <cstdio>

namespace imsfw::driver
{

namespace
{

using http::ProxyCommand;
using http::ProxyConnection;
using http::ProxyEvent;

http::ProxyConfig
ConfigOf(const Options& options)
{
    http::ProxyConfig config;
    config.connectPorts.clear();
    for (const std::string& port : options.List("connect-ports"))
    {
        config.connectPorts.insert(static_cast<uint16_t>(ParseNumber(port, 1, 65535).value_or(0)));
    }
    const std::string scheme = options.Text("authentication");
    config.authentication = scheme == "basic"    ? http::ProxyAuthentication::BASIC
                            : scheme == "digest" ? http::ProxyAuthentication::DIGEST
                                                 : http::ProxyAuthentication::NONE;
    config.users = options.Pairs("users");
    return config;
}

/// A client's connection and the one to its server.
class Couple
{
  public:
    Couple(Loop& loop,
           int client,
           const http::ProxyConfig& config,
           RandomSource& random,
           http::ProxyShared& shared);
    ~Couple();
    Couple(const Couple&) = delete;
    Couple& operator=(const Couple&) = delete;

    bool
    IsOver() const
    {
        return m_isClientGone && !m_server;
    }

  private:
    void ConnectToServer(const Endpoint& server);
    void HandleServerEnd(const std::optional<StreamFailure>& failure);
    void Drain();
    void Perform(const ProxyCommand& command);
    void Print(const ProxyEvent& event) const;

    Loop& m_loop;
    ProxyConnection m_core;
    std::unique_ptr<Stream> m_client;
    std::unique_ptr<Stream> m_server;
    bool m_isClientGone{false};
    std::size_t m_toServer{0};
    std::size_t m_toClient{0};
};

Couple::Couple(Loop& loop,
               int client,
               const http::ProxyConfig& config,
               RandomSource& random,
               http::ProxyShared& shared)
    : m_loop(loop), m_core(config, random, shared)
{
    Stream::Handlers handlers{[this]
                              {
                                  m_core.Start(Now());
                                  Drain();
                              },
                              [this](ByteView bytes)
                              {
                                  m_core.HandleClientInput(Now(), bytes);
                                  Drain();
                              },
                              [this](const auto&)
                              {
                                  m_isClientGone = true;
                                  m_core.HandleClientEnd(Now());
                                  Drain();
                              }};
    m_client = std::make_unique<Stream>(m_loop, client, Stream::Layers{}, std::move(handlers));
    m_loop.AddTimer(
        this,
        [this] { return m_core.NextTimeout(); },
        [this]
        {
            m_core.HandleTimeout(Now());
            Drain();
        });
}

Couple::~Couple()
{
    m_loop.RemoveTimer(this);
}

void
Couple::ConnectToServer(const Endpoint& server)
{
    Stream::Handlers handlers{[this]
                              {
                                  m_core.HandleServerConnected(Now());
                                  Drain();
                              },
                              [this](ByteView bytes)
                              {
                                  m_core.HandleServerInput(Now(), bytes);
                                  Drain();
                              },
                              [this](const auto& failure) { HandleServerEnd(failure); }};
    m_server = std::make_unique<Stream>(
        m_loop, OpenConnection(server), Stream::Layers{}, std::move(handlers));
}

void
Couple::HandleServerEnd(const std::optional<StreamFailure>& failure)
{
    m_core.HandleServerEnd(Now(), failure);
    Drain();
    m_loop.Later([this] { m_server.reset(); });
}

void
Couple::Drain()
{
    bool isBusy = true;
    while (isBusy)
    {
        while (const auto command = m_core.PollTransmit())
        {
            Perform(*command);
        }
        const auto event = m_core.PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Print(*event);
        }
    }
}

void
Couple::Perform(const ProxyCommand& command)
{
    switch (command.type)
    {
    case ProxyCommand::Type::SEND_TO_CLIENT:
        m_toClient += command.data.size();
        m_client->Send(command.data);
        break;
    case ProxyCommand::Type::SEND_TO_SERVER:
        m_toServer += command.data.size();
        m_server->Send(command.data);
        break;
    case ProxyCommand::Type::RESOLVE: // not asked for: names get 400 here
        m_core.HandleResolved(Now(), std::nullopt);
        break;
    case ProxyCommand::Type::CONNECT_TO_SERVER:
        ConnectToServer(command.server);
        break;
    case ProxyCommand::Type::CLOSE_CLIENT:
        m_client->Close();
        break;
    case ProxyCommand::Type::CLOSE_SERVER:
        m_server->Close();
        break;
    }
}

void
Couple::Print(const ProxyEvent& event) const
{
    switch (event.type)
    {
    case ProxyEvent::Type::REFUSED:
        std::printf(
            "refused %s %s %s\n", event.id.c_str(), event.target.c_str(), event.detail.c_str());
        break;
    case ProxyEvent::Type::TUNNEL_OPENED:
        std::printf("opened %s\n", event.target.c_str());
        break;
    case ProxyEvent::Type::TUNNEL_CLOSED:
        std::printf("closed %s %zu %zu\n", event.target.c_str(), m_toServer, m_toClient);
        break;
    }
}

} // namespace

} // namespace imsfw::driver

int
main(int argc, char** argv)
{
    using namespace imsfw;
    using namespace imsfw::driver;
    const Options options(argc, argv, {"address", "connect-ports", "authentication", "users"});
    const http::ProxyConfig config = ConfigOf(options);
    SystemRandom random;
    Loop loop;
    http::ProxyShared shared;
    std::vector<std::unique_ptr<Couple>> couples;
    const int listener = OpenListener(options.At("address"));
    loop.Watch(
        listener,
        [&]
        {
            const auto isOver = [](const auto& couple) { return couple->IsOver(); };
            couples.erase(std::remove_if(couples.begin(), couples.end(), isOver), couples.end());
            const int client = Accept(listener);
            if (client >= 0)
            {
                couples.push_back(std::make_unique<Couple>(loop, client, config, random, shared));
            }
        });
    std::printf("ready\n");
    loop.ReadLines([](const std::string&) {});
    loop.Run();
    return 0;
}
