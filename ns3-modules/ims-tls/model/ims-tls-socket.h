// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TLS connection as an ns-3 socket: a LayeredSocket whose layer is a TlsSession. Made by a TlsSocketFactory.
#ifndef IMS_TLS_SOCKET_H
#define IMS_TLS_SOCKET_H

#include "ims-tls-layered-socket.h"
#include "ims-tls-session.h"

namespace ns3
{
namespace imstls
{

class TlsSocketFactory;

class TlsSocket : public LayeredSocket
{
  public:
    static TypeId GetTypeId();

    TlsSocket();
    ~TlsSocket() override;

    /// @param factory says what the sessions are made with, and is told of what happens to them
    void SetFactory(Ptr<TlsSocketFactory> factory);

    /// @return what the handshake agreed on; nullptr before Connect or accept.
    const imsfw::tls::SessionInfo* GetSessionInfo() const;

  protected:
    void DoDispose() override;
    std::unique_ptr<imsfw::StreamLayer> DoMakeClientLayer(const Address& address) override;
    std::unique_ptr<imsfw::StreamLayer> DoMakeServerLayer() override;
    Ptr<LayeredSocket> DoFork() const override;
    void DoEstablished() override;
    void DoWatchLayer() override;
    imsfw::WorkList DoTakeWork() override;
    void DoAcceptFailed(const imsfw::StreamFailure& failure, const Address& peer) override;

  private:
    imsfw::tls::TlsSession* GetSession() const;
    /// @return @p session; its work is counted where the node has a CPU to charge it to
    std::unique_ptr<imsfw::tls::TlsSession> Metered(
        std::unique_ptr<imsfw::tls::TlsSession> session) const;

    Ptr<TlsSocketFactory> m_factory;
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_SOCKET_H
