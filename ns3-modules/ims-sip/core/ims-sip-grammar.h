// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The character classes of RFC 3261 25.1 that the elements share, and escaping (19.1.2).
///
/// libosip2 is lenient and undoes escapes; these checks make sure that what is understood can be written again, and
/// that an escaped CR LF or NUL never becomes a real one. Not for users of the core.
#pragma once

#include <string>
#include <string_view>

namespace imsfw::sip
{

/// @return whether @p text is fit for a C parser and for a header line: printable, or a tab.
bool IsLineText(std::string_view text);

/// `token` of 25.1, not empty.
bool IsToken(std::string_view text);

/// What may stand behind the "=" of a parameter: a token, a host, or a whole quoted-string.
bool IsParamValue(std::string_view text);

/// RFC 3261 25.1: from one quote to the other; a backslash takes the next character with it.
bool IsQuotedString(std::string_view text);

/// A host name, an IPv4 address, or an IPv6 address with or without its brackets.
bool IsHost(std::string_view text);

/// @return whether each "%" begins an escape, and none stands for a control character.
bool HasGoodEscapes(std::string_view text);

/// @return @p text with all but letters, digits, `mark` and @p allowed escaped.
std::string Escaped(std::string_view text, std::string_view allowed);

} // namespace imsfw::sip
