// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// SIP URIs, parsed by libosip2.
#include "base/text.h"
#include "ims-sip-elements.h"
#include "ims-sip-grammar.h"
#include "ims-sip-osip-elements.h"

#include <algorithm>

namespace imsfw::sip
{

namespace
{

using OsipUri = OsipOwned<osip_uri_t, osip_uri_free>;

/// @return nothing where host, port or parameters are none by the grammar.
std::optional<SipUri>
TakeUri(const osip_uri_t& uri)
{
    SipUri result;
    result.scheme = ToLower(OsipText(uri.scheme));
    if (result.scheme != "sip" && result.scheme != "sips")
    {
        result.opaque = OsipText(uri.string);
        return result.opaque.empty() ? std::nullopt : std::optional(result);
    }
    result.user = OsipText(uri.username);
    result.host = OsipText(uri.host);
    result.params = TakeParams(uri.url_params);
    result.hasHeaders = osip_list_size(&uri.url_headers) > 0;
    const auto& params = result.params.list;
    const bool hasGoodParams = std::all_of(
        params.begin(),
        params.end(),
        [](const SipParam& p) { return !p.name.empty() && (!p.value || !p.value->empty()); });
    if (!IsHost(result.host) || !hasGoodParams || !TakePort(uri.port, result.port))
    {
        return std::nullopt;
    }
    return result;
}

} // namespace

SipParams
TakeParams(const osip_list_t& params)
{
    SipParams result;
    for (int i = 0; i < osip_list_size(&params); ++i)
    {
        const auto* param = static_cast<const osip_uri_param_t*>(osip_list_get(&params, i));
        SipParam taken{OsipText(param->gname), std::nullopt};
        if (param->gvalue != nullptr)
        {
            taken.value = param->gvalue;
        }
        result.list.push_back(std::move(taken));
    }
    return result;
}

bool
TakePort(const char* text, std::optional<uint16_t>& port)
{
    if (text == nullptr)
    {
        return true;
    }
    const auto number = ParseNumber(text, 1, UINT16_MAX);
    if (number)
    {
        port = static_cast<uint16_t>(*number);
    }
    return number.has_value();
}

std::string
HostPort(const std::string& host, std::optional<uint16_t> port)
{
    const bool isV6 = host.find(':') != std::string::npos && host.front() != '[';
    std::string text = isV6 ? "[" + host + "]" : host;
    return port ? text + ":" + std::to_string(*port) : text;
}

std::string
SipUri::ToString() const
{
    if (!opaque.empty())
    {
        return scheme + ":" + opaque;
    }
    // RFC 3261 25.1: user-unreserved, param-unreserved. What osip has unescaped is escaped again.
    std::string text = scheme + ":" + (user.empty() ? "" : Escaped(user, "&=+$,;?/") + "@");
    text += HostPort(host, port);
    for (const SipParam& param : params.list)
    {
        text += ";" + Escaped(param.name, "[]/:&+$");
        text += param.value ? "=" + Escaped(*param.value, "[]/:&+$") : "";
    }
    return text;
}

std::optional<SipUri>
SipUri::Parse(std::string_view text)
{
    if (!IsLineText(text) || !HasGoodEscapes(text) ||
        text.find_first_of(" \t<>\"\\") != std::string_view::npos)
    {
        return std::nullopt;
    }
    OsipReady();
    osip_uri_t* raw = nullptr;
    if (osip_uri_init(&raw) != 0)
    {
        return std::nullopt;
    }
    const OsipUri uri(raw);
    if (osip_uri_parse(uri.get(), std::string(text).c_str()) != 0)
    {
        return std::nullopt;
    }
    return TakeUri(*uri);
}

std::string
SipUri::AddressOfRecord() const
{
    return opaque.empty() ? user + "@" + ToLower(host) : opaque;
}

std::optional<Endpoint>
SipUri::Numeric() const
{
    std::string_view bare = host;
    if (bare.size() > 2 && bare.front() == '[' && bare.back() == ']')
    {
        bare = bare.substr(1, bare.size() - 2);
    }
    const auto address = IpAddress::Parse(bare);
    if (!address)
    {
        return std::nullopt;
    }
    // RFC 3261 19.1.2: 5060, or 5061 for sips.
    return Endpoint{*address, port.value_or(scheme == "sips" ? 5061 : 5060)};
}

} // namespace imsfw::sip
