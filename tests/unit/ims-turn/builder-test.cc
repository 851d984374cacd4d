// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// STUN messages as they are written, and read back.
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-integrity.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

namespace imsfw::stun
{
namespace
{

using turntest::At;
using turntest::IdOf;

std::string
Written(const std::function<void(Builder&)>& add)
{
    Builder builder(Method::ALLOCATE, MessageClass::REQUEST, IdOf(0xee));
    add(builder);
    const std::string header = "2112a442" + std::string(24, 'e');
    const std::string whole = ToHex(builder.Finish());
    EXPECT_EQ(whole.substr(0, 4), "0003");
    EXPECT_EQ(whole.substr(8, header.size()), header);
    return whole.substr(4, 4) + " " + whole.substr(40);
}

TEST(StunBuilder, AttributeTable)
{
    struct Row
    {
        const char* name;
        std::function<void(Builder&)> add;
        std::string bytes; ///< the length field, and what follows the header
    };

    const std::vector<Row> rows = {
        {"nothing", [](Builder&) {}, "0000 "},
        {"text, padded",
         [](Builder& b) { b.AddText(attribute::REALM, "abcde"); },
         "000c 001400056162636465000000"},
        {"empty text", [](Builder& b) { b.AddText(attribute::REALM, ""); }, "0004 00140000"},
        {"32 bits",
         [](Builder& b) { b.AddU32(attribute::LIFETIME, 600); },
         "0008 000d000400000258"},
        {"64 bits",
         [](Builder& b) { b.AddU64(attribute::ICE_CONTROLLED, 1); },
         "000c 802900080000000000000001"},
        {"channel", [](Builder& b) { b.AddChannelNumber(0x4001); }, "0008 000c000440010000"},
        {"transport", [](Builder& b) { b.AddRequestedTransport(17); }, "0008 0019000411000000"},
        {"IPv4",
         [](Builder& b) { b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At("192.0.2.1:32853")); },
         "000c 001200080001a147e112a643"},
        {"IPv6",
         [](Builder& b)
         { b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At("[2001:db8::1]:32853")); },
         "0018 001200140002a1470113a9faeeeeeeeeeeeeeeeeeeeeeeef"},
        {"error",
         [](Builder& b) { b.AddError(438); },
         "0014 0009000f000004265374616c65204e6f6e636500"},
        {"unknown types",
         [](Builder& b) {
             b.AddUnknownAttributes({1, 0x7fff, 2});
         },
         "000c 000a000600017fff00020000"},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(Written(row.add), row.bytes) << row.name;
    }
}

TEST(StunBuilder, AddressesRoundTrip)
{
    for (const char* text :
         {"0.0.0.0:0", "255.255.255.255:65535", "192.0.2.1:3478", "[::]:0", "[2001:db8::42]:65535"})
    {
        const Bytes bytes = Builder(Method::ALLOCATE, MessageClass::SUCCESS, IdOf(0x5a))
                                .AddXorAddress(attribute::XOR_RELAYED_ADDRESS, At(text))
                                .Finish();
        const auto message = Message::Parse(bytes);
        ASSERT_TRUE(message) << text;
        EXPECT_EQ(message->GetXorAddress(attribute::XOR_RELAYED_ADDRESS), At(text)) << text;
    }
}

TEST(StunBuilder, ValuesOfEverySizeRoundTrip)
{
    for (std::size_t size = 0; size < 70; ++size)
    {
        const Bytes value(size, 0x77);
        const Bytes bytes = Builder(Method::SEND, MessageClass::INDICATION, IdOf(1))
                                .Add(attribute::DATA, value)
                                .AddText(attribute::SOFTWARE, "end")
                                .AddFingerprint()
                                .Finish();
        EXPECT_EQ(bytes.size() % 4, 0U);
        const auto message = Message::Parse(bytes);
        ASSERT_TRUE(message) << size;
        EXPECT_EQ(message->Find(attribute::DATA)->ToBytes(), value);
        EXPECT_EQ(message->GetText(attribute::SOFTWARE), "end");
    }
}

TEST(StunBuilder, IntegrityTable)
{
    const Bytes key = LongTermKey("user", "realm", "pass");
    EXPECT_EQ(ToHex(key), "8493fbc53ba582fb4c044c456bdc40eb"); // RFC 8489 14.5's example

    struct Row
    {
        const char* name;
        bool isSha1;
        bool isSha256;
        bool isFingerprint;
    };

    for (const Row& row : std::vector<Row>{{"SHA-1", true, false, false},
                                           {"SHA-1 and FINGERPRINT", true, false, true},
                                           {"SHA-256", false, true, false},
                                           {"all", true, true, true}})
    {
        Builder builder(Method::REFRESH, MessageClass::REQUEST, IdOf(3));
        builder.AddText(attribute::USERNAME, "user");
        if (row.isSha1)
        {
            builder.AddIntegrity(key);
        }
        if (row.isSha256)
        {
            builder.AddIntegritySha256(key);
        }
        if (row.isFingerprint)
        {
            builder.AddFingerprint();
        }
        const Bytes bytes = builder.Finish();
        const auto message = Message::Parse(bytes);
        ASSERT_TRUE(message) << row.name;
        EXPECT_TRUE(HasValidIntegrity(*message, key)) << row.name;
        EXPECT_FALSE(HasValidIntegrity(*message, LongTermKey("user", "realm", "Pass"))) << row.name;
        EXPECT_FALSE(HasValidIntegrity(*message, {})) << row.name;
    }
}

TEST(StunBuilder, WithoutIntegrityNothingIsValid)
{
    const Bytes bytes = Builder(Method::REFRESH, MessageClass::REQUEST, IdOf(3)).Finish();
    EXPECT_FALSE(HasValidIntegrity(*Message::Parse(bytes), {}));
}

TEST(StunBuilder, ATruncatedSha256IsCheckedOverWhatIsThere)
{
    // RFC 8489 14.6: "the HMAC-SHA256 [...] may be truncated" to 16 bytes
    const Bytes key = ShortTermKey("secret");
    Bytes before = Builder(Method::BINDING, MessageClass::REQUEST, IdOf(9)).Finish();
    const Bytes mac = ComputeIntegritySha256(before, key, 16);
    Bytes bytes = before;
    Append(bytes, turntest::Hex("001c0010"));
    Append(bytes, ByteView(mac).Sub(0, 16));
    bytes[3] = 20;
    const auto message = Message::Parse(bytes);
    ASSERT_TRUE(message);
    EXPECT_TRUE(HasValidIntegrity(*message, key));
    bytes.back() ^= 1;
    EXPECT_FALSE(HasValidIntegrity(*Message::Parse(bytes), key));
}

TEST(StunConstants, NamesOfErrorsAndMethods)
{
    EXPECT_EQ(ReasonPhrase(437), "Allocation Mismatch");
    EXPECT_EQ(ReasonPhrase(699), "Error");
    EXPECT_EQ(ReasonName(437), "allocation-mismatch");
    EXPECT_EQ(ReasonName(442), "unsupported-transport-protocol");
    EXPECT_EQ(ReasonName(699), "refused");
    EXPECT_EQ(ToString(Method::CREATE_PERMISSION), "create-permission");
    EXPECT_EQ(ToString(static_cast<Method>(0x123)), "291");
}

} // namespace
} // namespace imsfw::stun
