// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The columns of a ladder: which hosts of a run's timeline are drawn, and where.
#pragma once

#include "timeline.h"

#include "base/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// @return the text under @p key of an event; empty where it is no text.
std::string TextOf(const TimelineEvent& event, const char* key);
/// @return the number under @p key; 0 where it is none.
uint64_t NumberOf(const TimelineEvent& event, const char* key);

struct LadderHost
{
    std::string name;
    std::string kind;   ///< "ue", "firewall", "web-proxy", "server"
    std::string behind; ///< its firewall; empty for servers
    IpAddress address;
    std::string link;   ///< its capture's name
    uint64_t couple{0}; ///< of a UE, from 1; 0: shared
    std::string uri;    ///< of a UE
    std::size_t column{0};
};

class LadderHosts
{
  public:
    /// Take a host from the event that tells of it. Other events are ignored.
    void Add(const TimelineEvent& event);

    /// Leave out what is not wanted, and give columns to the rest: each UE in front of its firewall, callers, servers, callees.
    /// @param couple that is wanted; 0: all, where the timeline tells of all, else the first
    /// @return what is wrong with the wish; empty where nothing is
    std::string Choose(uint64_t couple);

    const std::vector<LadderHost>&
    Get() const
    {
        return m_hosts;
    }

    std::vector<std::string> GetColumns() const;

    /// @return the couple whose flows are to be told from others'; 0: all are drawn.
    uint64_t
    GetCouple() const
    {
        return m_couple;
    }

  private:
    bool IsWanted(const LadderHost& host) const;
    void Arrange();

    std::vector<LadderHost> m_hosts;
    uint64_t m_couple{0};
    uint64_t m_told{0};  ///< couples that the timeline tells of
    uint64_t m_ofAll{0}; ///< couples of the run
};

} // namespace imsfw::scenario
