// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An HTTP connection until a CONNECT is accepted: the tunnel's bytes are the same however they are cut.
#include "classify/connect-tracker.h"
#include "fuzz-input.h"

using namespace imsfw;

namespace
{

constexpr std::size_t BOUND =
    6 * classify::HttpMessageReader::HEAD_LIMIT + classify::ConnectTracker::HOLD_LIMIT;

void
Add(classify::ConnectTracker::TunnelBytes& all, const classify::ConnectTracker::TunnelBytes& more)
{
    Append(all.toServer, more.toServer);
    Append(all.toClient, more.toClient);
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    classify::ConnectTracker whole;
    classify::ConnectTracker cut;
    classify::ConnectTracker::TunnelBytes expected;
    classify::ConnectTracker::TunnelBytes found;
    while (const auto said = fuzz::TakeSpoken(input))
    {
        Add(expected, whole.Push(said->direction, said->bytes));
        fuzz::InPieces(said->bytes,
                       said->flags,
                       [&](ByteView piece) { Add(found, cut.Push(said->direction, piece)); });
        FUZZ_CHECK(whole.GetHeldBytes() <= BOUND && cut.GetHeldBytes() <= BOUND);
        FUZZ_CHECK(whole.HasTunnel() == cut.HasTunnel() && whole.HasFailed() == cut.HasFailed());
    }
    FUZZ_CHECK(found.toServer == expected.toServer && found.toClient == expected.toClient);
    FUZZ_CHECK(whole.GetTarget() == cut.GetTarget());
    FUZZ_CHECK(whole.GetFirstRequest() == cut.GetFirstRequest());
    return 0;
}
