// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// ChannelData, the four-byte frame around relayed data (RFC 8656 12.4, 12.5).
#pragma once

#include "base/bytes.h"
#include "ims-turn-transaction.h"

#include <optional>

namespace imsfw
{
namespace turn
{

/// RFC 8656 12: channel numbers go from 0x4000 to 0x4FFF.
constexpr uint16_t FIRST_CHANNEL = 0x4000;
constexpr uint16_t LAST_CHANNEL = 0x4FFF;
/// RFC 5766 11 had them go further, and clients of its time still do.
constexpr uint16_t LAST_CHANNEL_RFC5766 = 0x7FFE;

constexpr std::size_t CHANNEL_HEADER_SIZE = 4;

constexpr bool
IsChannel(uint32_t number, uint16_t last = LAST_CHANNEL)
{
    return number >= FIRST_CHANNEL && number <= last;
}

struct ChannelData
{
    uint16_t channel{0};
    ByteView data; ///< of the bytes that were parsed

    /// @return nothing where @p bytes is no ChannelData or shorter than it says; what follows its data is padding.
    /// @param last channel number that there may be
    static std::optional<ChannelData> Parse(ByteView bytes, uint16_t last = LAST_CHANNEL);
};

/// @return the frame around @p data: RFC 8656 12.5: over streams "MUST be padded to a multiple of four bytes", over UDP
/// it is not. @pre data is not longer than 65535 bytes
Bytes MakeChannelData(uint16_t channel, ByteView data, stun::TransportMode mode);
/// The same into @p frame, whatever was in it before.
void WriteChannelData(Bytes& frame, uint16_t channel, ByteView data, stun::TransportMode mode);

} // namespace turn
} // namespace imsfw
