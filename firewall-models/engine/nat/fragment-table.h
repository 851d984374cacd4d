// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Where the later fragments of a datagram go, which only its first one says (RFC 4787 11, RFC 3128).
///
/// Bounds: MOST_DATAGRAMS known at a time, the oldest gives way; MOST_HELD fragments wait for their first one; each is
/// forgotten after LIFETIME. Fragments are passed on as they are, never put together: what inspection sees of a
/// fragmented datagram is the first fragment.
#pragma once

#include "engine/packet/arrival.h"

#include <deque>
#include <map>
#include <vector>

namespace imsfw::engine
{

/// RFC 791 3.2: "the combination of source, destination, protocol, and identification".
struct FragmentKey
{
    uint32_t source{0};
    uint32_t destination{0};
    IpProtocol protocol{IpProtocol::UDP};
    uint16_t identification{0};

    friend bool
    operator<(const FragmentKey& a, const FragmentKey& b)
    {
        return std::tie(a.source, a.destination, a.protocol, a.identification) <
               std::tie(b.source, b.destination, b.protocol, b.identification);
    }
};

class FragmentTable
{
  public:
    static constexpr std::size_t MOST_DATAGRAMS = 1024;
    static constexpr std::size_t MOST_HELD = 1024;
    static constexpr Duration LIFETIME = std::chrono::seconds(30);

    /// What became of a first fragment.
    struct Way
    {
        bool isAllowed{false};
        Ip4Tuple leaving; ///< its addresses behind the NAT
        Zone to{Zone::OUTSIDE};
    };

    void Learn(const FragmentKey& key, const Way& way, TimePoint now);

    /// @return nullptr where no first fragment has been seen.
    const Way* Find(const FragmentKey& key, TimePoint now);

    /// Keep a fragment until its first one comes.
    /// @return false where there is no room: it is lost
    bool Hold(const FragmentKey& key, Arrival arrival);

    /// @return those that waited for this first fragment, in the order in which they came.
    std::vector<Arrival> TakeHeld(const FragmentKey& key);

    /// Forget everything.
    void Clear();

  private:
    struct Known
    {
        Way way;
        TimePoint until;
    };

    void DropOld(TimePoint now);

    std::map<FragmentKey, Known> m_known;
    std::deque<std::pair<TimePoint, FragmentKey>> m_order; ///< of m_known, by age
    std::deque<std::pair<FragmentKey, Arrival>> m_held;    ///< by age
};

} // namespace imsfw::engine
