// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Every parser against cuts at each byte and seeded noise: it refuses or understands, and what it understands it can
/// write and read again.
#include "base/random.h"
#include "base/text.h"
#include "ims-sip-framer.h"
#include "ims-sip-sdp.h"
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace imsfw::sip::test
{

namespace
{

/// What each parser makes of a text: nothing, or the text it would write for it.
using Reader = std::function<std::optional<std::string>(const std::string&)>;

struct Parser
{
    const char* name;
    std::string sample;
    Reader read;
};

template <typename T>
std::optional<std::string>
ReadElement(const std::string& text)
{
    const auto element = T::Parse(text);
    return element ? std::optional(element->ToString()) : std::nullopt;
}

std::optional<std::string>
ReadMessage(const std::string& text)
{
    const auto message = SipMessage::Parse(ByteView(text));
    return message ? std::optional(std::string(ByteView(message->Serialize()).AsText()))
                   : std::nullopt;
}

std::optional<std::string>
ReadSdp(const std::string& text)
{
    const auto sdp = SdpSession::Parse(text);
    return sdp ? std::optional(sdp->ToString()) : std::nullopt;
}

std::vector<Parser>
Parsers()
{
    return {
        {"uri", "sips:alice@[2001:db8::1]:5061;transport=tls;lr", ReadElement<SipUri>},
        {"tel", "tel:+15551234", ReadElement<SipUri>},
        {"name-addr",
         "\"Alice <x>\" <sip:alice@ims.test;lr>;tag=1;x=\"y\"",
         ReadElement<SipNameAddr>},
        {"via",
         "SIP/2.0/TLS h.test:5061;branch=z9hG4bK1;rport;received=1.2.3.4",
         ReadElement<SipVia>},
        {"cseq", "4711 INVITE", ReadElement<SipCSeq>},
        {"register", REGISTER_SAMPLE, ReadMessage},
        {"invite", INVITE_SAMPLE, ReadMessage},
        {"ok", OK_SAMPLE, ReadMessage},
        {"sdp", SDP_SAMPLE, ReadSdp},
    };
}

/// @return @p text with a few bytes changed, doubled, taken away or replaced by what means something to SIP.
std::string
Damaged(std::string text, RandomSource& random)
{
    static constexpr std::string_view BAIT = "\r\n \t,;:@<>\"\\=%[]?&+-*\0\x7f\xff";
    for (uint32_t i = 0, count = 1 + random.Below(4); i < count && !text.empty(); ++i)
    {
        const std::size_t place = random.Below(static_cast<uint32_t>(text.size()));
        switch (random.Below(4))
        {
        case 0:
            text[place] = BAIT[random.Below(BAIT.size())];
            break;
        case 1:
            text.insert(place, 1, BAIT[random.Below(BAIT.size())]);
            break;
        case 2:
            text.erase(place, 1 + random.Below(8));
            break;
        default:
            text.insert(place, text.substr(place, 1 + random.Below(16)));
            break;
        }
    }
    return text;
}

void
ExpectStable(const Parser& parser, const std::string& text)
{
    const auto once = parser.read(text);
    if (once)
    {
        EXPECT_EQ(parser.read(*once), once) << parser.name << ": " << ToHex(ByteView(text));
    }
}

} // namespace

TEST(SipNoise, EveryCutIsRefusedOrStable)
{
    for (const Parser& parser : Parsers())
    {
        EXPECT_TRUE(parser.read(parser.sample)) << parser.name;
        for (std::size_t size = 0; size < parser.sample.size(); ++size)
        {
            ExpectStable(parser, parser.sample.substr(0, size));
        }
    }
}

TEST(SipNoise, WhatIsUnderstoodOfDamagedTextIsStable)
{
    SeededRandom random(11, 1, "damage");
    for (const Parser& parser : Parsers())
    {
        for (int i = 0; i < 3000; ++i)
        {
            ExpectStable(parser, Damaged(parser.sample, random));
        }
    }
}

TEST(SipNoise, RandomBytesAreRefused)
{
    SeededRandom random(12, 1, "bytes");
    for (const Parser& parser : Parsers())
    {
        for (std::size_t size = 0; size < 200; ++size)
        {
            const Bytes bytes = random.Draw(size);
            ExpectStable(parser, std::string(ByteView(bytes).AsText()));
        }
    }
}

TEST(SipNoise, AFramerGivesTheSameFramesHoweverDamagedStreamsAreSplit)
{
    SeededRandom random(13, 1, "streams");
    for (int i = 0; i < 500; ++i)
    {
        const std::string stream = Damaged(REGISTER_SAMPLE + "\r\n\r\n" + OK_SAMPLE, random);
        std::size_t taken[2] = {0, 0};
        int frames[2] = {0, 0};
        for (const std::size_t piece : {stream.size() + 1, std::size_t(1)})
        {
            const std::size_t run = piece == 1 ? 1 : 0;
            SipFramer framer;
            for (std::size_t at = 0; at < stream.size(); at += piece)
            {
                framer.HandleInput(ByteView(stream).Sub(at, piece));
                while (const auto frame = framer.Poll())
                {
                    ++frames[run];
                    taken[run] += frame->bytes.size();
                }
            }
        }
        EXPECT_EQ(frames[0], frames[1]) << stream;
        EXPECT_EQ(taken[0], taken[1]) << stream;
    }
}

TEST(SipNoise, AUserAgentSurvivesDamagedAnswers)
{
    for (uint64_t seed = 0; seed < 200; ++seed)
    {
        SeededRandom noise(seed, 1, "answers");
        SeededRandom random(1, 1, "agent");
        UserAgent agent(SipNetwork::UeConfig("alice", "10.0.0.2", seed % 2 == 0), random);
        TimePoint now{};
        agent.Register(now);
        for (int i = 0; i < 20; ++i)
        {
            while (const auto out = agent.PollTransmit())
            {
                const auto request = SipMessage::Parse(*out);
                if (request && request->IsRequest())
                {
                    const SipMessage answer = MakeResponse(*request, i % 3 == 0 ? 401 : 200);
                    const std::string text(ByteView(answer.Serialize()).AsText());
                    agent.HandleInput(now, ByteView(Damaged(text, noise)));
                }
            }
            const auto next = agent.NextTimeout();
            now = next ? *next : now + 1s;
            agent.HandleTimeout(now);
        }
        while (agent.PollEvent())
        {
        }
        const auto next = agent.NextTimeout();
        EXPECT_TRUE(!next || *next > now) << seed;
    }
}

} // namespace imsfw::sip::test
