// SPDX-License-Identifier: GPL-2.0-only
#include "ladder-flows.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

constexpr std::size_t SHORTEST = 16; ///< less may be alike by chance, as keep-alives are

/// The same in both directions.
std::string
KeyOf(const std::string& link, const FiveTuple& flow)
{
    return link + " " + std::min(flow.ToString(), flow.Reversed().ToString());
}

bool
BeginsWith(const std::string& text, const char* prefix)
{
    return text.rfind(prefix, 0) == 0;
}

/// What every UE says to a web proxy is the same.
bool
IsSaidByAll(const std::string& payload)
{
    return payload.size() < SHORTEST || BeginsWith(payload, "CONNECT ") ||
           BeginsWith(payload, "HTTP/");
}

} // namespace

void
CoupleFlows::AddHost(const IpAddress& address)
{
    m_hosts.push_back(address);
}

void
CoupleFlows::AddUri(const std::string& uri)
{
    if (!uri.empty())
    {
        m_uris.push_back(uri);
    }
}

void
CoupleFlows::AddOwn(ByteView payload)
{
    std::string bytes(payload.AsText());
    if (!IsSaidByAll(bytes))
    {
        m_payloads.insert(std::move(bytes));
    }
}

void
CoupleFlows::AddShared(const std::string& link, const FiveTuple& flow, ByteView payload)
{
    Flow& seen = m_flows[KeyOf(link, flow)];
    seen.tuple = flow;
    if (!payload.IsEmpty())
    {
        seen.payloads.push_back(payload);
    }
}

void
CoupleFlows::Decide()
{
    for (auto& [key, flow] : m_flows)
    {
        const bool isNamed = NamesTheCouple(flow);
        flow.isOwn = isNamed || IsWithHost(flow.tuple) || CarriesOwnBytes(flow);
        for (const auto payload : flow.payloads)
        {
            if (isNamed)
            {
                m_texts.emplace_back(payload.AsText());
            }
        }
    }
    for (auto& [key, flow] : m_flows)
    {
        flow.isOwn = flow.isOwn || IsAnnounced(flow.tuple);
    }
}

bool
CoupleFlows::IsOwn(const std::string& link, const FiveTuple& flow) const
{
    const auto found = m_flows.find(KeyOf(link, flow));
    return found != m_flows.end() && found->second.isOwn;
}

bool
CoupleFlows::IsWithHost(const FiveTuple& tuple) const
{
    return std::any_of(m_hosts.begin(),
                       m_hosts.end(),
                       [&](const IpAddress& host) {
                           return host == tuple.source.address || host == tuple.destination.address;
                       });
}

bool
CoupleFlows::CarriesOwnBytes(const Flow& flow) const
{
    return std::any_of(flow.payloads.begin(),
                       flow.payloads.end(),
                       [&](ByteView payload)
                       { return m_payloads.count(std::string(payload.AsText())) > 0; });
}

bool
CoupleFlows::NamesTheCouple(const Flow& flow) const
{
    return std::any_of(flow.payloads.begin(),
                       flow.payloads.end(),
                       [&](ByteView payload)
                       {
                           return std::any_of(
                               m_uris.begin(),
                               m_uris.end(),
                               [&](const std::string& uri)
                               { return payload.AsText().find(uri) != std::string_view::npos; });
                       });
}

bool
CoupleFlows::IsAnnounced(const FiveTuple& tuple) const
{
    for (const auto& end : {tuple.source, tuple.destination})
    {
        const std::string port =
            " " + std::to_string(end.port) + " "; // RFC 8866 5.14, RFC 8839 5.1
        const std::string address = end.address.ToString();
        for (const auto& text : m_texts)
        {
            if (text.find(port) != std::string::npos && text.find(address) != std::string::npos)
            {
                return true;
            }
        }
    }
    return false;
}

} // namespace imsfw::scenario
