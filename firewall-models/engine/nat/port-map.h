// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The first of many port ranges that a port is in: one binary search, however many ranges overlap.
#pragma once

#include "engine/rules/rule-number.h"

#include <cstdint>
#include <vector>

namespace imsfw::engine
{

/// One rule's claim on a range of ports, both ends included.
struct PortClaim
{
    uint16_t low{0};
    uint16_t high{0};
    RuleNumber rule{NO_RULE};
};

class PortMap
{
  public:
    explicit PortMap(const std::vector<PortClaim>& claims);

    /// @return the smallest number among the claims that cover @p port; NO_RULE where none does.
    RuleNumber Find(uint16_t port) const;

  private:
    /// From this port on, up to the next entry, this rule is the first.
    struct Step
    {
        uint32_t from;
        RuleNumber rule;
    };

    std::vector<Step> m_steps; ///< in rising order, beginning with port 0
};

} // namespace imsfw::engine
