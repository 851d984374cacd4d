// SPDX-License-Identifier: GPL-2.0-only
#include "base/random.h"

namespace imsfw
{

namespace
{

constexpr uint64_t
RotateLeft(uint64_t value, int by)
{
    return value << by | value >> (64 - by);
}

/// SplitMix64: spreads a small seed over all 64 bits.
uint64_t
SplitMix(uint64_t& state)
{
    state += 0x9e3779b97f4a7c15;
    uint64_t z = state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/// FNV-1a, 64 bits.
uint64_t
Hash(std::string_view text)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
    {
        hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    }
    return hash;
}

} // namespace

Bytes
RandomSource::Draw(std::size_t size)
{
    Bytes bytes(size);
    Fill(bytes.data(), size);
    return bytes;
}

uint32_t
RandomSource::U32()
{
    return *ByteReader(Draw(4)).U32();
}

uint64_t
RandomSource::U64()
{
    return *ByteReader(Draw(8)).U64();
}

uint32_t
RandomSource::Below(uint32_t bound)
{
    // Draws from the incomplete last multiple of bound are thrown away: they would favour small results.
    const uint32_t limit = UINT32_MAX - UINT32_MAX % bound;
    uint32_t value = U32();
    while (value >= limit)
    {
        value = U32();
    }
    return value % bound;
}

std::string
RandomSource::Token(std::size_t length)
{
    static constexpr std::string_view ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string token;
    for (std::size_t i = 0; i < length; ++i)
    {
        token += ALPHABET[Below(ALPHABET.size())];
    }
    return token;
}

SeededRandom::SeededRandom(uint64_t seed, uint64_t run, std::string_view stream)
{
    uint64_t mixed = seed;
    mixed = SplitMix(mixed) ^ run;
    mixed = SplitMix(mixed) ^ Hash(stream);
    for (auto& word : m_state)
    {
        word = SplitMix(mixed);
    }
}

uint64_t
SeededRandom::Next()
{
    const uint64_t result = RotateLeft(m_state[1] * 5, 7) * 9;
    const uint64_t shifted = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= shifted;
    m_state[3] = RotateLeft(m_state[3], 45);
    return result;
}

void
SeededRandom::Fill(uint8_t* target, std::size_t size)
{
    for (std::size_t i = 0; i < size;)
    {
        uint64_t word = Next();
        for (int b = 0; b < 8 && i < size; ++b, ++i, word >>= 8)
        {
            target[i] = word & 0xff;
        }
    }
}

} // namespace imsfw
