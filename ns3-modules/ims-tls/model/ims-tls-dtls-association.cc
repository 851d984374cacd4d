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
              if (!m_lane.IsBusy()) // else armed anew when the CPU is done
              {
                  m_session->HandleTimeout(CoreNow());
                  Drain();
              }
          })
{
    m_lane.SetProcessor(imscpu::Processor::Of(m_ends.node));
    if (m_lane.HasProcessor())
    {
        m_session->MeterWork();
    }
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
    Do(true, datagram);
}

void
DtlsAssociation::Send(imsfw::ByteView data)
{
    Do(false, data);
}

void
DtlsAssociation::Do(bool isInput, imsfw::ByteView bytes)
{
    if (m_isClosed)
    {
        return;
    }
    if (m_lane.IsBusy())
    {
        Wait(isInput, bytes);
        return;
    }
    if (!isInput)
    {
        m_session->Send(CoreNow(), bytes);
        Drain();
        return;
    }
    const std::size_t discarded = m_session->GetDiscarded();
    m_session->HandleInput(CoreNow(), bytes);
    if (m_session->GetDiscarded() > discarded && m_handlers.onDiscarded)
    {
        m_handlers.onDiscarded(bytes.Size());
    }
    Drain();
}

void
DtlsAssociation::Wait(bool isInput, imsfw::ByteView bytes)
{
    if (m_waitingSize + bytes.Size() <= MAX_WAITING)
    {
        m_waitingSize += bytes.Size();
        m_waiting.Push({isInput, bytes.ToBytes()});
    }
    else if (m_handlers.onDiscarded)
    {
        m_handlers.onDiscarded(bytes.Size());
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
DtlsAssociation::Close()
{
    if (std::exchange(m_isClosed, true))
    {
        return;
    }
    m_timer.Cancel();
    m_lane.Clear();
    while (const auto output = m_computing.Poll())
    {
        Release(*output);
    }
    while (const auto waiting = m_waiting.Poll())
    {
        if (!waiting->isInput)
        {
            m_session->Send(CoreNow(), waiting->bytes);
        }
    }
    m_session->Close(CoreNow());
    ReportTraffic();
    Release(PollOutput());
    m_lane.Do(m_session->TakeWork(), [] {});
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
    while (!m_isClosed && TakeOutput())
    {
    }
    m_isDraining = false;
    if (!m_isClosed)
    {
        m_timer.Arm(m_session->NextTimeout());
    }
}

DtlsAssociation::Output
DtlsAssociation::PollOutput()
{
    Output output;
    while (auto datagram = m_session->PollTransmit())
    {
        output.transmits.push_back(std::move(*datagram));
    }
    while (auto event = m_session->PollEvent())
    {
        output.events.push_back(std::move(*event));
    }
    return output;
}

bool
DtlsAssociation::TakeOutput()
{
    ReportTraffic();
    Output output = PollOutput();
    const imsfw::WorkList work = m_session->TakeWork();
    if (output.transmits.empty() && output.events.empty() && work.empty())
    {
        return false;
    }
    m_computing.Push(std::move(output));
    m_lane.Do(work, [this] { HandleComputed(); });
    return true;
}

void
DtlsAssociation::HandleComputed()
{
    const Ptr<DtlsAssociation> alive(this);
    const auto output = m_computing.Poll();
    const bool wasDraining = std::exchange(m_isDraining, true);
    Release(*output);
    m_isDraining = wasDraining;
    if (wasDraining)
    {
        return; // it took no time: the loop in Drain goes on
    }
    Drain();
    while (!m_isClosed && !m_lane.IsBusy() && !m_waiting.IsEmpty())
    {
        const auto next = m_waiting.Poll();
        m_waitingSize -= next->bytes.size();
        Do(next->isInput, next->bytes);
    }
}

void
DtlsAssociation::Release(const Output& output)
{
    for (const auto& datagram : output.transmits)
    {
        m_handlers.onSend(datagram);
    }
    for (const auto& event : output.events)
    {
        if (m_isClosed)
        {
            return;
        }
        Notify(event);
    }
}

void
DtlsAssociation::Notify(const imsfw::StreamEvent& event)
{
    switch (event.type)
    {
    case imsfw::StreamEvent::Type::ESTABLISHED:
        m_factory->ReportHandshake(*m_session, m_lane.GetCost(), m_ends.local, m_ends.remote);
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

void
DtlsAssociation::ReportTraffic()
{
    for (const auto& piece : m_session->TakeTraffic())
    {
        m_factory->ReportTraffic(piece, m_ends.local, m_ends.remote);
    }
}

} // namespace imstls
} // namespace ns3
