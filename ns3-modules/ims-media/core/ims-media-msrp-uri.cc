// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-msrp-uri.h"

#include "base/text.h"
#include "ims-media-msrp-grammar.h"

namespace imsfw::msrp
{

namespace
{

constexpr std::string_view UNRESERVED = "-_.~"; // RFC 3986 2.3, beside letters and digits

/// Take what stands before @p separator off @p rest; all of it where there is none.
std::string_view
TakeUntil(std::string_view& rest, char separator)
{
    const std::size_t at = rest.find(separator);
    const std::string_view taken = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
    return taken;
}

bool
IsHost(std::string_view host)
{
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    {
        return ConsistsOf(host.substr(1, host.size() - 2), ":.");
    }
    return !host.empty() && ConsistsOf(host, "-.");
}

/// @return false where @p text is no `[user@]host[:port]`.
bool
ReadAuthority(std::string_view text, MsrpUri& uri)
{
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos)
    {
        uri.user = text.substr(0, at);
        text.remove_prefix(at + 1);
        if (uri.user.empty() || !ConsistsOf(uri.user, "-_.~!*'()&=+$,;?%:"))
        {
            return false;
        }
    }
    const std::size_t afterAddress = text.rfind(']'); // the colons of an IPv6 address are no port
    const std::size_t colon =
        text.find(':', afterAddress == std::string_view::npos ? 0 : afterAddress);
    if (colon != std::string_view::npos)
    {
        const auto port = ParseNumber(text.substr(colon + 1), 1, 65535);
        if (!port)
        {
            return false;
        }
        uri.port = static_cast<uint16_t>(*port);
    }
    uri.host = text.substr(0, colon);
    return IsHost(uri.host);
}

bool
ReadScheme(std::string_view& rest, MsrpUri& uri)
{
    const std::size_t end = rest.find("://");
    if (end == std::string_view::npos)
    {
        return false;
    }
    const std::string_view scheme = rest.substr(0, end);
    rest.remove_prefix(end + 3);
    uri.isSecure = EqualsIgnoringCase(scheme, "msrps");
    return uri.isSecure || EqualsIgnoringCase(scheme, "msrp");
}

bool
AreParameters(std::string_view text)
{
    for (const std::string_view parameter : Split(text, ';'))
    {
        std::string_view rest = parameter;
        const bool hasValue = parameter.find('=') != std::string_view::npos;
        if (!IsToken(TakeUntil(rest, '=')) || (hasValue && !IsToken(rest)))
        {
            return false;
        }
    }
    return true;
}

} // namespace

std::optional<MsrpUri>
ParseUri(std::string_view text)
{
    MsrpUri uri;
    std::string_view rest = text;
    if (!ReadScheme(rest, uri))
    {
        return std::nullopt;
    }
    std::string_view place = TakeUntil(rest, ';');
    const bool hasSession = place.find('/') != std::string_view::npos;
    if (!ReadAuthority(TakeUntil(place, '/'), uri))
    {
        return std::nullopt;
    }
    uri.sessionId = place;
    uri.transport = TakeUntil(rest, ';');
    const bool hasParameters = !rest.empty();
    if ((hasSession && uri.sessionId.empty()) ||
        !ConsistsOf(uri.sessionId, std::string(UNRESERVED) + "+=/") || uri.transport.empty() ||
        !ConsistsOf(uri.transport, "") || (hasParameters && !AreParameters(rest)) ||
        text.back() == ';')
    {
        return std::nullopt;
    }
    uri.parameters = hasParameters ? ";" + std::string(rest) : "";
    return uri;
}

std::string
MsrpUri::ToString() const
{
    std::string text = isSecure ? "msrps://" : "msrp://";
    text += user.empty() ? "" : user + "@";
    text += host;
    text += port ? ":" + std::to_string(*port) : "";
    text += sessionId.empty() ? "" : "/" + sessionId;
    return text + ";" + transport + parameters;
}

bool
MsrpUri::IsSameAs(const MsrpUri& other) const
{
    return isSecure == other.isSecure && EqualsIgnoringCase(host, other.host) &&
           port == other.port && sessionId == other.sessionId &&
           EqualsIgnoringCase(transport, other.transport);
}

std::optional<MsrpPath>
ParsePath(std::string_view text)
{
    MsrpPath path;
    for (const std::string_view part : Split(text, ' '))
    {
        auto uri = ParseUri(part);
        if (!uri)
        {
            return std::nullopt;
        }
        path.push_back(std::move(*uri));
    }
    return path;
}

std::string
ToString(const MsrpPath& path)
{
    std::vector<std::string> parts;
    for (const MsrpUri& uri : path)
    {
        parts.push_back(uri.ToString());
    }
    return Join(parts, " ");
}

} // namespace imsfw::msrp
