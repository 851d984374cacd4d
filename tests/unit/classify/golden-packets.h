// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The golden captures, packet by packet, taken apart for tests of classifiers.
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/time.h"
#include "engine/packet/ip-packet.h"
#include "workbench/capture-reader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace imsfw::classify
{

struct CapturedPacket
{
    TimePoint at{}; ///< since 1970
    FiveTuple tuple;
    uint32_t sequence{0};
    uint32_t acknowledgement{0};
    uint8_t tcpFlags{0};
    bool syn{false};
    Bytes payload;
};

/// @return the IPv4 packets of a capture, in its order. A capture that cannot be read fails the test.
inline std::vector<CapturedPacket>
ReadCapture(const std::string& path)
{
    const auto capture = workbench::ReadCapture(path);
    EXPECT_TRUE(capture) << (capture ? "" : capture.Error());
    std::vector<CapturedPacket> packets;
    for (const auto& packet : capture ? capture->packets : std::vector<workbench::CapturedPacket>())
    {
        const auto ip = engine::ParseIp(packet.ip);
        EXPECT_TRUE(ip) << path;
        if (ip)
        {
            packets.push_back({packet.at,
                               ip->tuple.ToFiveTuple(),
                               ip->sequence,
                               ip->acknowledgement,
                               ip->flags,
                               ip->Has(engine::TCP_SYN),
                               ByteView(packet.ip).Sub(ip->payloadOffset).ToBytes()});
        }
    }
    return packets;
}

} // namespace imsfw::classify
