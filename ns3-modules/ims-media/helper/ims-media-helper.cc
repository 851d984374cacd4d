// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Installing parties, and the UDP sockets between two of them.
#include "ims-media-helper.h"

#include "ims-tls-core-driver.h"

#include "ns3/abort.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"

#include <utility>

namespace ns3
{
namespace imsmedia
{

namespace
{

/// @return an application of @p factory's type on @p node.
template <typename Party>
Ptr<Party>
InstallParty(const ObjectFactory& factory, Ptr<Node> node, const std::string& stream)
{
    Ptr<Party> party = factory.Create<Party>();
    party->SetRandomStream(stream);
    node->AddApplication(party);
    return party;
}

/// Give @p application a socket at @p local that sends to @p remote.
template <typename Party>
void
Attach(Ptr<Party> application, const InetSocketAddress& local, const InetSocketAddress& remote)
{
    Ptr<Socket> socket =
        Socket::CreateSocket(application->GetNode(), UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(socket->Bind(local) != 0, "ConnectByUdp: cannot bind " << local.GetIpv4());
    NS_ABORT_MSG_IF(socket->Connect(remote) != 0, "ConnectByUdp: no way to " << remote.GetIpv4());
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

template <typename Party>
void
Connect(Ptr<Party> a,
        const InetSocketAddress& addressOfA,
        Ptr<Party> b,
        const InetSocketAddress& addressOfB)
{
    Attach(a, addressOfA, addressOfB);
    Attach(b, addressOfB, addressOfA);
    a->SetPeer(b);
    b->SetPeer(a);
    for (const auto& [teller, told] : {std::pair(a, b), std::pair(b, a)})
    {
        if (const auto own = teller->GetSrtpKey())
        {
            told->SetPeerSrtpKey(own->key); // as SDP would
        }
    }
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
    return InstallParty<VoiceApplication>(m_factory, node, stream);
}

void
VoiceHelper::ConnectByUdp(Ptr<VoiceApplication> a,
                          const InetSocketAddress& addressOfA,
                          Ptr<VoiceApplication> b,
                          const InetSocketAddress& addressOfB)
{
    Connect(a, addressOfA, b, addressOfB);
}

VideoHelper::VideoHelper()
{
    m_factory.SetTypeId(VideoApplication::GetTypeId());
}

void
VideoHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

Ptr<VideoApplication>
VideoHelper::Install(Ptr<Node> node, const std::string& stream) const
{
    return InstallParty<VideoApplication>(m_factory, node, stream);
}

void
VideoHelper::ConnectByUdp(Ptr<VideoApplication> a,
                          const InetSocketAddress& addressOfA,
                          Ptr<VideoApplication> b,
                          const InetSocketAddress& addressOfB)
{
    Connect(a, addressOfA, b, addressOfB);
}

} // namespace imsmedia
} // namespace ns3
