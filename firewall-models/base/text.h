// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Small things with text that every layer needs.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw
{

/// @return the decimal number that @p text is, whole and within [@p low, @p high]; else nothing.
std::optional<uint64_t> ParseNumber(std::string_view text,
                                    uint64_t low = 0,
                                    uint64_t high = UINT64_MAX);

/// Lower-case ASCII letters; other bytes stay (header names and tokens are ASCII).
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

/// @return @p text without spaces, tabs, CR and LF at either end.
std::string_view Trim(std::string_view text);

/// @return the parts between the separators, as they stand; an empty text has one empty part.
std::vector<std::string_view> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& parts, std::string_view separator);

std::string ToHex(ByteView bytes);
/// @return nothing where @p hex has a character that is no hexadecimal digit, or an odd number of digits.
std::optional<Bytes> FromHex(std::string_view hex);

/// RFC 4648 4, with padding.
std::string ToBase64(ByteView bytes);
/// @return nothing where @p text is not base64 with correct padding.
std::optional<Bytes> FromBase64(std::string_view text);

/// @return those of @p candidates that a misspelt @p word most likely meant, nearest first, at most @p most of them.
std::vector<std::string> NearestNames(std::string_view word,
                                      const std::vector<std::string>& candidates,
                                      std::size_t most = 3);

/// @return `; did you mean "a" or "b"?` for the nearest names, or nothing where none is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

} // namespace imsfw
