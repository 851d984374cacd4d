// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Session descriptions: what parses can be written and read again, and answered.
#include "fuzz-input.h"
#include "ims-sip-sdp.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto offer = sip::SdpSession::Parse(ByteView(data, size).AsText());
    if (!offer)
    {
        return 0;
    }
    const auto again = sip::SdpSession::Parse(offer->ToString());
    FUZZ_CHECK(again);
    FUZZ_CHECK(again->audio == offer->audio);
    FUZZ_CHECK(again->codecs.size() == offer->codecs.size());
    sip::SdpSession local;
    local.audio = {IpAddress::V4(0x0A000001), 4000};
    local.codecs = {sip::SdpCodec::Pcmu(), sip::SdpCodec::AmrWb()};
    const auto answer = sip::SdpSession::Answer(*offer, local);
    FUZZ_CHECK(!answer || !answer->codecs.empty());
    return 0;
}
