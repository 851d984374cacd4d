// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Gives a new flow the addresses that it has on the other side of the NAT.
///
/// Translated are flows between outside and the other zones; inside and DMZ see each other as they are.
#pragma once

#include "engine/flow/flow.h"

#include <algorithm>

namespace imsfw::engine
{

class NatBinder
{
  public:
    /// @param nat and @p random must outlive the binder
    /// @param addresses the external ones; the policy may use fewer of them
    NatBinder(const NatSection& nat, std::vector<uint32_t> addresses, RandomSource& random);

    /// @return true where a packet is for the NAT itself: a mapping decides where it goes.
    bool
    IsToExternal(const Ip4Tuple& tuple) const
    {
        return m_nat.enabled &&
               std::find(m_addresses.begin(), m_addresses.end(), tuple.destination) !=
                   m_addresses.end();
    }

    /// Translate the source of a flow that leaves for outside.
    /// @return false, and no change, where no port is left
    bool BindOutbound(WholeFlow& flow);

    /// Translate the destination of a flow to the external address. After BindOutbound the flow is hairpinned: its
    /// target sees the source's external address (RFC 4787 REQ-9 "External source IP address and port").
    /// @return anything but PASSES: not bound
    NatTable::Inbound BindInbound(WholeFlow& flow);

    /// Undo the binding of a flow that is not to be.
    void Unbind(WholeFlow& flow);

    /// Give back what @p flow holds.
    void Release(const WholeFlow& flow);

  private:
    const NatSection& m_nat;
    std::vector<uint32_t> m_addresses;
    NatTable m_table;
};

} // namespace imsfw::engine
