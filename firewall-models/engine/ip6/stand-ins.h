// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A 32-bit address for every IPv6 address that a firewall meets, so that its tables and rules, which are made for IPv4, work
/// for IPv6 as they are.
///
/// Stand-ins are of 240.0.0.0/4, which no packet may carry (RFC 1112 4). The IPv6 prefixes that rules and zones name cut
/// the address space into regions; each has a /16 of its own, so that a prefix of IPv6 becomes a few of IPv4. Bounds:
/// MOST_REGIONS, and MOST_IN_REGION addresses in each; whoever comes later gets none.
#pragma once

#include "base/address.h"

#include <map>
#include <optional>
#include <vector>

namespace imsfw::engine
{

class StandIns
{
  public:
    static constexpr std::size_t MOST_REGIONS = 4096;
    static constexpr std::size_t MOST_IN_REGION = 65535;

    /// @param prefixes that will be asked for; those of IPv4 are left out, as are those beyond MOST_REGIONS - 1
    explicit StandIns(std::vector<IpPrefix> prefixes);

    /// @return the stand-in of an IPv6 address; nothing where its region is full.
    std::optional<uint32_t> For(const IpAddress& address);

    /// @return the address that @p standIn stands for; nothing where it stands for none.
    std::optional<IpAddress> Of(uint32_t standIn) const;

    /// @param prefix one of those that the constructor got
    /// @return the prefixes of its stand-ins
    std::vector<IpPrefix> PrefixesOf(const IpPrefix& prefix) const;

  private:
    std::size_t RegionOf(const IpAddress& address) const;

    std::vector<IpPrefix>
        m_prefixes; ///< the longest first; the region behind them is that of all else
    std::map<IpAddress, uint32_t> m_byAddress;
    std::vector<std::vector<IpAddress>> m_regions; ///< addresses in the order of their stand-ins
};

} // namespace imsfw::engine
