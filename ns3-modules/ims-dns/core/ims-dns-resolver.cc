// SPDX-License-Identifier: GPL-2.0-only
#include "ims-dns-resolver.h"

#include "base/text.h"

#include <utility>

namespace imsfw::dns
{

namespace
{

std::string
ReasonOf(ResponseCode code)
{
    switch (code)
    {
    case ResponseCode::NO_ERROR:
        return "no-address";
    case ResponseCode::NAME_ERROR:
        return "name-error";
    case ResponseCode::REFUSED:
        return "refused";
    case ResponseCode::FORMAT_ERROR:
    case ResponseCode::SERVER_FAILURE:
    case ResponseCode::NOT_IMPLEMENTED:
        return "server-failure";
    }
    return "server-failure"; // a code of a later document
}

} // namespace

Resolver::Resolver(const ResolverConfig& config, RandomSource& random)
    : m_config(config), m_random(random)
{
}

void
Resolver::Resolve(TimePoint now, const std::string& name)
{
    const std::string wanted = ToLower(name);
    if (!IsName(wanted))
    {
        Fail(wanted, "bad-name", "\"" + wanted + "\" cannot be asked for");
        return;
    }
    const auto known = m_known.find(wanted);
    if (known != m_known.end() && now < known->second.until)
    {
        m_events.Push({wanted, known->second.address, {}});
        return;
    }
    if (m_queries.count(wanted) == 0)
    {
        Send(now, wanted, m_queries[wanted]);
    }
}

void
Resolver::Send(TimePoint now, const std::string& name, Query& query)
{
    query.id = static_cast<uint16_t>(m_random.Below(65536)); // RFC 5452 9.2: unpredictable
    ++query.sent;
    query.until = now + m_config.timeout;
    Message message;
    message.id = query.id;
    message.name = name;
    m_transmits.Push(message.Write());
}

void
Resolver::HandleInput(TimePoint now, ByteView datagram)
{
    const auto answer = Parse(datagram);
    const auto query = answer ? m_queries.find(answer->name) : m_queries.end();
    if (query == m_queries.end() || !answer->isResponse || answer->id != query->second.id ||
        answer->type != TYPE_A)
    {
        ++m_ignored;
        return;
    }
    const std::string name = query->first;
    m_queries.erase(query);
    Finish(name, *answer, now);
}

void
Resolver::Finish(const std::string& name, const Message& answer, TimePoint now)
{
    if (answer.code != ResponseCode::NO_ERROR || answer.addresses.empty())
    {
        Fail(name, ReasonOf(answer.code), name);
        return;
    }
    m_known[name] = {answer.addresses.front(), now + std::chrono::seconds(answer.ttlS)};
    m_events.Push({name, answer.addresses.front(), {}});
}

void
Resolver::Fail(const std::string& name, const std::string& reason, const std::string& detail)
{
    m_events.Push({name, std::nullopt, {"dns", reason, detail}});
}

void
Resolver::HandleTimeout(TimePoint now)
{
    for (auto query = m_queries.begin(); query != m_queries.end();)
    {
        if (query->second.until > now)
        {
            ++query;
        }
        else if (query->second.sent < m_config.attempts)
        {
            Send(now, query->first, query->second);
            ++query;
        }
        else
        {
            Fail(query->first, "timeout", "no answer for " + query->first);
            query = m_queries.erase(query);
        }
    }
}

std::optional<Bytes>
Resolver::PollTransmit()
{
    return m_transmits.Poll();
}

std::optional<ResolverEvent>
Resolver::PollEvent()
{
    return m_events.Poll();
}

std::optional<TimePoint>
Resolver::NextTimeout() const
{
    std::optional<TimePoint> next;
    for (const auto& [name, query] : m_queries)
    {
        next = Earlier(next, query.until);
    }
    return next;
}

} // namespace imsfw::dns
