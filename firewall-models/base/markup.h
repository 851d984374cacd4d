// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Text on its way into HTML, XML or SVG.
#pragma once

#include <string>
#include <string_view>

namespace imsfw
{

/// @return @p text as content or attribute value of a markup language: the four characters that mean something there
/// (XML 1.0, 2.4) are written as entities.
std::string EscapeMarkup(std::string_view text);

} // namespace imsfw
