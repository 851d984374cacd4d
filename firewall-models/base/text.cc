// SPDX-License-Identifier: GPL-2.0-only
#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace imsfw
{

namespace
{

constexpr std::string_view BASE64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char
LowerCase(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Levenshtein's distance, letters compared without case.
std::size_t
EditDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j)
        {
            const std::size_t replaced = diagonal + (LowerCase(a[i]) == LowerCase(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

} // namespace

std::optional<uint64_t>
ParseNumber(std::string_view text, uint64_t low, uint64_t high)
{
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low || value > high)
    {
        return std::nullopt;
    }
    return value;
}

std::string
ToLower(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), LowerCase);
    return lower;
}

std::string
ToUpper(std::string_view text)
{
    std::string upper(text);
    std::transform(upper.begin(),
                   upper.end(),
                   upper.begin(),
                   [](char c)
                   { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
}

bool
EqualsIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(),
                      a.end(),
                      b.begin(),
                      b.end(),
                      [](char x, char y) { return LowerCase(x) == LowerCase(y); });
}

std::string_view
Trim(std::string_view text)
{
    static constexpr std::string_view SPACE = " \t\r\n";
    const auto first = text.find_first_not_of(SPACE);
    if (first == std::string_view::npos)
    {
        return {};
    }
    return text.substr(first, text.find_last_not_of(SPACE) - first + 1);
}

std::vector<std::string_view>
Split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (;;)
    {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos)
        {
            return parts;
        }
        text.remove_prefix(at + 1);
    }
}

std::string
Join(const std::vector<std::string>& parts, std::string_view separator)
{
    std::string joined;
    for (std::size_t i = 0; i < parts.size(); ++i)
    {
        joined += i == 0 ? std::string_view() : separator;
        joined += parts[i];
    }
    return joined;
}

std::string
ToHex(ByteView bytes)
{
    static constexpr std::string_view DIGITS = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * bytes.Size());
    for (const uint8_t byte : bytes)
    {
        hex += DIGITS[byte >> 4];
        hex += DIGITS[byte & 15];
    }
    return hex;
}

std::optional<Bytes>
FromHex(std::string_view hex)
{
    if (hex.size() % 2 != 0)
    {
        return std::nullopt;
    }
    Bytes bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2)
    {
        uint8_t byte = 0;
        const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
        if (error != std::errc() || end != hex.data() + i + 2)
        {
            return std::nullopt;
        }
        bytes.push_back(byte);
    }
    return bytes;
}

std::string
ToBase64(ByteView bytes)
{
    std::string text;
    for (std::size_t i = 0; i < bytes.Size(); i += 3)
    {
        const ByteView group = bytes.Sub(i, 3);
        uint32_t bits = 0;
        for (std::size_t b = 0; b < 3; ++b)
        {
            bits = bits << 8 | (b < group.Size() ? group[b] : 0);
        }
        for (std::size_t c = 0; c < 4; ++c)
        {
            text += c <= group.Size() ? BASE64[bits >> (18 - 6 * c) & 63] : '=';
        }
    }
    return text;
}

std::optional<Bytes>
FromBase64(std::string_view text)
{
    if (text.size() % 4 != 0)
    {
        return std::nullopt;
    }
    const std::size_t padding = std::min<std::size_t>(
        2, text.size() - std::min(text.size(), text.find_last_not_of('=') + 1));
    const std::string_view digits = text.substr(0, text.size() - padding);
    Bytes bytes;
    uint32_t bits = 0;
    int pending = 0;
    for (const char c : digits)
    {
        const auto value = BASE64.find(c);
        if (value == std::string_view::npos)
        {
            return std::nullopt;
        }
        bits = bits << 6 | static_cast<uint32_t>(value);
        pending += 6;
        if (pending >= 8)
        {
            pending -= 8;
            bytes.push_back(bits >> pending & 0xff);
        }
    }
    return bytes;
}

std::vector<std::string>
NearestNames(std::string_view word, const std::vector<std::string>& candidates, std::size_t most)
{
    // A third of the letters may be wrong; names that continue what was typed are always near.
    const std::size_t tolerance = 1 + word.size() / 3;
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const auto& candidate : candidates)
    {
        const bool continues =
            word.size() >= 3 && ToLower(candidate).find(ToLower(word)) != std::string::npos;
        const std::size_t distance = EditDistance(word, candidate);
        if (continues || distance <= tolerance)
        {
            near.emplace_back(continues ? 1 : distance, candidate);
        }
    }
    std::sort(near.begin(), near.end());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < near.size() && i < most; ++i)
    {
        names.push_back(near[i].second);
    }
    return names;
}

std::string
DidYouMean(std::string_view word, const std::vector<std::string>& candidates)
{
    auto names = NearestNames(word, candidates);
    for (auto& name : names)
    {
        name.insert(0, 1, '"').push_back('"');
    }
    return names.empty() ? "" : "; did you mean " + Join(names, " or ") + "?";
}

} // namespace imsfw
