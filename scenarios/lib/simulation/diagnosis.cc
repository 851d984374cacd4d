// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

bool
Contains(const std::vector<Endpoint>& ends, const Endpoint& end)
{
    return std::find(ends.begin(), ends.end(), end) != ends.end();
}

/// A flow belongs to a plane when one of its ends does: behind a web proxy the two legs share only the server.
bool
BelongsTo(const FiveTuple& flow, const PlaneEnds& ends)
{
    return Contains(ends.locals, flow.source) || Contains(ends.locals, flow.destination) ||
           Contains(ends.remotes, flow.source) || Contains(ends.remotes, flow.destination);
}

} // namespace

DecidingEvent
Explain(const PlaneFailure& failure, const PlaneEnds& ends, const std::vector<Refusal>& refusals)
{
    // The last one before the end: what was refused earlier and got over (a 407 that was answered) did not decide.
    for (auto refusal = refusals.rbegin(); refusal != refusals.rend(); ++refusal)
    {
        if (refusal->event.at <= failure.at && BelongsTo(refusal->flow, ends))
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
