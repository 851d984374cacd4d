// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The syntax that all HTTP authentication schemes share: `scheme name=token, name="quoted string"` (RFC 9110 11.2 to
/// 11.4). The token68 form (Basic) is not read here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace imsfw::http
{

/// The parameters of one challenge or of credentials.
class AuthParams
{
  public:
    /// @return the parameters after @p scheme; nothing where the scheme differs, the syntax is broken, or a name comes
    /// twice ("Each parameter name MUST only occur once per challenge", RFC 9110 11.2).
    static std::optional<AuthParams> Parse(std::string_view header, std::string_view scheme);

    /// @return the value of @p name (compared without case, quoting removed); empty where it is absent.
    std::string Get(std::string_view name) const;
    bool Has(std::string_view name) const;

  private:
    std::vector<std::pair<std::string, std::string>> m_params; ///< names in lower case
};

/// Cut the value of one header field that lists several challenges (RFC 9110 11.6.1: "might contain more than one
/// challenge") into its challenges. What is malformed comes out as it stands, for the scheme's parser to refuse.
std::vector<std::string> SplitChallenges(std::string_view value);

/// @return @p text as a quoted-string (RFC 9110 5.6.4).
std::string Quote(std::string_view text);

/// @return whether @p character may stand in a token (RFC 9110 5.6.2).
bool IsTokenCharacter(char character);

} // namespace imsfw::http
