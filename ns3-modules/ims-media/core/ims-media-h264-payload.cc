// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-h264-payload.h"

namespace imsfw::rtp
{

namespace
{

constexpr uint8_t FORBIDDEN = 0x80;
constexpr uint8_t TYPE = 0x1f;
constexpr uint8_t START = 0x80;
constexpr uint8_t END = 0x40;
constexpr uint8_t RESERVED = 0x20;
constexpr uint8_t TYPE_SLICE = 1;
constexpr uint8_t TYPE_IDR = 5;
constexpr uint8_t TYPE_FU_A = 28;

} // namespace

Bytes
WriteFragment(uint8_t nalHeader, bool isFirst, bool isLast, ByteView coded)
{
    ByteWriter writer;
    writer.U8(static_cast<uint8_t>((nalHeader & ~TYPE) | TYPE_FU_A));
    writer.U8(
        static_cast<uint8_t>((isFirst ? START : 0) | (isLast ? END : 0) | (nalHeader & TYPE)));
    writer.Put(coded);
    return writer.Finish();
}

std::optional<H264Piece>
ParseH264(ByteView payload)
{
    ByteReader reader(payload);
    const auto indicator = reader.U8();
    if (!indicator || (*indicator & FORBIDDEN) != 0)
    {
        return std::nullopt;
    }
    uint8_t type = *indicator & TYPE;
    H264Piece piece{true, true, false, 0};
    if (type == TYPE_FU_A)
    {
        const auto header = reader.U8();
        // RFC 6184 5.8: S and E "MUST NOT both be set to one in the same FU header"; R must be 0.
        if (!header || (*header & (START | END)) == (START | END) || (*header & RESERVED) != 0)
        {
            return std::nullopt;
        }
        type = *header & TYPE;
        piece.isFirst = (*header & START) != 0;
        piece.isLast = (*header & END) != 0;
    }
    if ((type != TYPE_SLICE && type != TYPE_IDR) || reader.IsAtEnd())
    {
        return std::nullopt;
    }
    piece.isKey = type == TYPE_IDR;
    piece.size = reader.Remaining();
    return piece;
}

} // namespace imsfw::rtp
