// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A CPU table of any content: one that a CPU can be made of, or diagnostics.
#include "cpu-tables.h"
#include "fuzz-input.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto table =
        scenario::LoadCpuTableText("fuzz.yaml", std::string(ByteView(data, size).AsText()));
    if (!table)
    {
        FUZZ_CHECK(!config::ToString(table.Error()).empty());
        return 0;
    }
    FUZZ_CHECK(table->cores >= 1);
    FUZZ_CHECK(table->speed > 0);
    return 0;
}
