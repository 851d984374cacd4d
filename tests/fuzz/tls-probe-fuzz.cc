// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// First bytes that may be TLS: an answer once given stays, and the probe's limit is as stated.
#include "classify/tls-probe.h"
#include "fuzz-input.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView bytes(data, size);
    fuzz::CheckProbe(bytes, [](ByteView prefix) { return classify::ProbeTls(prefix); });
    if (size >= classify::TLS_PROBE_BYTES)
    {
        FUZZ_CHECK(classify::ProbeTls(bytes) ==
                   classify::ProbeTls(bytes.Sub(0, classify::TLS_PROBE_BYTES)));
        FUZZ_CHECK(classify::ProbeTls(bytes) != classify::Answer::UNDECIDED);
    }
    return 0;
}
