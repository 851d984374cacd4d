// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A node's stub resolver.
#ifndef IMS_DNS_RESOLVER_APPLICATION_H
#define IMS_DNS_RESOLVER_APPLICATION_H

#include "ims-dns-resolver.h"
#include "ims-tls-core-driver.h"

#include "base/random.h"

#include "ns3/application.h"
#include "ns3/socket.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace imsdns
{

class DnsResolverApplication : public Application
{
  public:
    static TypeId GetTypeId();
    DnsResolverApplication();
    ~DnsResolverApplication() override;

    void SetServer(const imsfw::Endpoint& server);
    /// Numbers of queries are drawn from it.
    void SetRandom(std::shared_ptr<imsfw::RandomSource> random);

    using Answer = std::function<void(const imsfw::dns::ResolverEvent& event)>;
    /// @param answer called once, from the event loop. The application must have started.
    void Resolve(const std::string& name, Answer answer);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void HandleReadable(Ptr<Socket> socket);
    void Begin(const std::string& name);
    void Drain();

    Time m_timeout;
    uint32_t m_attempts;
    imsfw::Endpoint m_server;
    std::shared_ptr<imsfw::RandomSource> m_random;
    std::unique_ptr<imsfw::dns::Resolver> m_core;
    imstls::CoreTimer m_timer;
    Ptr<Socket> m_socket;
    std::multimap<std::string, Answer> m_waiting; ///< by name, as events have it
};

} // namespace imsdns
} // namespace ns3

#endif // IMS_DNS_RESOLVER_APPLICATION_H
