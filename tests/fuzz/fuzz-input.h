// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the fuzz targets share: an input taken apart into numbers and pieces, and claims that end the program.
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

/// A claim about the code under test. It holds in every build, and says where it did not.
#define FUZZ_CHECK(claim)                                                                          \
    do                                                                                             \
    {                                                                                              \
        if (!(claim))                                                                              \
        {                                                                                          \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #claim);               \
            std::abort();                                                                          \
        }                                                                                          \
    } while (false)

namespace imsfw::fuzz
{

/// Takes numbers and pieces off an input; what is not there reads as zero or as nothing.
class FuzzInput
{
  public:
    FuzzInput(const uint8_t* data, std::size_t size) : m_reader(ByteView(data, size))
    {
    }

    bool
    IsAtEnd() const
    {
        return m_reader.IsAtEnd();
    }

    uint8_t
    U8()
    {
        return static_cast<uint8_t>(Number(1));
    }

    uint16_t
    U16()
    {
        return static_cast<uint16_t>(Number(2));
    }

    uint32_t
    U32()
    {
        return Number(4);
    }

    /// @return the next @p size bytes, or as many as are left.
    ByteView
    Take(std::size_t size)
    {
        return *m_reader.Take(size < m_reader.Remaining() ? size : m_reader.Remaining());
    }

    /// @return a piece whose length stands before it in two bytes.
    ByteView
    Piece()
    {
        return Take(U16());
    }

    ByteView
    Rest()
    {
        return Take(m_reader.Remaining());
    }

  private:
    uint32_t
    Number(std::size_t width)
    {
        uint32_t value = 0;
        for (const uint8_t byte : Take(width))
        {
            value = value << 8 | byte;
        }
        return value;
    }

    ByteReader m_reader;
};

/// One thing that is said in a conversation: a byte whose lowest bit is the direction, a length in two bytes, bytes.
struct Spoken
{
    classify::Direction direction;
    uint8_t flags; ///< the other seven bits, for the target to use
    ByteView bytes;
};

inline std::optional<Spoken>
TakeSpoken(FuzzInput& input)
{
    if (input.IsAtEnd())
    {
        return std::nullopt;
    }
    const uint8_t head = input.U8();
    const auto direction =
        (head & 1) == 0 ? classify::Direction::TO_SERVER : classify::Direction::TO_CLIENT;
    return Spoken{direction, static_cast<uint8_t>(head >> 1), input.Piece()};
}

/// Call @p push with the bytes in pieces whose sizes vary with @p seed.
template <typename Push>
void
InPieces(ByteView bytes, uint8_t seed, Push push)
{
    std::size_t size = seed % 7 + 1U;
    for (std::size_t offset = 0; offset < bytes.Size();)
    {
        push(bytes.Sub(offset, size));
        offset += size;
        size = (size * 5 + seed) % 61 + 1;
    }
}

/// Claim that a probe of prefixes keeps to a YES or NO when more bytes come.
template <typename Probe>
void
CheckProbe(ByteView bytes, Probe probe)
{
    auto before = classify::Answer::UNDECIDED;
    for (std::size_t size = 0; size <= bytes.Size(); size += size < 64 ? 1 : 37)
    {
        const auto answer = probe(bytes.Sub(0, size));
        FUZZ_CHECK(before == classify::Answer::UNDECIDED || answer == before);
        before = answer;
    }
}

} // namespace imsfw::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
