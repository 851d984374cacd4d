// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-dtls-association.h"

#include <utility>

namespace ns3
{
namespace imstls
{

Ptr<DtlsAssociation>
DtlsAssociation::Connect(Ptr<TlsSocketFactory> factory, const Ends& ends, Handlers handlers)
{
    Ptr<DtlsAssociation> made(
        new DtlsAssociation(
            factory, factory->MakeDtlsClient(ends.remote), ends, std::move(handlers)),
        false);
    made->Start();
    return made;
}

Ptr<DtlsAssociation>
DtlsAssociation::Accept(Ptr<TlsSocketFactory> factory, const Ends& ends, Handlers handlers)
{
    Ptr<DtlsAssociation> made(
        new DtlsAssociation(factory, factory->MakeDtlsServer(), ends, std::move(handlers)), false);
    made->Start();
    return made;
}

DtlsAssociation::DtlsAssociation(Ptr<TlsSocketFactory> factory,
                                 std::unique_ptr<imsfw::tls::DtlsSession> session,
                                 const Ends& ends,
                                 Handlers handlers)
    : m_factory(factory),
      m_session(std::move(session)),
      m_ends(ends),
      m_handlers(std::move(handlers)),
      m_timer(
          [this]
          {
              m_session->HandleTimeout(CoreNow());
              Drain();
          })
{
}

DtlsAssociation::~DtlsAssociation() = default;

void
DtlsAssociation::Start()
{
    m_session->Start(CoreNow());
    Drain();
}

void
DtlsAssociation::HandleInput(imsfw::ByteView datagram)
{
    if (!m_isClosed)
    {
        m_session->HandleInput(CoreNow(), datagram);
        Drain();
    }
}

void
DtlsAssociation::HandleLowerFailed(const imsfw::StreamFailure& failure)
{
    if (!m_isClosed)
    {
        m_session->HandleLowerFailed(CoreNow(), failure);
        Drain();
    }
}

void
DtlsAssociation::Send(imsfw::ByteView data)
{
    if (!m_isClosed)
    {
        m_session->Send(CoreNow(), data);
        Drain();
    }
}

void
DtlsAssociation::Close()
{
    if (!std::exchange(m_isClosed, true))
    {
        m_timer.Cancel();
        m_session->Close(CoreNow());
        SendAll();
    }
}

std::size_t
DtlsAssociation::GetDiscarded() const
{
    return m_session->GetDiscarded();
}

void
DtlsAssociation::SendAll()
{
    while (const auto datagram = m_session->PollTransmit())
    {
        m_handlers.onSend(*datagram);
    }
}

void
DtlsAssociation::Drain()
{
    if (m_isDraining)
    {
        return; // a handler called back in: the loop below goes on
    }
    const Ptr<DtlsAssociation> alive(this);
    m_isDraining = true;
    bool isBusy = true;
    while (isBusy && !m_isClosed)
    {
        SendAll();
        const auto event = m_session->PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Notify(*event);
        }
    }
    m_isDraining = false;
    if (!m_isClosed)
    {
        m_timer.Arm(m_session->NextTimeout());
    }
}

void
DtlsAssociation::Notify(const imsfw::StreamEvent& event)
{
    switch (event.type)
    {
    case imsfw::StreamEvent::Type::ESTABLISHED:
        m_factory->ReportDtlsHandshake(*m_session, m_ends.local, m_ends.remote);
        m_handlers.onOpen();
        return;
    case imsfw::StreamEvent::Type::DATA:
        m_handlers.onData(event.data);
        return;
    case imsfw::StreamEvent::Type::CLOSED:
        m_handlers.onClosed();
        return;
    case imsfw::StreamEvent::Type::FAILED:
        m_handlers.onFailure(event.failure);
        return;
    }
}

} // namespace imstls
} // namespace ns3
