// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The test vectors of RFC 5769: read, checked, and changed by one bit to be refused.
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-integrity.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

namespace imsfw::stun
{
namespace
{

using turntest::Hex;

constexpr const char* PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

const Bytes REQUEST = Hex("00010058 2112a442 b7e7a701 bc34d686 fa87dfae" // header
                          "80220010 5354554e 20746573 7420636c 69656e74" // SOFTWARE
                          "00240004 6e0001ff"                            // PRIORITY
                          "80290008 932ff9b1 51263b36"                   // ICE-CONTROLLED
                          "00060009 6576746a 3a683676 59202020"          // USERNAME
                          "00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2"
                          "80280004 e57a3bcf");

const Bytes RESPONSE_V4 = Hex("0101003c 2112a442 b7e7a701 bc34d686 fa87dfae"
                              "8022000b 74657374 20766563 746f7220"
                              "00200008 0001a147 e112a643"
                              "00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7"
                              "80280004 c07d4c96");

const Bytes RESPONSE_V6 = Hex("01010048 2112a442 b7e7a701 bc34d686 fa87dfae"
                              "8022000b 74657374 20766563 746f7220"
                              "00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"
                              "00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41"
                              "80280004 c8fb0b4c");

const Bytes LONG_TERM =
    Hex("00010060 2112a442 78ad3433 c6ad72c0 29da412e"
        "00060012 e3839ee3 8388e383 aae38383 e382afe3 82b90000"
        "0015001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341"
        "0014000b 6578616d 706c652e 6f726700"
        "00080014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666");

constexpr const char* LONG_TERM_USER =
    "\xe3\x83\x9e\xe3\x83\x88\xe3\x83\xaa\xe3\x83\x83\xe3\x82\xaf\xe3\x82\xb9";

TEST(Rfc5769, SampleRequest)
{
    const auto message = Message::Parse(REQUEST);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->GetMethod(), Method::BINDING);
    EXPECT_EQ(message->GetClass(), MessageClass::REQUEST);
    EXPECT_EQ(message->GetId().ToString(), "b7e7a701bc34d686fa87dfae");
    EXPECT_EQ(message->GetText(attribute::SOFTWARE), "STUN test client");
    EXPECT_EQ(message->GetU32(attribute::PRIORITY), 0x6e0001ffU);
    EXPECT_EQ(message->GetU64(attribute::ICE_CONTROLLED), 0x932ff9b151263b36U);
    EXPECT_EQ(message->GetText(attribute::USERNAME), "evtj:h6vY");
    EXPECT_TRUE(message->Has(attribute::FINGERPRINT));
    EXPECT_TRUE(HasValidIntegrity(*message, ShortTermKey(PASSWORD)));
    EXPECT_FALSE(HasValidIntegrity(*message, ShortTermKey("VOkJxbRl1RmTxUk/WvJxBu")));
    EXPECT_TRUE(message->FindUnknownRequired().empty());
}

TEST(Rfc5769, SampleResponses)
{
    struct Row
    {
        const char* name;
        const Bytes& bytes;
        const char* mapped;
    };

    const std::vector<Row> rows = {
        {"IPv4", RESPONSE_V4, "192.0.2.1:32853"},
        {"IPv6", RESPONSE_V6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"},
    };
    for (const Row& row : rows)
    {
        const auto message = Message::Parse(row.bytes);
        ASSERT_TRUE(message) << row.name;
        EXPECT_EQ(message->GetMethod(), Method::BINDING) << row.name;
        EXPECT_EQ(message->GetClass(), MessageClass::SUCCESS) << row.name;
        EXPECT_EQ(message->GetText(attribute::SOFTWARE), "test vector") << row.name;
        const auto mapped = message->GetXorAddress(attribute::XOR_MAPPED_ADDRESS);
        ASSERT_TRUE(mapped) << row.name;
        EXPECT_EQ(mapped->ToString(), row.mapped) << row.name;
        EXPECT_TRUE(HasValidIntegrity(*message, ShortTermKey(PASSWORD))) << row.name;
    }
}

TEST(Rfc5769, LongTermRequestIsReadAndWrittenToTheByte)
{
    const Bytes key = LongTermKey(LONG_TERM_USER, "example.org", "TheMatrIX");
    const auto message = Message::Parse(LONG_TERM);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->GetText(attribute::USERNAME), LONG_TERM_USER);
    EXPECT_EQ(message->GetText(attribute::NONCE), "f//499k954d6OL34oL9FSTvy64sA");
    EXPECT_EQ(message->GetText(attribute::REALM), "example.org");
    EXPECT_TRUE(HasValidIntegrity(*message, key));

    Builder builder(Method::BINDING, MessageClass::REQUEST, message->GetId());
    builder.AddText(attribute::USERNAME, LONG_TERM_USER)
        .AddText(attribute::NONCE, "f//499k954d6OL34oL9FSTvy64sA")
        .AddText(attribute::REALM, "example.org")
        .AddIntegrity(key);
    EXPECT_EQ(ToHex(builder.Finish()), ToHex(LONG_TERM));
}

TEST(Rfc5769, EveryBitOfTheMessageCounts)
{
    // A changed length may make one attribute out of two, FINGERPRINT among them; then the message has none, and no
    // integrity either. FINGERPRINT's own header is covered by nothing: it makes another attribute, which is ignored.
    const std::size_t fingerprint = REQUEST.size() - 8;
    for (std::size_t bit = 0; bit < REQUEST.size() * 8; ++bit)
    {
        Bytes changed = REQUEST;
        changed[bit / 8] ^= static_cast<uint8_t>(0x80 >> bit % 8);
        const auto message = Message::Parse(changed);
        const bool isValid = message && HasValidIntegrity(*message, ShortTermKey(PASSWORD));
        const bool isCovered = bit / 8 < fingerprint || bit / 8 >= fingerprint + 4;
        EXPECT_FALSE(isCovered && message && message->Has(attribute::FINGERPRINT)) << "bit " << bit;
        EXPECT_FALSE(bit / 8 < fingerprint && isValid) << "bit " << bit;
    }
}

TEST(Rfc5769, EveryBitOfTheLongTermRequestCounts)
{
    // Without FINGERPRINT a changed message may parse; then MESSAGE-INTEGRITY must not hold.
    const Bytes key = LongTermKey(LONG_TERM_USER, "example.org", "TheMatrIX");
    for (std::size_t bit = 0; bit < LONG_TERM.size() * 8; ++bit)
    {
        Bytes changed = LONG_TERM;
        changed[bit / 8] ^= static_cast<uint8_t>(0x80 >> bit % 8);
        const auto message = Message::Parse(changed);
        EXPECT_FALSE(message && HasValidIntegrity(*message, key)) << "bit " << bit;
    }
}

TEST(Rfc5769, TruncationAtEveryByte)
{
    for (const Bytes& whole : {REQUEST, RESPONSE_V4, RESPONSE_V6, LONG_TERM})
    {
        for (std::size_t size = 0; size < whole.size(); ++size)
        {
            const Bytes part = turntest::Cut(whole, size);
            const auto message = Message::Parse(part);
            ASSERT_FALSE(message) << size;
            EXPECT_EQ(message.Error(),
                      size < HEADER_SIZE ? MessageError::TOO_SHORT : MessageError::BAD_LENGTH)
                << size;
        }
    }
}

} // namespace
} // namespace imsfw::stun
