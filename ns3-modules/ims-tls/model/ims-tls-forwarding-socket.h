// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A stream socket that stands on another one, as far as that is alike for all: where it is bound, which node it is on,
/// what it cannot do. How bytes get through it is its subclass's affair (LayeredSocket).
#ifndef IMS_TLS_FORWARDING_SOCKET_H
#define IMS_TLS_FORWARDING_SOCKET_H

#include "ns3/address.h"
#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"

namespace ns3
{
namespace imstls
{

class ForwardingSocket : public Socket
{
  public:
    static TypeId GetTypeId();

    /// @param lower an unconnected stream socket on the same node; this socket takes over all its callbacks.
    void SetLower(Ptr<Socket> lower);
    Ptr<Socket> GetLower() const;

    enum SocketErrno GetErrno() const override;
    enum SocketType GetSocketType() const override;
    Ptr<Node> GetNode() const override;
    int Bind() override;
    int Bind6() override;
    int Bind(const Address& address) override;
    int SendTo(Ptr<Packet> packet, uint32_t flags, const Address& toAddress) override;
    Ptr<Packet> RecvFrom(uint32_t maxSize, uint32_t flags, Address& fromAddress) override;
    int ShutdownSend() override;
    int ShutdownRecv() override;
    int GetSockName(Address& address) const override;
    int GetPeerName(Address& address) const override;
    bool SetAllowBroadcast(bool allowBroadcast) override;
    bool GetAllowBroadcast() const override;

  protected:
    void DoDispose() override;

    /// Say whom the user is connected to: what Connect was given, or who was accepted.
    void SetPeer(const Address& peer);
    const Address& GetPeer() const;

    /// Remember what GetErrno tells. @return -1, for a call that fails with it
    int FailWith(enum SocketErrno error) const;

  private:
    Ptr<Socket> m_lower;
    Address m_peer;
    mutable enum SocketErrno m_errno = ERROR_NOTERROR;
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_FORWARDING_SOCKET_H
