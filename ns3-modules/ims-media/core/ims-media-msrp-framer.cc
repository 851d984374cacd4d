// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-msrp-framer.h"

#include "ims-media-msrp-grammar.h"

#include <algorithm>

namespace imsfw::msrp
{

namespace
{

constexpr std::string_view PROTOCOL = "MSRP ";
constexpr std::size_t LONGEST_START_LINE = 300; // protocol, id, code, and a comment for people
constexpr std::size_t FLAG_AND_CRLF = 3;

} // namespace

Framer::Framer(std::size_t limit) : m_limit(limit)
{
}

void
Framer::Add(ByteView bytes)
{
    if (!m_error)
    {
        Append(m_buffer, bytes);
    }
}

std::string_view
Framer::Buffered() const
{
    return ByteView(m_buffer).Sub(m_begin).AsText();
}

std::optional<Bytes>
Framer::Next()
{
    if (m_error || (m_endLine.empty() && !ReadStartLine()))
    {
        return std::nullopt;
    }
    const auto end = FindEnd();
    if (end.value_or(GetBuffered()) > m_limit)
    {
        m_error = Error::MESSAGE_TOO_LONG;
    }
    if (m_error || !end)
    {
        return std::nullopt;
    }
    Bytes message = ByteView(m_buffer).Sub(m_begin, *end).ToBytes();
    m_begin += *end;
    m_endLine.clear();
    m_scanned = 0;
    DropConsumed();
    return message;
}

bool
Framer::ReadStartLine()
{
    const std::string_view text = Buffered();
    const std::size_t shared = std::min(text.size(), PROTOCOL.size());
    if (text.substr(0, shared) != PROTOCOL.substr(0, shared))
    {
        m_error = Error::NOT_MSRP;
        return false;
    }
    const std::size_t lineEnd = text.find("\r\n");
    if (lineEnd == std::string_view::npos)
    {
        if (text.size() > LONGEST_START_LINE)
        {
            m_error = Error::START_LINE_TOO_LONG;
        }
        return false;
    }
    const std::string_view line = text.substr(0, lineEnd);
    const std::size_t idEnd = line.find(' ', PROTOCOL.size());
    const std::string_view id = line.substr(PROTOCOL.size(), idEnd - PROTOCOL.size());
    if (idEnd == std::string_view::npos || !IsIdent(id))
    {
        m_error = Error::NOT_MSRP;
        return false;
    }
    m_endLine = "\r\n-------" + std::string(id);
    return true;
}

std::optional<std::size_t>
Framer::FindEnd()
{
    const std::string_view text = Buffered();
    while (true)
    {
        const std::size_t at = text.find(m_endLine, m_scanned);
        if (at == std::string_view::npos)
        {
            // Its beginning may be at the end of what is there.
            m_scanned = text.size() - std::min(text.size(), m_endLine.size() - 1);
            return std::nullopt;
        }
        m_scanned = at;
        const std::string_view rest = text.substr(at + m_endLine.size());
        if (rest.size() < FLAG_AND_CRLF)
        {
            return std::nullopt;
        }
        const bool isFlag = rest[0] == '$' || rest[0] == '+' || rest[0] == '#';
        if (isFlag && rest[1] == '\r' && rest[2] == '\n')
        {
            return at + m_endLine.size() + FLAG_AND_CRLF;
        }
        ++m_scanned; // only looked like it
    }
}

void
Framer::DropConsumed()
{
    // Now and then rather than each time, so that many small messages in one piece do not move the rest each time.
    if (m_begin == m_buffer.size() || m_begin > (std::size_t{1} << 16))
    {
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(m_begin));
        m_begin = 0;
    }
}

const char*
ToString(Framer::Error error)
{
    switch (error)
    {
    case Framer::Error::NOT_MSRP:
        return "not-msrp";
    case Framer::Error::START_LINE_TOO_LONG:
        return "start-line-too-long";
    case Framer::Error::MESSAGE_TOO_LONG:
        return "message-too-long";
    }
    return "";
}

} // namespace imsfw::msrp
