// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-socket-factory.h"

#include "ims-tls-core-driver.h"
#include "ims-tls-socket.h"

#include "ns3/nstime.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"

namespace ns3
{
namespace imstls
{

NS_OBJECT_ENSURE_REGISTERED(TlsSocketFactory);

TypeId
TlsSocketFactory::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imstls::TlsSocketFactory")
            .SetParent<SocketFactory>()
            .SetGroupName("ImsTls")
            .AddConstructor<TlsSocketFactory>()
            .AddAttribute("ServerName",
                          "DNS name or IP address that a server's certificate must be for; empty: "
                          "the address "
                          "connected to.",
                          StringValue(""),
                          MakeStringAccessor(&TlsSocketFactory::m_serverName),
                          MakeStringChecker())
            .AddAttribute("HandshakeTimeout",
                          "How long a handshake may take.",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&TlsSocketFactory::m_handshakeTimeout),
                          MakeTimeChecker())
            .AddTraceSource("HandshakeDone",
                            "A handshake is complete.",
                            MakeTraceSourceAccessor(&TlsSocketFactory::m_handshakeDone),
                            "ns3::imstls::TlsSocketFactory::HandshakeCallback")
            .AddTraceSource("HandshakeFailed",
                            "An accepted connection failed before its handshake was complete.",
                            MakeTraceSourceAccessor(&TlsSocketFactory::m_handshakeFailed),
                            "ns3::imstls::TlsSocketFactory::FailureCallback")
            .AddTraceSource("KeyLog",
                            "A secret, as a line of an NSS key log.",
                            MakeTraceSourceAccessor(&TlsSocketFactory::m_keyLog),
                            "ns3::imstls::TlsSocketFactory::KeyLogCallback")
            .AddTraceSource("Traffic",
                            "Records were made or read, with the application data in them. "
                            "Connections that begin later than the sink is connected are told of.",
                            MakeTraceSourceAccessor(&TlsSocketFactory::m_traffic),
                            "ns3::imstls::TlsSocketFactory::TrafficCallback");
    return tid;
}

TlsSocketFactory::TlsSocketFactory() = default;
TlsSocketFactory::~TlsSocketFactory() = default;

void
TlsSocketFactory::DoDispose()
{
    m_lower = nullptr;
    SocketFactory::DoDispose();
}

void
TlsSocketFactory::SetLowerFactory(Ptr<SocketFactory> lower)
{
    m_lower = lower;
}

void
TlsSocketFactory::SetClientContext(std::shared_ptr<const imsfw::tls::Context> context)
{
    m_client = std::move(context);
}

void
TlsSocketFactory::SetServerContext(std::shared_ptr<const imsfw::tls::Context> context)
{
    m_server = std::move(context);
}

void
TlsSocketFactory::SetSessionStore(std::shared_ptr<imsfw::tls::SessionStore> store)
{
    m_store = std::move(store);
}

void
TlsSocketFactory::SetRandom(std::shared_ptr<imsfw::RandomSource> random)
{
    m_random = std::move(random);
}

bool
TlsSocketFactory::IsDatagram() const
{
    return (m_client && m_client->IsDatagram()) || (m_server && m_server->IsDatagram());
}

Ptr<Socket>
TlsSocketFactory::CreateSocket()
{
    const Ptr<TlsSocket> socket = CreateObject<TlsSocket>();
    socket->SetFactory(this);
    socket->SetLower(m_lower->CreateSocket());
    return socket;
}

template <typename Session>
std::unique_ptr<Session>
TlsSocketFactory::Make(const std::shared_ptr<const imsfw::tls::Context>& context,
                       const std::string& serverName) const
{
    auto session = std::make_unique<Session>(context, *m_random, serverName);
    session->SetHandshakeTimeout(ToCoreDuration(m_handshakeTimeout));
    if (!m_traffic.IsEmpty())
    {
        session->KeepTraffic();
    }
    return session;
}

template <typename Session>
std::unique_ptr<Session>
TlsSocketFactory::MakeClient(const imsfw::Endpoint& server) const
{
    auto session =
        Make<Session>(m_client, m_serverName.empty() ? server.address.ToString() : m_serverName);
    session->SetStore(m_store);
    return session;
}

std::unique_ptr<imsfw::tls::TlsSession>
TlsSocketFactory::MakeClientSession(const imsfw::Endpoint& server) const
{
    return MakeClient<imsfw::tls::TlsSession>(server);
}

std::unique_ptr<imsfw::tls::TlsSession>
TlsSocketFactory::MakeServerSession() const
{
    return Make<imsfw::tls::TlsSession>(m_server, "");
}

std::unique_ptr<imsfw::tls::DtlsSession>
TlsSocketFactory::MakeDtlsClient(const imsfw::Endpoint& server) const
{
    return MakeClient<imsfw::tls::DtlsSession>(server);
}

std::unique_ptr<imsfw::tls::DtlsSession>
TlsSocketFactory::MakeDtlsServer() const
{
    return Make<imsfw::tls::DtlsSession>(m_server, "");
}

void
TlsSocketFactory::ReportHandshake(imsfw::tls::SessionCore& session,
                                  imsfw::Duration computed,
                                  const imsfw::Endpoint& local,
                                  const imsfw::Endpoint& remote)
{
    for (const auto& line : session.TakeKeyLog())
    {
        m_keyLog(line);
    }
    imsfw::tls::SessionInfo info = session.GetInfo();
    info.established = CoreNow(); // when its work is done, too
    info.computed = computed;
    m_handshakeDone(info, local, remote);
}

void
TlsSocketFactory::ReportTraffic(const imsfw::tls::TrafficPiece& piece,
                                const imsfw::Endpoint& local,
                                const imsfw::Endpoint& remote)
{
    m_traffic(piece, local, remote);
}

void
TlsSocketFactory::ReportFailure(const imsfw::StreamFailure& failure, const imsfw::Endpoint& remote)
{
    m_handshakeFailed(failure, remote);
}

} // namespace imstls
} // namespace ns3
