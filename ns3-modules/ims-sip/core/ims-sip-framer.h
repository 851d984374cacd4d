// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Cuts a byte stream (TCP, TLS) into SIP messages and keep-alives.
///
/// RFC 3261 18.3: messages on a stream are framed by Content-Length, which they must have. RFC 5626 3.5.1 and 4.4.1:
/// CRLF CRLF between messages is a ping, a single CRLF a pong. The framer does not parse what it cuts, except that it
/// finds the empty line and that one header. Bounded: a stream that breaks the limits is dead, as no new start can be
/// found in it.
#pragma once

#include "base/byte-queue.h"
#include "base/bytes.h"
#include "ims-sip-message.h"

#include <optional>
#include <string_view>

namespace imsfw::sip
{

class SipFramer
{
  public:
    struct Frame
    {
        enum class Type
        {
            MESSAGE, ///< `bytes` is one whole message
            PING,    ///< CRLF CRLF: to be answered by a CRLF
            PONG,    ///< CRLF
            BROKEN,  ///< no way to go on; `error` says why. Nothing follows.
        };

        Type type;
        Bytes bytes;
        SipError error{SipError::MALFORMED};
    };

    /// Any number of bytes, split anywhere.
    void HandleInput(ByteView bytes);

    /// @return the next frame; nothing where more bytes are needed.
    std::optional<Frame> Poll();

    /// Which end of the connection we are: only who waits for a pong takes a lone CRLF for one at once. Without it, a
    /// CRLF waits for the byte behind it, as it may be the first half of a ping.
    void SetExpectsPong(bool expectsPong);

    /// @return whether something has begun that is not whole yet.
    bool
    HasPartial() const
    {
        return !m_buffer.IsEmpty();
    }

  private:
    std::optional<Frame> PollKeepAlive(std::string_view text);
    Frame Break(SipError error);

    ByteQueue m_buffer;
    bool m_expectsPong{false};
    bool m_isBroken{false};
};

} // namespace imsfw::sip
