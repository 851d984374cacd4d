// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// STUN messages as they are read (RFC 8489 5, 14): malformed in every field that can be, and every kind of value.
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-integrity.h"
#include "ims-turn-stun-message.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

namespace imsfw::stun
{
namespace
{

using turntest::Hex;

const std::string ID = "000102030405060708090a0b";

/// A Binding request around @p attributes, with the length that they have.
Bytes
Around(const std::string& attributes)
{
    Bytes bytes = Hex("0001 0000 2112a442" + ID + attributes);
    const std::size_t length = bytes.size() - HEADER_SIZE;
    bytes[2] = static_cast<uint8_t>(length >> 8);
    bytes[3] = static_cast<uint8_t>(length);
    return bytes;
}

TEST(StunMessage, MalformedTable)
{
    struct Row
    {
        const char* name;
        Bytes bytes;
        MessageError error;
    };

    const std::vector<Row> rows = {
        {"nothing", {}, MessageError::TOO_SHORT},
        {"a header without its last byte",
         Hex("0001 0000 2112a442 000102030405060708090a"),
         MessageError::TOO_SHORT},
        {"ChannelData", Hex("4000 0000 2112a442" + ID), MessageError::NOT_STUN},
        {"RTP, short", Hex("80"), MessageError::NOT_STUN},
        {"RFC 3489", Hex("0001 0000 2112a443" + ID), MessageError::BAD_COOKIE},
        {"length not a multiple of four",
         Hex("0001 0002 2112a442" + ID + "0000"),
         MessageError::BAD_LENGTH},
        {"longer than it says",
         Hex("0001 0000 2112a442" + ID + "80220000"),
         MessageError::BAD_LENGTH},
        {"shorter than it says",
         Hex("0001 0008 2112a442" + ID + "80220000"),
         MessageError::BAD_LENGTH},
        {"an attribute over the end", Around("80220005 61626364"), MessageError::BAD_ATTRIBUTE},
        {"the longest attribute in the shortest message",
         Around("8022ffff"),
         MessageError::BAD_ATTRIBUTE},
        {"MESSAGE-INTEGRITY of 16 bytes",
         Around("00080010" + std::string(32, '0')),
         MessageError::BAD_ATTRIBUTE},
        {"MESSAGE-INTEGRITY of nothing", Around("00080000"), MessageError::BAD_ATTRIBUTE},
        {"MESSAGE-INTEGRITY-SHA256 of nothing", Around("001c0000"), MessageError::BAD_ATTRIBUTE},
        {"MESSAGE-INTEGRITY-SHA256 of 12",
         Around("001c000c" + std::string(24, '0')),
         MessageError::BAD_ATTRIBUTE},
        {"MESSAGE-INTEGRITY-SHA256 of 18",
         Around("001c0012" + std::string(40, '0')),
         MessageError::BAD_ATTRIBUTE},
        {"MESSAGE-INTEGRITY-SHA256 of 36",
         Around("001c0024" + std::string(72, '0')),
         MessageError::BAD_ATTRIBUTE},
        {"FINGERPRINT wrong", Around("80280004 00000000"), MessageError::BAD_FINGERPRINT},
        {"FINGERPRINT of another size", Around("80280002 00000000"), MessageError::BAD_FINGERPRINT},
    };
    for (const Row& row : rows)
    {
        const auto message = Message::Parse(row.bytes);
        ASSERT_FALSE(message) << row.name;
        EXPECT_EQ(message.Error(), row.error) << row.name << ": " << ToString(message.Error());
    }
}

TEST(StunMessage, AFingerprintThatIsNotTheLastIsWrong)
{
    Builder builder(Method::BINDING, MessageClass::REQUEST, turntest::IdOf(1));
    builder.AddFingerprint().AddText(attribute::SOFTWARE, "late");
    const auto message = Message::Parse(builder.Finish());
    ASSERT_FALSE(message);
    EXPECT_EQ(message.Error(), MessageError::BAD_FINGERPRINT);
}

TEST(StunMessage, EveryErrorHasAName)
{
    EXPECT_EQ(ToString(MessageError::TOO_SHORT), "too-short");
    EXPECT_EQ(ToString(MessageError::NOT_STUN), "not-stun");
    EXPECT_EQ(ToString(MessageError::BAD_COOKIE), "bad-cookie");
    EXPECT_EQ(ToString(MessageError::BAD_LENGTH), "bad-length");
    EXPECT_EQ(ToString(MessageError::BAD_ATTRIBUTE), "bad-attribute");
    EXPECT_EQ(ToString(MessageError::BAD_FINGERPRINT), "bad-fingerprint");
}

TEST(StunMessage, TypeTable)
{
    struct Row
    {
        const char* type;
        Method method;
        MessageClass messageClass;
    };

    // RFC 8489 5 and RFC 8656 17, as they stand on the wire
    const std::vector<Row> rows = {
        {"0001", Method::BINDING, MessageClass::REQUEST},
        {"0011", Method::BINDING, MessageClass::INDICATION},
        {"0101", Method::BINDING, MessageClass::SUCCESS},
        {"0111", Method::BINDING, MessageClass::ERROR},
        {"0003", Method::ALLOCATE, MessageClass::REQUEST},
        {"0103", Method::ALLOCATE, MessageClass::SUCCESS},
        {"0113", Method::ALLOCATE, MessageClass::ERROR},
        {"0004", Method::REFRESH, MessageClass::REQUEST},
        {"0016", Method::SEND, MessageClass::INDICATION},
        {"0017", Method::DATA, MessageClass::INDICATION},
        {"0008", Method::CREATE_PERMISSION, MessageClass::REQUEST},
        {"0109", Method::CHANNEL_BIND, MessageClass::SUCCESS},
        {"000a", Method::CONNECT, MessageClass::REQUEST},
        {"3eef", static_cast<Method>(0xfff), MessageClass::REQUEST},
        {"3fff", static_cast<Method>(0xfff), MessageClass::ERROR},
    };
    for (const Row& row : rows)
    {
        const Bytes bytes = Hex(row.type + ("0000 2112a442" + ID));
        const auto message = Message::Parse(bytes);
        ASSERT_TRUE(message) << row.type;
        EXPECT_EQ(message->GetMethod(), row.method) << row.type;
        EXPECT_EQ(message->GetClass(), row.messageClass) << row.type;
        EXPECT_EQ(ToHex(Builder(row.method, row.messageClass, message->GetId()).Finish()),
                  ToHex(bytes))
            << row.type;
    }
}

TEST(StunMessage, TheFirstOfATypeCountsAndPaddingMayBeAnything)
{
    const Bytes bytes = Around("80220003 616263ff 80220001 64ffffff 00200008 0001 3333 e112a643");
    const auto message = Message::Parse(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->GetText(attribute::SOFTWARE), "abc");
    EXPECT_EQ(message->Count(attribute::SOFTWARE), 2U);
    EXPECT_EQ(message->GetXorAddress(attribute::XOR_MAPPED_ADDRESS),
              Endpoint::Parse("192.0.2.1:4641"));
}

TEST(StunMessage, WhatStandsBehindTheIntegrityIsNotRead)
{
    const Bytes key = ShortTermKey("secret");
    Builder builder(Method::BINDING, MessageClass::REQUEST, turntest::IdOf(1));
    builder.AddText(attribute::USERNAME, "alice")
        .AddIntegrity(key)
        .AddU32(attribute::LIFETIME, 1)
        .AddIntegritySha256(key)
        .AddText(attribute::REALM, "smuggled")
        .AddIntegrity(key)
        .Add(0x7777, {})
        .AddFingerprint();
    const Bytes bytes = builder.Finish();
    const auto message = Message::Parse(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->GetText(attribute::USERNAME), "alice");
    EXPECT_FALSE(message->Has(attribute::LIFETIME));
    EXPECT_FALSE(message->Has(attribute::REALM));
    EXPECT_TRUE(message->Has(attribute::FINGERPRINT));
    EXPECT_EQ(message->Count(attribute::MESSAGE_INTEGRITY), 1U);
    EXPECT_TRUE(message->FindUnknownRequired().empty());
    EXPECT_TRUE(message->GetIntegritySha256Offset());
}

TEST(StunMessage, AddressTable)
{
    struct Row
    {
        const char* name;
        std::string value; ///< with its length
        std::optional<const char*> plain;
        std::optional<const char*> xored;
    };

    const std::vector<Row> rows = {
        {"IPv4", "0008 0001 3333 c0000201", "192.0.2.1:13107", "225.18.166.67:4641"},
        {"first byte set", "0008 ff01 3333 c0000201", "192.0.2.1:13107", "225.18.166.67:4641"},
        {"IPv6",
         "0014 0002 3333 20010db8000000000000000000000001",
         "[2001:db8::1]:13107",
         "[113:a9fa:1:203:405:607:809:a0a]:4641"},
        {"IPv4 in IPv6's size", "0014 0001 3333 20010db8000000000000000000000001", {}, {}},
        {"IPv6 in IPv4's size", "0008 0002 3333 c0000201", {}, {}},
        {"another family", "0008 0003 3333 c0000201", {}, {}},
        {"nothing", "0000", {}, {}},
        {"cut", "0007 0001 3333 c0000200", {}, {}},
        {"longer than IPv6", "0018 0002 3333" + std::string(40, '0'), {}, {}},
    };
    for (const Row& row : rows)
    {
        const Bytes bytes = Around("0001" + row.value + "0012" + row.value);
        const auto message = Message::Parse(bytes);
        ASSERT_TRUE(message) << row.name;
        const auto plain = message->GetAddress(attribute::MAPPED_ADDRESS);
        const auto xored = message->GetXorAddress(attribute::XOR_PEER_ADDRESS);
        ASSERT_EQ(plain.has_value(), row.plain.has_value()) << row.name;
        ASSERT_EQ(xored.has_value(), row.xored.has_value()) << row.name;
        EXPECT_EQ(plain ? plain->ToString() : "", row.plain.value_or("")) << row.name;
        EXPECT_EQ(xored ? xored->ToString() : "", row.xored.value_or("")) << row.name;
        EXPECT_EQ(message->GetXorAddresses(attribute::XOR_PEER_ADDRESS).size(), row.xored ? 1U : 0U)
            << row.name;
    }
}

TEST(StunMessage, ErrorCodeTable)
{
    struct Row
    {
        const char* value;
        std::optional<uint16_t> code;
        const char* reason;
    };

    const std::vector<Row> rows = {
        {"0004 00000401", 401, ""},
        {"0005 00000626 61000000", 638, "a"},
        {"0004 fffffc63", 499, ""}, // the reserved bits are ignored
        {"0004 00000200", {}, ""},
        {"0004 00000700", {}, ""},
        {"0004 00000464", {}, ""}, // 100 after the class
        {"0003 00000400", {}, ""},
        {"0000", {}, ""},
    };
    for (const Row& row : rows)
    {
        const Bytes bytes = Around(std::string("0009") + row.value);
        const auto message = Message::Parse(bytes);
        ASSERT_TRUE(message) << row.value;
        const auto error = message->GetErrorCode();
        ASSERT_EQ(error.has_value(), row.code.has_value()) << row.value;
        if (error)
        {
            EXPECT_EQ(error->code, *row.code);
            EXPECT_EQ(error->reason, row.reason);
        }
    }
}

TEST(StunMessage, NumbersNeedTheirSize)
{
    const Bytes bytes =
        Around("000d0003 00000100 000c0004 4001ffff 80290004 00000001 00240008 0000000000000001");
    const auto message = Message::Parse(bytes);
    ASSERT_TRUE(message);
    EXPECT_FALSE(message->GetU32(attribute::LIFETIME));
    EXPECT_TRUE(message->Has(attribute::LIFETIME));
    EXPECT_EQ(message->GetChannelNumber(), 0x4001);
    EXPECT_FALSE(message->GetU64(attribute::ICE_CONTROLLED));
    EXPECT_FALSE(message->GetU32(attribute::PRIORITY));
    EXPECT_FALSE(message->GetText(attribute::REALM));
    EXPECT_FALSE(message->Find(attribute::DATA));
    EXPECT_FALSE(message->GetErrorCode());
}

TEST(StunMessage, UnknownRequiredTypesComeOnceInOrder)
{
    const Bytes bytes = Around("7fff0000 80000000 00000000 00060000 7fff0000 001a0000 ffff0000");
    const auto message = Message::Parse(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->FindUnknownRequired(),
              (std::vector<uint16_t>{0x7fff, 0x0000, attribute::DONT_FRAGMENT}));
}

TEST(StunMessage, TransactionIdsAreValues)
{
    SeededRandom random(1, 1, "id");
    const auto a = TransactionId::Draw(random);
    const auto b = TransactionId::Draw(random);
    EXPECT_NE(a, b);
    EXPECT_EQ(a, TransactionId(a));
    EXPECT_TRUE(a < b || b < a);
    EXPECT_EQ(turntest::IdOf(0xab).ToString(), "abababababababababababab");
}

} // namespace
} // namespace imsfw::stun
