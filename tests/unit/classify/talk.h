// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the tests of the recognisers share: bytes written as text, random bytes, and two-way streams to inspect.
#pragma once

#include "base/bytes.h"
#include "base/text.h"
#include "classify/stream-inspector.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::classify
{

/// Spaces are for the reader.
inline Bytes
Hex(std::string_view text)
{
    std::string digits;
    for (const char character : text)
    {
        if (character != ' ')
        {
            digits += character;
        }
    }
    return FromHex(digits).value_or(Bytes{});
}

inline Bytes
operator+(Bytes a, const Bytes& b)
{
    Append(a, b);
    return a;
}

inline Bytes
Text(std::string_view text)
{
    return ByteView(text).ToBytes();
}

/// One thing that was sent.
struct Said
{
    Direction direction;
    Bytes bytes;
};

inline Said
Client(Bytes bytes)
{
    return {Direction::TO_SERVER, std::move(bytes)};
}

inline Said
Server(Bytes bytes)
{
    return {Direction::TO_CLIENT, std::move(bytes)};
}

using Talk = std::vector<Said>;

inline Talk
operator+(Talk talk, const Talk& more)
{
    talk.insert(talk.end(), more.begin(), more.end());
    return talk;
}

inline Talk
operator+(Talk talk, Said more)
{
    talk.push_back(std::move(more));
    return talk;
}

/// Hands a conversation to an inspector, segment by segment.
class TalkPlayer
{
  public:
    void
    Say(Direction direction, ByteView bytes)
    {
        auto& sequence = m_sequences[static_cast<std::size_t>(direction)];
        m_inspector.HandleSegment(direction, sequence, false, bytes);
        sequence += static_cast<uint32_t>(bytes.Size());
    }

    StreamInspector&
    Inspector()
    {
        return m_inspector;
    }

  private:
    StreamInspector m_inspector;
    std::array<uint32_t, 2> m_sequences{1000, 0xFFFFFF00};
};

inline Findings
Inspect(const Talk& talk)
{
    TalkPlayer player;
    for (const auto& said : talk)
    {
        player.Say(said.direction, said.bytes);
    }
    return player.Inspector().GetFindings();
}

/// @return the number of ways to cut one thing said in two that change the findings.
inline unsigned
CountCutsThatMatter(const Talk& talk)
{
    const Findings whole = Inspect(talk);
    unsigned count = 0;
    for (std::size_t target = 0; target < talk.size(); ++target)
    {
        for (std::size_t cut = 1; cut < talk[target].bytes.size(); ++cut)
        {
            TalkPlayer player;
            for (std::size_t i = 0; i < talk.size(); ++i)
            {
                const ByteView bytes(talk[i].bytes);
                const std::size_t first = i == target ? cut : bytes.Size();
                player.Say(talk[i].direction, bytes.Sub(0, first));
                player.Say(talk[i].direction, bytes.Sub(first));
            }
            count += player.Inspector().GetFindings() != whole ? 1 : 0;
        }
    }
    return count;
}

/// A small generator of repeatable noise (xorshift), so that a failing input can be made again from its seed.
class Noise
{
  public:
    explicit Noise(uint64_t seed) : m_state(seed * 0x9E3779B97F4A7C15 + 1)
    {
    }

    uint64_t
    Next()
    {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 7;
        m_state ^= m_state << 17;
        return m_state;
    }

    std::size_t
    Below(std::size_t limit)
    {
        return Next() % limit;
    }

    Bytes
    Take(std::size_t count)
    {
        Bytes bytes(count);
        for (auto& byte : bytes)
        {
            byte = static_cast<uint8_t>(Next() >> 32);
        }
        return bytes;
    }

  private:
    uint64_t m_state;
};

} // namespace imsfw::classify
