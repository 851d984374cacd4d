// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RTP by plausibility over several packets, and RTCP: what is no packet of either says no.
#include "classify/rtp-tracker.h"
#include "fuzz-input.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    classify::RtpTracker tracker;
    unsigned packets = 0;
    while (!input.IsAtEnd())
    {
        const ByteView packet = input.Piece();
        const bool isRtp = tracker.Push(packet, packet.Size());
        const bool isRtcp = classify::IsRtcp(packet, packet.Size());
        ++packets;
        FUZZ_CHECK(!isRtp || (packet.Size() >= 12 && packets >= classify::RtpTracker::NEEDED));
        FUZZ_CHECK(!isRtcp || packet.Size() >= 4);
    }
    return 0;
}
