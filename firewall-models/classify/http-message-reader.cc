// SPDX-License-Identifier: GPL-2.0-only
#include "classify/http-message-reader.h"

#include "base/text.h"

#include <algorithm>
#include <string_view>

namespace imsfw::classify
{

std::size_t
HttpMessageReader::Push(ByteView bytes)
{
    std::size_t used = 0;
    while (used < bytes.Size() && m_state != State::HEAD_DONE)
    {
        const ByteView rest = bytes.Sub(used);
        switch (m_state)
        {
        case State::HEAD:
        case State::CHUNK_SIZE:
        case State::CHUNK_END:
        case State::TRAILER:
            used += TakeLine(rest);
            break;
        case State::BODY:
        case State::CHUNK_DATA:
            used += SkipBody(rest);
            break;
        case State::HEAD_DONE:
        case State::UNTIL_CLOSE:
        case State::FAILED:
            return bytes.Size();
        }
    }
    return used;
}

std::optional<HttpHead>
HttpMessageReader::TakeHead()
{
    if (m_state != State::HEAD_DONE)
    {
        return std::nullopt;
    }
    m_state = State::HEAD;
    m_headSize = 0;
    HttpHead head = std::move(m_head);
    m_head = {};
    return head;
}

void
HttpMessageReader::BeginBody(const HttpHead& head, Body body)
{
    m_remaining = 0;
    if (body == Body::NONE)
    {
        m_state = State::HEAD;
    }
    else if (body == Body::UNTIL_CLOSE)
    {
        m_state = State::UNTIL_CLOSE;
    }
    else if (head.isChunked) // RFC 9112 6.3: "the Transfer-Encoding overrides the Content-Length"
    {
        m_state = State::CHUNK_SIZE;
    }
    else
    {
        m_remaining = head.contentLength.value_or(0);
        m_state = m_remaining > 0 ? State::BODY : State::HEAD;
    }
}

std::size_t
HttpMessageReader::TakeLine(ByteView bytes)
{
    const auto end = bytes.AsText().find('\n');
    const bool isWhole = end != std::string_view::npos;
    const auto piece = bytes.Sub(0, isWhole ? end + 1 : bytes.Size());
    m_headSize += piece.Size();
    if (m_headSize > HEAD_LIMIT)
    {
        m_state = State::FAILED;
        m_line = {};
        return piece.Size();
    }
    m_line += piece.AsText();
    if (isWhole)
    {
        const std::string line = std::move(m_line);
        m_line.clear();
        auto text = std::string_view(line).substr(0, line.size() - 1);
        if (!text.empty() && text.back() == '\r')
        {
            text.remove_suffix(1);
        }
        HandleLine(text);
    }
    return piece.Size();
}

std::size_t
HttpMessageReader::SkipBody(ByteView bytes)
{
    const auto used = std::min<uint64_t>(m_remaining, bytes.Size());
    m_remaining -= used;
    if (m_remaining == 0)
    {
        m_state = m_state == State::BODY ? State::HEAD : State::CHUNK_END;
    }
    return static_cast<std::size_t>(used);
}

void
HttpMessageReader::HandleLine(std::string_view line)
{
    if (m_state == State::HEAD)
    {
        HandleHeadLine(line);
        return;
    }
    m_headSize = m_state == State::TRAILER ? m_headSize : 0;
    if (m_state == State::CHUNK_SIZE)
    {
        HandleChunkSize(line);
    }
    else if (m_state == State::CHUNK_END)
    {
        m_state = line.empty() ? State::CHUNK_SIZE : State::FAILED;
    }
    else if (line.empty()) // the end of the trailer section
    {
        m_state = State::HEAD;
        m_headSize = 0;
    }
}

void
HttpMessageReader::HandleHeadLine(std::string_view line)
{
    if (m_head.startLine.empty())
    {
        // RFC 9112 2.2: "a server [...] SHOULD ignore at least one empty line (CRLF) received prior to the
        // request-line"; here any number, as HEAD_LIMIT allows.
        m_head.startLine = line;
        return;
    }
    if (line.empty())
    {
        m_state = State::HEAD_DONE;
        return;
    }
    const auto colon = line.find(':');
    if (colon != std::string_view::npos)
    {
        HandleField(line.substr(0, colon), Trim(line.substr(colon + 1)));
    }
}

void
HttpMessageReader::HandleField(std::string_view name, std::string_view value)
{
    if (EqualsIgnoringCase(name, "content-length"))
    {
        const auto length = ParseNumber(value);
        const bool differs = length && m_head.contentLength && *length != *m_head.contentLength;
        if (!length || differs)
        {
            m_state = State::FAILED;
            return;
        }
        m_head.contentLength = length;
    }
    else if (EqualsIgnoringCase(name, "host") && m_head.host.empty())
    {
        m_head.host = value;
    }
    else if (EqualsIgnoringCase(name, "transfer-encoding"))
    {
        // RFC 9112 6.1: chunked is the final coding wherever it is used in a request.
        const std::string codings = ToLower(value);
        constexpr std::string_view CHUNKED = "chunked";
        m_head.isChunked = codings.size() >= CHUNKED.size() &&
                           codings.substr(codings.size() - CHUNKED.size()) == CHUNKED;
    }
}

void
HttpMessageReader::HandleChunkSize(std::string_view line)
{
    // RFC 9112 7.1: chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
    const auto digits = Trim(line.substr(0, line.find(';')));
    constexpr std::size_t MOST_DIGITS = 15;
    uint64_t size = 0;
    for (const char digit : digits)
    {
        const auto place = std::string_view("0123456789abcdef").find(ToLower({&digit, 1}));
        if (place == std::string_view::npos)
        {
            m_state = State::FAILED;
            return;
        }
        size = size << 4 | place;
        if (size >> (4 * MOST_DIGITS) != 0)
        {
            m_state = State::FAILED;
            return;
        }
    }
    if (digits.empty())
    {
        m_state = State::FAILED;
        return;
    }
    m_remaining = size;
    m_state = size > 0 ? State::CHUNK_DATA : State::TRAILER;
}

} // namespace imsfw::classify
