// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Randomness as the cores see it: handed in, repeatable, one stream for each user of it.
#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace imsfw
{

/// Where a core gets its random bytes. Drawing from one source never moves another.
class RandomSource
{
  public:
    virtual ~RandomSource() = default;

    virtual void Fill(uint8_t* target, std::size_t size) = 0;

    Bytes Draw(std::size_t size);
    uint32_t U32();
    uint64_t U64();

    /// @return a number in [0, bound), without bias. @pre bound > 0
    uint32_t Below(uint32_t bound);

    /// @return @p length characters of [a-z0-9], for tags, branches and nonces.
    std::string Token(std::size_t length);
};

/// xoshiro256** (Blackman, Vigna 2018), seeded through SplitMix64 from a seed, a run number and a stream's name.
///
/// The name takes the place of ns-3's stream number: adding a node gives it a stream of its own and changes no other
/// node's draws. Not for secrets: it makes simulations repeatable.
class SeededRandom : public RandomSource
{
  public:
    SeededRandom(uint64_t seed, uint64_t run, std::string_view stream);

    void Fill(uint8_t* target, std::size_t size) override;

  private:
    uint64_t Next();

    std::array<uint64_t, 4> m_state{};
};

} // namespace imsfw
