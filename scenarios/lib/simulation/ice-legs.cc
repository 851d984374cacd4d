// SPDX-License-Identifier: GPL-2.0-only
#include "ice-legs.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

/// Behind the caller's NAT its packets have another source: at the callee's firewall they are known by where they go.
bool
IsOf(const Refusal& refusal, const ns3::imsturn::IcePath::Leg& leg)
{
    const FiveTuple& flow = refusal.flow;
    const bool isTcp = flow.protocol == IpProtocol::TCP;
    const bool isGathering = leg.remote.empty();
    return !refusal.isInterception && isTcp == leg.isTcp && flow.destination == leg.to &&
           (!isGathering || flow.source.address == leg.from.address);
}

} // namespace

IceLeg
ToIceLeg(const std::string& party,
         const ns3::imsturn::IcePath::Leg& leg,
         const std::vector<Refusal>& refusals)
{
    IceLeg told{party, leg.local, leg.remote, leg.state, leg.why, "", "", ""};
    const auto found = std::find_if(refusals.rbegin(),
                                    refusals.rend(),
                                    [&](const Refusal& refusal) { return IsOf(refusal, leg); });
    const bool hasWorked = leg.state == "gathered" || leg.state == "succeeded";
    if (!hasWorked && found != refusals.rend())
    {
        told.element = found->event.element;
        told.rule = found->event.rule;
        told.reason = found->event.reason;
    }
    return told;
}

} // namespace imsfw::scenario
