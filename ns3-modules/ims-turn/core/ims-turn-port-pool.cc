// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-port-pool.h.
#include "ims-turn-port-pool.h"

#include <algorithm>

namespace imsfw
{
namespace turn
{

PortPool::PortPool(uint16_t low, uint16_t high)
{
    m_free.reserve(static_cast<std::size_t>(high - low) + 1);
    for (uint32_t port = low; port <= high; ++port)
    {
        m_free.push_back(static_cast<uint16_t>(port));
    }
}

std::optional<uint16_t>
PortPool::Take(RandomSource& random)
{
    if (m_free.empty())
    {
        return std::nullopt;
    }
    return TakeAt(random.Below(static_cast<uint32_t>(m_free.size())));
}

std::optional<uint16_t>
PortPool::TakeEven(RandomSource& random)
{
    constexpr int DRAWS = 16;
    for (int i = 0; i < DRAWS && !m_free.empty(); ++i)
    {
        const std::size_t index = random.Below(static_cast<uint32_t>(m_free.size()));
        if (m_free[index] % 2 == 0)
        {
            return TakeAt(index);
        }
    }
    const auto even =
        std::find_if(m_free.begin(), m_free.end(), [](uint16_t port) { return port % 2 == 0; });
    if (even == m_free.end())
    {
        return std::nullopt;
    }
    return TakeAt(static_cast<std::size_t>(even - m_free.begin()));
}

std::optional<uint16_t>
PortPool::TakePair(RandomSource& random)
{
    std::vector<uint16_t> passed; // even ports whose neighbour is taken
    std::optional<uint16_t> even;
    bool isPair = false;
    while (!isPair && (even = TakeEven(random)))
    {
        const auto next = std::find(m_free.begin(), m_free.end(), *even + 1);
        isPair = next != m_free.end();
        if (isPair)
        {
            TakeAt(static_cast<std::size_t>(next - m_free.begin()));
        }
        else
        {
            passed.push_back(*even);
        }
    }
    m_free.insert(m_free.end(), passed.begin(), passed.end());
    return even;
}

void
PortPool::GiveBack(uint16_t port)
{
    m_free.push_back(port);
}

uint16_t
PortPool::TakeAt(std::size_t index)
{
    std::swap(m_free[index], m_free.back());
    const uint16_t port = m_free.back();
    m_free.pop_back();
    return port;
}

} // namespace turn
} // namespace imsfw
