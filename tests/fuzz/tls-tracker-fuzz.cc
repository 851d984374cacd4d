// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// TLS followed over both directions: bounded, and the same however the bytes are cut.
#include "classify/fingerprint.h"
#include "classify/tls-tracker.h"
#include "fuzz-input.h"

#include <array>

using namespace imsfw;

namespace
{

constexpr std::size_t BOUND =
    2 * (classify::TlsTracker::FRAGMENT_LIMIT + 5 + classify::TlsTracker::HELLO_LIMIT + 4);

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    classify::TlsTracker whole;
    classify::TlsTracker cut;
    std::array<Bytes, 2> read;
    while (const auto said = fuzz::TakeSpoken(input))
    {
        const auto direction = said->direction;
        Bytes expected = whole.Push(direction, said->bytes);
        Bytes found;
        fuzz::InPieces(said->bytes,
                       said->flags,
                       [&](ByteView piece) { Append(found, cut.Push(direction, piece)); });
        FUZZ_CHECK(found == expected);
        FUZZ_CHECK(whole.GetHeldBytes() <= BOUND && cut.GetHeldBytes() <= BOUND);
    }
    FUZZ_CHECK(whole.GetFindings() == cut.GetFindings());
    FUZZ_CHECK(whole.IsSettled() == cut.IsSettled());
    classify::Ja3(whole.GetFindings());
    const bool hasHello = whole.GetFindings().clientHello;
    FUZZ_CHECK(classify::Ja4(whole.GetFindings()).size() == (hasHello ? 36 : 0));
    return 0;
}
