// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-forwarding-socket.h"

namespace ns3
{
namespace imstls
{

NS_OBJECT_ENSURE_REGISTERED(ForwardingSocket);

TypeId
ForwardingSocket::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imstls::ForwardingSocket").SetParent<Socket>().SetGroupName("ImsTls");
    return tid;
}

void
ForwardingSocket::DoDispose()
{
    m_lower = nullptr;
    Socket::DoDispose();
}

void
ForwardingSocket::SetLower(Ptr<Socket> lower)
{
    m_lower = lower;
}

Ptr<Socket>
ForwardingSocket::GetLower() const
{
    return m_lower;
}

void
ForwardingSocket::SetPeer(const Address& peer)
{
    m_peer = peer;
}

const Address&
ForwardingSocket::GetPeer() const
{
    return m_peer;
}

int
ForwardingSocket::FailWith(enum SocketErrno error) const
{
    m_errno = error;
    return -1;
}

enum Socket::SocketErrno
ForwardingSocket::GetErrno() const
{
    return m_errno;
}

enum Socket::SocketType
ForwardingSocket::GetSocketType() const
{
    return NS3_SOCK_STREAM;
}

Ptr<Node>
ForwardingSocket::GetNode() const
{
    return m_lower->GetNode();
}

int
ForwardingSocket::Bind()
{
    return m_lower->Bind();
}

int
ForwardingSocket::Bind6()
{
    return m_lower->Bind6();
}

int
ForwardingSocket::Bind(const Address& address)
{
    return m_lower->Bind(address);
}

int
ForwardingSocket::SendTo(Ptr<Packet> packet, uint32_t flags, const Address&)
{
    return Send(packet, flags);
}

Ptr<Packet>
ForwardingSocket::RecvFrom(uint32_t maxSize, uint32_t flags, Address& fromAddress)
{
    fromAddress = m_peer;
    return Recv(maxSize, flags);
}

int
ForwardingSocket::ShutdownSend()
{
    return FailWith(ERROR_OPNOTSUPP); // TLS 1.2 has no half-close (RFC 5246 7.2.1)
}

int
ForwardingSocket::ShutdownRecv()
{
    return FailWith(ERROR_OPNOTSUPP);
}

int
ForwardingSocket::GetSockName(Address& address) const
{
    return m_lower->GetSockName(address);
}

int
ForwardingSocket::GetPeerName(Address& address) const
{
    address = m_peer;
    return m_peer.IsInvalid() ? FailWith(ERROR_NOTCONN) : 0;
}

bool
ForwardingSocket::SetAllowBroadcast(bool allowBroadcast)
{
    return !allowBroadcast;
}

bool
ForwardingSocket::GetAllowBroadcast() const
{
    return false;
}

} // namespace imstls
} // namespace ns3
