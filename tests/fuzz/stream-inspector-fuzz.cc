// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Everything at once: segments of both directions, in order or displaced, through all layers, within the memory bound.
#include "classify/stream-inspector.h"
#include "fuzz-input.h"

#include <array>

using namespace imsfw;

namespace
{

/// The same bytes in pieces give the same findings.
void
CheckPieces(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    classify::StreamInspector whole;
    classify::StreamInspector cut;
    std::array<uint32_t, 2> next{0xFFFFFF00, 7};
    while (const auto said = fuzz::TakeSpoken(input))
    {
        uint32_t& sequence = next[static_cast<std::size_t>(said->direction)];
        whole.HandleSegment(said->direction, sequence, false, said->bytes);
        fuzz::InPieces(said->bytes,
                       said->flags,
                       [&](ByteView piece)
                       {
                           cut.HandleSegment(said->direction, sequence, false, piece);
                           sequence += static_cast<uint32_t>(piece.Size());
                       });
        FUZZ_CHECK(whole.GetHeldBytes() <= classify::StreamInspector::MemoryBound());
    }
    FUZZ_CHECK(whole.GetFindings() == cut.GetFindings());
}

/// Displaced segments, with small limits.
void
CheckDisplaced(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    classify::InspectionLimits limits;
    limits.reorderBytes = 3000;
    limits.reorderSegments = 20;
    limits.overlap =
        size % 2 == 0 ? classify::OverlapPolicy::LAST_WINS : classify::OverlapPolicy::FIRST_WINS;
    limits.packets = 100;
    classify::StreamInspector inspector(limits);
    std::array<uint32_t, 2> next{1, 1};
    uint32_t generation = 0;
    while (const auto said = fuzz::TakeSpoken(input))
    {
        uint32_t& sequence = next[static_cast<std::size_t>(said->direction)];
        const uint32_t ahead = said->flags % 8U * 10;
        inspector.HandleSegment(
            said->direction, sequence + ahead, (said->flags & 64) != 0, said->bytes);
        sequence += static_cast<uint32_t>(said->bytes.Size());
        FUZZ_CHECK(inspector.GetFindings().generation >= generation);
        generation = inspector.GetFindings().generation;
        FUZZ_CHECK(inspector.GetHeldBytes() <= classify::StreamInspector::MemoryBound(limits));
        FUZZ_CHECK(inspector.GetFindings().gaveUp ==
                   (inspector.GetFindings().giveUp != classify::GiveUp::NO));
    }
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    CheckPieces(data, size);
    CheckDisplaced(data, size);
    return 0;
}
