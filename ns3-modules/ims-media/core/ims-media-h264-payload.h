// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The H.264 payload format as far as a measured stream needs it (RFC 6184): single NAL units and FU-A fragments.
///
///     |F|NRI|  type  |            type 28: FU-A, followed by |S|E|R|  type  | of the NAL unit
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>

namespace imsfw::rtp
{

constexpr uint8_t H264_KEY_HEADER = 0x65;       ///< NRI 3, type 5: a slice of an IDR picture
constexpr uint8_t H264_OTHER_HEADER = 0x41;     ///< NRI 2, type 1: a slice of another picture
constexpr std::size_t H264_FRAGMENT_HEADER = 2; ///< FU indicator and FU header

/// A piece of a frame, or all of it.
struct H264Piece
{
    bool isFirst;
    bool isLast;
    bool isKey;
    std::size_t size; ///< bytes of coded video
};

/// @return one FU-A packet's payload.
Bytes WriteFragment(uint8_t nalHeader, bool isFirst, bool isLast, ByteView coded);

/// @return nothing where @p payload is neither a NAL unit of a picture nor a fragment of one.
std::optional<H264Piece> ParseH264(ByteView payload);

} // namespace imsfw::rtp
