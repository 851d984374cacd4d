// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

template <typename T>
bool
Contains(const std::vector<T>& list, const T& item)
{
    return std::find(list.begin(), list.end(), item) != list.end();
}

/// A connection that was never made has no end of its own yet: it is known by who wanted to reach which server.
bool
BelongsTo(const Refusal& refusal, const PlaneEnds& ends)
{
    const FiveTuple& flow = refusal.flow;
    if (refusal.isByProxy && !ends.viaProxy)
    {
        return false;
    }
    const auto isOwn = [&](const Endpoint& end)
    { return Contains(ends.locals, end) || Contains(ends.peers, end); };
    const auto reaches = [&](const Endpoint& from, const Endpoint& to)
    { return Contains(ends.hosts, from.address) && Contains(ends.servers, to); };
    return isOwn(flow.source) || isOwn(flow.destination) ||
           reaches(flow.source, flow.destination) || reaches(flow.destination, flow.source);
}

/// The other end was reached and said no, or was not who it should be: nothing between the two decided.
bool
IsWordOfTheEnds(const StreamFailure& failure)
{
    static const std::vector<std::string> TLS{
        "alert-received", "alert-sent", "certificate-verify-failed"};
    static const std::vector<std::string> SIP{"refused",
                                              "wrong-credentials",
                                              "no-usable-challenge",
                                              "network-not-authenticated",
                                              "no-common-security"};
    return (failure.layer == "tls" && Contains(TLS, failure.reason)) ||
           (failure.layer == "sip" && Contains(SIP, failure.reason));
}

/// The end's word of a certificate that was not its server's.
DecidingEvent
InterceptionEvent(const Refusal& interception, const PlaneFailure& failure)
{
    DecidingEvent event = interception.event;
    event.reason = failure.failure.layer + "-" + failure.failure.reason;
    event.detail = "the web proxy's own certificate for " + interception.event.reason +
                   " was shown: " + failure.failure.detail;
    event.at = failure.at;
    return event;
}

} // namespace

DecidingEvent
Explain(const PlaneFailure& failure, const PlaneEnds& ends, const std::vector<Refusal>& refusals)
{
    for (auto refusal = refusals.rbegin(); refusal != refusals.rend(); ++refusal)
    {
        const bool isInTime = failure.since <= refusal->event.at && refusal->event.at <= failure.at;
        if (!isInTime || !BelongsTo(*refusal, ends))
        {
            continue;
        }
        if (refusal->isInterception && failure.failure.layer == "tls")
        {
            return InterceptionEvent(*refusal, failure);
        }
        if (!refusal->isInterception && !IsWordOfTheEnds(failure.failure))
        {
            return refusal->event;
        }
    }
    DecidingEvent event;
    event.element = "ue";
    event.reason = failure.failure.layer + "-" + failure.failure.reason;
    event.detail = failure.step + ": " + failure.failure.detail;
    event.at = failure.at;
    return event;
}

} // namespace imsfw::scenario
