// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One direction of a stream, in pieces: its messages are the same however it is cut, and no byte is counted twice.
#include "content.h"
#include "fuzz-input.h"

#include <numeric>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

uint64_t
SizeOf(const Content& content)
{
    return std::accumulate(content.runs.begin(),
                           content.runs.end(),
                           uint64_t{0},
                           [](uint64_t sum, const Run& run) { return sum + run.size; });
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    const uint8_t seed = input.U8();
    const ByteView bytes = input.Rest();
    StreamContent whole;
    const Content atOnce = whole.Push(bytes);
    FUZZ_CHECK(SizeOf(atOnce) <= bytes.Size());

    StreamContent cut;
    std::vector<std::string> names;
    uint64_t counted = 0;
    fuzz::InPieces(bytes,
                   seed,
                   [&](ByteView piece)
                   {
                       const Content content = cut.Push(piece);
                       names.insert(names.end(), content.names.begin(), content.names.end());
                       counted += SizeOf(content);
                   });
    FUZZ_CHECK(names == atOnce.names);
    FUZZ_CHECK(counted <= bytes.Size());
    FUZZ_CHECK(SizeOf(ReadDatagram(bytes)) == bytes.Size());
    return 0;
}
