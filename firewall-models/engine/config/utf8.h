// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Where a text stops being UTF-8: RFC 3629 3 and 4.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace imsfw::config
{

/// @return the offset of the first byte that does not begin a character of @p text, or nothing. Overlong forms,
/// surrogates and what is beyond U+10FFFF are no characters.
std::optional<std::size_t> FindBadUtf8(std::string_view text);

} // namespace imsfw::config
