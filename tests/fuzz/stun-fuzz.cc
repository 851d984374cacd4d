// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// STUN and ChannelData, as datagrams and as frames of a stream that is cut in pieces.
#include "classify/frame-scanner.h"
#include "classify/stun-probe.h"
#include "fuzz-input.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    const uint8_t seed = input.U8();
    const ByteView bytes = input.Rest();
    fuzz::CheckProbe(bytes.Sub(0, 256), classify::ProbeStun);
    classify::FindStunData(bytes);
    classify::DatagramRecogniser wholeDatagrams;
    classify::DatagramRecogniser cutDatagrams;
    classify::FrameScanner whole(classify::Direction::TO_SERVER, wholeDatagrams);
    classify::FrameScanner cut(classify::Direction::TO_SERVER, cutDatagrams);
    const auto expected = whole.Push(bytes);
    classify::ApplicationSet found;
    fuzz::InPieces(bytes, seed, [&](ByteView piece) { found.Add(cut.Push(piece)); });
    FUZZ_CHECK(found == expected);
    FUZZ_CHECK(cut.GetHeldBytes() <= classify::FrameScanner::FRAME_PREFIX);
    return 0;
}
