// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A packet on its way into the engine: the bytes, what they say, when and whence they came.
#pragma once

#include "base/time.h"
#include "engine/packet/ip-packet.h"
#include "engine/policy/policy.h"

namespace imsfw::engine
{

struct Arrival
{
    TimePoint now;
    Zone from;
    IpPacket packet;
    Bytes bytes; ///< moved on where the packet is forwarded

    /// @return what stands behind the transport header.
    ByteView
    Payload() const
    {
        return ByteView(bytes).Sub(packet.payloadOffset);
    }
};

} // namespace imsfw::engine
