// SPDX-License-Identifier: GPL-2.0-only
#include "driver-dtls.h"

#include "driver-socket.h"

#include <utility>

namespace imsfw::driver
{

DtlsPort::DtlsPort(Loop& loop, const Endpoint& local, Maker accept, Handlers handlers)
    : m_loop(loop),
      m_socket(OpenUdp(local)),
      m_accept(std::move(accept)),
      m_handlers(std::move(handlers))
{
    m_loop.Watch(m_socket, [this] { Receive(); });
    m_loop.AddTimer(
        this, [this] { return NextTimeout(); }, [this] { HandleExpired(); });
}

DtlsPort::~DtlsPort()
{
    m_loop.RemoveTimer(this);
    m_loop.Forget(m_socket);
    CloseSocket(m_socket);
}

void
DtlsPort::Connect(const Endpoint& peer, std::unique_ptr<tls::DtlsSession> session)
{
    tls::DtlsSession& made = *(m_sessions[peer] = std::move(session));
    made.Start(Now());
    Drain(peer, made);
}

void
DtlsPort::Send(const Endpoint& peer, ByteView data)
{
    const auto found = m_sessions.find(peer);
    if (found != m_sessions.end())
    {
        found->second->Send(Now(), data);
        Drain(peer, *found->second);
    }
}

void
DtlsPort::Receive()
{
    while (const auto got = ReceiveDatagram(m_socket))
    {
        if (m_sessions.count(got->first) == 0 && m_accept)
        {
            Connect(got->first, m_accept());
        }
        const auto found = m_sessions.find(got->first);
        if (found != m_sessions.end())
        {
            found->second->HandleInput(Now(), got->second);
            Drain(got->first, *found->second);
        }
    }
}

std::optional<TimePoint>
DtlsPort::NextTimeout() const
{
    std::optional<TimePoint> next;
    for (const auto& [peer, session] : m_sessions)
    {
        next = Earlier(next, session->NextTimeout());
    }
    return next;
}

void
DtlsPort::HandleExpired()
{
    for (const auto& [peer, session] : m_sessions)
    {
        session->HandleTimeout(Now());
        Drain(peer, *session);
    }
}

void
DtlsPort::Drain(const Endpoint& peer, tls::DtlsSession& session)
{
    bool isBusy = true;
    while (isBusy)
    {
        while (const auto datagram = session.PollTransmit())
        {
            SendDatagram(m_socket, peer, *datagram);
        }
        const auto event = session.PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Tell(peer, session, *event);
        }
    }
}

void
DtlsPort::Tell(const Endpoint& peer, const tls::DtlsSession& session, const StreamEvent& event)
{
    switch (event.type)
    {
    case StreamEvent::Type::ESTABLISHED:
        return m_handlers.onOpen(peer, session.GetInfo());
    case StreamEvent::Type::DATA:
        return m_handlers.onData(peer, event.data);
    case StreamEvent::Type::CLOSED:
        return m_handlers.onEnd(peer, std::nullopt);
    case StreamEvent::Type::FAILED:
        return m_handlers.onEnd(peer, event.failure);
    }
}

} // namespace imsfw::driver
