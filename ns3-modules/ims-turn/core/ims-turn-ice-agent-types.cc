// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-ice-agent-types.h.
#include "ims-turn-ice-agent-types.h"

namespace imsfw::ice
{

AgentConfig
AgentConfig::For(Profile profile)
{
    AgentConfig config;
    config.profile = profile;
    switch (profile)
    {
    case Profile::RFC8445:
        return config;
    case Profile::RFC5245:
        config.ta = std::chrono::milliseconds(20);        // RFC 5245 16.1, for RTP
        config.rtoFloor = std::chrono::milliseconds(100); // RFC 5245 16.2
        config.hasConsent = false;                        // RFC 5245 10: Binding indications
        return config;
    }
    return config;
}

std::string_view
ToString(PairKind kind)
{
    switch (kind)
    {
    case PairKind::DIRECT:
        return "direct";
    case PairKind::REFLEXIVE:
        return "reflexive";
    case PairKind::RELAYED:
        return "relay";
    }
    return "unknown";
}

} // namespace imsfw::ice
