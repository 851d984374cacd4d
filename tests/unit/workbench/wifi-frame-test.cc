// SPDX-License-Identifier: GPL-2.0-only
// What is found in frames of Wi-Fi, and what is passed over.
#include "workbench/wifi-frame.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace imsfw::workbench
{
namespace
{

constexpr std::size_t SEQUENCE = 22;
const Bytes SNAP{0xaa, 0xaa, 0x03, 0, 0, 0};
const Bytes PAYLOAD{0x08, 0x00, 0x45};

Bytes
Frame(uint8_t type, uint8_t flags, std::size_t header, const Bytes& body = SNAP)
{
    Bytes frame(header + body.size() + PAYLOAD.size());
    frame[0] = type;
    frame[1] = flags;
    frame[10] = 7; // the transmitter
    const auto payload =
        std::copy(body.begin(), body.end(), frame.begin() + static_cast<int>(header));
    std::copy(PAYLOAD.begin(), PAYLOAD.end(), payload);
    return frame;
}

bool
IsFound(const Bytes& frame)
{
    const auto payload = WifiFrames().FindPayload(frame);
    EXPECT_TRUE(!payload || payload->ToBytes() == PAYLOAD);
    return payload.has_value();
}

TEST(WifiFrameTest, DataIsFoundBehindEachHeaderThereIs)
{
    struct Row
    {
        const char* what;
        Bytes frame;
        bool isFound;
    };

    Bytes amsdu = Frame(0x88, 0x01, 26);
    amsdu[24] = 0x80;
    Bytes fragment = Frame(0x08, 0x01, 24);
    fragment[SEQUENCE] = 0x11;
    const Row rows[] = {
        {"data", Frame(0x08, 0x01, 24), true},
        {"QoS data to the access point", Frame(0x88, 0x01, 26), true},
        {"QoS data from it", Frame(0x88, 0x02, 26), true},
        {"between access points", Frame(0x88, 0x03, 32), true},
        {"with HT control", Frame(0x88, 0x81, 30), true},
        {"a beacon", Frame(0x80, 0x00, 24), false},
        {"an acknowledgement", Bytes{0xd4, 0, 0, 0, 1, 2, 3, 4, 5, 6}, false},
        {"QoS null", Frame(0xc8, 0x01, 26), false},
        {"encrypted", Frame(0x88, 0x41, 26), false},
        {"the first of fragments", Frame(0x08, 0x05, 24), false},
        {"another fragment", fragment, false},
        {"an A-MSDU", amsdu, false},
        {"no SNAP", Frame(0x08, 0x01, 24, Bytes{0x42, 0x42, 0x03, 0, 0, 0}), false},
        {"another version", Frame(0x09, 0x01, 24), false},
        {"nothing", {}, false},
    };
    for (const auto& row : rows)
    {
        EXPECT_EQ(IsFound(row.frame), row.isFound) << row.what;
    }
}

TEST(WifiFrameTest, CutAnywhereThereIsNothingOrLess)
{
    for (const Bytes& frame : {Frame(0x88, 0x83, 36), Frame(0x08, 0x01, 24)})
    {
        for (std::size_t size = 0; size < frame.size(); ++size)
        {
            const auto payload = WifiFrames().FindPayload(ByteView(frame).Sub(0, size));
            EXPECT_TRUE(!payload || payload->Size() < PAYLOAD.size()) << size;
        }
    }
}

TEST(WifiFrameTest, AFrameThatIsSentAgainCountsOnce)
{
    const auto numbered = [](uint8_t flags, uint8_t sequence, uint8_t trafficClass)
    {
        Bytes frame = Frame(0x88, static_cast<uint8_t>(0x01 | flags), 26);
        frame[SEQUENCE + 1] = sequence;
        frame[24] = trafficClass;
        return frame;
    };
    constexpr uint8_t RETRY = 0x08;
    WifiFrames frames;
    EXPECT_TRUE(frames.FindPayload(numbered(0, 1, 0)));
    EXPECT_FALSE(frames.FindPayload(numbered(RETRY, 1, 0)));
    EXPECT_TRUE(frames.FindPayload(numbered(RETRY, 1, 5))) << "numbers of its own";
    EXPECT_TRUE(frames.FindPayload(numbered(RETRY, 2, 0))) << "the first try was not heard";
    EXPECT_FALSE(frames.FindPayload(numbered(RETRY, 2, 0)));
    EXPECT_TRUE(frames.FindPayload(numbered(0, 2, 0))) << "4096 frames later";
}

TEST(RadiotapTest, IsSkippedByItsLength)
{
    const Bytes frame{0, 0, 9, 0, 0, 0, 0, 0, 77, 1, 2};
    EXPECT_EQ(AfterRadiotap(frame)->ToBytes(), (Bytes{1, 2}));
    EXPECT_EQ(AfterRadiotap(ByteView(frame).Sub(0, 9))->Size(), 0U);
    for (const Bytes& bad :
         {Bytes{}, Bytes{0, 0, 9}, Bytes{1, 0, 8, 0, 0, 0, 0, 0}, Bytes{0, 0, 9, 0, 0, 0, 0, 0}})
    {
        EXPECT_FALSE(AfterRadiotap(bad)) << bad.size();
    }
}

} // namespace
} // namespace imsfw::workbench
