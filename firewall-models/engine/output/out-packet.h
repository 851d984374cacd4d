// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a firewall engine hands out: packets to send, and counters of what it did.
#pragma once

#include "base/time.h"
#include "engine/policy/policy.h"

namespace imsfw::engine
{

enum class TransmitKind : uint8_t
{
    FORWARDED,
    GENERATED, ///< an RST or ICMP error of the engine's own
};

struct OutPacket
{
    Zone to{Zone::INSIDE};
    Bytes packet; ///< with its IPv4 header
    TransmitKind kind{TransmitKind::FORWARDED};
    Duration delay{0}; ///< to wait before sending
};

struct Counters
{
    uint64_t allowed{0};
    uint64_t refused{0};
    uint64_t malformed{0};
    uint64_t fragments{0};
    uint64_t evicted{0}; ///< flows that gave way to newer ones
    uint64_t expired{0};
    uint64_t generated{0};
    uint64_t throttled{0};      ///< dropped because their flow's queue was full
    uint64_t lost{0};           ///< flows forgotten in a reboot
    uint64_t flows{0};          ///< ever made
    uint64_t inspected{0};      ///< packets whose content was looked at
    uint64_t inspectedBytes{0}; ///< of payload, in those
};

} // namespace imsfw::engine
