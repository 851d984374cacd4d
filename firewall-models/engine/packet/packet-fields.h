// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Fields of a packet at known offsets, read and written in place; the caller has checked the packet's size.
#pragma once

#include "base/bytes.h"

namespace imsfw::engine
{

/// @pre at + 2 <= bytes.Size()
inline uint16_t
Get16(ByteView bytes, std::size_t at)
{
    return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

/// @pre at + 4 <= bytes.Size()
inline uint32_t
Get32(ByteView bytes, std::size_t at)
{
    return static_cast<uint32_t>(Get16(bytes, at)) << 16 | Get16(bytes, at + 2);
}

/// @pre at + 2 <= bytes.size()
inline void
Put16(Bytes& bytes, std::size_t at, uint16_t value)
{
    bytes[at] = static_cast<uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<uint8_t>(value);
}

/// @pre at + 4 <= bytes.size()
inline void
Put32(Bytes& bytes, std::size_t at, uint32_t value)
{
    Put16(bytes, at, static_cast<uint16_t>(value >> 16));
    Put16(bytes, at + 2, static_cast<uint16_t>(value));
}

} // namespace imsfw::engine
