// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The packet types of RFC 3550 12.1, shared by reader and writer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace imsfw::rtp
{

enum RtcpType : uint8_t
{
    RTCP_SR = 200,
    RTCP_RR = 201,
    RTCP_SDES = 202,
    RTCP_BYE = 203,
    RTCP_APP = 204,
};

constexpr uint8_t RTCP_VERSION = 2;
constexpr std::size_t RTCP_WORD = 4;

} // namespace imsfw::rtp
