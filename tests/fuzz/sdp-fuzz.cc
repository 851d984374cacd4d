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
    FUZZ_CHECK(again->isSecure == offer->isSecure);
    FUZZ_CHECK(again->crypto.size() == offer->crypto.size());
    sip::SdpSession local;
    local.audio = {IpAddress::V4(0x0A000001), 4000};
    local.codecs = {sip::SdpCodec::Pcmu(), sip::SdpCodec::AmrWb()};
    local.crypto = {{1, "AEAD_AES_128_GCM", Bytes(28), true, true},
                    {1, "AES_CM_128_HMAC_SHA1_80", Bytes(30), false, true}};
    const auto answer = sip::SdpSession::Answer(*offer, local);
    FUZZ_CHECK(!answer || !answer->codecs.empty());
    FUZZ_CHECK(!answer || answer->crypto.size() == (offer->isSecure ? 1 : 0));
    return 0;
}
