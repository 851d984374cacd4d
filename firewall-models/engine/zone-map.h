// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// On which side of the firewall an address is.
#pragma once

#include "engine/policy/policy.h"

namespace imsfw::engine
{

class ZoneMap
{
  public:
    /// Addresses in neither list are outside; those in both are inside.
    ZoneMap(std::vector<IpPrefix> inside, std::vector<IpPrefix> dmz)
        : m_inside(std::move(inside)), m_dmz(std::move(dmz))
    {
    }

    Zone
    Find(const IpAddress& address) const
    {
        if (IsIn(m_inside, address))
        {
            return Zone::INSIDE;
        }
        return IsIn(m_dmz, address) ? Zone::DMZ : Zone::OUTSIDE;
    }

  private:
    static bool
    IsIn(const std::vector<IpPrefix>& prefixes, const IpAddress& address)
    {
        for (const IpPrefix& prefix : prefixes)
        {
            if (prefix.Contains(address))
            {
                return true;
            }
        }
        return false;
    }

    std::vector<IpPrefix> m_inside;
    std::vector<IpPrefix> m_dmz;
};

} // namespace imsfw::engine
