// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The first line of an HTTP request, and HTTP messages one after the other: the same however the bytes are cut.
#include "classify/http-message-reader.h"
#include "classify/http-probe.h"
#include "fuzz-input.h"

#include <vector>

using namespace imsfw;

namespace
{

/// @return the start lines of all messages, each body as its head says.
std::vector<std::string>
ReadAll(classify::HttpMessageReader& reader, ByteView bytes)
{
    std::vector<std::string> lines;
    while (!bytes.IsEmpty())
    {
        const std::size_t used = reader.Push(bytes);
        FUZZ_CHECK(used > 0 && used <= bytes.Size());
        bytes = bytes.Sub(used);
        if (const auto head = reader.TakeHead())
        {
            lines.push_back(head->startLine + "\n" + head->host);
            reader.BeginBody(*head, classify::HttpMessageReader::Body::BY_HEAD);
        }
        FUZZ_CHECK(reader.GetHeldBytes() <= 3 * classify::HttpMessageReader::HEAD_LIMIT);
    }
    return lines;
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    const uint8_t seed = input.U8();
    const ByteView bytes = input.Rest();
    fuzz::CheckProbe(bytes.Sub(0, 512),
                     [](ByteView prefix)
                     {
                         classify::HttpProbe probe;
                         return probe.Push(prefix);
                     });
    classify::HttpMessageReader whole;
    classify::HttpMessageReader cut;
    const auto expected = ReadAll(whole, bytes);
    std::vector<std::string> found;
    fuzz::InPieces(bytes,
                   seed,
                   [&](ByteView piece)
                   {
                       for (auto& line : ReadAll(cut, piece))
                       {
                           found.push_back(std::move(line));
                       }
                   });
    FUZZ_CHECK(found == expected);
    FUZZ_CHECK(whole.HasFailed() == cut.HasFailed());
    return 0;
}
