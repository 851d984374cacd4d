// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-channel-data.h.
#include "ims-turn-channel-data.h"

namespace imsfw
{
namespace turn
{

std::optional<ChannelData>
ChannelData::Parse(ByteView bytes)
{
    ByteReader reader(bytes);
    const auto channel = reader.U16();
    const auto data = reader.TakePrefixed16();
    if (!channel || !IsChannel(*channel) || !data)
    {
        return std::nullopt;
    }
    return ChannelData{*channel, *data};
}

Bytes
MakeChannelData(uint16_t channel, ByteView data, stun::TransportMode mode)
{
    // One allocation: this is made for every packet that is relayed.
    const std::size_t size = CHANNEL_HEADER_SIZE + data.Size();
    const std::size_t padding = mode == stun::TransportMode::STREAM ? (4 - size % 4) % 4 : 0;
    Bytes frame;
    frame.reserve(size + padding);
    frame.push_back(static_cast<uint8_t>(channel >> 8));
    frame.push_back(static_cast<uint8_t>(channel));
    frame.push_back(static_cast<uint8_t>(data.Size() >> 8));
    frame.push_back(static_cast<uint8_t>(data.Size()));
    frame.insert(frame.end(), data.begin(), data.end());
    frame.resize(size + padding);
    return frame;
}

} // namespace turn
} // namespace imsfw
