// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The external ports of a NAT for one protocol, and which of them are in use.
#pragma once

#include "base/random.h"
#include "engine/policy/policy.h"

#include <bitset>
#include <optional>

namespace imsfw::engine
{

class PortPool
{
  public:
    /// @param range both ends belong to it
    explicit PortPool(PortRange range) : m_range(range)
    {
    }

    /// Take @p port, which may lie outside the range: a NAT that preserves ports keeps well-known ones too.
    /// @return false where it is in use, or 0
    bool TakeThis(uint16_t port);

    /// Take a port at random.
    /// @param parityOf the port must be even where this one is, and odd where it is odd; nothing: either
    /// @return nothing where no port is left
    std::optional<uint16_t> TakeAny(RandomSource& random, std::optional<uint16_t> parityOf);

    void GiveBack(uint16_t port);

  private:
    PortRange m_range;
    std::bitset<65536> m_taken;
    std::size_t m_takenInRange{0};
};

} // namespace imsfw::engine
