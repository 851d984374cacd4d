// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Structured SIP header values, parsed by libosip2.
#include "ims-sip-elements.h"

#include "base/text.h"
#include "ims-sip-grammar.h"
#include "ims-sip-osip-elements.h"

#include <algorithm>
#include <cstdarg>
#include <mutex>

namespace imsfw::sip
{

namespace
{

using OsipVia = OsipOwned<osip_via_t, osip_via_free>;
using OsipCSeq = OsipOwned<osip_cseq_t, osip_cseq_free>;

/// @return nothing where a name or a value is none by the grammar.
std::optional<SipParams>
Checked(SipParams params)
{
    const bool isGood = std::all_of(
        params.list.begin(),
        params.list.end(),
        [](const SipParam& p) { return IsToken(p.name) && (!p.value || IsParamValue(*p.value)); });
    return isGood ? std::optional(std::move(params)) : std::nullopt;
}

/// @return where @p wanted stands first outside quoted strings, from @p start on.
std::size_t
FindOutsideQuotes(std::string_view text, char wanted, std::size_t start)
{
    bool isQuoted = false;
    for (std::size_t i = start; i < text.size(); ++i)
    {
        if (isQuoted && text[i] == '\\')
        {
            ++i;
        }
        else if (text[i] == '"')
        {
            isQuoted = !isQuoted;
        }
        else if (!isQuoted && text[i] == wanted)
        {
            return i;
        }
    }
    return std::string_view::npos;
}

/// @return the name without its quotes; nothing where it is neither quoted nor tokens (RFC 3261 25.1 display-name).
std::optional<std::string>
DisplayName(std::string_view text)
{
    text = Trim(text);
    if (IsQuotedString(text))
    {
        return std::string(text.substr(1, text.size() - 2));
    }
    const bool isTokens = text.find_first_of("\"<>,;:@\\") == std::string_view::npos;
    return isTokens ? std::optional(std::string(text)) : std::nullopt;
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

std::optional<SipParams>
SipParams::Parse(std::string_view text)
{
    SipParams params;
    text = Trim(text);
    while (!text.empty())
    {
        if (text.front() != ';')
        {
            return std::nullopt;
        }
        const std::size_t end = std::min(FindOutsideQuotes(text, ';', 1), text.size());
        const std::string_view param = text.substr(1, end - 1);
        const std::size_t equals = param.find('=');
        SipParam taken{std::string(Trim(param.substr(0, equals))), std::nullopt};
        if (equals != std::string_view::npos)
        {
            taken.value = Trim(param.substr(equals + 1));
        }
        params.list.push_back(std::move(taken));
        text = text.substr(end);
    }
    return Checked(std::move(params));
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
SipNameAddr::ToString() const
{
    const std::string name = displayName.empty() ? "" : "\"" + displayName + "\" ";
    return name + "<" + uri.ToString() + ">" + params.ToString();
}

std::optional<SipNameAddr>
SipNameAddr::Parse(std::string_view text)
{
    text = Trim(text);
    if (!IsLineText(text) || text.empty())
    {
        return std::nullopt;
    }
    // osip takes no URI of less than seven characters between brackets, and forgets how one was escaped.
    const std::size_t open = FindOutsideQuotes(text, '<', 0);
    const bool isBare = open == std::string_view::npos;
    const std::size_t close = isBare ? text.find(';') : text.find('>', open);
    if (!isBare && close == std::string_view::npos)
    {
        return std::nullopt;
    }
    const std::size_t start = isBare ? 0 : open + 1;
    // RFC 3261 20: without brackets, "any parameters are header-parameters, not URI parameters".
    auto uri = SipUri::Parse(Trim(text.substr(start, close - start)));
    const std::size_t rest = std::min(isBare ? close : close + 1, text.size());
    // RFC 3261 20.10: a URI with a question mark "MUST be enclosed in angle brackets".
    const bool hasStrayHeaders = isBare && uri && uri->hasHeaders;
    auto params = SipParams::Parse(text.substr(rest));
    const auto name = DisplayName(text.substr(0, isBare ? 0 : open));
    if (!uri || hasStrayHeaders || !params || !name)
    {
        return std::nullopt;
    }
    return SipNameAddr{*name, std::move(*uri), std::move(*params)};
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
    auto params = Checked(TakeParams(via->via_params));
    if (!IsToken(result.transport) || !IsHost(result.host) || !params ||
        !TakePort(via->port, result.port))
    {
        return std::nullopt;
    }
    result.params = *params;
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
    if (!number || !IsToken(method))
    {
        return std::nullopt;
    }
    return SipCSeq{static_cast<uint32_t>(*number), method};
}

} // namespace imsfw::sip
