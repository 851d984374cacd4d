// SPDX-License-Identifier: GPL-2.0-only
// a=crypto lines, and what offer and answer make of them.
#include "ims-sip-sdp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imsfw::sip
{
namespace
{

using testing::HasSubstr;
using testing::Not;

// RFC 4568 9.2: the example of its appendix; 30 bytes.
constexpr const char* KEY = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR";

SdpCrypto
CryptoOf(const std::string& suite, uint8_t byte, uint32_t tag = 1)
{
    return {tag, suite, Bytes(*SdpCryptoKeyLength(suite), byte), true, true};
}

TEST(SdpCryptoTest, ReadsTheExampleOfTheRfc)
{
    const auto crypto =
        SdpCrypto::Parse("1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(KEY) + "|2^20");
    ASSERT_TRUE(crypto);
    EXPECT_EQ(crypto->tag, 1U);
    EXPECT_EQ(crypto->suite, "AES_CM_128_HMAC_SHA1_80");
    EXPECT_EQ(crypto->key.size(), 30U);
    EXPECT_TRUE(crypto->isEncrypted);
    EXPECT_TRUE(crypto->isUsable);
    EXPECT_EQ(crypto->ToString(), "1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(KEY));
}

struct Row
{
    std::string text;
    bool isRead;
    bool isUsable;
    bool isEncrypted;
};

TEST(SdpCryptoTest, TellsWhatItCanUseFromWhatItCanReadFromTheRest)
{
    const std::string good = "1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(KEY);
    const std::vector<Row> rows{
        {good, true, true, true},
        {good + " WSH=64", true, true, true},
        {good + " -future", true, true, true},
        {good + " UNENCRYPTED_SRTP UNENCRYPTED_SRTCP", true, true, false},
        {good + " UNENCRYPTED_SRTP", true, false, false},
        {good + " UNENCRYPTED_SRTCP", true, false, true},
        {good + " KDR=1", true, false, true},
        {good + "|2^20|1:4", true, false, true},
        {good + "|1:4", true, false, true},
        {good + ";inline:" + KEY, true, false, true},
        {"2  AES_CM_128_HMAC_SHA1_32   inline:" + std::string(KEY), true, true, true},
        {"3 F8_128_HMAC_SHA1_80 inline:" + std::string(KEY), true, false, true},
        {"", false, false, false},
        {"1", false, false, false},
        {"1 AES_CM_128_HMAC_SHA1_80", false, false, false},
        {"x AES_CM_128_HMAC_SHA1_80 inline:" + std::string(KEY), false, false, false},
        {"1000000000 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(KEY), false, false, false},
        {"1 AES_CM_128_HMAC_SHA1_80 uri:" + std::string(KEY), false, false, false},
        {"1 AES_CM_128_HMAC_SHA1_80 inline:", false, false, false},
        {"1 AES_CM_128_HMAC_SHA1_80 in", false, false, false},
        {"1 AES_CM_128_HMAC_SHA1_80 inline:PS1u", false, false, false},
        {"1 AEAD_AES_128_GCM inline:" + std::string(KEY), false, false, false},
        {"1 AES_CM_128_HMAC_SHA1_80 inline:***", false, false, false},
        {good + "|2^20|1:4|more", false, false, false},
    };
    for (const auto& row : rows)
    {
        const auto crypto = SdpCrypto::Parse(row.text);
        EXPECT_EQ(crypto.has_value(), row.isRead) << row.text;
        EXPECT_EQ(crypto && crypto->isUsable, row.isUsable) << row.text;
        EXPECT_EQ(crypto && crypto->isEncrypted, row.isEncrypted) << row.text;
    }
}

TEST(SdpCryptoTest, WritesWhatItReads)
{
    for (const char* suite : {"AES_CM_128_HMAC_SHA1_80",
                              "AES_CM_128_HMAC_SHA1_32",
                              "AEAD_AES_128_GCM",
                              "AEAD_AES_256_GCM"})
    {
        SdpCrypto crypto = CryptoOf(suite, 7, 3);
        crypto.isEncrypted = false;
        const auto read = SdpCrypto::Parse(crypto.ToString());
        ASSERT_TRUE(read) << suite;
        EXPECT_EQ(read->tag, 3U);
        EXPECT_EQ(read->key, crypto.key);
        EXPECT_TRUE(read->isUsable);
        EXPECT_TRUE(read->IsLike(crypto));
        EXPECT_FALSE(read->IsLike(CryptoOf(suite, 7)));
    }
    EXPECT_FALSE(SdpCryptoKeyLength("NULL_HMAC_SHA1_80")) << "a name of DTLS-SRTP";
}

SdpSession
Secure(std::vector<SdpCrypto> crypto)
{
    SdpSession session;
    session.audio = *Endpoint::Parse("10.1.0.2:4000");
    session.codecs = {SdpCodec::Pcmu()};
    session.isSecure = !crypto.empty();
    session.crypto = std::move(crypto);
    return session;
}

TEST(SdpSecureTest, ASecureStreamIsWrittenAndReadWithItsKeys)
{
    const auto offer =
        Secure({CryptoOf("AEAD_AES_128_GCM", 1), CryptoOf("AES_CM_128_HMAC_SHA1_80", 2, 2)});
    const std::string text = offer.ToString();
    EXPECT_THAT(text, HasSubstr("m=audio 4000 RTP/SAVP 0\r\n"));
    EXPECT_THAT(text, HasSubstr("a=crypto:1 AEAD_AES_128_GCM inline:"));
    const auto read = SdpSession::Parse(text);
    ASSERT_TRUE(read) << ToString(read.Error());
    EXPECT_TRUE(read->isSecure);
    ASSERT_EQ(read->crypto.size(), 2U);
    EXPECT_EQ(read->crypto[1].key, offer.crypto[1].key);
    EXPECT_EQ(read->ToString(), text);
    EXPECT_THAT(Secure({}).ToString(), Not(HasSubstr("crypto")));
}

TEST(SdpSecureTest, TheAnswerHasTheOffersTagAndAKeyOfItsOwn)
{
    const auto offer =
        Secure({CryptoOf("AEAD_AES_128_GCM", 1, 1), CryptoOf("AES_CM_128_HMAC_SHA1_80", 2, 7)});
    const auto answer = SdpSession::Answer(offer, Secure({CryptoOf("AES_CM_128_HMAC_SHA1_80", 9)}));
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->isSecure);
    ASSERT_EQ(answer->crypto.size(), 1U);
    EXPECT_EQ(answer->crypto[0].tag, 7U);
    EXPECT_EQ(answer->crypto[0].suite, "AES_CM_128_HMAC_SHA1_80");
    EXPECT_EQ(answer->crypto[0].key, Bytes(30, 9));
}

TEST(SdpSecureTest, WhatCannotBeAgreedOnIsNamed)
{
    SdpCrypto readable = CryptoOf("AEAD_AES_128_GCM", 1);
    readable.isEncrypted = false;
    SdpCrypto unusable = CryptoOf("AEAD_AES_128_GCM", 1);
    unusable.isUsable = false;
    const std::vector<std::pair<SdpSession, SdpSession>> rows{
        {Secure({CryptoOf("AEAD_AES_128_GCM", 1)}), Secure({})},
        {Secure({CryptoOf("AEAD_AES_128_GCM", 1)}), Secure({CryptoOf("AEAD_AES_256_GCM", 2)})},
        {Secure({readable}), Secure({CryptoOf("AEAD_AES_128_GCM", 2)})},
        {Secure({unusable}), Secure({CryptoOf("AEAD_AES_128_GCM", 2)})},
    };
    for (const auto& [offer, local] : rows)
    {
        const auto answer = SdpSession::Answer(offer, local);
        ASSERT_FALSE(answer);
        EXPECT_EQ(ToString(answer.Error()), "no-common-suite");
    }
    const auto plain = SdpSession::Answer(Secure({}), Secure({CryptoOf("AEAD_AES_128_GCM", 2)}));
    ASSERT_TRUE(plain);
    EXPECT_FALSE(plain->isSecure) << "RFC 3264 6: the answer has the offer's transport";
    EXPECT_TRUE(plain->crypto.empty());
}

TEST(SdpSecureTest, ASecureStreamWithoutAGoodKeyIsRefusedByName)
{
    const std::string good = Secure({CryptoOf("AEAD_AES_128_GCM", 1)}).ToString();
    const auto at = good.find("a=crypto");
    const auto end = good.find("\r\n", at) + 2;

    struct Bad
    {
        std::string line;
        const char* error; ///< empty: none
    };

    for (const Bad& row : {Bad{"", "bad-crypto"},
                           Bad{"a=crypto:1 AEAD_AES_128_GCM inline:AAAA\r\n", "bad-crypto"},
                           Bad{"a=crypto:nonsense\r\n", "bad-crypto"},
                           Bad{good.substr(at, end - at), ""}})
    {
        const auto read = SdpSession::Parse(good.substr(0, at) + row.line + good.substr(end));
        EXPECT_EQ(read ? "" : ToString(read.Error()), row.error) << row.line;
    }
    std::string refused = good;
    refused.erase(at, end - at);
    refused.replace(refused.find("m=audio 4000"), 12, "m=audio 0");
    EXPECT_TRUE(SdpSession::Parse(refused)) << "a refused stream has no key";
}

TEST(SdpSecureTest, BundledVideoIsSecureByTheKeyOfTheAudio)
{
    auto offer = Secure({CryptoOf("AEAD_AES_128_GCM", 1)});
    offer.video = SdpVideo{{offer.audio.address, 0}, "RTP/SAVPF", {SdpCodec::H264(102)}, true};
    auto local = Secure({CryptoOf("AEAD_AES_128_GCM", 2)});
    local.video = offer.video;
    const auto read = SdpSession::Parse(offer.ToString());
    ASSERT_TRUE(read) << ToString(read.Error());
    ASSERT_TRUE(read->video);
    EXPECT_EQ(read->video->profile, "RTP/SAVPF");
    const auto answer = SdpSession::Answer(*read, local);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->video->IsWanted());
    EXPECT_THAT(answer->ToString(), HasSubstr("RTP/SAVPF"));
    // Not over the audio's transport, it would need a key of its own.
    for (const auto& [audio, video] :
         {std::pair("RTP/SAVP", "RTP/AVPF"), std::pair("RTP/AVP", "RTP/SAVPF")})
    {
        std::string text = offer.ToString();
        text.replace(text.find("RTP/SAVP "), 8, audio);
        text.replace(text.find("RTP/SAVPF"), 9, video);
        const auto mixed = SdpSession::Parse(text);
        ASSERT_FALSE(mixed) << audio << video;
        EXPECT_EQ(ToString(mixed.Error()), "bad-video");
    }
}

TEST(SdpSecureTest, TruncationAnywhereIsRefusedOrHarmless)
{
    const std::string text = Secure({CryptoOf("AES_CM_128_HMAC_SHA1_80", 1)}).ToString();
    for (std::size_t cut = 0; cut < text.size(); ++cut)
    {
        const auto read = SdpSession::Parse(text.substr(0, cut) + "\r\n");
        EXPECT_TRUE(!read || !read->isSecure || read->crypto.size() == 1) << cut;
    }
}

} // namespace
} // namespace imsfw::sip
