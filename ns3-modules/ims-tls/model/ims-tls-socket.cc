// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-socket.h"

#include "ims-tls-socket-factory.h"

namespace ns3
{
namespace imstls
{

NS_OBJECT_ENSURE_REGISTERED(TlsSocket);

TypeId
TlsSocket::GetTypeId()
{
    static TypeId tid = TypeId("ns3::imstls::TlsSocket")
                            .SetParent<LayeredSocket>()
                            .SetGroupName("ImsTls")
                            .AddConstructor<TlsSocket>();
    return tid;
}

TlsSocket::TlsSocket() = default;
TlsSocket::~TlsSocket() = default;

void
TlsSocket::DoDispose()
{
    m_factory = nullptr;
    LayeredSocket::DoDispose();
}

void
TlsSocket::SetFactory(Ptr<TlsSocketFactory> factory)
{
    m_factory = factory;
}

imsfw::tls::TlsSession*
TlsSocket::GetSession() const
{
    return static_cast<imsfw::tls::TlsSession*>(GetLayer());
}

const imsfw::tls::SessionInfo*
TlsSocket::GetSessionInfo() const
{
    return GetSession() == nullptr ? nullptr : &GetSession()->GetInfo();
}

std::unique_ptr<imsfw::StreamLayer>
TlsSocket::DoMakeClientLayer(const Address& address)
{
    return Metered(m_factory->MakeClientSession(ToEndpoint(address)));
}

std::unique_ptr<imsfw::StreamLayer>
TlsSocket::DoMakeServerLayer()
{
    return Metered(m_factory->MakeServerSession());
}

std::unique_ptr<imsfw::tls::TlsSession>
TlsSocket::Metered(std::unique_ptr<imsfw::tls::TlsSession> session) const
{
    if (imscpu::Processor::Of(GetNode()))
    {
        session->MeterWork();
    }
    return session;
}

imsfw::WorkList
TlsSocket::DoTakeWork()
{
    return GetSession()->TakeWork();
}

Ptr<LayeredSocket>
TlsSocket::DoFork() const
{
    const Ptr<TlsSocket> socket = CreateObject<TlsSocket>();
    socket->SetFactory(m_factory);
    return socket;
}

void
TlsSocket::DoEstablished()
{
    Address local;
    Address remote;
    GetSockName(local);
    GetPeerName(remote);
    m_factory->ReportHandshake(*GetSession(), GetComputed(), ToEndpoint(local), ToEndpoint(remote));
}

void
TlsSocket::DoWatchLayer()
{
    const auto pieces = GetSession()->TakeTraffic();
    if (pieces.empty() || !GetLower())
    {
        return;
    }
    Address local;
    Address remote;
    GetSockName(local);
    GetPeerName(remote);
    for (const auto& piece : pieces)
    {
        m_factory->ReportTraffic(piece, ToEndpoint(local), ToEndpoint(remote));
    }
}

void
TlsSocket::DoAcceptFailed(const imsfw::StreamFailure& failure, const Address& peer)
{
    m_factory->ReportFailure(failure, ToEndpoint(peer));
}

} // namespace imstls
} // namespace ns3
