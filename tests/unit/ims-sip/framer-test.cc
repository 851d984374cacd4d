// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Cutting streams: whatever the split, the same frames.
#include "ims-sip-framer.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = SipFramer::Frame::Type;

namespace
{

std::string
Describe(const SipFramer::Frame& frame)
{
    switch (frame.type)
    {
    case Type::MESSAGE:
        return "message " + std::to_string(frame.bytes.size()) + "\n";
    case Type::PING:
        return "ping\n";
    case Type::PONG:
        return "pong\n";
    case Type::BROKEN:
        return "broken " + std::string(ToString(frame.error)) + "\n";
    }
    return "";
}

std::string
Drain(SipFramer& framer)
{
    std::string frames;
    while (const auto frame = framer.Poll())
    {
        frames += Describe(*frame);
    }
    return frames;
}

std::string
Size(const std::string& text)
{
    return "message " + std::to_string(text.size()) + "\n";
}

} // namespace

TEST(SipFramer, CutsTheSameAtEverySplit)
{
    const std::string stream =
        REGISTER_SAMPLE + "\r\n\r\n" + INVITE_SAMPLE + OK_SAMPLE + "\r\n\r\n" + "\r\n\r\n";
    const std::string expected =
        Size(REGISTER_SAMPLE) + "ping\n" + Size(INVITE_SAMPLE) + Size(OK_SAMPLE) + "ping\nping\n";
    for (std::size_t split = 0; split <= stream.size(); ++split)
    {
        SipFramer framer;
        framer.HandleInput(ByteView(stream).Sub(0, split));
        std::string frames = Drain(framer);
        framer.HandleInput(ByteView(stream).Sub(split));
        frames += Drain(framer);
        EXPECT_EQ(frames, expected) << "split at " << split;
    }
}

TEST(SipFramer, CutsByteByByte)
{
    const std::string stream = REGISTER_SAMPLE + "\r\n\r\n" + INVITE_SAMPLE;
    SipFramer framer;
    std::string frames;
    for (std::size_t i = 0; i < stream.size(); ++i)
    {
        framer.HandleInput(ByteView(stream).Sub(i, 1));
        frames += Drain(framer);
    }
    EXPECT_EQ(frames, Size(REGISTER_SAMPLE) + "ping\n" + Size(INVITE_SAMPLE));
}

TEST(SipFramer, TellsPongFromPing)
{
    SipFramer waiting;
    waiting.SetExpectsPong(true);
    waiting.HandleInput(ByteView(std::string_view("\r\n")));
    EXPECT_EQ(Drain(waiting), "pong\n");
    waiting.HandleInput(ByteView(std::string_view("\r\n\r\n")));
    EXPECT_EQ(Drain(waiting), "ping\n");

    SipFramer other;
    other.HandleInput(ByteView(std::string_view("\r\n")));
    EXPECT_EQ(Drain(other), ""); // may become a ping
    other.HandleInput(ByteView(REGISTER_SAMPLE));
    EXPECT_EQ(Drain(other), "pong\n" + Size(REGISTER_SAMPLE));
}

TEST(SipFramer, BreaksByName)
{
    struct Row
    {
        const char* name;
        std::string stream;
        const char* expected;
    };

    const Row rows[] = {
        {"no length", "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n", "broken bad-header\n"},
        {"two lengths", "O s S\r\nl: 0\r\nContent-Length: 0\r\n\r\n", "broken bad-header\n"},
        {"no number", "O s S\r\nContent-Length: many\r\n\r\n", "broken bad-header\n"},
        {"negative", "O s S\r\nContent-Length: -5\r\n\r\n", "broken bad-header\n"},
        {"huge", "O s S\r\nContent-Length: 18446744073709551615\r\n\r\n", "broken too-large\n"},
        {"over the limit", "O s S\r\nContent-Length: 8000\r\n\r\n", "broken too-large\n"},
        {"endless head", std::string(MAX_SIP_MESSAGE + 1, 'a'), "broken too-large\n"},
        {"lone CR", "\rx", "broken malformed\n"},
        {"CR CR", "\r\r\n", "broken malformed\n"},
    };
    for (const Row& row : rows)
    {
        SipFramer framer;
        framer.HandleInput(ByteView(row.stream));
        EXPECT_EQ(Drain(framer), row.expected) << row.name;
        framer.HandleInput(ByteView(REGISTER_SAMPLE)); // nothing is found after that
        EXPECT_EQ(Drain(framer), "") << row.name;
    }
}

} // namespace imsfw::sip::test
