// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TCP connection of this machine with any number of stream layers (CONNECT, TLS) on top.
#pragma once

#include "base/stream-layer.h"
#include "driver-loop.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace imsfw::driver
{

class Stream
{
  public:
    using Layers = std::vector<std::unique_ptr<StreamLayer>>;

    /// None of them may destroy the stream; Loop::Later may.
    struct Handlers
    {
        std::function<void()> onOpen;
        std::function<void(ByteView)> onData;
        /// Once, and nothing after it. Without a failure, the peer has closed.
        std::function<void(const std::optional<StreamFailure>&)> onEnd;
    };

    /// @param socket connected or on its way to it; closed with this. @param layers the lowest first
    Stream(Loop& loop, int socket, Layers layers, Handlers handlers);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void Send(ByteView bytes);
    /// Say goodbye as the layers want it, send what is left, and take no more notice of the peer.
    void Close();

    /// What became of the connection below the layers.
    int
    Socket() const
    {
        return m_socket;
    }

  private:
    void HandleConnected();
    void HandleReadable();
    void HandleExpired();
    std::optional<TimePoint> NextTimeout() const;
    /// Tell the layer at @p level (the user, above the last one) what comes from below.
    void Start(std::size_t level);
    void Feed(std::size_t level, ByteView bytes);
    void End(std::size_t level, const std::optional<StreamFailure>& failure);
    void Drain(std::size_t level);
    void HandleEvent(std::size_t level, const StreamEvent& event);
    /// Send from below the layer at @p level.
    void SendBelow(std::size_t level, ByteView bytes);
    void Flush();

    Loop& m_loop;
    int m_socket;
    Layers m_layers;
    Handlers m_handlers;
    Bytes m_waiting; ///< for the kernel to take
    bool m_isClosing{false};
    bool m_isShut{false};
    bool m_isOver{false}; ///< onEnd was called
};

} // namespace imsfw::driver
