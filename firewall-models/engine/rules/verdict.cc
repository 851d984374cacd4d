// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rules/verdict.h"

namespace imsfw::engine
{

std::string
ToString(Reason reason)
{
    switch (reason)
    {
    case Reason::RULE:
        return "rule";
    case Reason::DEFAULT:
        return "default";
    case Reason::FIRST_BYTES:
        return "first-bytes";
    case Reason::NULL_SUITE:
        return "null-suite";
    case Reason::TLS:
        return "tls";
    case Reason::HTTP:
        return "http";
    case Reason::PAYLOAD:
        return "payload";
    case Reason::METER:
        return "meter";
    case Reason::SCHEDULE:
        return "schedule";
    case Reason::TAGGED:
        return "tagged";
    case Reason::RECOGNISED:
        return "recognised";
    case Reason::CONTENT:
        return "content";
    case Reason::NO_STATE:
        return "no-state";
    case Reason::NO_MAPPING:
        return "no-mapping";
    case Reason::FILTERED:
        return "filtered";
    case Reason::NO_PORT:
        return "no-port";
    case Reason::FRAGMENT:
        return "fragment";
    case Reason::UNSUPPORTED:
        return "unsupported";
    }
    return "unknown";
}

} // namespace imsfw::engine
