// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Packets over a stream, each behind its length in two bytes.
///
/// RFC 4571 2, as RFC 6544 3 uses it for everything over the TCP candidates of ICE: STUN, RTP and RTCP alike. Any length
/// is good, so no input can be malformed; what is kept is at most one packet that is not whole yet.
#pragma once

#include "base/bytes.h"

#include <optional>

namespace imsfw::ice
{

class PacketFramer
{
  public:
    /// Any number of bytes, any split. Invalidates what Next gave out.
    void Push(ByteView bytes);

    /// @return the next whole packet (empty for the "null packet" of RFC 4571 2), valid until the next Push.
    std::optional<ByteView> Next();

    /// @return bytes of a packet that is not whole yet, its length included.
    std::size_t
    GetBuffered() const
    {
        return m_buffer.size() - m_consumed;
    }

    /// @return @p packet behind its length. @pre packet.Size() <= 65535
    static Bytes Frame(ByteView packet);

  private:
    Bytes m_buffer;
    std::size_t m_consumed{0};
};

} // namespace imsfw::ice
