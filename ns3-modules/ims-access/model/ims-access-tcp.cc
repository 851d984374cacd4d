// SPDX-License-Identifier: GPL-2.0-only
#include "ims-access-tcp.h"

#include "ims-access-tcp-socket.h"

#include "ns3/boolean.h"
#include "ns3/ipv4.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/rtt-estimator.h"
#include "ns3/tcp-congestion-ops.h"
#include "ns3/tcp-recovery-ops.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{
namespace imsaccess
{

namespace
{

/// What nodes are asked for when a TCP socket is wanted.
class HostTcpFactory : public TcpSocketFactory
{
  public:
    explicit HostTcpFactory(Ptr<HostTcp> tcp) : m_tcp(tcp)
    {
    }

    Ptr<Socket>
    CreateSocket() override
    {
        return m_tcp->MakeSocket();
    }

  private:
    void
    DoDispose() override
    {
        m_tcp = nullptr;
        TcpSocketFactory::DoDispose();
    }

    Ptr<HostTcp> m_tcp;
};

} // namespace

NS_OBJECT_ENSURE_REGISTERED(HostTcp);

TypeId
HostTcp::GetTypeId()
{
    static TypeId tid = TypeId("ns3::imsaccess::HostTcp")
                            .SetParent<TcpL4Protocol>()
                            .SetGroupName("ImsAccess")
                            .AddConstructor<HostTcp>()
                            .AddAttribute("KeepAlive",
                                          "Whether programs of this host ask for keep-alives.",
                                          BooleanValue(false),
                                          MakeBooleanAccessor(&HostTcp::m_isKeepingAlive),
                                          MakeBooleanChecker());
    return tid;
}

HostTcp::HostTcp() = default;
HostTcp::~HostTcp() = default;

Ptr<Socket>
HostTcp::MakeSocket()
{
    const auto make = [this](const char* attribute)
    {
        TypeIdValue type;
        GetAttribute(attribute, type);
        ObjectFactory factory;
        factory.SetTypeId(type.Get());
        return factory.Create<Object>();
    };
    const auto socket = CreateObject<HostTcpSocket>();
    socket->SetNode(GetObject<Node>());
    socket->SetTcp(this);
    socket->SetRtt(DynamicCast<RttEstimator>(make("RttEstimatorType")));
    socket->SetCongestionControlAlgorithm(DynamicCast<TcpCongestionOps>(make("SocketType")));
    socket->SetRecoveryAlgorithm(DynamicCast<TcpRecoveryOps>(make("RecoveryType")));
    socket->SetAttribute("KeepAlive", BooleanValue(m_isKeepingAlive));
    AddSocket(socket);
    return socket;
}

void
HostTcp::NotifyNewAggregate()
{
    const auto node = GetObject<Node>();
    if (!m_hasFactory && node && GetObject<Ipv4>())
    {
        m_hasFactory = true;
        SetNode(node); // else TcpL4Protocol would add its own factory
        node->AggregateObject(CreateObject<HostTcpFactory>(this));
    }
    TcpL4Protocol::NotifyNewAggregate();
}

} // namespace imsaccess
} // namespace ns3
