// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The same messages out of the stream at every split of it; end-lines that only look like it; limits.
#include "base/random.h"
#include "ims-media-msrp-framer.h"

#include <gtest/gtest.h>

#include <vector>

namespace imsfw::msrp
{
namespace
{

const std::string FIRST = "MSRP abcd SEND\r\nTo-Path: x\r\n\r\nbody\r\n-------abcd$\r\n";
const std::string SECOND = "MSRP efgh 200 OK\r\nTo-Path: x\r\n-------efgh$\r\n";
/// Everything in the body that an impatient reader would take for the end.
const std::string TRICKY = "MSRP ijkl SEND\r\n\r\n"
                           "-------ijkl$\n\r\n-------ijkl\r\n\r\n-------ijkl*\r\n -------ijkl$\r\n"
                           "\r\n-------abcd$\r\n\r\n------ijkl$\r\n\r\n-------ijkl-$\r\n"
                           "\r\n-------ijkl+\r\n";

std::vector<std::string>
TakeAll(Framer& framer)
{
    std::vector<std::string> all;
    while (const auto message = framer.Next())
    {
        all.emplace_back(ByteView(*message).AsText());
    }
    return all;
}

TEST(MsrpFramer, SameMessagesAtEverySplit)
{
    const std::string stream = FIRST + TRICKY + SECOND;
    for (std::size_t split = 0; split <= stream.size(); ++split)
    {
        Framer framer;
        framer.Add(ByteView(stream).Sub(0, split));
        auto all = TakeAll(framer);
        framer.Add(ByteView(stream).Sub(split));
        for (auto& message : TakeAll(framer))
        {
            all.push_back(std::move(message));
        }
        EXPECT_EQ(all, (std::vector<std::string>{FIRST, TRICKY, SECOND})) << split;
        EXPECT_FALSE(framer.GetError());
        EXPECT_EQ(framer.GetBuffered(), 0U);
    }
}

TEST(MsrpFramer, ByteByByte)
{
    Framer framer;
    std::vector<std::string> all;
    for (const char c : FIRST + TRICKY + SECOND)
    {
        framer.Add(ByteView(std::string_view(&c, 1)));
        for (auto& message : TakeAll(framer))
        {
            all.push_back(std::move(message));
        }
    }
    EXPECT_EQ(all, (std::vector<std::string>{FIRST, TRICKY, SECOND}));
}

TEST(MsrpFramer, OtherProtocolsAreNamedAtOnce)
{
    for (const char* text : {"GET / HTTP/1.1",
                             "\x16\x03\x01",
                             "msrp abcd SEND",
                             "MSRP  ",
                             "\r\n",
                             "MSRP abcd\r\n",
                             "MSRP abc SEND\r\n",
                             "MSRP a_cd SEND\r\n"})
    {
        Framer framer;
        const std::string whole = std::string(text) + "\r\n";
        framer.Add(ByteView(whole));
        EXPECT_FALSE(framer.Next()) << text;
        ASSERT_TRUE(framer.GetError()) << text;
        EXPECT_STREQ(ToString(*framer.GetError()), "not-msrp") << text;
        framer.Add(ByteView(FIRST)); // harmless
        EXPECT_FALSE(framer.Next());
    }
}

TEST(MsrpFramer, LimitsHold)
{
    Framer endless;
    endless.Add(ByteView("MSRP abcd "));
    for (int i = 0; i < 400; ++i)
    {
        endless.Add(ByteView("x"));
        endless.Next();
    }
    EXPECT_EQ(endless.GetError(), Framer::Error::START_LINE_TOO_LONG);

    Framer exact(FIRST.size());
    exact.Add(ByteView(FIRST));
    EXPECT_TRUE(exact.Next());
    Framer less(FIRST.size() - 1);
    less.Add(ByteView(FIRST));
    EXPECT_FALSE(less.Next());
    EXPECT_EQ(less.GetError(), Framer::Error::MESSAGE_TOO_LONG);

    Framer body(1000);
    body.Add(ByteView("MSRP abcd SEND\r\n"));
    for (int i = 0; i < 100 && !body.GetError(); ++i)
    {
        body.Add(ByteView("0123456789012345678901234567890123456789"));
        body.Next();
    }
    EXPECT_EQ(body.GetError(), Framer::Error::MESSAGE_TOO_LONG);
    EXPECT_LT(body.GetBuffered(), 1100U);
}

TEST(MsrpFramer, NoiseNeverPassesTheLimit)
{
    SeededRandom random(1, 1, "framer-noise");
    for (int i = 0; i < 2000; ++i)
    {
        Framer framer(4096);
        Bytes noise = ByteView(FIRST + TRICKY + SECOND).ToBytes();
        noise[random.Below(static_cast<uint32_t>(noise.size()))] = random.Draw(1)[0];
        std::size_t bytes = 0;
        for (std::size_t at = 0; at < noise.size(); at += 7)
        {
            framer.Add(ByteView(noise).Sub(at, 7));
            while (const auto message = framer.Next())
            {
                bytes += message->size();
            }
        }
        // What is neither given out nor waiting was refused, with a reason.
        EXPECT_EQ(bytes + framer.GetBuffered() < noise.size(), framer.GetError().has_value()) << i;
        EXPECT_LE(framer.GetBuffered(), 4096U + 7);
    }
}

TEST(MsrpFramer, ALongBodyInSmallPiecesIsScannedOnce)
{
    // A scan from the beginning for each piece would be of 100 GB.
    Framer framer(10'000'000);
    framer.Add(ByteView("MSRP abcd SEND\r\n"));
    const std::string piece(100, '-');
    for (int i = 0; i < 50'000; ++i)
    {
        framer.Add(ByteView(piece));
        EXPECT_FALSE(framer.Next());
    }
    framer.Add(ByteView("\r\n-------abcd$\r\n"));
    ASSERT_TRUE(framer.Next());
}

} // namespace
} // namespace imsfw::msrp
