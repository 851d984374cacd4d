// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-packet-framer.h.
#include "ims-turn-packet-framer.h"

namespace imsfw::ice
{

namespace
{

constexpr std::size_t LENGTH_SIZE = 2;

} // namespace

void
PacketFramer::Push(ByteView bytes)
{
    m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(m_consumed));
    m_consumed = 0;
    Append(m_buffer, bytes);
}

std::optional<ByteView>
PacketFramer::Next()
{
    ByteReader reader(ByteView(m_buffer).Sub(m_consumed));
    const auto packet = reader.TakePrefixed16();
    if (packet)
    {
        m_consumed += LENGTH_SIZE + packet->Size();
    }
    return packet;
}

Bytes
PacketFramer::Frame(ByteView packet)
{
    ByteWriter writer;
    writer.U16(static_cast<uint16_t>(packet.Size()));
    writer.Put(packet);
    return writer.Finish();
}

} // namespace imsfw::ice
