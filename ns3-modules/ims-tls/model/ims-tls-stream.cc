// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-stream.h"

#include "ims-tls-keeper.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3
{
namespace imstls
{

Stream::Stream(Ptr<Socket> socket, bool isConnected, Handlers handlers)
    : m_socket(socket), m_handlers(std::move(handlers)), m_isConnected(isConnected)
{
    SocketWatch::Handlers watch;
    watch.onConnected = [this] { HandleConnected(); };
    watch.onReadable = [this] { HandleReadable(); };
    watch.onWritable = [this] { Flush(); };
    watch.onEnd = [this](const auto& failure) { HandleEnd(failure); };
    m_watch = std::make_unique<SocketWatch>(socket, isConnected, std::move(watch));
    if (isConnected)
    {
        NoteEndpoints();
    }
}

Stream::~Stream()
{
    m_failEvent.Cancel();
}

Ptr<Stream>
Stream::Connect(Ptr<SocketFactory> factory, const Address& destination, Handlers handlers)
{
    const Ptr<Socket> socket = factory->CreateSocket();
    socket->Bind();
    return ConnectBound(socket, destination, std::move(handlers));
}

Ptr<Stream>
Stream::ConnectBound(Ptr<Socket> socket, const Address& destination, Handlers handlers)
{
    Ptr<Stream> stream(new Stream(socket, false, std::move(handlers)), false);
    if (socket->Connect(destination) != 0)
    {
        stream->m_failEvent = Simulator::ScheduleNow(&Stream::FailToConnect, PeekPointer(stream));
    }
    return stream;
}

Ptr<Stream>
Stream::Adopt(Ptr<Socket> socket, Handlers handlers)
{
    return Ptr<Stream>(new Stream(socket, true, std::move(handlers)), false);
}

void
Stream::FailToConnect()
{
    HandleEnd(imsfw::StreamFailure{"tcp", "unreachable", "no route to the destination"});
}

void
Stream::NoteEndpoints()
{
    Address address;
    m_socket->GetSockName(address);
    m_local = ToEndpoint(address);
    m_socket->GetPeerName(address);
    m_remote = ToEndpoint(address);
}

void
Stream::HandleConnected()
{
    const Ptr<Stream> alive(this);
    m_isConnected = true;
    NoteEndpoints();
    if (!m_isOver && m_handlers.onConnected)
    {
        m_handlers.onConnected();
    }
    Flush();
}

void
Stream::HandleReadable()
{
    Read(false);
}

void
Stream::Read(bool isLast)
{
    const Ptr<Stream> alive(this);
    while (m_isReading || m_isOver || isLast)
    {
        const Ptr<Packet> packet = m_socket->Recv();
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        // Read even when nobody listens any more: TCP answers unread data with a reset.
        if (!m_isOver && m_handlers.onData)
        {
            m_handlers.onData(ToBytes(packet));
        }
    }
}

void
Stream::SetReading(bool isReading)
{
    const bool goesOn = isReading && !m_isReading;
    m_isReading = isReading;
    if (goesOn)
    {
        const Ptr<Stream> alive(this);
        const bool hadUnread = m_socket->GetRxAvailable() > 0;
        HandleReadable();
        if (hadUnread && !m_isOver)
        {
            m_watch->AnnounceRoom();
        }
    }
}

void
Stream::HandleEnd(const std::optional<imsfw::StreamFailure>& failure)
{
    const Ptr<Stream> alive(this);
    Read(true); // what came before the end comes first, wanted now or not
    const bool wasOver = std::exchange(m_isOver, true);
    m_queue.Clear();
    m_socket->Close();
    Keeper<Stream>::Release(this);
    if (wasOver)
    {
        return;
    }
    if (failure && m_handlers.onFailure)
    {
        m_handlers.onFailure(*failure);
    }
    if (!failure && m_handlers.onClosed)
    {
        m_handlers.onClosed();
    }
}

void
Stream::Send(imsfw::ByteView bytes)
{
    if (!m_isOver)
    {
        m_queue.Push(bytes);
        Flush();
    }
}

void
Stream::Flush()
{
    const Ptr<Stream> alive(this);
    const bool hadSome = !m_queue.IsEmpty();
    while (m_isConnected && !m_queue.IsEmpty() && !m_watch->IsOver())
    {
        const imsfw::ByteView next = m_queue.Peek(m_socket->GetTxAvailable());
        const int taken = next.IsEmpty() ? 0 : m_socket->Send(ToPacket(next), 0);
        if (taken <= 0)
        {
            return; // the send callback comes when there is room
        }
        m_queue.Skip(static_cast<std::size_t>(taken));
    }
    if (hadSome && m_queue.IsEmpty() && !m_isOver && m_handlers.onDrained)
    {
        m_handlers.onDrained();
    }
    if (m_isClosing && m_queue.IsEmpty())
    {
        m_isClosing = false;
        CloseSocket();
    }
}

void
Stream::CloseSocket()
{
    HandleReadable(); // ns-3's TCP answers a close with unread data by a RST
    m_socket->Close();
    if (!DynamicCast<TcpSocket>(m_socket))
    {
        Keeper<Stream>::Release(
            this); // a layered socket says nothing after Close, and reads on by itself
    }
}

void
Stream::Close()
{
    if (m_isOver)
    {
        return;
    }
    m_isOver = true;
    m_isClosing = true;
    m_failEvent.Cancel();
    if (!m_isConnected)
    {
        m_queue.Clear();
    }
    Keeper<Stream>::Hold(this);
    Flush();
}

void
Stream::Abort()
{
    const Ptr<Stream> alive(this);
    m_isOver = true;
    m_failEvent.Cancel();
    m_queue.Clear();
    if (!m_watch->IsOver())
    {
        CloseSocket();
    }
    Keeper<Stream>::Release(this);
}

Ptr<Socket>
Stream::GetSocket() const
{
    return m_socket;
}

imsfw::Endpoint
Stream::GetLocal() const
{
    return m_local;
}

imsfw::Endpoint
Stream::GetRemote() const
{
    return m_remote;
}

std::size_t
Stream::GetQueued() const
{
    return m_queue.Size();
}

} // namespace imstls
} // namespace ns3
