// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Handshake messages as the meter of TLS work reads them: never more shares than bytes for them.
#include "fuzz-input.h"
#include "ims-tls-key-shares.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView body(data, size);
    constexpr std::size_t SMALLEST_SHARE = 4;
    FUZZ_CHECK(tls::ClientShares(body).size() * SMALLEST_SHARE <= size);
    FUZZ_CHECK(tls::ServerShare(body).size() <= 1);
    tls::ChoosesTls13(body);
    FUZZ_CHECK(!tls::CurveOf(body).empty());
    FUZZ_CHECK(!tls::FiniteFieldOf(body).empty());
    return 0;
}
