// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a firewall decided, and why: a closed list of reasons, and the event that tells the user.
#pragma once

#include "base/time.h"
#include "engine/policy/policy.h"
#include "engine/rules/rule-number.h"

#include <memory>
#include <string>

namespace imsfw::engine
{

struct Explanation;

/// Why a verdict fell.
enum class Reason : uint8_t
{
    RULE,        ///< addresses, ports, protocol
    DEFAULT,     ///< no rule matched
    FIRST_BYTES, ///< the stream's first bytes
    NULL_SUITE,  ///< TLS without encryption
    TLS,         ///< a hello's version, suite, name, protocol or size
    HTTP,        ///< method or CONNECT target
    PAYLOAD,     ///< a pattern of bytes
    METER,       ///< the flow's volume, rate or age
    SCHEDULE,    ///< the time at which the flow began
    TAGGED,      ///< a tag that a rule before gave
    RECOGNISED,  ///< what the policy's recogniser calls the flow
    CONTENT,     ///< an application recognised in readable data
    NO_STATE,    ///< not the first packet of a flow, and of none that is known
    NO_MAPPING,  ///< unsolicited, to the NAT's address
    FILTERED,    ///< a mapping is there, but not for this remote endpoint
    NO_PORT,     ///< the NAT has no port left
    FRAGMENT,
    UNSUPPORTED, ///< an ICMP message that starts no flow
};

/// @return "first-bytes", "no-state", ...
std::string ToString(Reason reason);

/// The first verdict of a flow, each change of it, and every refusal.
struct VerdictEvent
{
    TimePoint at{};
    Action action{Action::DROP};
    std::string ruleId; ///< "default" and "unsolicited" where no rule stands behind it
    Reason reason{Reason::DEFAULT};
    FiveTuple flow; ///< as first seen, before NAT
    Zone from{Zone::INSIDE};
    Zone to{Zone::OUTSIDE};
    uint64_t flowId{0}; ///< 0 where the packet belongs to no flow
    Bytes firstBytes;   ///< of this packet's payload, at most 16
    std::size_t size{0};
    bool firstOfFlow{false};
    unsigned stage{0}; ///< of a Chain; 0: the innermost
    std::shared_ptr<const Explanation>
        explanation; ///< where EngineConfig::explains, of the packet with which the verdict fell
};

/// A decision while it is at work; a VerdictEvent is made of it.
struct Verdict
{
    Action action{Action::DROP}; ///< never REFUSE
    Reason reason{Reason::DEFAULT};
    RuleNumber rule{NO_RULE};

    friend bool
    operator==(const Verdict& a, const Verdict& b)
    {
        return a.action == b.action && a.rule == b.rule && a.reason == b.reason;
    }

    friend bool
    operator!=(const Verdict& a, const Verdict& b)
    {
        return !(a == b);
    }
};

} // namespace imsfw::engine
