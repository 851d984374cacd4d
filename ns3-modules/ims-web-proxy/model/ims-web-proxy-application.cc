// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-application.h"

#include "ims-tls-stream-name.h"
#include "ims-web-proxy-session.h"

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
            .AddTraceSource("KeyLog",
                            "A secret of a connection that an intercepting proxy made to a server.",
                            MakeTraceSourceAccessor(&WebProxyApplication::m_keyLog),
                            "ns3::imsproxy::WebProxyApplication::KeyLogCallback")
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
