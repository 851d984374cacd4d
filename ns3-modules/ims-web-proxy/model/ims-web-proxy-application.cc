// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-application.h"

#include "ims-cpu-processor.h"
#include "ims-tls-stream-name.h"
#include "ims-web-proxy-connect-socket-factory.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/node.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsproxy
{

NS_OBJECT_ENSURE_REGISTERED(WebProxyApplication);

namespace
{

/// What one leg may owe the other before reading from that one stops.
constexpr std::size_t MAX_QUEUED = 1 << 17;

imsfw::http::ProxyAuthentication
AuthenticationFrom(const std::string& word)
{
    using imsfw::http::ProxyAuthentication;
    NS_ABORT_MSG_IF(word != "none" && word != "basic" && word != "digest",
                    "WebProxyApplication: Authentication is none, basic or digest, not " << word);
    if (word == "none")
    {
        return ProxyAuthentication::NONE;
    }
    return word == "basic" ? ProxyAuthentication::BASIC : ProxyAuthentication::DIGEST;
}

} // namespace

/// One client, the core that serves it, and the connection to its server.
class WebProxyApplication::Session
{
  public:
    Session(WebProxyApplication& proxy, uint64_t number, Ptr<Socket> socket, const Address& client)
        : m_proxy(proxy),
          m_number(number),
          m_core(proxy.m_config, *proxy.m_random, proxy.m_shared),
          m_timer(
              [this]
              {
                  m_core.HandleTimeout(imstls::CoreNow());
                  if (m_interception)
                  {
                      m_interception->HandleTimeout(imstls::CoreNow());
                  }
                  Drain();
              }),
          m_clientEndpoint(imstls::ToEndpoint(client))
    {
        imstls::Stream::Handlers handlers;
        handlers.onData = [this](imsfw::ByteView bytes)
        {
            m_core.HandleClientInput(imstls::CoreNow(), bytes);
            Drain();
        };
        handlers.onClosed = [this] { HandleClientEnd(); };
        handlers.onFailure = [this](const auto&) { HandleClientEnd(); };
        handlers.onDrained = [this] { Throttle(); };
        m_lane.SetProcessor(imscpu::Processor::Of(proxy.GetNode()));
        m_client = imstls::Stream::Adopt(socket, std::move(handlers));
        m_core.Start(imstls::CoreNow());
        Drain();
    }

    ~Session()
    {
        for (const auto& stream : {m_client, m_server})
        {
            if (stream)
            {
                stream->Close();
            }
        }
    }

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void
    Resolve(const std::string& name)
    {
        m_proxy.m_resolver(name,
                           [proxy = Ptr<WebProxyApplication>(&m_proxy),
                            number = m_number](const std::optional<imsfw::IpAddress>& address)
                           {
                               const auto session = proxy->m_sessions.find(number);
                               if (session != proxy->m_sessions.end())
                               {
                                   session->second->HandleResolved(address);
                               }
                           });
    }

  private:
    void
    HandleClientEnd()
    {
        m_isClientOver = true;
        m_core.HandleClientEnd(imstls::CoreNow());
        Drain();
    }

    void
    HandleResolved(const std::optional<imsfw::IpAddress>& address)
    {
        m_core.HandleResolved(imstls::CoreNow(), address);
        Drain();
    }

    /// @return what makes the connection to the server: TCP, or a tunnel through the proxy behind this one.
    Ptr<SocketFactory>
    FactoryFor(const imsfw::http::ProxyCommand& command) const
    {
        const auto tcp = m_proxy.GetNode()->GetObject<TcpSocketFactory>();
        if (!m_proxy.m_upstream)
        {
            return tcp;
        }
        const auto tunnel = CreateObject<HttpConnectSocketFactory>();
        tunnel->SetLowerFactory(tcp);
        tunnel->SetProxy(*m_proxy.m_upstream);
        tunnel->SetFields(command.fields);
        tunnel->SetTargetName(command.host);
        tunnel->SetRandom(
            std::shared_ptr<imsfw::RandomSource>(m_proxy.m_random.get(), [](auto*) {}));
        return tunnel;
    }

    void
    ConnectToServer(const imsfw::http::ProxyCommand& command)
    {
        imstls::Stream::Handlers handlers;
        handlers.onConnected = [this]
        {
            m_core.HandleServerConnected(imstls::CoreNow());
            Drain();
        };
        handlers.onData = [this](imsfw::ByteView bytes)
        {
            m_core.HandleServerInput(imstls::CoreNow(), bytes);
            Drain();
        };
        handlers.onClosed = [this] { HandleServerEnd(std::nullopt); };
        handlers.onFailure = [this](const auto& failure) { HandleServerEnd(failure); };
        handlers.onDrained = [this] { Throttle(); };
        m_server = imstls::Stream::Connect(
            FactoryFor(command), imstls::ToNs3Address(command.server), std::move(handlers));
    }

    void
    HandleServerEnd(const std::optional<imsfw::StreamFailure>& failure)
    {
        m_core.HandleServerEnd(imstls::CoreNow(), failure);
        Drain();
    }

    /// Commands, then events, then the timer: the one place where something leaves the core.
    void
    Drain()
    {
        while (auto command = m_core.PollTransmit())
        {
            // In the order of their making: what is copied takes the node's CPU time, where it has one.
            const auto work = WorkOf(*command);
            m_lane.Do(work,
                      [this, command = std::move(*command)]
                      {
                          Execute(command);
                          if (m_lane.HasProcessor())
                          {
                              LeaveWhenDone();
                          }
                      });
        }
        while (const auto event = m_core.PollEvent())
        {
            m_proxy.Report(*event, m_clientEndpoint);
        }
        DrainInterception();
        Throttle();
        LeaveWhenDone();
    }

    imsfw::WorkList
    WorkOf(const imsfw::http::ProxyCommand& command) const
    {
        const auto size = command.data.size();
        return size == 0 || !m_lane.HasProcessor() ? imsfw::WorkList()
                                                   : imsfw::WorkList{{"proxy/copy", 1, size}};
    }

    void
    LeaveWhenDone()
    {
        if (m_isClientOver && !m_isLeaving && !m_lane.IsBusy())
        {
            m_isLeaving = true;
            // Not here: this session's own code is still running.
            Simulator::ScheduleNow([proxy = Ptr<WebProxyApplication>(&m_proxy), number = m_number]
                                   { proxy->m_sessions.erase(number); });
        }
    }

    void
    DrainInterception()
    {
        m_timer.Arm(imsfw::Earlier(m_core.NextTimeout(),
                                   m_interception ? m_interception->NextTimeout() : std::nullopt));
        if (!m_interception)
        {
            return;
        }
        while (const auto output = m_interception->PollTransmit())
        {
            (output->toServer ? m_server : m_client)->Send(output->bytes);
        }
        while (const auto event = m_interception->PollEvent())
        {
            ReportInterception(*event);
        }
        if (m_interception->IsOver() && !m_isClientOver)
        {
            m_client->Close();
            m_server->Close();
            m_isClientOver = true;
        }
    }

    void
    ReportInterception(const imsfw::http::TlsInterception::Event& event)
    {
        using Type = imsfw::http::TlsInterception::Event::Type;
        using Told = imsfw::http::ProxyEvent::Type;
        switch (event.type)
        {
        case Type::PRESENTED:
            m_proxy.Report({Told::INTERCEPTED, "tls-interception", event.detail, m_target},
                           m_clientEndpoint);
            return;
        case Type::REFUSED:
            m_proxy.Report({Told::REFUSED, event.id, event.detail, m_target}, m_clientEndpoint);
            return;
        case Type::PASSED:
        case Type::CLOSED:
            return;
        }
    }

    /// @return whether the bytes are the interceptor's business.
    bool
    Intercept(const imsfw::http::ProxyCommand& command)
    {
        if (!command.isRelayed || !m_interception)
        {
            return false;
        }
        const auto now = imstls::CoreNow();
        if (command.type == imsfw::http::ProxyCommand::Type::SEND_TO_SERVER)
        {
            m_interception->HandleClientInput(now, command.data);
        }
        else
        {
            m_interception->HandleServerInput(now, command.data);
        }
        DrainInterception();
        return true;
    }

    void
    PrepareInterception(const imsfw::http::ProxyCommand& command)
    {
        const auto& config = m_proxy.m_interception;
        const auto& server = command.server;
        const bool isNamed = !command.host.empty();
        m_target = isNamed ? command.host + ":" + std::to_string(server.port) : server.ToString();
        if (config)
        {
            m_interception = std::make_unique<imsfw::http::TlsInterception>(
                *config,
                *m_proxy.m_random,
                isNamed ? command.host : server.address.ToString(),
                m_proxy.m_inspect ? m_proxy.m_inspect(m_clientEndpoint, server) : nullptr);
        }
    }

    void
    Execute(const imsfw::http::ProxyCommand& command)
    {
        using Type = imsfw::http::ProxyCommand::Type;
        if (Intercept(command))
        {
            return;
        }
        switch (command.type)
        {
        case Type::SEND_TO_CLIENT:
            m_client->Send(command.data);
            return;
        case Type::SEND_TO_SERVER:
            m_server->Send(command.data);
            return;
        case Type::RESOLVE:
            // Not here: the answer may come at once, and would find this loop at work.
            Simulator::ScheduleNow(&WebProxyApplication::ResolveFor,
                                   Ptr<WebProxyApplication>(&m_proxy),
                                   m_number,
                                   command.host);
            return;
        case Type::CONNECT_TO_SERVER:
            PrepareInterception(command);
            ConnectToServer(command);
            return;
        case Type::CLOSE_CLIENT:
            m_client->Close();
            m_isClientOver = true;
            return;
        case Type::CLOSE_SERVER:
            if (m_server)
            {
                m_server->Close();
            }
            return;
        }
    }

    /// Read from a leg only as fast as the other takes it.
    void
    Throttle()
    {
        if (m_client && m_server)
        {
            m_client->SetReading(m_server->GetQueued() <= MAX_QUEUED);
            m_server->SetReading(m_client->GetQueued() <= MAX_QUEUED);
        }
    }

    WebProxyApplication& m_proxy;
    uint64_t m_number;
    imsfw::http::ProxyConnection m_core;
    imstls::CoreTimer m_timer;
    imscpu::Lane m_lane;
    imsfw::Endpoint m_clientEndpoint;
    Ptr<imstls::Stream> m_client;
    Ptr<imstls::Stream> m_server;
    std::string m_target;
    std::unique_ptr<imsfw::http::TlsInterception>
        m_interception; ///< null where the proxy does not intercept
    bool m_isClientOver{false};
    bool m_isLeaving{false};
};

TypeId
WebProxyApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsproxy::WebProxyApplication")
            .SetParent<Application>()
            .SetGroupName("ImsWebProxy")
            .AddConstructor<WebProxyApplication>()
            .AddAttribute("Port",
                          "TCP port that clients connect to.",
                          UintegerValue(3128),
                          MakeUintegerAccessor(&WebProxyApplication::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute(
                "Authentication",
                "What a client must show before CONNECT is served: none, basic or digest.",
                StringValue("none"),
                MakeStringAccessor(&WebProxyApplication::m_authentication),
                MakeStringChecker())
            .AddAttribute("Realm",
                          "The realm named in a 407.",
                          StringValue("web proxy"),
                          MakeStringAccessor(&WebProxyApplication::m_realm),
                          MakeStringChecker())
            .AddAttribute("RequestTimeout",
                          "How long a client may take for a complete request, then 408.",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&WebProxyApplication::m_requestTimeout),
                          MakeTimeChecker())
            .AddAttribute("IdleTimeout",
                          "A tunnel without a byte for this long is closed; 0 s: never.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&WebProxyApplication::m_idleTimeout),
                          MakeTimeChecker())
            .AddAttribute("MaxLifetime",
                          "A tunnel is closed after this long; 0 s: never.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&WebProxyApplication::m_maxLifetime),
                          MakeTimeChecker())
            .AddAttribute("Via",
                          "What it calls itself in Via (RFC 9110 7.6.3); empty: it says nothing.",
                          StringValue(""),
                          MakeStringAccessor(&WebProxyApplication::m_via),
                          MakeStringChecker())
            .AddAttribute("CloseAfterChallenge",
                          "A 407 ends the connection.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&WebProxyApplication::m_closesAfterChallenge),
                          MakeBooleanChecker())
            .AddAttribute("FullPages",
                          "Refuse with an HTML page of about 3 kB, not with one line.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&WebProxyApplication::m_sendsFullPages),
                          MakeBooleanChecker())
            .AddAttribute("MaxTunnels",
                          "Tunnels at a time, of all clients; 0: any number.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&WebProxyApplication::m_maxTunnels),
                          MakeUintegerChecker<uint32_t>())
            .AddTraceSource("Refused",
                            "A request was refused, or a tunnel ended by a limit.",
                            MakeTraceSourceAccessor(&WebProxyApplication::m_refused),
                            "ns3::imsproxy::WebProxyApplication::RefusedCallback")
            .AddTraceSource("Intercepted",
                            "A client is about to see the proxy's own certificate.",
                            MakeTraceSourceAccessor(&WebProxyApplication::m_intercepted),
                            "ns3::imsproxy::WebProxyApplication::RefusedCallback")
            .AddTraceSource("TunnelOpened",
                            "A CONNECT was answered with 200.",
                            MakeTraceSourceAccessor(&WebProxyApplication::m_tunnelOpened),
                            "ns3::imsproxy::WebProxyApplication::TunnelCallback")
            .AddTraceSource("TunnelClosed",
                            "A tunnel came to its end.",
                            MakeTraceSourceAccessor(&WebProxyApplication::m_tunnelClosed),
                            "ns3::imsproxy::WebProxyApplication::TunnelCallback");
    return tid;
}

WebProxyApplication::WebProxyApplication() = default;
WebProxyApplication::~WebProxyApplication() = default;

void
WebProxyApplication::DoDispose()
{
    m_sessions.clear();
    m_listener = nullptr;
    Application::DoDispose();
}

void
WebProxyApplication::AddConnectPort(uint16_t port)
{
    if (!m_hasConnectPorts)
    {
        m_config.connectPorts.clear();
        m_hasConnectPorts = true;
    }
    m_config.connectPorts.insert(port);
}

void
WebProxyApplication::AddUser(const std::string& name, const std::string& password)
{
    m_config.users.emplace_back(name, password);
}

void
WebProxyApplication::SetUpstream(const imsfw::Endpoint& upstream)
{
    m_upstream = upstream;
}

void
WebProxyApplication::SetResolver(Resolver resolver)
{
    m_resolver = std::move(resolver);
}

void
WebProxyApplication::ResolveFor(uint64_t number, const std::string& name)
{
    const auto session = m_sessions.find(number);
    if (session != m_sessions.end())
    {
        session->second->Resolve(name);
    }
}

void
WebProxyApplication::Intercept(imsfw::http::InterceptionConfig config, InspectorFactory inspect)
{
    m_interception = std::move(config);
    m_inspect = std::move(inspect);
}

void
WebProxyApplication::StartApplication()
{
    m_config.via = m_via;
    m_config.closesAfterChallenge = m_closesAfterChallenge;
    m_config.sendsFullPages = m_sendsFullPages;
    m_config.maxTunnels = m_maxTunnels;
    m_config.hasUpstream = m_upstream.has_value();
    m_config.resolvesNames = m_resolver || m_upstream;
    m_config.authentication = AuthenticationFrom(m_authentication);
    m_config.realm = m_realm;
    m_config.requestTimeout = imstls::ToCoreDuration(m_requestTimeout);
    if (m_idleTimeout.IsStrictlyPositive())
    {
        m_config.idleTimeout = imstls::ToCoreDuration(m_idleTimeout);
    }
    if (m_maxLifetime.IsStrictlyPositive())
    {
        m_config.maxLifetime = imstls::ToCoreDuration(m_maxLifetime);
    }
    m_random =
        std::make_unique<imsfw::SeededRandom>(RngSeedManager::GetSeed(),
                                              RngSeedManager::GetRun(),
                                              "web-proxy/" + imstls::StreamNameOf(GetNode()));
    m_listener = GetNode()->GetObject<TcpSocketFactory>()->CreateSocket();
    m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), m_port));
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&WebProxyApplication::HandleAccept, this));
    m_listener->Listen();
}

void
WebProxyApplication::StopApplication()
{
    m_sessions.clear();
    if (m_listener)
    {
        m_listener->Close();
        m_listener = nullptr;
    }
}

void
WebProxyApplication::HandleAccept(Ptr<Socket> socket, const Address& client)
{
    const uint64_t number = m_nextSession++;
    m_sessions[number] = std::make_unique<Session>(*this, number, socket, client);
}

void
WebProxyApplication::Report(const imsfw::http::ProxyEvent& event, const imsfw::Endpoint& client)
{
    using Type = imsfw::http::ProxyEvent::Type;
    switch (event.type)
    {
    case Type::REFUSED:
        m_refused(ProxyRefusal{imstls::CoreNow(), event.id, event.detail, client, event.target});
        return;
    case Type::INTERCEPTED:
        m_intercepted(
            ProxyRefusal{imstls::CoreNow(), event.id, event.detail, client, event.target});
        return;
    case Type::TUNNEL_OPENED:
        m_tunnelOpened(client, event.target);
        return;
    case Type::TUNNEL_CLOSED:
        m_tunnelClosed(client, event.target);
        return;
    }
}

} // namespace imsproxy
} // namespace ns3
