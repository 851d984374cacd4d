// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The ports that relayed addresses are taken from, at random (RFC 8656 7.2, RFC 6056).
#pragma once

#include "base/random.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace imsfw
{
namespace turn
{

class PortPool
{
  public:
    /// Both ends belong to the range. @pre low <= high
    PortPool(uint16_t low, uint16_t high);

    /// @return a free port, taken; nothing where there is none.
    std::optional<uint16_t> Take(RandomSource& random);
    /// @return a free even port, taken; nothing where a few draws and a look through the range found none.
    std::optional<uint16_t> TakeEven(RandomSource& random);
    /// @return an even port with the one above it, both taken; nothing where there is no such pair.
    std::optional<uint16_t> TakePair(RandomSource& random);
    void GiveBack(uint16_t port);

    std::size_t
    GetFree() const
    {
        return m_free.size();
    }

  private:
    uint16_t TakeAt(std::size_t index);

    std::vector<uint16_t> m_free; ///< in no order: a taken port is replaced by the last one
};

} // namespace turn
} // namespace imsfw
