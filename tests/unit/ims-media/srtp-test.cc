// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// SRTP: libsrtp's own vectors, overhead as the RFCs count it, and everything that must be refused.
#include "base/random.h"
#include "base/text.h"
#include "ims-media-rtcp-packet.h"
#include "ims-media-rtp-packet.h"
#include "ims-media-srtp-pair.h"
#include "ims-media-srtp-session.h"
#include "ims-media-srtp-work.h"

#include <gtest/gtest.h>

namespace imsfw::rtp
{
namespace
{

using Direction = SrtpSession::Direction;

const std::vector<SrtpProfile> ALL = {SrtpProfile::AES_CM_128_HMAC_SHA1_80,
                                      SrtpProfile::AES_CM_128_HMAC_SHA1_32,
                                      SrtpProfile::AEAD_AES_128_GCM,
                                      SrtpProfile::AEAD_AES_256_GCM,
                                      SrtpProfile::NULL_HMAC_SHA1_80};

/// Both ends of one direction.
struct Ends
{
    explicit Ends(SrtpProfile profile, uint8_t keyByte = 7)
        : key(SrtpKeyLength(profile), keyByte),
          out(std::move(*SrtpSession::Create(profile, Direction::OUTBOUND, key))),
          in(std::move(*SrtpSession::Create(profile, Direction::INBOUND, key)))
    {
    }

    Bytes key;
    std::unique_ptr<SrtpSession> out;
    std::unique_ptr<SrtpSession> in;
};

Bytes
Rtp(uint16_t sequence)
{
    const Bytes payload(160, 0x55);
    return WritePacket({false, 0, sequence, 160U * sequence, 0xcafebabe, payload});
}

Bytes
Rtcp()
{
    return WriteRtcp(
        {ReceiverReport{0xcafebabe, {}, {}}, SourceDescription{{{0xcafebabe, {{1, "a@b"}}}}}});
}

struct Vector
{
    SrtpProfile profile;
    const char* key;
    const char* encrypted;
};

TEST(Srtp, VectorsOfTheLibrarysAuthors)
{
    const Bytes plain = FromHex("800f1234decafbadcafebabeabababababababababababababababab").value();
    const std::vector<Vector> vectors = {
        {SrtpProfile::AES_CM_128_HMAC_SHA1_80,
         "e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6",
         "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"},
        {SrtpProfile::AEAD_AES_128_GCM,
         "000102030405060708090a0b0c0d0e0fa0a1a2a3a4a5a6a7a8a9aaab",
         "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a39"
         "2"},
    };
    for (const Vector& vector : vectors)
    {
        SCOPED_TRACE(ToString(vector.profile));
        const Bytes key = FromHex(vector.key).value();
        auto out = SrtpSession::Create(vector.profile, Direction::OUTBOUND, key);
        ASSERT_TRUE(out);
        const auto encrypted = (*out)->Protect(plain);
        ASSERT_TRUE(encrypted);
        EXPECT_EQ(ToHex(*encrypted), vector.encrypted);
        auto in = SrtpSession::Create(vector.profile, Direction::INBOUND, key);
        EXPECT_EQ(ToHex(*(*in)->Unprotect(FromHex(vector.encrypted).value())), ToHex(plain));
    }
}

TEST(Srtp, OverheadTable)
{
    struct Row
    {
        const char* name;
        std::size_t key;
        std::size_t rtp;
        std::size_t rtcp;
    };

    for (const Row& row : {Row{"AES_CM_128_HMAC_SHA1_80", 16 + 14, 10, 14},
                           Row{"AES_CM_128_HMAC_SHA1_32", 16 + 14, 4, 14},
                           Row{"AEAD_AES_128_GCM", 16 + 12, 16, 20},
                           Row{"AEAD_AES_256_GCM", 32 + 12, 16, 20},
                           Row{"NULL_HMAC_SHA1_80", 16 + 14, 10, 14}})
    {
        SCOPED_TRACE(row.name);
        const auto profile = FindSrtpProfile(row.name);
        ASSERT_TRUE(profile);
        EXPECT_STREQ(ToString(*profile), row.name);
        EXPECT_EQ(SrtpKeyLength(*profile), row.key);
        EXPECT_EQ(SrtpOverhead(*profile, false), row.rtp);
        EXPECT_EQ(SrtpOverhead(*profile, true), row.rtcp);
        Ends ends(*profile);
        EXPECT_EQ(ends.out->Protect(Rtp(1))->size(), Rtp(1).size() + row.rtp);
        EXPECT_EQ(ends.out->ProtectRtcp(Rtcp())->size(), Rtcp().size() + row.rtcp);
    }
    EXPECT_FALSE(FindSrtpProfile("AES"));
    EXPECT_EQ(SrtpProfileNames().size(), ALL.size());
}

TEST(Srtp, RoundTripsAndCounts)
{
    for (const SrtpProfile profile : ALL)
    {
        SCOPED_TRACE(ToString(profile));
        Ends ends(profile);
        for (uint32_t i = 65'000; i < 67'000; ++i) // over the wrap: the roll-over counter moves
        {
            const Bytes plain = Rtp(static_cast<uint16_t>(i));
            const auto encrypted = ends.out->Protect(plain);
            ASSERT_TRUE(encrypted);
            const auto decrypted = ends.in->Unprotect(*encrypted);
            ASSERT_TRUE(decrypted);
            EXPECT_EQ(*decrypted, plain);
        }
        EXPECT_EQ(*ends.in->UnprotectRtcp(*ends.out->ProtectRtcp(Rtcp())), Rtcp());
        for (const auto& statistics : {ends.out->GetStatistics(), ends.in->GetStatistics()})
        {
            EXPECT_EQ(statistics.packets, 2001U);
            EXPECT_EQ(statistics.plainBytes, 2000U * 172 + Rtcp().size());
            EXPECT_EQ(statistics.protectedBytes - statistics.plainBytes,
                      2000 * SrtpOverhead(profile, false) + SrtpOverhead(profile, true));
            EXPECT_EQ(statistics.refused, 0U);
        }
    }
}

TEST(Srtp, OnlyTheNullProfileShowsThePayload)
{
    for (const SrtpProfile profile : ALL)
    {
        Ends ends(profile);
        const auto encrypted = ends.out->Protect(Rtp(1));
        const bool isPlain = ByteView(*encrypted).StartsWith(Rtp(1));
        EXPECT_EQ(isPlain, profile == SrtpProfile::NULL_HMAC_SHA1_80) << ToString(profile);
    }
}

TEST(Srtp, ReplaysAreRefused)
{
    Ends ends(SrtpProfile::AES_CM_128_HMAC_SHA1_80);
    const auto first = ends.out->Protect(Rtp(1));
    ASSERT_TRUE(ends.in->Unprotect(*first));
    const auto again = ends.in->Unprotect(*first);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.Error(), SrtpError::REPLAYED);
    for (uint16_t i = 2; i < 300; ++i)
    {
        ASSERT_TRUE(ends.in->Unprotect(*ends.out->Protect(Rtp(i))));
    }
    EXPECT_EQ(ends.in->Unprotect(*first).Error(), SrtpError::REPLAYED); // older than the window
    EXPECT_EQ(ends.in->GetStatistics().refused, 2U);
}

TEST(Srtp, EveryChangedByteAndEveryCutIsRefused)
{
    for (const SrtpProfile profile : ALL)
    {
        SCOPED_TRACE(ToString(profile));
        Ends ends(profile);
        const Bytes good = *ends.out->Protect(Rtp(1));
        const Bytes goodRtcp = *ends.out->ProtectRtcp(Rtcp());
        for (std::size_t i = 0; i < good.size(); ++i)
        {
            Bytes bad = good;
            bad[i] ^= 1;
            EXPECT_FALSE(ends.in->Unprotect(bad)) << i;
            EXPECT_FALSE(ends.in->Unprotect(ByteView(good).Sub(0, i))) << i;
        }
        for (std::size_t i = 0; i < goodRtcp.size(); ++i)
        {
            Bytes bad = goodRtcp;
            bad[i] ^= 1;
            EXPECT_FALSE(ends.in->UnprotectRtcp(bad)) << i;
            EXPECT_FALSE(ends.in->UnprotectRtcp(ByteView(goodRtcp).Sub(0, i))) << i;
        }
        EXPECT_EQ(*ends.in->Unprotect(good), Rtp(1)); // and none of it did harm
        EXPECT_EQ(*ends.in->UnprotectRtcp(goodRtcp), Rtcp());
    }
}

TEST(Srtp, WrongKeysAreRefused)
{
    for (const SrtpProfile profile : ALL)
    {
        Ends ends(profile);
        Ends others(profile, 8);
        const auto refused = others.in->Unprotect(*ends.out->Protect(Rtp(1)));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.Error(), SrtpError::AUTHENTICATION) << ToString(profile);
        for (const std::size_t size :
             {std::size_t{0}, SrtpKeyLength(profile) - 1, SrtpKeyLength(profile) + 1})
        {
            const Bytes key(size);
            const auto made = SrtpSession::Create(profile, Direction::INBOUND, key);
            ASSERT_FALSE(made);
            EXPECT_EQ(made.Error(), SrtpError::BAD_KEY_LENGTH);
        }
    }
}

TEST(Srtp, NoiseIsRefused)
{
    SeededRandom random(1, 1, "srtp-noise");
    for (const SrtpProfile profile : ALL)
    {
        Ends ends(profile);
        for (int i = 0; i < 3000; ++i)
        {
            Bytes noise = random.Draw(random.Below(60));
            if (!noise.empty())
            {
                noise[0] = static_cast<uint8_t>((noise[0] & 0x3f) | 0x80);
            }
            EXPECT_FALSE(ends.in->Unprotect(noise));
            EXPECT_FALSE(ends.in->UnprotectRtcp(noise));
        }
        EXPECT_EQ(ends.in->GetStatistics().refused, 6000U);
    }
}

TEST(SrtpPair, OpensNothingBeforeItKnowsThePeersKey)
{
    const SrtpProfile profile = SrtpProfile::AES_CM_128_HMAC_SHA1_80;
    Ends peer(profile);
    const auto pair = SrtpPair::Create({profile, Bytes(SrtpKeyLength(profile), 9), {}});
    ASSERT_TRUE(pair);
    EXPECT_TRUE((*pair)->Protect(Rtp(1), false)) << "its own key is known";
    EXPECT_FALSE((*pair)->Unprotect(*peer.out->Protect(Rtp(1)), false));
    EXPECT_EQ((*pair)->SetReceiveKey(Bytes(3)), SrtpError::BAD_KEY_LENGTH);
    EXPECT_FALSE((*pair)->Unprotect(*peer.out->Protect(Rtp(2)), false));
    EXPECT_FALSE((*pair)->SetReceiveKey(peer.key));
    EXPECT_EQ((*pair)->Unprotect(*peer.out->Protect(Rtp(3)), false), Rtp(3));
    EXPECT_EQ((*pair)->GetStatistics().received.packets, 1U);
    EXPECT_EQ((*pair)->GetStatistics().received.refused, 2U);
}

TEST(SrtpPair, ANewKeyOfThePeerTakesThePlaceOfTheOld)
{
    const SrtpProfile profile = SrtpProfile::AEAD_AES_128_GCM;
    Ends first(profile, 1);
    Ends second(profile, 2);
    const auto pair = SrtpPair::Create({profile, first.key, first.key});
    ASSERT_TRUE(pair);
    EXPECT_TRUE((*pair)->Unprotect(*first.out->Protect(Rtp(1)), false));
    EXPECT_FALSE((*pair)->Unprotect(*second.out->Protect(Rtp(2)), false));
    EXPECT_FALSE((*pair)->SetReceiveKey(second.key));
    EXPECT_TRUE((*pair)->Unprotect(*second.out->Protect(Rtp(4)), false));
    EXPECT_FALSE((*pair)->Unprotect(*first.out->Protect(Rtp(3)), false));
    const SrtpStatistics received = (*pair)->GetStatistics().received;
    EXPECT_EQ(received.packets, 2U);
    EXPECT_EQ(received.refused, 2U);
    EXPECT_EQ(received.plainBytes, 2 * Rtp(1).size());
}

TEST(SrtpWork, IsThatOfThePlainPacketWhicheverWayItGoes)
{
    for (const SrtpProfile profile : ALL)
    {
        for (const bool isRtcp : {false, true})
        {
            Ends ends(profile);
            const Bytes plain = isRtcp ? Rtcp() : Rtp(1);
            const auto secured = isRtcp ? ends.out->ProtectRtcp(plain) : ends.out->Protect(plain);
            ASSERT_TRUE(secured) << ToString(profile);
            for (const bool isSent : {false, true})
            {
                const Work work = SrtpWork(profile, isSent, secured->size(), isRtcp);
                EXPECT_EQ(work.operation,
                          (isSent ? "protect/" : "unprotect/") + std::string(ToString(profile)));
                EXPECT_EQ(work.times, 1U);
                EXPECT_EQ(work.bytes, plain.size()) << work.operation << isRtcp;
            }
        }
        EXPECT_EQ(SrtpWork(profile, false, 3, false).bytes, 0U) << "shorter than any tag";
    }
}

} // namespace
} // namespace imsfw::rtp
