// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-stream.h"

#include "ims-tls-keeper.h"

#include "ns3/simulator.h"

#include <algorithm>

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
}

Stream::~Stream()
{
    m_failEvent.Cancel();
}

Ptr<Stream>
Stream::Connect(Ptr<SocketFactory> factory, const Address& destination, Handlers handlers)
{
    Ptr<Socket> socket = factory->CreateSocket();
    Ptr<Stream> stream(new Stream(socket, false, std::move(handlers)), false);
    socket->Bind();
    if (socket->Connect(destination) != 0)
    {
        stream->m_failEvent = Simulator::ScheduleNow(
            [weak = PeekPointer(stream)] {
                weak->HandleEnd(
                    imsfw::StreamFailure{"tcp", "unreachable", "no route to the destination"});
            });
    }
    return stream;
}

Ptr<Stream>
Stream::Adopt(Ptr<Socket> socket, Handlers handlers)
{
    return Ptr<Stream>(new Stream(socket, true, std::move(handlers)), false);
}

void
Stream::FailLater()
{
    HandleEnd(imsfw::StreamFailure{"tcp", "unreachable", "no route to the destination"});
}

void
Stream::HandleConnected()
{
    const Ptr<Stream> alive(this);
    m_isConnected = true;
    if (!m_isOver && m_handlers.onConnected)
    {
        m_handlers.onConnected();
    }
    Flush();
}

void
Stream::HandleReadable()
{
    const Ptr<Stream> alive(this);
    while (m_isReading || m_isOver)
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
        HandleReadable();
    }
}

void
Stream::HandleEnd(const std::optional<imsfw::StreamFailure>& failure)
{
    const Ptr<Stream> alive(this);
    HandleReadable(); // what came before the end comes first
    const bool wasOver = std::exchange(m_isOver, true);
    m_queue.clear();
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
        imsfw::Append(m_queue, bytes);
        Flush();
    }
}

void
Stream::Flush()
{
    const Ptr<Stream> alive(this);
    std::size_t sent = 0;
    while (m_isConnected && sent < m_queue.size() && !m_watch->IsOver())
    {
        const std::size_t size =
            std::min<std::size_t>(m_queue.size() - sent, m_socket->GetTxAvailable());
        const int taken =
            size == 0 ? 0 : m_socket->Send(ToPacket(imsfw::ByteView(m_queue).Sub(sent, size)), 0);
        if (taken <= 0)
        {
            break; // the send callback comes when there is room
        }
        sent += taken;
    }
    m_queue.erase(m_queue.begin(), m_queue.begin() + sent);
    if (m_isClosing && m_queue.empty())
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
        m_queue.clear();
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
    m_queue.clear();
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
    Address address;
    m_socket->GetSockName(address);
    return ToEndpoint(address);
}

imsfw::Endpoint
Stream::GetRemote() const
{
    Address address;
    m_socket->GetPeerName(address);
    return ToEndpoint(address);
}

std::size_t
Stream::GetQueued() const
{
    return m_queue.size();
}

} // namespace imstls
} // namespace ns3
