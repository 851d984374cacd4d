// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Structured SIP header values, parsed by libosip2.
#include "ims-sip-elements.h"

#include "base/text.h"
#include "ims-sip-osip.h"

#include <algorithm>
#include <cstdarg>
#include <mutex>

namespace imsfw::sip
{

namespace
{

using OsipUri = OsipOwned<osip_uri_t, osip_uri_free>;
using OsipFrom = OsipOwned<osip_from_t, osip_from_free>;
using OsipVia = OsipOwned<osip_via_t, osip_via_free>;
using OsipCSeq = OsipOwned<osip_cseq_t, osip_cseq_free>;

/// @return whether @p text is fit for a C parser and for a header line: printable, or a tab.
bool
IsLineText(std::string_view text)
{
    return std::none_of(text.begin(),
                        text.end(),
                        [](char c)
                        {
                            const auto byte = static_cast<unsigned char>(c);
                            return (byte < 0x20 && byte != '\t') || byte == 0x7f;
                        });
}

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

/// @return false where there is a port but no 16-bit number in it.
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
    if (result.host.empty() || !TakePort(uri.port, result.port))
    {
        return std::nullopt;
    }
    return result;
}

std::string
HostPort(const std::string& host, std::optional<uint16_t> port)
{
    const bool isV6 = host.find(':') != std::string::npos && host.front() != '[';
    std::string text = isV6 ? "[" + host + "]" : host;
    return port ? text + ":" + std::to_string(*port) : text;
}

std::string
Unquoted(std::string_view text)
{
    text = Trim(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    {
        text = text.substr(1, text.size() - 2);
    }
    return std::string(text);
}

} // namespace

void
OsipReady()
{
    static std::once_flag once;
    std::call_once(once,
                   []
                   {
                       // osip would print what it cannot parse, with the time of day; a core does not log.
                       osip_trace_initialize_func(
                           OSIP_FATAL,
                           [](const char*, int, osip_trace_level_t, const char*, va_list) {});
                       parser_init();
                   });
}

bool
SipParams::Has(std::string_view name) const
{
    return std::any_of(list.begin(),
                       list.end(),
                       [&](const SipParam& p) { return EqualsIgnoringCase(p.name, name); });
}

std::optional<std::string>
SipParams::Value(std::string_view name) const
{
    for (const SipParam& param : list)
    {
        if (EqualsIgnoringCase(param.name, name))
        {
            return param.value;
        }
    }
    return std::nullopt;
}

void
SipParams::Set(std::string_view name, std::optional<std::string> value)
{
    for (SipParam& param : list)
    {
        if (EqualsIgnoringCase(param.name, name))
        {
            param.value = std::move(value);
            return;
        }
    }
    list.push_back({std::string(name), std::move(value)});
}

void
SipParams::Remove(std::string_view name)
{
    list.erase(std::remove_if(list.begin(),
                              list.end(),
                              [&](const SipParam& p) { return EqualsIgnoringCase(p.name, name); }),
               list.end());
}

std::string
SipParams::ToString() const
{
    std::string text;
    for (const SipParam& param : list)
    {
        text += ";" + param.name;
        if (param.value)
        {
            text += "=" + *param.value;
        }
    }
    return text;
}

std::string
SipUri::ToString() const
{
    if (!opaque.empty())
    {
        return scheme + ":" + opaque;
    }
    return scheme + ":" + (user.empty() ? "" : user + "@") + HostPort(host, port) +
           params.ToString();
}

std::optional<SipUri>
SipUri::Parse(std::string_view text)
{
    if (!IsLineText(text) || text.find_first_of(" \t<>\"") != std::string_view::npos)
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

std::string
SipNameAddr::ToString() const
{
    const std::string name = displayName.empty() ? "" : "\"" + displayName + "\" ";
    return name + "<" + uri.ToString() + ">" + params.ToString();
}

std::optional<SipNameAddr>
SipNameAddr::Parse(std::string_view text)
{
    if (!IsLineText(text) || Trim(text).empty())
    {
        return std::nullopt;
    }
    OsipReady();
    osip_from_t* raw = nullptr;
    if (osip_from_init(&raw) != 0)
    {
        return std::nullopt;
    }
    const OsipFrom from(raw);
    if (osip_from_parse(from.get(), std::string(Trim(text)).c_str()) != 0 || from->url == nullptr)
    {
        return std::nullopt;
    }
    auto uri = TakeUri(*from->url);
    if (!uri)
    {
        return std::nullopt;
    }
    return SipNameAddr{Unquoted(OsipText(from->displayname)), *uri, TakeParams(from->gen_params)};
}

std::string
SipNameAddr::Tag() const
{
    return params.Value("tag").value_or("");
}

std::string
SipVia::ToString() const
{
    return "SIP/2.0/" + transport + " " + HostPort(host, port) + params.ToString();
}

std::optional<SipVia>
SipVia::Parse(std::string_view text)
{
    if (!IsLineText(text) || Trim(text).empty())
    {
        return std::nullopt;
    }
    OsipReady();
    osip_via_t* raw = nullptr;
    if (osip_via_init(&raw) != 0)
    {
        return std::nullopt;
    }
    const OsipVia via(raw);
    if (osip_via_parse(via.get(), std::string(Trim(text)).c_str()) != 0 ||
        OsipText(via->version) != "2.0")
    {
        return std::nullopt;
    }
    SipVia result;
    result.transport = OsipText(via->protocol);
    result.host = OsipText(via->host);
    result.params = TakeParams(via->via_params);
    if (result.transport.empty() || result.host.empty() || !TakePort(via->port, result.port))
    {
        return std::nullopt;
    }
    return result;
}

std::string
SipVia::Branch() const
{
    return params.Value("branch").value_or("");
}

std::string
SipVia::SentBy() const
{
    return HostPort(ToLower(host),
                    port.value_or(EqualsIgnoringCase(transport, "TLS") ? 5061 : 5060));
}

std::string
SipCSeq::ToString() const
{
    return std::to_string(number) + " " + method;
}

std::optional<SipCSeq>
SipCSeq::Parse(std::string_view text)
{
    if (!IsLineText(text) || Trim(text).empty())
    {
        return std::nullopt;
    }
    OsipReady();
    osip_cseq_t* raw = nullptr;
    if (osip_cseq_init(&raw) != 0)
    {
        return std::nullopt;
    }
    const OsipCSeq cseq(raw);
    if (osip_cseq_parse(cseq.get(), std::string(Trim(text)).c_str()) != 0)
    {
        return std::nullopt;
    }
    // RFC 3261 8.1.1.5: "The sequence number value MUST be expressible as a 32-bit unsigned integer and MUST be less
    // than 2**31."
    const auto number = ParseNumber(OsipText(cseq->number), 0, 0x7fffffff);
    const std::string method = OsipText(cseq->method);
    if (!number || method.empty() || method.find_first_of(" \t") != std::string::npos)
    {
        return std::nullopt;
    }
    return SipCSeq{static_cast<uint32_t>(*number), method};
}

} // namespace imsfw::sip
