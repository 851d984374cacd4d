// SPDX-License-Identifier: GPL-2.0-only
#include "engine/config/utf8.h"

#include <array>
#include <cstdint>

namespace imsfw::config
{

namespace
{

/// One line of RFC 3629 4's table: the first byte's range, the second byte's range, bytes in all.
struct Form
{
    uint8_t firstLow;
    uint8_t firstHigh;
    uint8_t secondLow;
    uint8_t secondHigh;
    std::size_t length;
};

constexpr std::array<Form, 9> FORMS{{
    {0x00, 0x7F, 0x00, 0x00, 1},
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
}};

/// @return the length of the character that @p rest begins with; 0 where it is none.
std::size_t
CharacterLength(std::string_view rest)
{
    const auto at = [rest](std::size_t i) { return static_cast<uint8_t>(rest[i]); };
    for (const Form& form : FORMS)
    {
        if (at(0) < form.firstLow || at(0) > form.firstHigh)
        {
            continue;
        }
        if (rest.size() < form.length)
        {
            return 0;
        }
        bool isWhole = form.length == 1 || (at(1) >= form.secondLow && at(1) <= form.secondHigh);
        for (std::size_t i = 2; i < form.length; ++i)
        {
            isWhole = isWhole && at(i) >= 0x80 && at(i) <= 0xBF;
        }
        return isWhole ? form.length : 0;
    }
    return 0;
}

} // namespace

std::optional<std::size_t>
FindBadUtf8(std::string_view text)
{
    for (std::size_t offset = 0; offset < text.size();)
    {
        const std::size_t length = CharacterLength(text.substr(offset));
        if (length == 0)
        {
            return offset;
        }
        offset += length;
    }
    return std::nullopt;
}

} // namespace imsfw::config
