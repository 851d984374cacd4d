// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One client of a WebProxyApplication, the core that serves it, and the connection to its server: for the application's
/// own file alone.
#ifndef IMS_WEB_PROXY_SESSION_H
#define IMS_WEB_PROXY_SESSION_H

#include "ims-cpu-processor.h"
#include "ims-web-proxy-application.h"
#include "ims-web-proxy-connect-socket-factory.h"

#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{
namespace imsproxy
{

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
    /// What one leg may owe the other before reading from that one stops.
    static constexpr std::size_t MAX_QUEUED = 1 << 17;

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
        for (const auto& line : m_interception->TakeKeyLog())
        {
            m_proxy.m_keyLog(line);
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

} // namespace imsproxy
} // namespace ns3

#endif // IMS_WEB_PROXY_SESSION_H
