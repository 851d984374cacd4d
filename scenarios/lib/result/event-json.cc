// SPDX-License-Identifier: GPL-2.0-only
#include "event-json.h"

namespace imsfw::scenario
{

nlohmann::ordered_json
ToJson(const DecidingEvent& event)
{
    return {
        {"element", event.element},
        {"rule", event.rule},
        {"reason", event.reason},
        {"detail", event.detail},
        {"flow", event.flow},
        {"first_bytes", event.firstBytes},
        {"at_ms", ToMilliseconds(event.at.time_since_epoch())},
    };
}

} // namespace imsfw::scenario
