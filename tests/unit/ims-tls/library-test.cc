// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-library.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include <thread>

namespace imsfw::tls
{
namespace
{

/// Counts what is drawn, and gives a known byte.
class CountingRandom : public RandomSource
{
  public:
    explicit CountingRandom(uint8_t value) : m_value(value)
    {
    }

    void
    Fill(uint8_t* target, std::size_t size) override
    {
        std::fill(target, target + size, m_value);
        drawn += size;
    }

    std::size_t drawn{0};

  private:
    uint8_t m_value;
};

Bytes
DrawWithOpenSsl(std::size_t size)
{
    Bytes bytes(size);
    return RAND_bytes_ex(Library(), bytes.data(), size, 0) == 1 ? bytes : Bytes();
}

TEST(LibraryTest, OpenSslDrawsFromTheScope)
{
    CountingRandom random(0x5a);
    const RandomScope scope(random);
    EXPECT_EQ(DrawWithOpenSsl(32), Bytes(32, 0x5a));
    EXPECT_EQ(random.drawn, 32U) << "nothing but what was asked for is drawn";
    Bytes secret(16);
    EXPECT_EQ(RAND_priv_bytes_ex(Library(), secret.data(), secret.size(), 0), 1);
    EXPECT_EQ(secret, Bytes(16, 0x5a));
}

TEST(LibraryTest, DrawingWithoutAScopeIsAnErrorAndNeverEntropy)
{
    EXPECT_TRUE(DrawWithOpenSsl(16).empty());
    EXPECT_FALSE(TakeErrors().empty());
    EXPECT_TRUE(TakeErrors().empty()) << "taking empties the queue";
    CountingRandom random(1);
    const RandomScope scope(random);
    EXPECT_EQ(DrawWithOpenSsl(16), Bytes(16, 1)) << "the failure before may not stick";
}

TEST(LibraryTest, ScopesNest)
{
    CountingRandom outer(1);
    CountingRandom inner(2);
    const RandomScope scope(outer);
    {
        const RandomScope nested(inner);
        EXPECT_EQ(DrawWithOpenSsl(8), Bytes(8, 2));
    }
    EXPECT_EQ(DrawWithOpenSsl(8), Bytes(8, 1));
    EXPECT_EQ(outer.drawn, 8U);
    EXPECT_EQ(inner.drawn, 8U);
}

TEST(LibraryTest, AScopeIsOfOneThread)
{
    CountingRandom random(7);
    const RandomScope scope(random);
    Bytes elsewhere{1};
    std::thread(
        [&]
        {
            elsewhere = DrawWithOpenSsl(8);
            TakeErrors();
        })
        .join();
    EXPECT_TRUE(elsewhere.empty());
    EXPECT_EQ(random.drawn, 0U);
}

} // namespace
} // namespace imsfw::tls
