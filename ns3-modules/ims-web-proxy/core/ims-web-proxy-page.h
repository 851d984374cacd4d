// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a proxy shows to people when it refuses.
#pragma once

#include <string>

namespace imsfw::http
{

/// The page, with the type that Content-Type has to tell.
struct Page
{
    std::string type;
    std::string text;
};

/// One line, for a proxy that spares bytes.
Page ShortPage(const std::string& what);

/// An HTML page with style and explanation, as common products send: about 3 kB, whatever was refused.
/// @param target as the client wrote it; escaped here
Page FullPage(int status, const std::string& reason, const std::string& target);

} // namespace imsfw::http
