// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The byte classes that the grammars of text protocols are written in (RFC 5234 B.1, RFC 9110 5.6.2, RFC 3261 25.1).
#pragma once

#include <cstdint>
#include <string_view>

namespace imsfw::classify
{

constexpr bool
IsDigitByte(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

constexpr bool
IsAlphaByte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

constexpr bool
IsVisibleByte(uint8_t byte)
{
    return byte > 0x20 && byte < 0x7F;
}

/// RFC 9110 5.6.2: tchar
constexpr bool
IsTokenByte(uint8_t byte)
{
    constexpr std::string_view MARKS = "!#$%&'*+-.^_`|~";
    return IsDigitByte(byte) || IsAlphaByte(byte) ||
           MARKS.find(static_cast<char>(byte)) != std::string_view::npos;
}

/// @return true where @p text is not empty and all of it is in the class.
template <typename Class>
bool
IsAll(std::string_view text, Class isMember)
{
    for (const char character : text)
    {
        if (!isMember(static_cast<uint8_t>(character)))
        {
            return false;
        }
    }
    return !text.empty();
}

} // namespace imsfw::classify
