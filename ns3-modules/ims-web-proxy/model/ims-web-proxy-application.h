// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A web proxy on a node: TCP from clients, TCP to servers, one ProxyConnection for each pair.
#ifndef IMS_WEB_PROXY_APPLICATION_H
#define IMS_WEB_PROXY_APPLICATION_H

#include "base/random.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-stream.h"
#include "ims-web-proxy-connection.h"
#include "ims-web-proxy-interception.h"

#include "ns3/application.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace ns3
{
namespace imsproxy
{

/// A request that the proxy refused, or a tunnel that it ended.
struct ProxyRefusal
{
    imsfw::TimePoint at;
    std::string id;     ///< the rule, see ProxyEvent
    std::string reason; ///< "403 Forbidden"
    imsfw::Endpoint client;
    std::string target; ///< authority as the client wrote it
};

class WebProxyApplication : public Application
{
  public:
    static TypeId GetTypeId();
    WebProxyApplication();
    ~WebProxyApplication() override;

    /// CONNECT is served to these ports only; without any, to 443.
    void AddConnectPort(uint16_t port);
    void AddUser(const std::string& name, const std::string& password);
    /// Reach servers by CONNECT to another proxy, which resolves names too.
    void SetUpstream(const imsfw::Endpoint& upstream);

    /// Answers with an address, or nothing where the name leads nowhere; any time later, or at once.
    using Answer = std::function<void(const std::optional<imsfw::IpAddress>& address)>;
    using Resolver = std::function<void(const std::string& name, Answer answer)>;
    /// Without one, a target that is a name gets 400.
    void SetResolver(Resolver resolver);

    /// Makes who judges what is decrypted of one connection.
    /// @param client the tunnel's client; @p server what it asked for
    using InspectorFactory = std::function<std::unique_ptr<imsfw::http::PlaintextInspector>(
        const imsfw::Endpoint& client, const imsfw::Endpoint& server)>;

    /// Decrypt what goes through tunnels, under certificates of the interceptor's own. Before the start.
    /// @param inspect may be empty: everything passes that the two handshakes let pass
    void Intercept(imsfw::http::InterceptionConfig config, InspectorFactory inspect);

    /// Signature of Refused.
    typedef void (*RefusedCallback)(const ProxyRefusal& refusal);
    /// Signature of KeyLog: one line in NSS key log format.
    typedef void (*KeyLogCallback)(const std::string& line);
    /// Signature of TunnelOpened and TunnelClosed.
    typedef void (*TunnelCallback)(const imsfw::Endpoint& client, const std::string& target);

  protected:
    void DoDispose() override;

  private:
    class Session;

    void StartApplication() override;
    void StopApplication() override;
    void ResolveFor(uint64_t number, const std::string& name);
    void HandleAccept(Ptr<Socket> socket, const Address& client);
    void Report(const imsfw::http::ProxyEvent& event, const imsfw::Endpoint& client);

    uint16_t m_port;
    std::string m_authentication;
    std::string m_realm;
    Time m_requestTimeout;
    Time m_idleTimeout;
    Time m_maxLifetime;
    std::string m_via;
    bool m_closesAfterChallenge;
    bool m_sendsFullPages;
    uint32_t m_maxTunnels;
    std::optional<imsfw::Endpoint> m_upstream;
    Resolver m_resolver;
    imsfw::http::ProxyConfig m_config;
    imsfw::http::ProxyShared m_shared;
    bool m_hasConnectPorts{false};
    std::unique_ptr<imsfw::SeededRandom> m_random;
    Ptr<Socket> m_listener;
    std::map<uint64_t, std::unique_ptr<Session>> m_sessions;
    uint64_t m_nextSession{0};
    std::optional<imsfw::http::InterceptionConfig> m_interception;
    InspectorFactory m_inspect;
    TracedCallback<const ProxyRefusal&> m_refused;
    TracedCallback<const ProxyRefusal&> m_intercepted;
    TracedCallback<const std::string&> m_keyLog;
    TracedCallback<const imsfw::Endpoint&, const std::string&> m_tunnelOpened;
    TracedCallback<const imsfw::Endpoint&, const std::string&> m_tunnelClosed;
};

} // namespace imsproxy
} // namespace ns3

#endif // IMS_WEB_PROXY_APPLICATION_H
