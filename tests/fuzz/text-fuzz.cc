// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Start lines of SIP and MSRP: alone, and in a stream that is cut in pieces.
#include "classify/text-probe.h"
#include "classify/text-scanner.h"
#include "fuzz-input.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    const uint8_t seed = input.U8();
    const ByteView bytes = input.Rest();
    fuzz::CheckProbe(bytes.Sub(0, 512), classify::ProbeSip);
    fuzz::CheckProbe(bytes.Sub(0, 512), classify::ProbeMsrp);
    classify::TextScanner whole;
    classify::TextScanner cut;
    const auto expected = whole.Push(bytes);
    classify::ApplicationSet found;
    fuzz::InPieces(bytes, seed, [&](ByteView piece) { found.Add(cut.Push(piece)); });
    FUZZ_CHECK(found == expected);
    FUZZ_CHECK(cut.GetHeldBytes() <= classify::START_LINE_LIMIT + 1);
    return 0;
}
