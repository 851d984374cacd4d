// SPDX-License-Identifier: GPL-2.0-only
#include "phase-tree.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

bool
IsWithin(const Phase& inner, const Phase& outer)
{
    return !outer.isLeaf && inner.plane == outer.plane && inner.transport == outer.transport &&
           outer.start <= inner.start && inner.end <= outer.end;
}

class Tree
{
  public:
    explicit Tree(std::vector<Phase> phases) : m_phases(std::move(phases))
    {
        std::stable_sort(m_phases.begin(),
                         m_phases.end(),
                         [](const Phase& a, const Phase& b)
                         { return a.start != b.start ? a.start < b.start : a.end > b.end; });
        m_inner.resize(m_phases.size());
        for (std::size_t i = 0; i < m_phases.size(); ++i)
        {
            std::size_t outer = i; // the last one before that holds it is the innermost
            while (outer > 0 && !IsWithin(m_phases[i], m_phases[outer - 1]))
            {
                --outer;
            }
            (outer == 0 ? m_roots : m_inner[outer - 1]).push_back(i);
        }
    }

    std::vector<Phase>
    Take()
    {
        for (const auto root : m_roots)
        {
            Place(root, std::nullopt, 0);
        }
        return std::move(m_placed);
    }

  private:
    void
    Place(std::size_t index, std::optional<std::size_t> parent, unsigned depth)
    {
        Phase& phase = m_phases[index];
        phase.parent = parent;
        phase.depth = depth;
        m_placed.push_back(std::move(phase));
        const std::size_t place = m_placed.size() - 1;
        for (const auto inner : m_inner[index])
        {
            Place(inner, place, depth + 1);
        }
    }

    std::vector<Phase> m_phases;
    std::vector<std::size_t> m_roots;
    std::vector<std::vector<std::size_t>> m_inner;
    std::vector<Phase> m_placed;
};

} // namespace

std::vector<Phase>
Nest(std::vector<Phase> phases)
{
    return Tree(std::move(phases)).Take();
}

} // namespace imsfw::scenario
