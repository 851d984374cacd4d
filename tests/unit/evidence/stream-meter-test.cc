// SPDX-License-Identifier: GPL-2.0-only
#include "stream-meter.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

constexpr TimePoint T0{};

TimePoint
At(int milliseconds)
{
    return T0 + std::chrono::milliseconds(milliseconds);
}

Bytes
Text(const std::string& text)
{
    return ByteView(text).ToBytes();
}

/// @return the sum of the new bytes' sizes.
uint64_t
Push(StreamMeter& meter, uint32_t sequence, const Bytes& payload, int milliseconds = 0)
{
    uint64_t size = 0;
    for (const auto& range : meter.HandleSegment(At(milliseconds), sequence, false, payload))
    {
        size += range.to - range.from;
    }
    return size;
}

Traffic
Layers(const StreamMeter& meter, uint64_t from, uint64_t to)
{
    Traffic traffic;
    meter.AddLayers({from, to}, traffic);
    return traffic;
}

const std::string CONNECT = "CONNECT 192.0.2.2:443 HTTP/1.1\r\nHost: 192.0.2.2:443\r\n\r\n";
const std::string REFUSED = "HTTP/1.1 407 Proxy Authentication Required\r\n"
                            "content-length: 5\r\n\r\nhello";
const std::string TUNNEL = "HTTP/1.1 200 Connection established\r\n\r\n";

} // namespace

TEST(StreamMeterTest, NewBytesAreToldFromRepeatedOnes)
{
    struct Segment
    {
        uint32_t sequence;
        std::size_t size;
        uint64_t fresh;
    };

    // Sequence numbers wrap in the middle of it.
    const uint32_t first = 0xfffffff0;
    const Segment segments[] = {
        {first, 10, 10},      // 0..10
        {first, 10, 0},       // again
        {first + 20, 10, 10}, // a gap before it
        {first + 5, 10, 5},   // one half old
        {first + 12, 30, 17}, // fills the gap, and goes on
        {first, 42, 0},       // everything again
        {first + 42, 1, 1},
        {first - 3, 3, 0}, // before the beginning: a keep-alive probe's byte
    };
    StreamMeter meter;
    meter.HandleSegment(T0, first - 1, true, {});
    for (const auto& segment : segments)
    {
        EXPECT_EQ(Push(meter, segment.sequence, Bytes(segment.size, 'x')), segment.fresh)
            << segment.sequence - first;
    }
}

TEST(StreamMeterTest, AProxysRefusalAndTunnelAreHttpAndWhatFollowsIsNot)
{
    StreamMeter sent;
    uint32_t place = 0;
    for (const auto& text : {CONNECT, CONNECT})
    {
        Push(sent, place, Text(text), static_cast<int>(place));
        place += static_cast<uint32_t>(text.size());
    }
    Push(sent, place, Text("\x16\x03\x01"), 900);
    sent.HandleTls(At(900), {true, false, 3, {}});
    EXPECT_EQ(Layers(sent, 0, place + 3)[Layer::HTTP], 2 * CONNECT.size());
    EXPECT_EQ(Layers(sent, 0, place + 3)[Layer::TLS], 3U);
    EXPECT_EQ(sent.GetConnect(), At(0));
    ASSERT_EQ(sent.GetMessages().size(), 2U);
    EXPECT_EQ(sent.GetMessages()[0].name, "CONNECT 192.0.2.2:443");

    StreamMeter received;
    const std::string all = REFUSED + TUNNEL;
    for (std::size_t i = 0; i < all.size(); ++i) // byte by byte
    {
        Push(received, static_cast<uint32_t>(i), Text(all.substr(i, 1)), static_cast<int>(i));
    }
    EXPECT_EQ(Layers(received, 0, all.size())[Layer::HTTP], all.size());
    EXPECT_EQ(received.GetConnect(), At(static_cast<int>(all.size()) - 1));
    ASSERT_EQ(received.GetMessages().size(), 2U);
    EXPECT_EQ(received.GetMessages()[0].name, "HTTP 407");
    EXPECT_EQ(received.GetMessages()[1].name, "HTTP 200");
}

TEST(StreamMeterTest, ATlsRecordIsItsOverheadAndWhatItHolds)
{
    const Bytes ping = Text("\r\n\r\n");
    StreamMeter meter;
    Bytes records(100 + 29 + 33, 0);
    records[0] = 0x16;
    Push(meter, 0, records);
    meter.HandleTls(At(1), {false, false, 100, {}});
    meter.HandleTls(At(2), {false, false, 29 + 4, ping});
    EXPECT_EQ(Layers(meter, 0, 100)[Layer::TLS], 100U);
    EXPECT_EQ(Layers(meter, 100, 133)[Layer::TLS], 29U);
    EXPECT_EQ(Layers(meter, 100, 133)[Layer::SIP], 4U);
    EXPECT_EQ(Layers(meter, 133, 162)[Layer::TLS], 29U) << "what TLS has not told of yet";
    EXPECT_EQ(Layers(meter, 0, 162).Total(), 162U);
}

TEST(StreamMeterTest, EveryByteOfAPlainStreamIsCountedOnceWhateverIsLost)
{
    const std::string text(3000, '\n');
    const Bytes stream = Text("REGISTER" + text);
    StreamMeter meter;
    Traffic traffic;
    std::vector<StreamRange> ranges;
    // Every third segment comes at the end, and the one before it twice.
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i * 100 < stream.size(); ++i)
    {
        order.push_back(i);
    }
    std::stable_partition(order.begin(), order.end(), [](std::size_t i) { return i % 3 != 0; });
    order.insert(order.begin() + 1, order.front());
    meter.HandleSegment(T0, 4999, true, {});
    for (const auto i : order)
    {
        const auto fresh = meter.HandleSegment(
            T0, static_cast<uint32_t>(5000 + i * 100), false, ByteView(stream).Sub(i * 100, 100));
        ranges.insert(ranges.end(), fresh.begin(), fresh.end());
    }
    for (const auto& range : ranges)
    {
        meter.AddLayers(range, traffic);
    }
    EXPECT_EQ(traffic.Total(), stream.size());
}

TEST(StreamMeterTest, MediaThatFollowsItselfIsOneMessage)
{
    Bytes frame = {0x40, 0, 0, 12, 0x80, 0};
    frame.resize(16, 0);
    StreamMeter meter;
    Push(meter, 0, {0x16});
    Bytes binding(20, 0);
    binding[1] = 1;
    binding[4] = 0x21;
    binding[5] = 0x12;
    binding[6] = 0xA4;
    binding[7] = 0x42;
    meter.HandleTls(At(1), {true, false, 49, binding});
    for (int i = 2; i < 7; ++i)
    {
        meter.HandleTls(At(i), {true, false, 45, frame});
    }
    ASSERT_EQ(meter.GetMessages().size(), 2U);
    const auto& media = meter.GetMessages()[1];
    EXPECT_EQ(media.name, "ChannelData, RTP");
    EXPECT_EQ(media.count, 5U);
    EXPECT_EQ(media.at, At(2));
    EXPECT_EQ(media.last, At(6));
    EXPECT_EQ(media.range.to, 49U + 5 * 45);
}
