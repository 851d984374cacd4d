// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Milenage by the test sets of TS 35.208, and AKA between a centre and an ISIM: agreement, replay, forgery,
/// resynchronisation.
#include "base/text.h"
#include "ims-sip-aka.h"
#include "milenage-test-sets.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Outcome = Isim::Outcome;

namespace
{

template <typename T>
std::string
Hex(const T& bytes)
{
    return ToHex(ByteView(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
}

std::string
Hex48(uint64_t value)
{
    ByteWriter writer;
    writer.U64(value);
    return ToHex(writer.Written()).substr(4);
}

uint64_t
Number(const std::string& hex)
{
    return std::stoull(hex, nullptr, 16);
}

AkaBlock
Block(const std::string& hex)
{
    AkaBlock block{};
    const auto bytes = FromHex(hex);
    std::copy(bytes->begin(), bytes->end(), block.begin());
    return block;
}

AkaKeys
Keys()
{
    const MilenageTestSet& set = MILENAGE_TEST_SETS[0];
    return *AkaKeys::FromHex(set.k, set.opc);
}

} // namespace

TEST(Milenage, ComputesTheTestSetsOfTs35208)
{
    for (const MilenageTestSet& set : MILENAGE_TEST_SETS)
    {
        SCOPED_TRACE(set.number);
        const auto keys = AkaKeys::FromHexOp(set.k, set.op, set.amf);
        ASSERT_TRUE(keys);
        EXPECT_EQ(Hex(keys->opc), set.opc);
        const MilenageMacs macs = ComputeMacs(*keys, Block(set.rand), Number(set.sqn));
        EXPECT_EQ(Hex(macs.a), set.f1);
        EXPECT_EQ(Hex(macs.s), set.f1Star);
        const MilenageOutputs out = ComputeOutputs(*keys, Block(set.rand));
        EXPECT_EQ(Hex(out.res), set.f2);
        EXPECT_EQ(Hex(out.ck), set.f3);
        EXPECT_EQ(Hex(out.ik), set.f4);
        EXPECT_EQ(Hex48(out.ak), set.f5);
        EXPECT_EQ(Hex48(out.akStar), set.f5Star);
    }
}

TEST(AkaKeys, AreReadFromHexadecimalDigits)
{
    const std::string block(32, 'a');
    EXPECT_TRUE(AkaKeys::FromHex(block, block));
    EXPECT_TRUE(AkaKeys::FromHex(block, block, "8000"));
    for (const std::string& bad :
         {std::string(), block.substr(1), block + "aa", block.substr(1) + "g"})
    {
        EXPECT_FALSE(AkaKeys::FromHex(bad, block)) << bad;
        EXPECT_FALSE(AkaKeys::FromHex(block, bad)) << bad;
        EXPECT_FALSE(AkaKeys::FromHexOp(block, bad)) << bad;
        EXPECT_FALSE(AkaKeys::FromHex(block, block, bad)) << bad;
    }
}

TEST(Aka, BothSidesAgreeAgainAndAgain)
{
    SeededRandom random(1, 1, "aka");
    AkaCentre centre(Keys());
    Isim isim(Keys());
    uint64_t last = 0;
    for (int i = 0; i < 100; ++i)
    {
        const AkaVector vector = centre.Next(random);
        EXPECT_GT(centre.Sqn(), last);
        last = centre.Sqn();
        const Isim::Answer answer = isim.Authenticate(vector.challenge);
        ASSERT_EQ(answer.outcome, Outcome::OK) << i;
        EXPECT_EQ(answer.res, vector.res);
        EXPECT_EQ(answer.ck, vector.ck);
        EXPECT_EQ(answer.ik, vector.ik);
        EXPECT_EQ(vector.res.size(), 8U);
    }
}

TEST(Aka, EveryChangedBitIsAForgery)
{
    SeededRandom random(1, 1, "aka");
    AkaCentre centre(Keys());
    const AkaChallenge good = centre.Next(random).challenge;
    for (std::size_t bit = 0; bit < 256; ++bit)
    {
        AkaChallenge forged = good;
        AkaBlock& block = bit < 128 ? forged.rand : forged.autn;
        block[(bit % 128) / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
        EXPECT_EQ(Isim(Keys()).Authenticate(forged).outcome, Outcome::MAC_FAILURE) << bit;
    }
    EXPECT_EQ(Isim(Keys()).Authenticate(good).outcome, Outcome::OK);
    Isim other(*AkaKeys::FromHex(std::string(32, '1'), std::string(32, '2')));
    EXPECT_EQ(other.Authenticate(good).outcome, Outcome::MAC_FAILURE);
}

TEST(Aka, AReplayedOrOldChallengeIsOutOfSync)
{
    SeededRandom random(1, 1, "aka");
    AkaCentre centre(Keys());
    Isim isim(Keys());
    const AkaChallenge first = centre.Next(random).challenge;
    const AkaChallenge second = centre.Next(random).challenge;
    EXPECT_EQ(isim.Authenticate(second).outcome, Outcome::OK);
    EXPECT_EQ(isim.Authenticate(second).outcome, Outcome::SYNC_FAILURE);
    EXPECT_EQ(isim.Authenticate(first).outcome, Outcome::SYNC_FAILURE);
}

TEST(Aka, ANumberTooFarAheadIsOutOfSync)
{
    SeededRandom random(1, 1, "aka");
    const uint64_t jump = uint64_t(1) << (28 + 5); // SEQ || IND
    EXPECT_EQ(
        Isim(Keys()).Authenticate(AkaCentre(Keys(), jump - 64).Next(random).challenge).outcome,
        Outcome::OK);
    EXPECT_EQ(Isim(Keys()).Authenticate(AkaCentre(Keys(), jump).Next(random).challenge).outcome,
              Outcome::SYNC_FAILURE);
}

TEST(Aka, AutsBringsTheCentreUpToDate)
{
    SeededRandom random(1, 1, "aka");
    for (const uint64_t number :
         {uint64_t(0), uint64_t(32), uint64_t(1000000), AKA_SQN_MASK - 4096})
    {
        AkaCentre centre(Keys(), 0);
        Isim isim(Keys(), number + 320);
        const AkaVector vector = centre.Next(random);
        const Isim::Answer refused = isim.Authenticate(vector.challenge);
        ASSERT_EQ(refused.outcome, Outcome::SYNC_FAILURE) << number;
        const auto auts = ParseAuts(ToBase64Text(refused.auts));
        ASSERT_TRUE(auts);
        ASSERT_TRUE(centre.Resynchronise(vector.challenge.rand, *auts));
        EXPECT_EQ(centre.Sqn(), number + 320);
        EXPECT_EQ(isim.Authenticate(centre.Next(random).challenge).outcome, Outcome::OK);
    }
}

TEST(Aka, AForgedAutsChangesNothing)
{
    SeededRandom random(1, 1, "aka");
    AkaCentre centre(Keys(), 64);
    Isim isim(Keys(), 6400);
    const AkaVector vector = centre.Next(random);
    const Isim::Answer refused = isim.Authenticate(vector.challenge);
    const uint64_t before = centre.Sqn();
    for (std::size_t bit = 0; bit < 14 * 8; ++bit)
    {
        Auts forged = refused.auts;
        forged[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
        EXPECT_FALSE(centre.Resynchronise(vector.challenge.rand, forged)) << bit;
        EXPECT_EQ(centre.Sqn(), before);
    }
    EXPECT_FALSE(centre.Resynchronise(centre.Next(random).challenge.rand, refused.auts));
}

TEST(AkaNonce, GoesThroughBase64WithServerData)
{
    SeededRandom random(1, 1, "aka");
    const AkaChallenge challenge = AkaCentre(Keys()).Next(random).challenge;
    for (const std::string& data : {std::string(), std::string("server data")})
    {
        const auto read = AkaChallenge::FromNonce(challenge.ToNonce(ByteView(data)));
        ASSERT_TRUE(read);
        EXPECT_EQ(read->rand, challenge.rand);
        EXPECT_EQ(read->autn, challenge.autn);
    }
    const std::string nonce = challenge.ToNonce();
    for (std::size_t size = 0; size < nonce.size(); ++size)
    {
        EXPECT_FALSE(AkaChallenge::FromNonce(nonce.substr(0, size))) << size;
    }
}

TEST(AkaNonce, AutsOfAnotherLengthIsNone)
{
    for (std::size_t size = 0; size < 20; ++size)
    {
        EXPECT_EQ(ParseAuts(ToBase64(Bytes(size, 7))).has_value(), size == 14) << size;
    }
    EXPECT_FALSE(ParseAuts("not base64"));
}

} // namespace imsfw::sip::test
