// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-stream-framer.h.
#include "ims-turn-stream-framer.h"

#include "ims-turn-stun-constants.h"

namespace imsfw
{
namespace turn
{

void
StreamFramer::Push(ByteView bytes)
{
    if (m_error)
    {
        return;
    }
    m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(m_consumed));
    m_consumed = 0;
    Append(m_buffer, bytes);
}

std::optional<ByteView>
StreamFramer::Next()
{
    const ByteView rest = ByteView(m_buffer).Sub(m_consumed);
    if (m_error || rest.IsEmpty())
    {
        return std::nullopt;
    }
    const auto size = FrameSize(rest);
    if (!size || rest.Size() < *size)
    {
        return std::nullopt;
    }
    m_consumed += *size;
    return rest.Sub(0, *size);
}

ByteView
StreamFramer::TakeRest()
{
    const ByteView rest = ByteView(m_buffer).Sub(m_consumed);
    m_consumed = m_buffer.size();
    return rest;
}

std::optional<std::size_t>
StreamFramer::FrameSize(ByteView rest)
{
    const uint8_t first = rest[0];
    // RFC 8656 12, table 3: 0x00-0x3F is STUN, 0x40-0x4F a channel, everything else reserved here.
    if (first >= 0x80)
    {
        m_error = Error::NOT_TURN;
        return std::nullopt;
    }
    if (first > (m_lastChannel >> 8))
    {
        m_error = Error::BAD_CHANNEL;
        return std::nullopt;
    }
    ByteReader reader(rest.Sub(2));
    const auto length = reader.U16();
    if (!length)
    {
        return std::nullopt;
    }
    if (first >= (FIRST_CHANNEL >> 8))
    {
        return CHANNEL_HEADER_SIZE + (*length + 3U) / 4U * 4U;
    }
    if (*length % 4 != 0)
    {
        m_error = Error::BAD_LENGTH;
        return std::nullopt;
    }
    const auto cookie = reader.U32();
    if (cookie && *cookie != stun::MAGIC_COOKIE)
    {
        m_error = Error::BAD_COOKIE;
        return std::nullopt;
    }
    return stun::HEADER_SIZE + *length;
}

std::string_view
ToString(StreamFramer::Error error)
{
    switch (error)
    {
    case StreamFramer::Error::NOT_TURN:
        return "not-turn";
    case StreamFramer::Error::BAD_CHANNEL:
        return "bad-channel";
    case StreamFramer::Error::BAD_LENGTH:
        return "bad-length";
    case StreamFramer::Error::BAD_COOKIE:
        return "bad-cookie";
    }
    return "unknown";
}

} // namespace turn
} // namespace imsfw
