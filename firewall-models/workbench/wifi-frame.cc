// SPDX-License-Identifier: GPL-2.0-only
#include "workbench/wifi-frame.h"

#include <algorithm>
#include <array>

namespace imsfw::workbench
{

namespace
{

// IEEE 802.11-2020 9.2.4.1
constexpr uint8_t VERSION_AND_TYPE = 0x0f;
constexpr uint8_t DATA = 0x08;
constexpr uint8_t WITHOUT_DATA = 0x40; ///< subtype: null function
constexpr uint8_t QOS = 0x80;          ///< subtype
constexpr uint8_t BOTH_DS = 0x03;
constexpr uint8_t MORE_FRAGMENTS = 0x04;
constexpr uint8_t RETRY = 0x08;
constexpr uint8_t PROTECTED = 0x40;
constexpr uint8_t HT_CONTROL = 0x80;
constexpr uint8_t AMSDU = 0x80; ///< in the QoS control field
constexpr std::size_t HEADER = 24;
constexpr std::size_t TRANSMITTER = 10;
constexpr std::size_t SEQUENCE = 22;
constexpr std::size_t ADDRESS = 6;
constexpr std::array<uint8_t, 6> SNAP{0xaa, 0xaa, 0x03, 0, 0, 0}; // RFC 1042

} // namespace

std::optional<ByteView>
AfterRadiotap(ByteView frame)
{
    constexpr std::size_t LENGTH = 2; // where it stands, little endian
    if (frame.Size() < 8 || frame[0] != 0)
    {
        return std::nullopt;
    }
    const std::size_t length = frame[LENGTH] | std::size_t{frame[LENGTH + 1]} << 8;
    return length <= frame.Size() ? std::optional(frame.Sub(length)) : std::nullopt;
}

std::optional<ByteView>
WifiFrames::FindPayload(ByteView frame)
{
    if (frame.Size() < HEADER || (frame[0] & VERSION_AND_TYPE) != DATA ||
        (frame[0] & WITHOUT_DATA) != 0 || (frame[1] & (PROTECTED | MORE_FRAGMENTS)) != 0 ||
        (frame[SEQUENCE] & 0x0f) != 0) // a fragment
    {
        return std::nullopt;
    }
    std::size_t offset = HEADER + ((frame[1] & BOTH_DS) == BOTH_DS ? ADDRESS : 0);
    Bytes sender = frame.Sub(TRANSMITTER, ADDRESS).ToBytes();
    if ((frame[0] & QOS) != 0)
    {
        if (offset >= frame.Size() || (frame[offset] & AMSDU) != 0)
        {
            return std::nullopt;
        }
        sender.push_back(frame[offset] &
                         0x0f); // its traffic class, which has sequence numbers of its own
        offset += 2 + ((frame[1] & HT_CONTROL) != 0 ? 4 : 0);
    }
    const uint32_t sequence = frame[SEQUENCE] | uint32_t{frame[SEQUENCE + 1]} << 8;
    const auto last = m_last.find(sender);
    const bool isRepeated =
        (frame[1] & RETRY) != 0 && last != m_last.end() && last->second == sequence;
    m_last[sender] = sequence;
    const ByteView body = frame.Sub(offset);
    const bool isSnap =
        body.Size() >= SNAP.size() && std::equal(SNAP.begin(), SNAP.end(), body.begin());
    return isSnap && !isRepeated ? std::optional(body.Sub(SNAP.size())) : std::nullopt;
}

} // namespace imsfw::workbench
