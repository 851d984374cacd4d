// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Making, changing and writing SIP messages.
#include "ims-sip-message.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

SipMessage
SipMessage::Request(std::string method, std::string requestUri)
{
    SipMessage message;
    message.m_method = std::move(method);
    message.m_requestUri = std::move(requestUri);
    return message;
}

SipMessage
SipMessage::Response(const SipMessage& request, int status, std::string_view toTag)
{
    SipMessage message;
    message.m_status = status;
    message.m_reason = ReasonPhrase(status);
    // RFC 3261 8.2.6.2: From, Call-ID, CSeq and all Vias, in order, are those of the request.
    for (const std::string& via : request.Headers("Via"))
    {
        message.Add("Via", via);
    }
    SipNameAddr to = request.To();
    if (to.Tag().empty() && !toTag.empty())
    {
        to.params.Set("tag", std::string(toTag));
    }
    message.Add("From", request.Header("From").value_or(""));
    message.Add("To", to.ToString());
    message.Add("Call-ID", request.CallId());
    message.Add("CSeq", request.Header("CSeq").value_or(""));
    return message;
}

std::string
SipMessage::Method() const
{
    return IsRequest() ? m_method : CSeq().method;
}

std::optional<std::string>
SipMessage::Header(std::string_view name) const
{
    for (const SipHeader& header : m_headers)
    {
        if (EqualsIgnoringCase(header.name, name))
        {
            return header.value;
        }
    }
    return std::nullopt;
}

std::vector<std::string>
SipMessage::Headers(std::string_view name) const
{
    std::vector<std::string> values;
    for (const SipHeader& header : m_headers)
    {
        if (EqualsIgnoringCase(header.name, name))
        {
            values.push_back(header.value);
        }
    }
    return values;
}

bool
SipMessage::HasToken(std::string_view name, std::string_view token) const
{
    for (const std::string& line : Headers(name))
    {
        for (std::string_view part : Split(line, ','))
        {
            if (EqualsIgnoringCase(Trim(part), token))
            {
                return true;
            }
        }
    }
    return false;
}

std::optional<uint32_t>
SipMessage::Number(std::string_view name) const
{
    const auto value = Header(name);
    const auto number = value ? ParseNumber(*value, 0, UINT32_MAX) : std::nullopt;
    return number ? std::optional<uint32_t>(static_cast<uint32_t>(*number)) : std::nullopt;
}

void
SipMessage::Add(std::string_view name, std::string_view value)
{
    m_headers.push_back({std::string(name), std::string(value)});
}

void
SipMessage::Prepend(std::string_view name, std::string_view value)
{
    auto place = std::find_if(m_headers.begin(),
                              m_headers.end(),
                              [&](const SipHeader& h) { return EqualsIgnoringCase(h.name, name); });
    m_headers.insert(place == m_headers.end() ? m_headers.begin() : place,
                     {std::string(name), std::string(value)});
}

void
SipMessage::Set(std::string_view name, std::string_view value)
{
    for (SipHeader& header : m_headers)
    {
        if (EqualsIgnoringCase(header.name, name))
        {
            header.value = value;
            bool isFirst = true;
            m_headers.erase(std::remove_if(m_headers.begin(),
                                           m_headers.end(),
                                           [&](const SipHeader& h) {
                                               return EqualsIgnoringCase(h.name, name) &&
                                                      !std::exchange(isFirst, false);
                                           }),
                            m_headers.end());
            return;
        }
    }
    Add(name, value);
}

void
SipMessage::Remove(std::string_view name)
{
    m_headers.erase(std::remove_if(m_headers.begin(),
                                   m_headers.end(),
                                   [&](const SipHeader& h)
                                   { return EqualsIgnoringCase(h.name, name); }),
                    m_headers.end());
}

void
SipMessage::RemoveFirst(std::string_view name)
{
    auto place = std::find_if(m_headers.begin(),
                              m_headers.end(),
                              [&](const SipHeader& h) { return EqualsIgnoringCase(h.name, name); });
    if (place != m_headers.end())
    {
        m_headers.erase(place);
    }
}

SipVia
SipMessage::TopVia() const
{
    return SipVia::Parse(Header("Via").value_or("")).value_or(SipVia{});
}

void
SipMessage::SetTopVia(const SipVia& via)
{
    for (SipHeader& header : m_headers)
    {
        if (EqualsIgnoringCase(header.name, "Via"))
        {
            header.value = via.ToString();
            return;
        }
    }
    Prepend("Via", via.ToString());
}

SipNameAddr
SipMessage::From() const
{
    return SipNameAddr::Parse(Header("From").value_or("")).value_or(SipNameAddr{});
}

SipNameAddr
SipMessage::To() const
{
    return SipNameAddr::Parse(Header("To").value_or("")).value_or(SipNameAddr{});
}

std::string
SipMessage::CallId() const
{
    return Header("Call-ID").value_or("");
}

SipCSeq
SipMessage::CSeq() const
{
    return SipCSeq::Parse(Header("CSeq").value_or("")).value_or(SipCSeq{});
}

std::optional<SipNameAddr>
SipMessage::Contact() const
{
    const auto value = Header("Contact");
    return value && *value != "*" ? SipNameAddr::Parse(*value) : std::nullopt;
}

std::vector<SipNameAddr>
SipMessage::Addresses(std::string_view name) const
{
    std::vector<SipNameAddr> addresses;
    for (const std::string& value : Headers(name))
    {
        if (auto address = SipNameAddr::Parse(value))
        {
            addresses.push_back(std::move(*address));
        }
    }
    return addresses;
}

void
SipMessage::SetBody(std::string_view contentType, std::string body)
{
    Remove("Content-Type");
    if (!body.empty())
    {
        Add("Content-Type", contentType);
    }
    m_body = std::move(body);
}

std::string
SipMessage::StartLine() const
{
    return IsRequest() ? m_method + " " + m_requestUri + " SIP/2.0"
                       : "SIP/2.0 " + std::to_string(m_status) + " " + m_reason;
}

Bytes
SipMessage::Serialize() const
{
    std::string text = StartLine() + "\r\n";
    for (const SipHeader& header : m_headers)
    {
        text += header.name + ": " + header.value + "\r\n";
    }
    text += "Content-Length: " + std::to_string(m_body.size()) + "\r\n\r\n" + m_body;
    return ByteView(text).ToBytes();
}

} // namespace imsfw::sip
