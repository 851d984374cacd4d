// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Cuts what comes over TCP or TLS into STUN messages and padded ChannelData messages.
///
/// RFC 8489 6.2.2 (STUN over streams is framed by its own length), RFC 8656 12.5 (ChannelData is padded). Bounded: no
/// frame is longer than its 16-bit length allows, and what can be no frame is an error after its first bytes, not after
/// a wait for more.
#pragma once

#include "base/bytes.h"
#include "ims-turn-channel-data.h"

#include <optional>
#include <string_view>

namespace imsfw
{
namespace turn
{

class StreamFramer
{
  public:
    enum class Error
    {
        NOT_TURN,    ///< the first bits are neither those of STUN nor of a channel
        BAD_CHANNEL, ///< a channel number above those that there may be
        BAD_LENGTH,  ///< a STUN length that is no multiple of four
        BAD_COOKIE,  ///< a STUN header without the magic cookie
    };

    /// @param lastChannel the highest channel number that there may be
    explicit StreamFramer(uint16_t lastChannel = LAST_CHANNEL) : m_lastChannel(lastChannel)
    {
    }

    /// Any number of bytes, any split. Invalidates what Next gave out.
    void Push(ByteView bytes);

    /// @return the next whole frame (with padding), valid until the next Push; nothing where there is none, or after an
    /// error.
    std::optional<ByteView> Next();

    /// @return all that is left: what follows is no TURN any more (RFC 6062 4.3). Valid until the next Push.
    ByteView TakeRest();

    /// @return what is wrong with the stream; it stays so, a framer cannot find its way back.
    std::optional<Error>
    GetError() const
    {
        return m_error;
    }

    std::size_t
    GetBuffered() const
    {
        return m_buffer.size() - m_consumed;
    }

  private:
    /// @return the size of the frame at the front, once it can be known.
    std::optional<std::size_t> FrameSize(ByteView rest);

    uint16_t m_lastChannel;
    Bytes m_buffer;
    std::size_t m_consumed{0};
    std::optional<Error> m_error;
};

/// @return "not-turn", ... as in traces.
std::string_view ToString(StreamFramer::Error error);

} // namespace turn
} // namespace imsfw
