// SPDX-License-Identifier: GPL-2.0-only
#include "classify/connect-tracker.h"

#include "base/text.h"

#include <string_view>
#include <vector>

namespace imsfw::classify
{

namespace
{

constexpr std::size_t CLIENT = static_cast<std::size_t>(Direction::TO_SERVER);
constexpr std::size_t SERVER = static_cast<std::size_t>(Direction::TO_CLIENT);

/// @return the status code of RFC 9112 4's status-line, or nothing.
std::optional<uint64_t>
ReadStatus(std::string_view line)
{
    constexpr std::string_view VERSION = "HTTP/1.";
    constexpr std::size_t CODE = 9; // behind "HTTP/1.1 "
    if (line.substr(0, VERSION.size()) != VERSION || line.size() < CODE + 3 ||
        line[CODE - 1] != ' ')
    {
        return std::nullopt;
    }
    return ParseNumber(line.substr(CODE, 3), 100, 999);
}

} // namespace

ConnectTracker::TunnelBytes
ConnectTracker::Push(Direction direction, ByteView bytes)
{
    TunnelBytes tunnel;
    if (m_hasFailed)
    {
        return tunnel;
    }
    if (m_hasTunnel)
    {
        (direction == Direction::TO_SERVER ? tunnel.toServer : tunnel.toClient) = bytes.ToBytes();
        return tunnel;
    }
    if (direction == Direction::TO_SERVER)
    {
        TakeRequests(bytes);
    }
    else
    {
        TakeResponses(bytes, tunnel);
    }
    return tunnel;
}

void
ConnectTracker::TakeRequests(ByteView bytes)
{
    while (!bytes.IsEmpty() && !m_hasFailed)
    {
        if (m_isWaiting)
        {
            // Tunnel data sent early, or the next request: the answer will tell.
            Append(m_held, bytes);
            if (m_held.size() > HOLD_LIMIT)
            {
                Fail();
            }
            return;
        }
        bytes = bytes.Sub(m_readers[CLIENT].Push(bytes));
        if (const auto head = m_readers[CLIENT].TakeHead())
        {
            HandleRequest(*head);
        }
        if (m_readers[CLIENT].HasFailed())
        {
            Fail();
        }
    }
}

void
ConnectTracker::HandleRequest(const HttpHead& head)
{
    const auto words = Split(head.startLine, ' ');
    if (words.size() != 3 || words[2].substr(0, 7) != "HTTP/1." || m_asked.size() >= PIPELINE_LIMIT)
    {
        Fail();
        return;
    }
    if (!m_first)
    {
        const auto cut = [](std::string_view text)
        { return std::string(text.substr(0, HttpRequestFacts::TEXT_LIMIT)); };
        m_first = HttpRequestFacts{cut(words[0]), cut(words[1]), cut(head.host)};
    }
    const bool isConnect = words[0] == "CONNECT";
    m_asked.push_back({isConnect, words[0] == "HEAD"});
    if (isConnect)
    {
        // RFC 9110 9.3.6: content in a CONNECT request has no meaning, and none is expected.
        m_hasRequest = true;
        m_isWaiting = true;
        m_target = words[1];
        m_readers[CLIENT].BeginBody(head, HttpMessageReader::Body::NONE);
    }
    else
    {
        m_hasOtherRequest = true;
        m_readers[CLIENT].BeginBody(head, HttpMessageReader::Body::BY_HEAD);
    }
}

void
ConnectTracker::TakeResponses(ByteView bytes, TunnelBytes& tunnel)
{
    while (!bytes.IsEmpty() && !m_hasFailed)
    {
        bytes = bytes.Sub(m_readers[SERVER].Push(bytes));
        const auto head = m_readers[SERVER].TakeHead();
        if (head && HandleResponse(*head))
        {
            m_hasTunnel = true;
            tunnel.toServer = std::move(m_held);
            tunnel.toClient = bytes.ToBytes();
            m_held.clear();
            return;
        }
        if (m_readers[SERVER].HasFailed())
        {
            Fail();
        }
    }
}

bool
ConnectTracker::HandleResponse(const HttpHead& head)
{
    using Body = HttpMessageReader::Body;
    const auto status = ReadStatus(head.startLine);
    if (!status || m_asked.empty())
    {
        Fail();
        return false;
    }
    if (*status < 200)
    {
        m_readers[SERVER].BeginBody(head, Body::NONE);
        return false;
    }
    const Asked asked = m_asked.front();
    m_asked.pop_front();
    // RFC 9110 9.3.6: "Any 2xx (Successful) response indicates that the sender (and all inbound proxies) will switch to
    // tunnel mode immediately after the response header section"
    if (asked.isConnect && *status < 300)
    {
        return true;
    }
    const bool hasNoBody = asked.isHead || *status == 204 || *status == 304;
    const bool hasLength = head.contentLength || head.isChunked;
    const auto framed = hasLength ? Body::BY_HEAD : Body::UNTIL_CLOSE;
    m_readers[SERVER].BeginBody(head, hasNoBody ? Body::NONE : framed);
    if (asked.isConnect)
    {
        m_isWaiting = false;
        const Bytes held = std::move(m_held);
        m_held.clear();
        TakeRequests(held);
    }
    return false;
}

void
ConnectTracker::Fail()
{
    m_hasFailed = true;
    m_held = {};
    m_asked.clear();
}

std::size_t
ConnectTracker::GetHeldBytes() const
{
    return m_held.size() + m_readers[CLIENT].GetHeldBytes() + m_readers[SERVER].GetHeldBytes();
}

} // namespace imsfw::classify
