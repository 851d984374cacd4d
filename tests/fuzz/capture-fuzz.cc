// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A capture file of any content: whole IP packets, or a message that names the file.
#include "memory-file.h"
#include "workbench/capture-reader.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const fuzz::MemoryFile file(data, size);
    const auto capture = workbench::ReadCapture(file.Path());
    if (!capture)
    {
        FUZZ_CHECK(capture.Error().find(file.Path()) == 0);
        return 0;
    }
    for (const auto& packet : capture->packets)
    {
        FUZZ_CHECK(packet.ip.size() <= size);
        FUZZ_CHECK(packet.at >= TimePoint());
    }
    return 0;
}
