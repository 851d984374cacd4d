// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// ns-3's TCP of a host, whose sockets are HostTcpSocket: what they keep alive, and answer.
///
/// Installed with `InternetStackHelper::SetTcp("ns3::imsaccess::HostTcp")`. All else is TcpL4Protocol's.
#ifndef IMS_ACCESS_TCP_H
#define IMS_ACCESS_TCP_H

#include "ns3/tcp-l4-protocol.h"

namespace ns3
{
namespace imsaccess
{

class HostTcp : public TcpL4Protocol
{
  public:
    static TypeId GetTypeId();

    HostTcp();
    ~HostTcp() override;

    /// @return a socket with the congestion control, recovery and round-trip estimator of this TCP's attributes.
    Ptr<Socket> MakeSocket();

  protected:
    void NotifyNewAggregate() override;

  private:
    bool m_isKeepingAlive{false};
    bool m_hasFactory{false};
};

} // namespace imsaccess
} // namespace ns3

#endif // IMS_ACCESS_TCP_H
