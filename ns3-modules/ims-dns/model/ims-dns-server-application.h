// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The resolver of a network on a node: UDP port 53.
#ifndef IMS_DNS_SERVER_APPLICATION_H
#define IMS_DNS_SERVER_APPLICATION_H

#include "ims-dns-server.h"
#include "ims-tls-core-driver.h"

#include "ns3/application.h"
#include "ns3/socket.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace imsdns
{

class DnsServerApplication : public Application
{
  public:
    static TypeId GetTypeId();
    DnsServerApplication();
    ~DnsServerApplication() override;

    /// Before the application starts. @pre imsfw::dns::IsName(name)
    void AddName(const std::string& name, const imsfw::IpAddress& address);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void HandleReadable(Ptr<Socket> socket);
    void Drain();

    Time m_delay;
    uint32_t m_ttl;
    std::string m_failure;
    std::vector<std::pair<std::string, imsfw::IpAddress>> m_names;
    std::unique_ptr<imsfw::dns::Server> m_core;
    imstls::CoreTimer m_timer;
    Ptr<Socket> m_socket;
};

} // namespace imsdns
} // namespace ns3

#endif // IMS_DNS_SERVER_APPLICATION_H
