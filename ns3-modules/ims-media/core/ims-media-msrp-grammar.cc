// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-msrp-grammar.h"

#include <algorithm>

namespace imsfw::msrp
{

namespace
{

bool
IsAlphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

} // namespace

bool
ConsistsOf(std::string_view text, std::string_view others)
{
    return std::all_of(text.begin(),
                       text.end(),
                       [&](char c)
                       { return IsAlphanumeric(c) || others.find(c) != std::string_view::npos; });
}

bool
IsIdent(std::string_view text)
{
    return text.size() >= 4 && text.size() <= 32 && IsAlphanumeric(text.front()) &&
           ConsistsOf(text, ".-+%=");
}

bool
IsToken(std::string_view text)
{
    return !text.empty() && ConsistsOf(text, "!#$%&'*+-.^_`{|}~");
}

bool
IsText(std::string_view text)
{
    return std::all_of(text.begin(),
                       text.end(),
                       [](char c)
                       {
                           const auto byte = static_cast<unsigned char>(c);
                           return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
                       });
}

} // namespace imsfw::msrp
