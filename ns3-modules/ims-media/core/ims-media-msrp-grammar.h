// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The small rules of MSRP's grammar (RFC 4975 9) that several parsers share.
#pragma once

#include <string_view>

namespace imsfw::msrp
{

/// @return whether @p text has only ASCII letters, digits and @p others. True for an empty one.
bool ConsistsOf(std::string_view text, std::string_view others);

/// ident: a letter or digit, then 3 to 31 letters, digits and ".-+%=". Transaction and message identifiers are such.
bool IsIdent(std::string_view text);

/// token, as in MIME.
bool IsToken(std::string_view text);

/// utf8text: no control characters but the tab. UTF-8 itself is not checked.
bool IsText(std::string_view text);

} // namespace imsfw::msrp
