// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The Basic authentication scheme, RFC 7617. Text is taken as UTF-8 and never converted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace imsfw::http
{

struct BasicChallenge
{
    std::string realm;

    /// @return the header's value: `Basic realm="a"`
    std::string ToHeader() const;

    /// @return nothing where @p header is no Basic challenge or is malformed.
    static std::optional<BasicChallenge> Parse(std::string_view header);
};

/// RFC 7617 2: a user-id has no colon, a password may; neither has control characters.
struct BasicCredentials
{
    std::string username;
    std::string password;

    /// @return `Basic ` and the base64 of "username:password".
    std::string ToHeader() const;

    /// @return nothing where @p header is not of that form.
    static std::optional<BasicCredentials> Parse(std::string_view header);
};

} // namespace imsfw::http
