// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A policy file of any content: a policy or diagnostics, and what is loaded can be flattened and run.
#include "engine/engine.h"
#include "engine/policy/policy-loader.h"
#include "fuzz-input.h"

#include <sys/mman.h>
#include <unistd.h>

#include <string>

using namespace imsfw;

namespace
{

const std::string POLICIES = IMSFW_SOURCE_DIR "/firewall-models/policies";

/// A file in memory, as the loader reads files.
class MemoryFile
{
  public:
    MemoryFile(const uint8_t* data, std::size_t size) : m_descriptor(memfd_create("policy", 0))
    {
        FUZZ_CHECK(m_descriptor >= 0);
        FUZZ_CHECK(write(m_descriptor, data, size) == static_cast<ssize_t>(size));
    }

    ~MemoryFile()
    {
        close(m_descriptor);
    }

    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::string
    Path() const
    {
        return "/proc/self/fd/" + std::to_string(m_descriptor);
    }

  private:
    int m_descriptor;
};

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const MemoryFile file(data, size);
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
