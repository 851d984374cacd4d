// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Finds the first rule that addresses, ports, protocol and zones satisfy, without trying the rules one by one.
///
/// Rules are sorted by zones and protocol, then by prefix, then by ports. A look-up costs one hash access and one binary
/// search over port ranges for each prefix length in use (33 at most), however many rules there are.
#pragma once

#include "engine/nat/port-map.h"
#include "engine/packet/ip4-tuple.h"
#include "engine/policy/policy.h"
#include "engine/rules/condition.h"

#include <array>
#include <map>
#include <unordered_map>

namespace imsfw::engine
{

/// For lists of few rules.
/// @return the first of what @p rule says of zones, protocol, ports and addresses that does not fit @p flow; NONE where all
/// does
Condition FindHeaderObstacle(const Rule& rule, const Ip4Tuple& flow, Zone from, Zone to);

class RuleIndex
{
  public:
    /// @param numbers which of @p rules to find; only their zones, protocol, ports and addresses count
    RuleIndex(const std::vector<Rule>& rules, const std::vector<RuleNumber>& numbers);

    RuleNumber Find(const Ip4Tuple& flow, Zone from, Zone to) const;

  private:
    static constexpr std::size_t ZONES = 3;

    /// Prefixes of one length.
    struct Level
    {
        uint32_t mask{0};
        std::unordered_map<uint32_t, PortMap> prefixes;
    };

    using Bucket = std::vector<Level>;

    struct Builder;

    std::array<uint16_t, 256>
        m_classes{}; ///< of IP protocols: those that no rule names share class 0
    std::vector<Bucket> m_buckets;
};

} // namespace imsfw::engine
