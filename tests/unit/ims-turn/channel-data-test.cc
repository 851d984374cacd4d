// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// ChannelData (RFC 8656 12.4, 12.5) and how frames are cut out of a stream.
#include "ims-turn-channel-data.h"
#include "ims-turn-stream-framer.h"
#include "ims-turn-stun-builder.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

namespace imsfw::turn
{
namespace
{

using stun::TransportMode;
using turntest::Hex;

TEST(ChannelData, FormsTable)
{
    struct Row
    {
        const char* name;
        const char* bytes;
        std::optional<uint16_t> channel;
        const char* data;
    };

    const std::vector<Row> rows = {
        {"first channel", "4000 0003 aabbcc", 0x4000, "aabbcc"},
        {"last channel", "4fff 0001 aa", 0x4fff, "aa"},
        {"no data", "4000 0000", 0x4000, ""},
        {"padding", "4000 0003 aabbcc 00", 0x4000, "aabbcc"},
        {"a reserved number", "5000 0000", {}, ""},
        {"STUN", "3fff 0000", {}, ""},
        {"shorter than it says", "4000 0004 aabbcc", {}, ""},
    };
    for (const Row& row : rows)
    {
        const Bytes bytes = Hex(row.bytes);
        const auto parsed = ChannelData::Parse(bytes);
        ASSERT_EQ(parsed.has_value(), row.channel.has_value()) << row.name;
        if (parsed)
        {
            EXPECT_EQ(parsed->channel, *row.channel) << row.name;
            EXPECT_EQ(ToHex(parsed->data), row.data) << row.name;
        }
    }
}

TEST(ChannelData, TruncationAtEveryByte)
{
    const Bytes whole = MakeChannelData(0x4123, Bytes(50, 7), TransportMode::DATAGRAM);
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        const Bytes part = turntest::Cut(whole, size);
        EXPECT_FALSE(ChannelData::Parse(part)) << size;
    }
    EXPECT_TRUE(ChannelData::Parse(whole));
}

TEST(ChannelData, RoundTripsWithThePaddingOfItsTransport)
{
    for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 172U, 65535U})
    {
        const Bytes data(size, 0x5a);
        const Bytes datagram = MakeChannelData(0x4001, data, TransportMode::DATAGRAM);
        const Bytes stream = MakeChannelData(0x4001, data, TransportMode::STREAM);
        EXPECT_EQ(datagram.size(), 4 + size);
        EXPECT_EQ(stream.size(), (4 + size + 3) / 4 * 4);
        for (const Bytes& frame : {datagram, stream})
        {
            const auto parsed = ChannelData::Parse(frame);
            ASSERT_TRUE(parsed);
            EXPECT_EQ(parsed->channel, 0x4001);
            EXPECT_EQ(parsed->data.ToBytes(), data);
        }
    }
}

/// Two STUN messages and three ChannelData frames, as a stream.
std::vector<Bytes>
Frames()
{
    using stun::Builder;
    return {Builder(stun::Method::BINDING, stun::MessageClass::REQUEST, turntest::IdOf(1)).Finish(),
            MakeChannelData(0x4000, Bytes(5, 1), TransportMode::STREAM),
            MakeChannelData(0x4fff, {}, TransportMode::STREAM),
            Builder(stun::Method::REFRESH, stun::MessageClass::SUCCESS, turntest::IdOf(2))
                .AddU32(stun::attribute::LIFETIME, 600)
                .Finish(),
            MakeChannelData(0x4001, Bytes(400, 2), TransportMode::STREAM)};
}

TEST(StreamFramer, AnySplitGivesTheSameFrames)
{
    const std::vector<Bytes> frames = Frames();
    Bytes stream;
    for (const Bytes& frame : frames)
    {
        Append(stream, frame);
    }
    for (std::size_t piece = 1; piece <= stream.size(); ++piece)
    {
        StreamFramer framer;
        std::vector<Bytes> found;
        for (std::size_t at = 0; at < stream.size(); at += piece)
        {
            framer.Push(ByteView(stream).Sub(at, piece));
            while (const auto frame = framer.Next())
            {
                found.push_back(frame->ToBytes());
            }
        }
        EXPECT_EQ(found, frames) << piece;
        EXPECT_FALSE(framer.GetError());
        EXPECT_EQ(framer.GetBuffered(), 0U);
    }
}

TEST(StreamFramer, TruncationAtEveryByteWaits)
{
    for (const Bytes& frame : Frames())
    {
        for (std::size_t size = 0; size < frame.size(); ++size)
        {
            StreamFramer framer;
            framer.Push(turntest::Cut(frame, size));
            EXPECT_FALSE(framer.Next()) << size;
            EXPECT_FALSE(framer.GetError()) << size;
            EXPECT_EQ(framer.GetBuffered(), size);
            framer.Push(ByteView(frame).Sub(size));
            EXPECT_TRUE(framer.Next()) << size;
        }
    }
}

TEST(StreamFramer, ErrorTable)
{
    struct Row
    {
        const char* bytes;
        StreamFramer::Error error;
        const char* name;
    };

    const std::vector<Row> rows = {
        {"80", StreamFramer::Error::NOT_TURN, "not-turn"},
        {"ff", StreamFramer::Error::NOT_TURN, "not-turn"},
        {"50", StreamFramer::Error::BAD_CHANNEL, "bad-channel"},
        {"7f", StreamFramer::Error::BAD_CHANNEL, "bad-channel"},
        {"0001 0002", StreamFramer::Error::BAD_LENGTH, "bad-length"},
        {"0001 0000 2112a443", StreamFramer::Error::BAD_COOKIE, "bad-cookie"},
        {"16030100 a0010000", StreamFramer::Error::BAD_COOKIE, "bad-cookie"}, // a TLS ClientHello
        {"47455420 2f",
         StreamFramer::Error::BAD_CHANNEL,
         ""}, // "GET /": a channel, 4745, of 0x5420 bytes
    };
    for (const Row& row : rows)
    {
        StreamFramer framer;
        framer.Push(Hex(row.bytes));
        EXPECT_FALSE(framer.Next()) << row.bytes;
        if (std::string_view(row.name).empty())
        {
            EXPECT_FALSE(framer.GetError()) << row.bytes;
            continue;
        }
        ASSERT_EQ(framer.GetError(), row.error) << row.bytes;
        EXPECT_EQ(ToString(*framer.GetError()), row.name);
        framer.Push(Frames().front());
        EXPECT_FALSE(framer.Next()) << "a framer cannot find its way back";
        EXPECT_LE(framer.GetBuffered(), Hex(row.bytes).size());
    }
}

TEST(StreamFramer, AnErrorComesAfterTheFramesBeforeIt)
{
    StreamFramer framer;
    Bytes stream = Frames().front();
    stream.push_back(0x80);
    framer.Push(stream);
    EXPECT_TRUE(framer.Next());
    EXPECT_FALSE(framer.GetError());
    EXPECT_FALSE(framer.Next());
    EXPECT_TRUE(framer.GetError());
}

} // namespace
} // namespace imsfw::turn
