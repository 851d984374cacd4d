// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The server name that an interceptor reads: an answer, once given, stays, however much follows.
#include "fuzz-input.h"
#include "ims-web-proxy-hello-name.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView stream(data, size);
    const auto whole = http::FindHelloName(stream);
    FUZZ_CHECK(whole.name.size() <= 253);
    FUZZ_CHECK(whole.name.empty() || whole.state == http::HelloName::State::COMPLETE);
    const std::size_t step = 1 + size / 64;
    for (std::size_t end = 0; end < size; end += step)
    {
        const auto part = http::FindHelloName(stream.Sub(0, end));
        const bool isDecided = part.state != http::HelloName::State::NEED_MORE;
        FUZZ_CHECK(!isDecided || (part.state == whole.state && part.name == whole.name));
    }
    return 0;
}
