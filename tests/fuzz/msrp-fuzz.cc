// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// MSRP as an endpoint reads it: the stream is cut the same way whatever its split, what parses can be written and read
/// again, and a session fed with it ends by name or goes on.
#include "fuzz-input.h"

#include "base/random.h"
#include "ims-media-msrp-session.h"

using namespace imsfw;

namespace
{

/// Cut @p bytes into messages, handed over in two pieces.
std::vector<Bytes>
Frames(ByteView bytes, std::size_t split)
{
    msrp::Framer framer(4096);
    std::vector<Bytes> frames;
    for (const ByteView piece : {bytes.Sub(0, split), bytes.Sub(split)})
    {
        framer.Add(piece);
        while (auto frame = framer.Next())
        {
            frames.push_back(std::move(*frame));
        }
    }
    return frames;
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView bytes(data, size);
    const auto frames = Frames(bytes, size);
    FUZZ_CHECK(size > 4096 || Frames(bytes, size / 2) == frames);
    for (const Bytes& frame : frames)
    {
        const auto message = msrp::ParseMessage(frame);
        if (message)
        {
            const Bytes written = msrp::WriteMessage(*message);
            const auto again = msrp::ParseMessage(written);
            FUZZ_CHECK(again && msrp::WriteMessage(*again) == written);
        }
    }
    SeededRandom random(1, 1, "msrp");
    msrp::SessionOptions options;
    options.local = *msrp::ParseUri("msrp://a.example:1/s1;tcp");
    options.remote = *msrp::ParseUri("msrp://b.example:2/s2;tcp");
    options.largestMessage = 4096;
    msrp::Session session(options, random);
    session.Start(TimePoint());
    session.HandleInput(TimePoint(), bytes);
    bool hasFailed = false;
    while (const auto event = session.PollEvent())
    {
        hasFailed = hasFailed || event->type == msrp::SessionEvent::Type::FAILED;
    }
    FUZZ_CHECK(session.IsOver() == hasFailed);
    return 0;
}
