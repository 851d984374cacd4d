// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RTCP compound packets (RFC 3550 6): SR, RR, SDES, BYE, APP, read strictly and written. Packets of other types (feedback,
/// extended reports) are kept by their type alone. Left out: reduced-size packets (RFC 5506), encryption prefixes.
///
///      0                   1                   2                   3
///     |V=2|P|  count  |      PT       |   length in words, less one   |
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace imsfw::rtp
{

/// RFC 3550 6.4.1: what one receiver says of one source.
struct ReportBlock
{
    uint32_t ssrc{0};
    uint8_t fractionLost{0};   ///< in 1/256
    int32_t cumulativeLost{0}; ///< 24 bits with sign
    uint32_t highestSequence{0};
    uint32_t jitter{0};           ///< timestamp units
    uint32_t lastSr{0};           ///< the middle 32 bits of the last SR's NTP time; 0 for none
    uint32_t delaySinceLastSr{0}; ///< in 1/65536 s
};

struct SenderReport
{
    uint32_t ssrc{0};
    uint64_t ntp{0}; ///< 32 bits of seconds, 32 of fraction
    uint32_t timestamp{0};
    uint32_t packets{0};
    uint32_t octets{0};
    std::vector<ReportBlock> blocks; ///< at most 31
    Bytes extension;                 ///< profile-specific, whole words
};

struct ReceiverReport
{
    uint32_t ssrc{0};
    std::vector<ReportBlock> blocks;
    Bytes extension;
};

/// RFC 3550 6.5
struct SourceDescription
{
    enum ItemType : uint8_t
    {
        CNAME = 1,
        NAME = 2,
        EMAIL = 3,
        PHONE = 4,
        LOC = 5,
        TOOL = 6,
        NOTE = 7,
        PRIV = 8,
    };

    struct Item
    {
        uint8_t type;     ///< an ItemType, or one that is not known here
        std::string text; ///< at most 255 bytes
    };

    struct Chunk
    {
        uint32_t ssrc;
        std::vector<Item> items;
    };

    std::vector<Chunk> chunks;
};

/// RFC 3550 6.6
struct Bye
{
    std::vector<uint32_t> ssrcs;
    std::optional<std::string> reason; ///< at most 255 bytes
};

/// RFC 3550 6.7
struct AppPacket
{
    uint8_t subtype{0}; ///< 5 bits
    uint32_t ssrc{0};
    std::string name; ///< four characters
    Bytes data;       ///< whole words
};

/// A whole packet of a type that is not understood here.
struct OtherRtcp
{
    uint8_t type{0};
    uint8_t count{0}; ///< the five bits beside version and padding
    Bytes body;       ///< behind the first word
};

using RtcpPacket =
    std::variant<SenderReport, ReceiverReport, SourceDescription, Bye, AppPacket, OtherRtcp>;

/// Why bytes are no RTCP compound packet (RFC 3550 6.1, A.2).
enum class RtcpError
{
    TRUNCATED, ///< shorter than the length fields say, or empty
    BAD_VERSION,
    BAD_FIRST_TYPE, ///< RFC 3550 6.1: "The first RTCP packet in the compound packet MUST always be a report packet"
    BAD_PADDING, ///< on other than the last packet, or of a wrong count
    BAD_BODY,    ///< a packet's content does not fit its length and count
};

const char* ToString(RtcpError error);

/// @return the packets in their order; the first one is a report.
Result<std::vector<RtcpPacket>, RtcpError> ParseRtcp(ByteView bytes);

/// @pre the limits named at the members hold
Bytes WriteRtcp(const std::vector<RtcpPacket>& packets);

/// @return whether @p bytes that came where both are received are RTCP rather than RTP (RFC 5761 4: types 192 to 223).
bool IsRtcp(ByteView bytes);

} // namespace imsfw::rtp
