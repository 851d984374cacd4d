// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RTP and RTCP packets as the endpoints read them: what parses can be written and read again.
#include "fuzz-input.h"
#include "ims-media-rtcp-packet.h"
#include "ims-media-rtp-packet.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView bytes(data, size);
    if (const auto packet = rtp::ParsePacket(bytes))
    {
        const Bytes written = rtp::WritePacket(*packet);
        const auto again = rtp::ParsePacket(written);
        FUZZ_CHECK(again && again->payload == packet->payload && again->ssrc == packet->ssrc);
    }
    const auto compound = rtp::ParseRtcp(bytes);
    FUZZ_CHECK(!compound || !compound->empty());
    return 0;
}
