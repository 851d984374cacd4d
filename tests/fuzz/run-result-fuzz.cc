// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A result.json of any content: two verdicts, or nothing.
#include "fuzz-input.h"
#include "run-reader.h"

using namespace imsfw;
using namespace imsfw::scenario;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    FinishedRun run;
    if (!ReadResult(std::string(ByteView(data, size).AsText()), run))
    {
        return 0;
    }
    for (const auto& [name, plane] : run.Planes())
    {
        FUZZ_CHECK(!ToString(plane.verdict).empty());
        FUZZ_CHECK(!plane.decidedBy || plane.decidedBy->at >= TimePoint());
    }
    return 0;
}
