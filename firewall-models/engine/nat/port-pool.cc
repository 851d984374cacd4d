// SPDX-License-Identifier: GPL-2.0-only
#include "engine/nat/port-pool.h"

namespace imsfw::engine
{

namespace
{

bool
IsWithin(PortRange range, uint16_t port)
{
    return port >= range.low && port <= range.high;
}

} // namespace

bool
PortPool::TakeThis(uint16_t port)
{
    if (port == 0 || m_taken[port])
    {
        return false;
    }
    m_taken.set(port);
    m_takenInRange += IsWithin(m_range, port);
    return true;
}

std::optional<uint16_t>
PortPool::TakeAny(RandomSource& random, std::optional<uint16_t> parityOf)
{
    const uint32_t count = m_range.high - m_range.low + 1U;
    if (m_takenInRange == count)
    {
        return std::nullopt;
    }
    const uint32_t start = random.Below(count);
    for (uint32_t i = 0; i < count; ++i)
    {
        const auto port = static_cast<uint16_t>(m_range.low + (start + i) % count);
        const bool hasParity = !parityOf || (port ^ *parityOf) % 2 == 0;
        if (hasParity && TakeThis(port))
        {
            return port;
        }
    }
    return std::nullopt;
}

void
PortPool::GiveBack(uint16_t port)
{
    m_takenInRange -= m_taken[port] && IsWithin(m_range, port);
    m_taken.reset(port);
}

} // namespace imsfw::engine
