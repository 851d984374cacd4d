// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-channel-data.h.
#include "ims-turn-channel-data.h"

#include <algorithm>

namespace imsfw
{
namespace turn
{

std::optional<ChannelData>
ChannelData::Parse(ByteView bytes, uint16_t last)
{
    // By hand rather than with a ByteReader: this is done for every packet that is relayed.
    if (bytes.Size() < CHANNEL_HEADER_SIZE)
    {
        return std::nullopt;
    }
    const auto channel = static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
    const auto length = static_cast<std::size_t>(bytes[2] << 8 | bytes[3]);
    if (!IsChannel(channel, last) || length > bytes.Size() - CHANNEL_HEADER_SIZE)
    {
        return std::nullopt;
    }
    return ChannelData{channel, bytes.Sub(CHANNEL_HEADER_SIZE, length)};
}

Bytes
MakeChannelData(uint16_t channel, ByteView data, stun::TransportMode mode)
{
    Bytes frame;
    WriteChannelData(frame, channel, data, mode);
    return frame;
}

void
WriteChannelData(Bytes& frame, uint16_t channel, ByteView data, stun::TransportMode mode)
{
    // One allocation at most: this is made for every packet that is relayed.
    const std::size_t size = CHANNEL_HEADER_SIZE + data.Size();
    const std::size_t padding = mode == stun::TransportMode::STREAM ? (4 - size % 4) % 4 : 0;
    frame.assign(size + padding, 0);
    frame[0] = static_cast<uint8_t>(channel >> 8);
    frame[1] = static_cast<uint8_t>(channel);
    frame[2] = static_cast<uint8_t>(data.Size() >> 8);
    frame[3] = static_cast<uint8_t>(data.Size());
    std::copy(data.begin(), data.end(), frame.begin() + CHANNEL_HEADER_SIZE);
}

} // namespace turn
} // namespace imsfw
