// SPDX-License-Identifier: GPL-2.0-only
#include "ladder-hosts.h"

#include <algorithm>
#include <set>
#include <utility>

namespace imsfw::scenario
{

std::string
TextOf(const TimelineEvent& event, const char* key)
{
    const auto found = event.details.find(key);
    return found != event.details.end() && found->is_string() ? found->get<std::string>() : "";
}

uint64_t
NumberOf(const TimelineEvent& event, const char* key)
{
    const auto found = event.details.find(key);
    return found != event.details.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

void
LadderHosts::Add(const TimelineEvent& event)
{
    const auto address = IpAddress::Parse(TextOf(event, "address"));
    if (event.event != "node" || !address)
    {
        return;
    }
    m_hosts.push_back({event.node,
                       TextOf(event, "kind"),
                       TextOf(event, "behind"),
                       *address,
                       TextOf(event, "link"),
                       NumberOf(event, "couple"),
                       TextOf(event, "uri")});
    m_told = std::max(m_told, NumberOf(event, "couple"));
    m_ofAll = std::max(m_ofAll, NumberOf(event, "of"));
}

std::string
LadderHosts::Choose(uint64_t couple)
{
    if (couple > m_told)
    {
        return "its timeline tells of " + std::to_string(m_told) +
               " couples; more with --set evidence.couples=N";
    }
    const bool tellsOfAll = m_told >= m_ofAll;
    m_couple = couple == 0 && !tellsOfAll ? 1 : couple;
    Arrange();
    m_couple = m_ofAll > 1 ? m_couple : 0; // of one couple, everything is its own
    return "";
}

std::vector<std::string>
LadderHosts::GetColumns() const
{
    std::vector<std::string> names;
    for (const auto& host : m_hosts)
    {
        names.push_back(host.name);
    }
    return names;
}

bool
LadderHosts::IsWanted(const LadderHost& host) const
{
    return m_couple == 0 || host.couple == 0 || host.couple == m_couple;
}

void
LadderHosts::Arrange()
{
    const auto all = std::exchange(m_hosts, {});
    const auto take = [&](const LadderHost& host)
    {
        m_hosts.push_back(host);
        m_hosts.back().column = m_hosts.size() - 1;
    };
    std::set<std::string> networks; // of those that are wanted
    std::set<std::string> firewalls;
    for (const auto& host : all)
    {
        if (host.kind == "ue" && IsWanted(host))
        {
            networks.insert(host.behind);
        }
        if (host.kind == "firewall")
        {
            firewalls.insert(host.name);
        }
    }
    const auto takeThoseBehind = [&](const LadderHost& firewall, const char* kind)
    {
        for (const auto& host : all)
        {
            if (host.kind == kind && host.behind == firewall.name && IsWanted(host))
            {
                take(host);
            }
        }
    };
    for (const auto& host : all)
    {
        if (host.kind == "firewall" && networks.count(host.name) > 0)
        {
            takeThoseBehind(host, "ue");
            take(host);
            takeThoseBehind(host, "web-proxy");
        }
        else if (host.kind != "firewall" && firewalls.count(host.behind) == 0 && IsWanted(host))
        {
            take(host); // a server, or one whose firewall nobody told of
        }
    }
}

} // namespace imsfw::scenario
