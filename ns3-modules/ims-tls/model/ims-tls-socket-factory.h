// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Makes TLS sockets: the settings of one endpoint (contexts, trust, randomness) in one object to give to applications.
#ifndef IMS_TLS_SOCKET_FACTORY_H
#define IMS_TLS_SOCKET_FACTORY_H

#include "base/address.h"
#include "base/random.h"
#include "ims-tls-dtls-session.h"
#include "ims-tls-session.h"

#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/socket-factory.h"
#include "ns3/traced-callback.h"

#include <memory>
#include <string>

namespace ns3
{
namespace imstls
{

class TlsSocketFactory : public SocketFactory
{
  public:
    static TypeId GetTypeId();
    TlsSocketFactory();
    ~TlsSocketFactory() override;

    /// @param lower makes the stream below: a node's TcpSocketFactory, or a CONNECT tunnel's
    void SetLowerFactory(Ptr<SocketFactory> lower);
    /// For sockets that connect.
    void SetClientContext(std::shared_ptr<const imsfw::tls::Context> context);
    /// For sockets that listen.
    void SetServerContext(std::shared_ptr<const imsfw::tls::Context> context);
    /// Where sessions that can be resumed are kept; factories of one endpoint may share it. Without: none is resumed.
    void SetSessionStore(std::shared_ptr<imsfw::tls::SessionStore> store);
    /// The stream that this endpoint's sessions draw from.
    void SetRandom(std::shared_ptr<imsfw::RandomSource> random);

    /// @return whether its contexts are of datagrams: then it makes DTLS associations, and no sockets.
    bool IsDatagram() const;

    /// @pre not IsDatagram()
    Ptr<Socket> CreateSocket() override;

    /// @return a session as this endpoint has them. @pre not IsDatagram()
    std::unique_ptr<imsfw::tls::TlsSession> MakeClientSession(const imsfw::Endpoint& server) const;
    std::unique_ptr<imsfw::tls::TlsSession> MakeServerSession() const;
    /// Likewise. @pre IsDatagram()
    std::unique_ptr<imsfw::tls::DtlsSession> MakeDtlsClient(const imsfw::Endpoint& server) const;
    std::unique_ptr<imsfw::tls::DtlsSession> MakeDtlsServer() const;

    // What their owners tell.
    /// @param computed what the node's CPU has done for the session so far
    void ReportHandshake(imsfw::tls::SessionCore& session,
                         imsfw::Duration computed,
                         const imsfw::Endpoint& local,
                         const imsfw::Endpoint& remote);
    void ReportTraffic(const imsfw::tls::TrafficPiece& piece,
                       const imsfw::Endpoint& local,
                       const imsfw::Endpoint& remote);
    void ReportFailure(const imsfw::StreamFailure& failure, const imsfw::Endpoint& remote);

    /// Signature of HandshakeDone.
    typedef void (*HandshakeCallback)(const imsfw::tls::SessionInfo& info,
                                      const imsfw::Endpoint& local,
                                      const imsfw::Endpoint& remote);
    /// Signature of HandshakeFailed: an accepted connection that never became one.
    typedef void (*FailureCallback)(const imsfw::StreamFailure& failure,
                                    const imsfw::Endpoint& remote);
    /// Signature of Traffic: records that were made or read.
    typedef void (*TrafficCallback)(const imsfw::tls::TrafficPiece& piece,
                                    const imsfw::Endpoint& local,
                                    const imsfw::Endpoint& remote);
    /// Signature of KeyLog: one line in NSS key log format.
    typedef void (*KeyLogCallback)(const std::string& line);

  protected:
    void DoDispose() override;

  private:
    template <typename Session>
    std::unique_ptr<Session> Make(const std::shared_ptr<const imsfw::tls::Context>& context,
                                  const std::string& serverName) const;
    template <typename Session>
    std::unique_ptr<Session> MakeClient(const imsfw::Endpoint& server) const;

    Ptr<SocketFactory> m_lower;
    std::shared_ptr<const imsfw::tls::Context> m_client;
    std::shared_ptr<const imsfw::tls::Context> m_server;
    std::shared_ptr<imsfw::tls::SessionStore> m_store;
    std::shared_ptr<imsfw::RandomSource> m_random;
    std::string m_serverName;
    Time m_handshakeTimeout;
    TracedCallback<const imsfw::tls::SessionInfo&, const imsfw::Endpoint&, const imsfw::Endpoint&>
        m_handshakeDone;
    TracedCallback<const imsfw::StreamFailure&, const imsfw::Endpoint&> m_handshakeFailed;
    TracedCallback<const std::string&> m_keyLog;
    TracedCallback<const imsfw::tls::TrafficPiece&, const imsfw::Endpoint&, const imsfw::Endpoint&>
        m_traffic;
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_SOCKET_FACTORY_H
