// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-basic.h"

#include "base/text.h"
#include "ims-web-proxy-auth-params.h"

#include <algorithm>

namespace imsfw::http
{

namespace
{

constexpr std::string_view SCHEME = "Basic";

bool
HasControlCharacter(std::string_view text)
{
    return std::any_of(text.begin(),
                       text.end(),
                       [](char c)
                       {
                           const auto code = static_cast<unsigned char>(c);
                           return code < 0x20 || code == 0x7f;
                       });
}

} // namespace

std::string
BasicChallenge::ToHeader() const
{
    return "Basic realm=" + Quote(realm);
}

std::optional<BasicChallenge>
BasicChallenge::Parse(std::string_view header)
{
    const auto params = AuthParams::Parse(header, SCHEME);
    // RFC 7617 2: "The authentication parameter 'realm' is REQUIRED"
    if (!params || !params->Has("realm"))
    {
        return std::nullopt;
    }
    return BasicChallenge{params->Get("realm")};
}

std::string
BasicCredentials::ToHeader() const
{
    const std::string pair = username + ":" + password;
    return "Basic " + ToBase64(ByteView(std::string_view(pair)));
}

std::optional<BasicCredentials>
BasicCredentials::Parse(std::string_view header)
{
    header = Trim(header);
    if (header.size() <= SCHEME.size() || header[SCHEME.size()] != ' ' ||
        !EqualsIgnoringCase(header.substr(0, SCHEME.size()), SCHEME))
    {
        return std::nullopt;
    }
    const auto decoded = FromBase64(Trim(header.substr(SCHEME.size())));
    if (!decoded)
    {
        return std::nullopt;
    }
    const std::string_view pair = ByteView(*decoded).AsText();
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos || HasControlCharacter(pair))
    {
        return std::nullopt;
    }
    return BasicCredentials{std::string(pair.substr(0, colon)),
                            std::string(pair.substr(colon + 1))};
}

} // namespace imsfw::http
