// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-grammar.h"

#include "base/address.h"
#include "base/text.h"

#include <algorithm>

namespace imsfw::sip
{

namespace
{

bool
IsAlphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// @return whether @p text is not empty and has only letters, digits and @p others.
bool
HasOnly(std::string_view text, std::string_view others)
{
    return !text.empty() &&
           std::all_of(text.begin(),
                       text.end(),
                       [&](char c)
                       { return IsAlphanumeric(c) || others.find(c) != std::string_view::npos; });
}

} // namespace

bool
IsLineText(std::string_view text)
{
    return std::none_of(text.begin(),
                        text.end(),
                        [](char c)
                        {
                            const auto byte = static_cast<unsigned char>(c);
                            return (byte < 0x20 && byte != '\t') || byte == 0x7f;
                        });
}

bool
IsQuotedString(std::string_view text)
{
    if (text.size() < 2 || text.front() != '"')
    {
        return false;
    }
    std::size_t i = 1;
    while (i < text.size() && text[i] != '"')
    {
        i += text[i] == '\\' ? 2 : 1;
    }
    return i + 1 == text.size();
}

bool
IsToken(std::string_view text)
{
    return HasOnly(text, "-.!%*_+`'~");
}

bool
IsParamValue(std::string_view text)
{
    // Beyond a token: hosts, and what instance identifiers and the tags of old peers hold.
    return IsQuotedString(text) || HasOnly(text, "-.!%*_+`'~:[]/@&$?#|{}^=");
}

bool
IsHost(std::string_view text)
{
    if (text.size() > 2 && text.front() == '[' && text.back() == ']')
    {
        text = text.substr(1, text.size() - 2);
    }
    return HasOnly(text, "-._") || IpAddress::Parse(text).has_value();
}

bool
HasGoodEscapes(std::string_view text)
{
    for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1))
    {
        const auto byte = FromHex(text.substr(at + 1, 2));
        if (!byte || byte->size() != 1 || byte->front() < 0x20 || byte->front() == 0x7f)
        {
            return false;
        }
    }
    return true;
}

std::string
Escaped(std::string_view text, std::string_view allowed)
{
    constexpr std::string_view MARK = "-_.!~*'()";
    std::string escaped;
    for (const char c : text)
    {
        const bool isPlain = IsAlphanumeric(c) || MARK.find(c) != std::string_view::npos ||
                             allowed.find(c) != std::string_view::npos;
        const auto byte = static_cast<uint8_t>(c);
        escaped += isPlain ? std::string(1, c) : "%" + ToHex(ByteView(&byte, 1));
    }
    return escaped;
}

} // namespace imsfw::sip
