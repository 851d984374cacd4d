// SPDX-License-Identifier: GPL-2.0-only
#include "engine/nat/port-map.h"

#include <algorithm>
#include <set>

namespace imsfw::engine
{

namespace
{

/// A claim begins or ends at a port.
struct Edge
{
    uint32_t at;
    RuleNumber rule;
    bool isBegin;
};

std::vector<Edge>
EdgesOf(const std::vector<PortClaim>& claims)
{
    std::vector<Edge> edges;
    for (const PortClaim& claim : claims)
    {
        if (claim.low > claim.high)
        {
            continue; // covers no port
        }
        edges.push_back({claim.low, claim.rule, true});
        edges.push_back({claim.high + 1U, claim.rule, false});
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
    return edges;
}

} // namespace

PortMap::PortMap(const std::vector<PortClaim>& claims) : m_steps{{0, NO_RULE}}
{
    std::multiset<RuleNumber> covering;
    const auto edges = EdgesOf(claims);
    for (auto edge = edges.begin(); edge != edges.end();)
    {
        const uint32_t at = edge->at;
        for (; edge != edges.end() && edge->at == at; ++edge)
        {
            if (edge->isBegin)
            {
                covering.insert(edge->rule);
            }
            else
            {
                covering.erase(covering.find(edge->rule));
            }
        }
        const RuleNumber first = covering.empty() ? NO_RULE : *covering.begin();
        if (m_steps.back().from == at)
        {
            m_steps.back().rule = first;
        }
        else if (m_steps.back().rule != first)
        {
            m_steps.push_back({at, first});
        }
    }
}

RuleNumber
PortMap::Find(uint16_t port) const
{
    const auto next = std::upper_bound(
        m_steps.begin(), m_steps.end(), port, [](uint16_t p, const Step& s) { return p < s.from; });
    return std::prev(next)->rule;
}

} // namespace imsfw::engine
