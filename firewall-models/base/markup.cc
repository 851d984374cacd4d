// SPDX-License-Identifier: GPL-2.0-only
#include "base/markup.h"

namespace imsfw
{

std::string
EscapeMarkup(std::string_view text)
{
    std::string escaped;
    for (const char c : text)
    {
        switch (c)
        {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default: // of all characters: these four alone mean something
            escaped += c;
        }
    }
    return escaped;
}

} // namespace imsfw
