// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Cutting a stream into SIP messages.
#include "ims-sip-framer.h"

#include "base/text.h"

namespace imsfw::sip
{

namespace
{

/// @return the number in the one Content-Length line of @p head; nothing where there is none, several, or no number.
std::optional<uint64_t>
ContentLength(std::string_view head)
{
    std::optional<uint64_t> length;
    int found = 0;
    for (std::string_view line : Split(head, '\n'))
    {
        const std::size_t colon = line.find(':');
        const std::string_view name = Trim(line.substr(0, colon));
        if (colon == std::string_view::npos ||
            !(EqualsIgnoringCase(name, "Content-Length") || EqualsIgnoringCase(name, "l")))
        {
            continue;
        }
        length = ParseNumber(Trim(line.substr(colon + 1)));
        ++found;
    }
    return found == 1 ? length : std::nullopt;
}

} // namespace

void
SipFramer::HandleInput(ByteView bytes)
{
    if (!m_isBroken)
    {
        m_buffer.Push(bytes);
    }
}

void
SipFramer::SetExpectsPong(bool expectsPong)
{
    m_expectsPong = expectsPong;
}

std::optional<SipFramer::Frame>
SipFramer::Poll()
{
    if (m_isBroken || m_buffer.IsEmpty())
    {
        return std::nullopt;
    }
    const std::string_view text = m_buffer.Peek().AsText();
    if (text.front() == '\r')
    {
        return PollKeepAlive(text);
    }
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos)
    {
        return text.size() > MAX_SIP_MESSAGE ? std::optional(Break(SipError::TOO_LARGE))
                                             : std::nullopt;
    }
    // RFC 3261 18.3: "If the transport protocol is stream-oriented, the Content-Length header field indicates the size
    // of the body", and 20.14: "If a stream-based protocol (such as TCP) is used as transport, the header field MUST be
    // used."
    const auto length = ContentLength(text.substr(0, end));
    if (!length)
    {
        return Break(SipError::BAD_HEADER);
    }
    if (*length > MAX_SIP_MESSAGE || end + 4 + *length > MAX_SIP_MESSAGE)
    {
        return Break(SipError::TOO_LARGE);
    }
    const std::size_t size = end + 4 + static_cast<std::size_t>(*length);
    if (text.size() < size)
    {
        return std::nullopt;
    }
    Frame frame{Frame::Type::MESSAGE, m_buffer.Peek(size).ToBytes()};
    m_buffer.Skip(size);
    return frame;
}

std::optional<SipFramer::Frame>
SipFramer::PollKeepAlive(std::string_view text)
{
    constexpr std::string_view PING = "\r\n\r\n";
    const std::string_view head = text.substr(0, PING.size());
    const bool isPingSoFar = PING.substr(0, head.size()) == head;
    std::size_t taken = 0;
    if (isPingSoFar && head.size() == PING.size() && !m_expectsPong)
    {
        taken = 4;
    }
    else if (head.substr(0, 2) == "\r\n" && (m_expectsPong || !isPingSoFar))
    {
        taken = 2;
    }
    else if (!isPingSoFar)
    {
        return Break(SipError::MALFORMED);
    }
    if (taken == 0)
    {
        return std::nullopt;
    }
    m_buffer.Skip(taken);
    m_expectsPong = m_expectsPong && taken != 2;
    return Frame{taken == 4 ? Frame::Type::PING : Frame::Type::PONG, {}};
}

SipFramer::Frame
SipFramer::Break(SipError error)
{
    m_isBroken = true;
    m_buffer.Clear();
    return {Frame::Type::BROKEN, {}, error};
}

} // namespace imsfw::sip
