// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The web proxy core on real sockets: `interop-web-proxy address=IP:PORT connect-ports=443,... [authentication=basic|
/// digest users=NAME:WORD,...] [names=NAME:ADDRESS,...] [upstream=IP:PORT] [via=NAME] [closes-after-challenge=yes]
/// [full-pages=yes]`. Prints "ready" and the core's events with the bytes that each tunnel carried.
#include "base/text.h"
#include "driver-options.h"
#include "driver-socket.h"
#include "ims-web-proxy-connect-client.h"
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
    config.resolvesNames = options.Has("names") || options.Has("upstream");
    config.hasUpstream = options.Has("upstream");
    config.via = options.Text("via");
    config.closesAfterChallenge = options.Has("closes-after-challenge");
    config.sendsFullPages = options.Has("full-pages");
    return config;
}

/// What all connections have in common.
struct Proxy
{
    explicit Proxy(const Options& options) : config(ConfigOf(options))
    {
        for (const auto& [name, address] : options.Pairs("names"))
        {
            names[name] = IpAddress::Parse(address).value_or(IpAddress());
        }
        if (config.hasUpstream)
        {
            upstream = options.At("upstream");
        }
    }

    http::ProxyConfig config;
    http::ProxyShared shared;
    std::map<std::string, IpAddress> names;
    std::optional<Endpoint> upstream;
    SystemRandom random;
};

/// A client's connection and the one to its server.
class Couple
{
  public:
    Couple(Loop& loop, int client, Proxy& proxy);
    ~Couple();
    Couple(const Couple&) = delete;
    Couple& operator=(const Couple&) = delete;

    bool
    IsOver() const
    {
        return m_isClientGone && !m_server;
    }

  private:
    void Resolve(const std::string& name);
    void ConnectToServer(const ProxyCommand& command);
    void HandleServerEnd(const std::optional<StreamFailure>& failure);
    void Drain();
    void Perform(const ProxyCommand& command);
    void Print(const ProxyEvent& event) const;

    Loop& m_loop;
    Proxy& m_proxy;
    ProxyConnection m_core;
    std::unique_ptr<Stream> m_client;
    std::unique_ptr<Stream> m_server;
    bool m_isClientGone{false};
    std::size_t m_toServer{0};
    std::size_t m_toClient{0};
};

Couple::Couple(Loop& loop, int client, Proxy& proxy)
    : m_loop(loop), m_proxy(proxy), m_core(proxy.config, proxy.random, proxy.shared)
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
Couple::Resolve(const std::string& name)
{
    const auto found = m_proxy.names.find(name);
    m_core.HandleResolved(
        Now(), found == m_proxy.names.end() ? std::nullopt : std::make_optional(found->second));
    Drain();
}

void
Couple::ConnectToServer(const ProxyCommand& command)
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
    Stream::Layers layers;
    if (m_proxy.upstream)
    {
        http::ConnectConfig config;
        config.target = command.host.empty()
                            ? command.server.ToString()
                            : command.host + ":" + std::to_string(command.server.port);
        config.fields = command.fields;
        layers.push_back(std::make_unique<http::ConnectClient>(config, m_proxy.random));
    }
    m_server = std::make_unique<Stream>(m_loop,
                                        OpenConnection(m_proxy.upstream.value_or(command.server)),
                                        std::move(layers),
                                        std::move(handlers));
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
    case ProxyCommand::Type::RESOLVE: // not here: the core is at work
        m_loop.Later([this, name = command.host] { Resolve(name); });
        break;
    case ProxyCommand::Type::CONNECT_TO_SERVER:
        ConnectToServer(command);
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
    case ProxyEvent::Type::INTERCEPTED:
        std::printf("intercepted %s %s\n", event.target.c_str(), event.detail.c_str());
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
    const Options options(argc,
                          argv,
                          {"address",
                           "connect-ports",
                           "authentication",
                           "users",
                           "names",
                           "upstream",
                           "via",
                           "closes-after-challenge",
                           "full-pages"});
    Proxy proxy(options);
    Loop loop;
    std::vector<std::unique_ptr<Couple>> couples;
    const int listener = OpenListener(options.At("address"));
    loop.Watch(listener,
               [&]
               {
                   const auto isOver = [](const auto& couple) { return couple->IsOver(); };
                   couples.erase(std::remove_if(couples.begin(), couples.end(), isOver),
                                 couples.end());
                   const int client = Accept(listener);
                   if (client >= 0)
                   {
                       couples.push_back(std::make_unique<Couple>(loop, client, proxy));
                   }
               });
    std::printf("ready\n");
    loop.ReadLines([](const std::string&) {});
    loop.Run();
    return 0;
}
