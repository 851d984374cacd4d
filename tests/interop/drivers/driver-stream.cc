// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Bytes and events on their way through the layers.
#include "driver-stream.h"

#include "driver-socket.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace imsfw::driver
{

namespace
{

StreamFailure
ToFailure(int error)
{
    const char* reason = error == ECONNREFUSED ? "refused"
                         : error == ECONNRESET ? "reset"
                         : error == ETIMEDOUT  ? "timeout"
                                               : "broken";
    return {"tcp", reason, std::strerror(error)};
}

} // namespace

Stream::Stream(Loop& loop, int socket, Layers layers, Handlers handlers)
    : m_loop(loop), m_socket(socket), m_layers(std::move(layers)), m_handlers(std::move(handlers))
{
    m_loop.WatchWritable(m_socket, [this] { HandleConnected(); });
    m_loop.AddTimer(
        this, [this] { return NextTimeout(); }, [this] { HandleExpired(); });
}

Stream::~Stream()
{
    m_loop.RemoveTimer(this);
    m_loop.Forget(m_socket);
    close(m_socket);
}

void
Stream::HandleConnected()
{
    if (const int error = TakeError(m_socket))
    {
        m_loop.Forget(m_socket);
        return End(m_layers.size(), ToFailure(error));
    }
    m_loop.Watch(m_socket, [this] { HandleReadable(); });
    Start(0);
}

void
Stream::HandleReadable()
{
    std::array<uint8_t, 16384> buffer{};
    const ssize_t count = recv(m_socket, buffer.data(), buffer.size(), 0);
    if (count > 0)
    {
        return m_isClosing ? void() : Feed(0, ByteView(buffer.data(), count));
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
    {
        return;
    }
    const auto failure = count < 0 ? std::make_optional(ToFailure(errno)) : std::nullopt;
    m_loop.Forget(m_socket);
    End(0, failure);
}

std::optional<TimePoint>
Stream::NextTimeout() const
{
    std::optional<TimePoint> next;
    for (const auto& layer : m_layers)
    {
        next = Earlier(next, layer->NextTimeout());
    }
    return next;
}

void
Stream::HandleExpired()
{
    for (std::size_t level = 0; level < m_layers.size(); ++level)
    {
        const auto next = m_layers[level]->NextTimeout();
        if (next && *next <= Now())
        {
            m_layers[level]->HandleTimeout(Now());
            Drain(level);
        }
    }
}

void
Stream::Start(std::size_t level)
{
    if (level == m_layers.size())
    {
        return m_handlers.onOpen();
    }
    m_layers[level]->Start(Now());
    Drain(level);
}

void
Stream::Feed(std::size_t level, ByteView bytes)
{
    if (level == m_layers.size())
    {
        return m_handlers.onData(bytes);
    }
    m_layers[level]->HandleInput(Now(), bytes);
    Drain(level);
}

void
Stream::End(std::size_t level, const std::optional<StreamFailure>& failure)
{
    if (level < m_layers.size())
    {
        m_layers[level]->HandleLowerClosed(Now(), failure);
        return Drain(level);
    }
    if (!std::exchange(m_isOver, true))
    {
        m_handlers.onEnd(failure);
    }
}

void
Stream::Drain(std::size_t level)
{
    bool isBusy = true;
    while (isBusy)
    {
        while (const auto bytes = m_layers[level]->PollTransmit())
        {
            SendBelow(level, *bytes);
        }
        const auto event = m_layers[level]->PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            HandleEvent(level, *event);
        }
    }
}

void
Stream::HandleEvent(std::size_t level, const StreamEvent& event)
{
    switch (event.type)
    {
    case StreamEvent::Type::ESTABLISHED:
        return Start(level + 1);
    case StreamEvent::Type::DATA:
        return Feed(level + 1, event.data);
    case StreamEvent::Type::CLOSED:
        return End(level + 1, std::nullopt);
    case StreamEvent::Type::FAILED:
        return End(level + 1, event.failure);
    }
}

void
Stream::SendBelow(std::size_t level, ByteView bytes)
{
    if (level == 0)
    {
        Append(m_waiting, bytes);
        return Flush();
    }
    m_layers[level - 1]->Write(Now(), bytes);
    Drain(level - 1);
}

void
Stream::Flush()
{
    if (!m_waiting.empty())
    {
        const ssize_t count = send(m_socket, m_waiting.data(), m_waiting.size(), MSG_NOSIGNAL);
        m_waiting.erase(m_waiting.begin(), m_waiting.begin() + (count > 0 ? count : 0));
        if (!m_waiting.empty() && (count > 0 || errno == EAGAIN))
        {
            m_loop.WatchWritable(m_socket, [this] { Flush(); });
            return;
        }
    }
    if (m_isClosing && !std::exchange(m_isShut, true))
    {
        shutdown(m_socket, SHUT_WR);
    }
}

void
Stream::Send(ByteView bytes)
{
    if (!m_isOver && !m_isClosing)
    {
        SendBelow(m_layers.size(), bytes);
    }
}

void
Stream::Close()
{
    if (m_isOver || m_isClosing)
    {
        return;
    }
    if (!m_layers.empty())
    {
        m_layers.back()->Close(Now());
        Drain(m_layers.size() - 1);
    }
    m_isClosing = true;
    Flush();
}

} // namespace imsfw::driver
