// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Installing parties, and the UDP sockets between two of them.
#include "ims-media-helper.h"

#include "ims-tls-core-driver.h"

#include "ns3/abort.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"

namespace ns3
{
namespace imsmedia
{

namespace
{

/// Give @p application a socket at @p local that sends to @p remote.
void
Attach(Ptr<VoiceApplication> application,
       const InetSocketAddress& local,
       const InetSocketAddress& remote)
{
    Ptr<Socket> socket =
        Socket::CreateSocket(application->GetNode(), UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(socket->Bind(local) != 0, "VoiceHelper: cannot bind " << local.GetIpv4());
    NS_ABORT_MSG_IF(socket->Connect(remote) != 0, "VoiceHelper: no way to " << remote.GetIpv4());
    socket->SetRecvCallback(Callback<void, Ptr<Socket>>(
        [application = PeekPointer(application)](Ptr<Socket> ready)
        {
            while (Ptr<Packet> packet = ready->Recv())
            {
                application->Receive(imstls::ToBytes(packet));
            }
        }));
    application->SetSender([socket](imsfw::ByteView bytes)
                           { socket->Send(imstls::ToPacket(bytes)); });
}

} // namespace

VoiceHelper::VoiceHelper()
{
    m_factory.SetTypeId(VoiceApplication::GetTypeId());
}

void
VoiceHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

Ptr<VoiceApplication>
VoiceHelper::Install(Ptr<Node> node, const std::string& stream) const
{
    Ptr<VoiceApplication> application = m_factory.Create<VoiceApplication>();
    application->SetRandomStream(stream);
    node->AddApplication(application);
    return application;
}

void
VoiceHelper::ConnectByUdp(Ptr<VoiceApplication> a,
                          const InetSocketAddress& addressOfA,
                          Ptr<VoiceApplication> b,
                          const InetSocketAddress& addressOfB)
{
    Attach(a, addressOfA, addressOfB);
    Attach(b, addressOfB, addressOfA);
    a->SetPeer(b);
    b->SetPeer(a);
}

} // namespace imsmedia
} // namespace ns3
