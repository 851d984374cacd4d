// SPDX-License-Identifier: GPL-2.0-only
#include "address-plan.h"

#include "base/address.h"

namespace imsfw::scenario::addresses
{

namespace
{

/// Link number @p index of the /30s from @p base on: its router is the first host of it.
Pair
Link(uint32_t base, unsigned index)
{
    const uint32_t network = base + 4 * index;
    return {IpAddress::V4(network + 2).ToString(), IpAddress::V4(network + 1).ToString()};
}

} // namespace

Pair
Ue(unsigned index)
{
    return Link(0x0a010000, index);
}

Pair
Outside(unsigned site)
{
    return Link(0xc6120000, site);
}

std::string
Pool(unsigned site, unsigned index)
{
    return IpAddress::V4(0xc6130000 + 256 * site + index)
        .ToString(); // the upper half of RFC 2544's range
}

Pair
Between(unsigned index)
{
    return Link(0x64400000, index);
}

Pair
PCscf(unsigned index)
{
    // The first one keeps the company of the other servers; the others of a pool have a range of their own.
    return index == 0 ? Link(0xc0000200, 0) : Link(0xcb007100, index - 1);
}

} // namespace imsfw::scenario::addresses
