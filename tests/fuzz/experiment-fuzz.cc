// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An experiment of any content: one that is written down and read back the same, or diagnostics.
#include "experiment-loader.h"
#include "fuzz-input.h"

using namespace imsfw;
using namespace imsfw::scenario;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto experiment =
        LoadExperimentText("fuzz.yaml", std::string(ByteView(data, size).AsText()));
    if (!experiment)
    {
        FUZZ_CHECK(!config::ToString(experiment.Error()).empty());
        return 0;
    }
    const std::string text = experiment->ToYaml();
    const auto again = LoadExperimentText("again.yaml", text);
    FUZZ_CHECK(again);
    FUZZ_CHECK(again->ToYaml() == text);
    return 0;
}
