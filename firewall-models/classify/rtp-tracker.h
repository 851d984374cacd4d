// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RTP by plausibility over several packets, RTCP by its own validity check: RFC 3550 5.1, 6.4, A.1 and A.2, RFC 5761 4.
///
/// A single packet cannot be told from noise, so RTP needs NEEDED packets of one source whose sequence numbers go up by
/// at most MAX_DROPOUT at a time. SRTP looks the same to a firewall and counts as RTP. At most SOURCES sources are
/// followed at once; the one heard of longest ago makes room.
#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>

namespace imsfw::classify
{

class RtpTracker
{
  public:
    static constexpr unsigned NEEDED = 3;
    static constexpr uint16_t MAX_DROPOUT = 100;
    static constexpr std::size_t SOURCES = 8;

    /// Take a packet.
    /// @param prefix its first bytes, 12 or more where it has them
    /// @param total its whole length
    /// @return true where it and those before it are plausible RTP.
    bool Push(ByteView prefix, std::size_t total);

  private:
    struct Source
    {
        uint32_t ssrc{0};
        uint16_t sequence{0};
        unsigned inOrder{0}; ///< packets in a row that fitted; 0: slot unused
        uint64_t lastUse{0};
    };

    Source& FindSlot(uint32_t ssrc);

    std::array<Source, SOURCES> m_sources;
    uint64_t m_uses{0};
};

/// @return whether a packet is a compound RTCP packet (or a reduced-size one, RFC 5506) by all the headers in @p prefix.
bool IsRtcp(ByteView prefix, std::size_t total);

} // namespace imsfw::classify
