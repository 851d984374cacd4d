// SPDX-License-Identifier: GPL-2.0-only
#include "engine/ip6/stand-ins.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

constexpr uint32_t BASE = 0xf0000000; // 240.0.0.0
constexpr unsigned REGION_BITS = 16;

uint32_t
BaseOf(std::size_t region)
{
    return BASE + (static_cast<uint32_t>(region) << REGION_BITS);
}

} // namespace

StandIns::StandIns(std::vector<IpPrefix> prefixes) : m_prefixes(std::move(prefixes))
{
    const auto isV4 = [](const IpPrefix& prefix) { return prefix.address.IsV4(); };
    m_prefixes.erase(std::remove_if(m_prefixes.begin(), m_prefixes.end(), isV4), m_prefixes.end());
    m_prefixes.resize(std::min(m_prefixes.size(), MOST_REGIONS - 1));
    std::stable_sort(m_prefixes.begin(),
                     m_prefixes.end(),
                     [](const IpPrefix& a, const IpPrefix& b) { return a.length > b.length; });
    m_regions.resize(m_prefixes.size() + 1);
}

std::size_t
StandIns::RegionOf(const IpAddress& address) const
{
    const auto first = std::find_if(m_prefixes.begin(),
                                    m_prefixes.end(),
                                    [&](const IpPrefix& p) { return p.Contains(address); });
    return static_cast<std::size_t>(first - m_prefixes.begin());
}

std::optional<uint32_t>
StandIns::For(const IpAddress& address)
{
    const auto known = m_byAddress.find(address);
    if (known != m_byAddress.end())
    {
        return known->second;
    }
    const std::size_t region = RegionOf(address);
    auto& members = m_regions[region];
    if (members.size() >= MOST_IN_REGION)
    {
        return std::nullopt;
    }
    members.push_back(address);
    const uint32_t standIn = BaseOf(region) + static_cast<uint32_t>(members.size());
    m_byAddress.emplace(address, standIn);
    return standIn;
}

std::optional<IpAddress>
StandIns::Of(uint32_t standIn) const
{
    const std::size_t region = (standIn - BASE) >> REGION_BITS;
    const std::size_t number = standIn & ((1U << REGION_BITS) - 1);
    const bool isKnown = standIn >= BASE && region < m_regions.size() && number > 0 &&
                         number <= m_regions[region].size();
    return isKnown ? std::optional(m_regions[region][number - 1]) : std::nullopt;
}

std::vector<IpPrefix>
StandIns::PrefixesOf(const IpPrefix& prefix) const
{
    std::vector<IpPrefix> list;
    for (std::size_t region = 0; region < m_prefixes.size(); ++region)
    {
        const IpPrefix& inner = m_prefixes[region];
        if (inner.length >= prefix.length && prefix.Contains(inner.address))
        {
            list.push_back({IpAddress::V4(BaseOf(region)), 32 - REGION_BITS});
        }
    }
    return list;
}

} // namespace imsfw::engine
