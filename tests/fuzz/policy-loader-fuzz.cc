// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A policy file of any content: a policy or diagnostics, and what is loaded can be flattened and run.
#include "engine/engine.h"
#include "engine/policy/policy-loader.h"
#include "memory-file.h"

#include <string>

using namespace imsfw;

namespace
{

const std::string POLICIES = IMSFW_SOURCE_DIR "/firewall-models/policies";

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const fuzz::MemoryFile file(data, size);
    const auto policy = engine::LoadPolicy(file.Path(), POLICIES);
    if (!policy)
    {
        FUZZ_CHECK(!policy.Error().empty());
        FUZZ_CHECK(!config::ToString(policy.Error()).empty());
        return 0;
    }
    FUZZ_CHECK(engine::PolicyHash(*policy).size() == 64);
    SeededRandom random(1, 1, "fuzz");
    engine::EngineConfig config;
    config.externalAddress = IpAddress::V4(0xC6336401);
    engine::Engine engine(*policy, config, random);
    engine.HandlePacket(TimePoint{}, engine::Zone::INSIDE, Bytes(40, 0x45));
    return 0;
}
