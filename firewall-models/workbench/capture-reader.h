// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Reads the IP packets of a capture file, pcap or pcapng, through libpcap.
///
/// Link types: Ethernet (VLAN tags included), Wi-Fi (with radiotap or without), raw IP, PPP as ns-3 writes it, Linux "cooked"
/// (v1). Left out: packets that were not captured whole (counted).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace imsfw::workbench
{

struct CapturedPacket
{
    TimePoint at; ///< since 1970
    Bytes ip; ///< the IPv4 or IPv6 packet with its header, without what the link added behind it
};

struct Capture
{
    std::vector<CapturedPacket> packets;
    uint64_t cut{0};   ///< not captured whole
    uint64_t other{0}; ///< neither IPv4 nor IPv6
};

/// What a capture file says of all its frames.
struct FrameFormat
{
    int linkType{0}; ///< as in the file: LINKTYPE_...
    uint32_t snapLength{0};
};

/// A frame as it was captured.
struct CapturedFrame
{
    TimePoint at; ///< since 1970
    ByteView bytes;
    uint32_t originalSize{0};
};

/// Read the frames of any link type, in the file's order.
/// @param onFormat called once, before any frame
/// @return what is wrong with the file, beginning with its name; empty where nothing is
std::string ReadFrames(const std::string& path,
                       const std::function<void(const FrameFormat&)>& onFormat,
                       const std::function<void(const CapturedFrame&)>& onFrame);

/// @return the packets in the file's order, or what is wrong with it, beginning with its name
Result<Capture, std::string> ReadCapture(const std::string& path);

} // namespace imsfw::workbench
