// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A layer that makes one byte stream out of another: TLS over TCP, a CONNECT tunnel over TCP.
///
/// This is the project's sans-IO contract in its stream form. A layer never reads a clock, schedules, draws randomness
/// that was not handed in, logs or throws on input. Its driver keeps **one invariant**: after every call that takes
/// `now`, it drains PollTransmit, then PollEvent, then re-arms one timer for NextTimeout; only then comes the next call.
///
///     layer.HandleInput(now, bytes);
///     while (auto out = layer.PollTransmit()) { lower.Send(*out); }
///     while (auto event = layer.PollEvent())  { upper.Notify(*event); }
///     timer.Arm(layer.NextTimeout());
#pragma once

#include "base/bytes.h"
#include "base/time.h"

#include <optional>
#include <string>

namespace imsfw
{

/// Why a layer (or the connection below it) ended without being asked to.
struct StreamFailure
{
    std::string layer; ///< "tcp", "http-connect", "tls"
    std::string
        reason; ///< kebab-case, from the layer's closed list: "timeout", "reset", "proxy-refused", "alert-received", ...
    std::string detail; ///< for people: "403 Forbidden", "handshake_failure"
};

/// What a layer tells the user above it.
struct StreamEvent
{
    enum class Type
    {
        ESTABLISHED, ///< the stream is open; Write may be used. At most once, before any DATA.
        DATA,        ///< bytes for the user, in order
        CLOSED,      ///< the peer closed in an orderly way; nothing follows
        FAILED,      ///< the stream is dead; `failure` says why; nothing follows
    };

    Type type;
    Bytes data;            ///< DATA only
    StreamFailure failure; ///< FAILED only
};

class StreamLayer
{
  public:
    virtual ~StreamLayer() = default;

    /// The connection below is open: a client begins its part of the protocol here, a server starts waiting.
    virtual void Start(TimePoint now) = 0;

    /// Bytes came from below. Any number, any split.
    virtual void HandleInput(TimePoint now, ByteView bytes) = 0;

    /// The connection below ended: in an orderly way (no @p failure) or by one.
    virtual void HandleLowerClosed(TimePoint now, const std::optional<StreamFailure>& failure) = 0;

    /// The user above has bytes to send. @pre ESTABLISHED was polled, Close was not called.
    virtual void Write(TimePoint now, ByteView bytes) = 0;

    /// The user above is done: say so to the peer as the protocol wants it (TLS: close_notify).
    virtual void Close(TimePoint now) = 0;

    virtual void HandleTimeout(TimePoint now) = 0;

    /// @return the next bytes for the connection below; nothing when all were given out.
    virtual std::optional<Bytes> PollTransmit() = 0;

    /// @return the next event for the user above; nothing when all were given out.
    virtual std::optional<StreamEvent> PollEvent() = 0;

    /// @return when HandleTimeout wants to be called; nothing for never.
    virtual std::optional<TimePoint> NextTimeout() const = 0;

    /// @return the most bytes that Write may make out of @p size bytes, for flow control below.
    virtual std::size_t MaxExpansion(std::size_t size) const = 0;
};

} // namespace imsfw
