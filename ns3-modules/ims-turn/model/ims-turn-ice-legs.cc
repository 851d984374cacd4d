// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What an IcePath tried, for whoever asks why it found no pair.
#include "ims-turn-ice-bases.h"
#include "ims-turn-ice-path.h"

#include <algorithm>

namespace ns3
{
namespace imsturn
{

using imsfw::ice::CandidatePair;

std::vector<IcePath::Leg>
IcePath::GetLegs() const
{
    std::vector<Leg> legs;
    if (!m_agent)
    {
        return legs;
    }
    if (m_stunServer && m_stun)
    {
        const std::string state = m_isMapped ? "gathered" : "unanswered";
        legs.push_back({"srflx udp", "", state, "", m_host, *m_stunServer, false});
    }
    for (const Relay& relay : m_relays)
    {
        const std::string state = relay.isGathered  ? "gathered"
                                  : relay.isSettled ? "failed"
                                                    : "unanswered";
        legs.push_back({"relay " + relay.name,
                        "",
                        state,
                        relay.failure,
                        {m_host.address, 0},
                        relay.server,
                        relay.factory != nullptr});
    }
    std::vector<const CandidatePair*> pairs;
    for (const CandidatePair& pair : m_agent->GetPairs())
    {
        pairs.push_back(&pair);
    }
    std::stable_sort(pairs.begin(),
                     pairs.end(),
                     [](const auto* a, const auto* b) { return a->priority > b->priority; });
    for (const CandidatePair* pair : pairs)
    {
        legs.push_back(LegOf(*pair));
    }
    return legs;
}

IcePath::Leg
IcePath::LegOf(const CandidatePair& pair) const
{
    const auto& local = m_agent->GetLocals()[pair.local];
    const auto& remote = m_agent->GetRemotes()[pair.remote];
    const std::string transport(ProtocolName(local.candidate.transport));
    const bool isRelayed = local.base >= RELAY_BASE;
    Leg leg;
    leg.local = std::string(ToString(local.candidate.type)) + " " +
                (isRelayed ? m_relays[local.base - RELAY_BASE].name : transport);
    leg.remote = std::string(ToString(remote.type)) + " " +
                 std::string(ProtocolName(remote.transport)) + " " + remote.address.ToString();
    leg.state = ToString(pair.state);
    leg.isTcp = IsTcp(local.candidate.transport);
    // A relayed one's packets leave from the server, which no firewall here stands before.
    leg.from = isRelayed ? local.candidate.address : m_host;
    leg.from.port = leg.isTcp ? 0 : leg.from.port;
    leg.to = remote.address;
    return leg;
}

} // namespace imsturn
} // namespace ns3
