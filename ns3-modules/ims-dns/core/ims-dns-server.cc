// SPDX-License-Identifier: GPL-2.0-only
#include "ims-dns-server.h"

namespace imsfw::dns
{

Server::Server(const ServerConfig& config) : m_config(config)
{
}

void
Server::Add(const std::string& name, const IpAddress& address)
{
    m_names[name].push_back(address);
}

void
Server::HandleInput(TimePoint now, const Endpoint& from, ByteView datagram)
{
    const auto query = Parse(datagram);
    if (!query || query->isResponse)
    {
        ++m_ignored;
        return;
    }
    if (m_config.failure != ServerFailure::SILENT)
    {
        m_waiting.emplace(now + m_config.delay, std::pair(from, AnswerTo(*query).Write()));
    }
    HandleTimeout(now); // without delay, it is due
}

Message
Server::AnswerTo(const Message& query) const
{
    Message answer = query;
    answer.isResponse = true;
    answer.addresses.clear();
    answer.ttlS = m_config.ttlS;
    const auto known = m_names.find(query.name);
    if (m_config.failure == ServerFailure::SERVER_FAILURE)
    {
        answer.code = ResponseCode::SERVER_FAILURE;
    }
    else if (m_config.failure == ServerFailure::NAME_ERROR || known == m_names.end())
    {
        answer.code = ResponseCode::NAME_ERROR;
    }
    else if (query.type == TYPE_A)
    {
        answer.addresses = known->second;
    }
    return answer; // for another type: the name is there, and has nothing of that type
}

void
Server::HandleTimeout(TimePoint now)
{
    while (!m_waiting.empty() && m_waiting.begin()->first <= now)
    {
        m_transmits.Push(std::move(m_waiting.begin()->second));
        m_waiting.erase(m_waiting.begin());
    }
}

std::optional<std::pair<Endpoint, Bytes>>
Server::PollTransmit()
{
    return m_transmits.Poll();
}

std::optional<TimePoint>
Server::NextTimeout() const
{
    return m_waiting.empty() ? std::nullopt : std::optional(m_waiting.begin()->first);
}

} // namespace imsfw::dns
