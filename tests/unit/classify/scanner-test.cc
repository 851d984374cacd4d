// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The scanners that search readable streams: text start lines, and STUN and ChannelData frames in and out of step.
#include "classify/content-recogniser.h"
#include "classify/frame-scanner.h"
#include "classify/text-probe.h"
#include "classify/text-scanner.h"
#include "talk.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

constexpr auto SIP = Application::SIP;
constexpr auto MSRP = Application::MSRP;
constexpr auto STUN = Application::STUN;
constexpr auto CHANNEL = Application::TURN_CHANNEL;

struct ScanRow
{
    std::string name;
    Bytes stream;
    ApplicationSet expected;
};

void
PrintTo(const ScanRow& row, std::ostream* out)
{
    *out << row.name;
}

ApplicationSet
ScanText(ByteView bytes, std::size_t pieceSize)
{
    TextScanner scanner;
    ApplicationSet found;
    for (std::size_t offset = 0; offset < bytes.Size(); offset += pieceSize)
    {
        found.Add(scanner.Push(bytes.Sub(offset, pieceSize)));
        EXPECT_LE(scanner.GetHeldBytes(), START_LINE_LIMIT + 1);
    }
    return found;
}

ApplicationSet
ScanFrames(ByteView bytes, std::size_t pieceSize)
{
    DatagramRecogniser recogniser;
    FrameScanner scanner(Direction::TO_SERVER, recogniser);
    ApplicationSet found;
    for (std::size_t offset = 0; offset < bytes.Size(); offset += pieceSize)
    {
        found.Add(scanner.Push(bytes.Sub(offset, pieceSize)));
        EXPECT_LE(scanner.GetHeldBytes(), FrameScanner::FRAME_PREFIX);
    }
    return found;
}

class TextScans : public testing::TestWithParam<ScanRow>
{
};

TEST_P(TextScans, FindStartLinesInPiecesOfAnySize)
{
    const auto& [name, stream, expected] = GetParam();
    for (const std::size_t size : {1U, 3U, 16U, 1000U, 1000000U})
    {
        EXPECT_EQ(ScanText(stream, size).ToString(), expected.ToString()) << size;
    }
}

std::vector<ScanRow>
TextRows()
{
    const std::string request = "OPTIONS sip:a.test SIP/2.0\r\n";
    const std::string longUri = "INVITE sip:" + std::string(1900, 'u') + " SIP/2.0\r\n";
    const std::string tooLong = "INVITE sip:" + std::string(2100, 'u') + " SIP/2.0\r\n";
    return {
        {"Nothing", {}, {}},
        {"First", Text(request), {SIP}},
        {"WithoutLineEnd", Text(request.substr(0, request.size() - 2)), {}},
        {"AfterEmptyLines", Text("\r\n\r\n\r\n" + request), {SIP}},
        {"AfterHeaders", Text("Via: x\r\nl: 0\r\n\r\n" + request), {SIP}},
        {"AfterBinary", Hex("00ff17030a") + Text(request), {SIP}},
        {"Both", Text("MSRP abcd 200 OK\r\n" + request), {SIP, MSRP}},
        {"LongLine", Text(longUri), {SIP}},
        {"TooLongLine", Text(tooLong), {}},
        {"AfterTooLongLine", Text(tooLong + request), {SIP}},
        {"AfterHugeLine", Bytes(100000, 'x') + Text("\n" + request), {SIP}},
        {"Indented", Text(" " + request), {}},
        {"Quoted", Text("> " + request), {}},
        {"Http", Text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), {}},
        {"ManyShortLines",
         Text(
             []
             {
                 std::string lines;
                 for (int i = 0; i < 1000; ++i)
                 {
                     lines += "a\n";
                 }
                 return lines;
             }()),
         {}},
    };
}

INSTANTIATE_TEST_SUITE_P(Table,
                         TextScans,
                         testing::ValuesIn(TextRows()),
                         [](const auto& row) { return row.param.name; });

const Bytes BINDING = Hex("0001 0004 2112a442 0102030405060708090a0b0c 80220000");
const Bytes EMPTY_BINDING = Hex("0001 0000 2112a442 0102030405060708090a0b0c");

Bytes
Frame(uint16_t channel, std::size_t size)
{
    ByteWriter writer;
    writer.U16(channel);
    writer.U16(static_cast<uint16_t>(size));
    writer.Zeros((size + 3) / 4 * 4);
    return writer.Finish();
}

class FrameScans : public testing::TestWithParam<ScanRow>
{
};

TEST_P(FrameScans, FindFramesInPiecesOfAnySize)
{
    const auto& [name, stream, expected] = GetParam();
    for (const std::size_t size : {1U, 2U, 3U, 5U, 8U, 100U, 1000000U})
    {
        EXPECT_EQ(ScanFrames(stream, size).ToString(), expected.ToString()) << size;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    FrameScans,
    testing::ValuesIn(std::vector<ScanRow>{
        {"Nothing", {}, {}},
        {"Binding", BINDING, {STUN}},
        {"EmptyBinding", EMPTY_BINDING, {STUN}},
        {"HeaderOnly", Hex("0001 0004 2112a442 0102030405060708"), {}},
        {"TwoInARow", EMPTY_BINDING + BINDING, {STUN}},
        {"WithChannel", BINDING + Frame(0x4000, 5), {STUN, CHANNEL}},
        {"ChannelPadded", BINDING + Frame(0x4000, 5) + Frame(0x4001, 3) + BINDING, {STUN, CHANNEL}},
        {"EmptyChannel", BINDING + Frame(0x4000, 0), {STUN, CHANNEL}},
        {"ChannelCut", BINDING + Hex("4000 0004 0000"), {STUN}},
        {"LongChannel", BINDING + Frame(0x4000, 60000) + Frame(0x4000, 1), {STUN, CHANNEL}},
        {"ThreeChannels", Frame(0x4000, 9) + Frame(0x4000, 700) + Frame(0x4000, 0), {CHANNEL}},
        {"ThreeThenOther",
         Frame(0x4000, 9) + Frame(0x4000, 7) + Frame(0x4000, 1) + Frame(0x5000, 1) + BINDING,
         {CHANNEL, STUN}},
        {"TwoChannels", Frame(0x4000, 9) + Frame(0x4000, 700), {}},
        {"ChangingChannels", Frame(0x4000, 9) + Frame(0x4001, 7) + Frame(0x4002, 1), {}},
        {"AfterText", Text("hello world") + BINDING, {STUN}},
        {"AfterCookieLookalike", Hex("2112a442 2112a442 2112a442") + BINDING, {STUN}},
        {"CookieAlone", Hex("ffff ffff 2112a442"), {}},
        {"InsideWrongGuess", Frame(0x4000, 0) + Hex("4000 ffff 11") + BINDING, {STUN}},
        {"AcrossWrongGuess", Hex("4000 0004 00000001 0004 2112a442") + Bytes(16), {STUN}},
        {"TextThatLooksLikeChannels", Text("INVITE sip:bob@a SIP/2.0\r\n") + Bytes(30000, 'I'), {}},
        {"LostInStep", BINDING + Hex("c0") + Text("noise") + BINDING, {STUN}},
        {"LostByOneByte", BINDING + Hex("ff") + BINDING + Frame(0x4000, 3), {STUN, CHANNEL}},
        {"OddStunLength", Hex("0001 0003 2112a442 0102030405060708090a0b0c 000000"), {}},
    }),
    [](const auto& row) { return row.param.name; });

TEST(FrameScanner, FindsAStunMessageAtEveryOffset)
{
    for (std::size_t offset = 0; offset < 64; ++offset)
    {
        for (const uint8_t filler : {0x00, 0x21, 0x40, 0x42, 0xFF})
        {
            const Bytes stream = Bytes(offset, filler) + BINDING;
            EXPECT_TRUE(ScanFrames(stream, 1000).Has(STUN)) << offset << " " << int{filler};
        }
    }
}

TEST(ContentRecogniser, SharesEvidenceBetweenDirections)
{
    ContentRecogniser recogniser;
    EXPECT_TRUE(recogniser.Push(Direction::TO_CLIENT, Frame(0x4000, 3)).IsEmpty());
    EXPECT_TRUE(recogniser.Push(Direction::TO_SERVER, BINDING).Has(STUN));
    EXPECT_TRUE(recogniser.Push(Direction::TO_CLIENT, Frame(0x4000, 3)).Has(CHANNEL));
}

TEST(ContentRecogniser, TakesDnsAtTheBeginningOnly)
{
    const Bytes query = Hex("0013 1234 0100 0001 0000 0000 0000 0161 00 0001 0001");
    ContentRecogniser first;
    EXPECT_TRUE(first.Push(Direction::TO_SERVER, query).Has(Application::DNS));
    ContentRecogniser later;
    EXPECT_TRUE(later.Push(Direction::TO_SERVER, Bytes(300, 'x') + query).IsEmpty());
    ContentRecogniser tooShort;
    EXPECT_TRUE(tooShort.Push(Direction::TO_SERVER, Hex("0003") + query).IsEmpty());
}

TEST(ContentRecogniser, HoldsABoundedAmount)
{
    ContentRecogniser recogniser;
    Noise noise(7);
    const std::vector<Bytes> pieces{Text("INVITE sip:" + std::string(3000, 'a')),
                                    BINDING,
                                    Hex("0001 fff0 2112a442"),
                                    Hex("4000 ffff"),
                                    Text("\n")};
    for (int i = 0; i < 20000; ++i)
    {
        const auto direction = static_cast<Direction>(noise.Below(2));
        recogniser.Push(direction, pieces[noise.Below(pieces.size())]);
        ASSERT_LE(recogniser.GetHeldBytes(), ContentRecogniser::MemoryBound());
    }
}

} // namespace

} // namespace imsfw::classify
