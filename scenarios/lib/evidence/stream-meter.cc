// SPDX-License-Identifier: GPL-2.0-only
#include "stream-meter.h"

#include "base/text.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

constexpr std::size_t HELD_BYTES = 1 << 20;
constexpr std::size_t HELD_SEGMENTS = 1 << 12;
constexpr std::size_t MAX_HTTP_HEAD = 1 << 16;
constexpr uint8_t TLS_HANDSHAKE = 22; // RFC 8446 5.1

bool
BeginsWith(std::string_view text, std::string_view prefix)
{
    return text.substr(0, prefix.size()) == prefix;
}

/// @return whether @p text may become something that begins with @p prefix, or does.
bool
MayBegin(std::string_view text, std::string_view prefix)
{
    return BeginsWith(prefix, text.substr(0, prefix.size()));
}

/// @return the value of Content-Length; 0 where there is none.
std::size_t
BodySize(std::string_view head)
{
    for (const auto line : Split(head, '\n'))
    {
        const auto colon = line.find(':');
        if (colon != std::string_view::npos &&
            EqualsIgnoringCase(Trim(line.substr(0, colon)), "Content-Length"))
        {
            return ParseNumber(Trim(line.substr(colon + 1)), 0, MAX_HTTP_HEAD).value_or(0);
        }
    }
    return 0;
}

/// @return "CONNECT 192.0.2.2:443" or "HTTP 407".
std::string
NameOfHttp(std::string_view head)
{
    const auto words = Split(head.substr(0, head.find('\r')), ' ');
    const std::string second(words.size() > 1 ? words[1] : "");
    return (BeginsWith(head, "HTTP/") ? "HTTP " : "CONNECT ") + second;
}

} // namespace

void
AppendMessage(std::vector<StreamMessage>& list, StreamMessage message)
{
    const bool isMedia = message.name.find("RTP") != std::string::npos;
    if (!isMedia || list.empty() || list.back().name != message.name)
    {
        list.push_back(std::move(message));
        return;
    }
    auto& same = list.back();
    ++same.count;
    same.last = message.last;
    same.range.to = message.range.to;
}

StreamMeter::StreamMeter() : m_order(HELD_BYTES, HELD_SEGMENTS)
{
}

uint64_t
StreamMeter::PlaceOf(uint32_t sequence) const
{
    // RFC 9293 3.4: sequence numbers wrap; a segment is near the last one.
    const auto distance =
        static_cast<int32_t>(sequence - (*m_first + static_cast<uint32_t>(m_highest)));
    const int64_t place = static_cast<int64_t>(m_highest) + distance;
    return place < 0 ? 0 : static_cast<uint64_t>(place);
}

std::vector<StreamRange>
StreamMeter::NewIn(StreamRange range)
{
    std::vector<StreamRange> fresh;
    uint64_t at = range.from;
    auto seen = m_seen.upper_bound(range.from);
    seen = seen == m_seen.begin() ? seen : std::prev(seen);
    uint64_t from = range.from;
    uint64_t to = range.to;
    while (seen != m_seen.end() && seen->first <= range.to)
    {
        if (seen->second < range.from)
        {
            ++seen;
            continue;
        }
        if (seen->first > at)
        {
            fresh.push_back({at, seen->first});
        }
        at = std::max(at, seen->second);
        from = std::min(from, seen->first);
        to = std::max(to, seen->second);
        seen = m_seen.erase(seen);
    }
    if (at < range.to)
    {
        fresh.push_back({at, range.to});
    }
    m_seen[from] = to;
    return fresh;
}

std::vector<StreamRange>
StreamMeter::HandleSegment(TimePoint now, uint32_t sequence, bool isSyn, ByteView payload)
{
    const uint32_t first = sequence + (isSyn ? 1 : 0);
    if (!m_first)
    {
        m_first = first;
    }
    const ByteView inOrder = m_order.Push(sequence, isSyn, payload);
    std::vector<StreamRange> fresh;
    if (!payload.IsEmpty())
    {
        const uint64_t from = PlaceOf(first);
        const uint64_t to = from + payload.Size();
        fresh = NewIn({from, to});
        m_highest = std::max(m_highest, to);
    }
    HandleInOrder(now, inOrder);
    return fresh;
}

void
StreamMeter::HandleInOrder(TimePoint now, ByteView bytes)
{
    if (bytes.IsEmpty() || m_stage == Stage::TLS)
    {
        return; // what TLS carries is told by HandleTls
    }
    if (m_stage == Stage::PLAIN)
    {
        AddContent(now, m_content.Push(bytes), m_runs.empty() ? 0 : m_runs.back().first);
        return;
    }
    m_opening += bytes.AsText();
    while (!m_opening.empty() && TakeHttp(now))
    {
    }
    const bool isHttp = MayBegin(m_opening, "CONNECT ") || MayBegin(m_opening, "HTTP/1.");
    if (m_opening.empty() || (isHttp && m_opening.size() < MAX_HTTP_HEAD))
    {
        return;
    }
    m_stage = static_cast<uint8_t>(m_opening[0]) == TLS_HANDSHAKE ? Stage::TLS : Stage::PLAIN;
    const std::string rest = std::exchange(m_opening, {});
    HandleInOrder(now, ByteView(rest));
}

bool
StreamMeter::TakeHttp(TimePoint now)
{
    const std::string_view text = m_opening;
    const auto end = text.find("\r\n\r\n");
    const bool isHttp = BeginsWith(text, "CONNECT ") || BeginsWith(text, "HTTP/1.");
    if (!isHttp || end == std::string_view::npos)
    {
        return false;
    }
    const std::string_view head = text.substr(0, end);
    const bool isTunnel = BeginsWith(NameOfHttp(head), "HTTP 2"); // RFC 9110 9.3.6: it has no body
    const std::size_t size = end + 4 + (isTunnel ? 0 : BodySize(head));
    if (size > text.size())
    {
        return false;
    }
    if (!m_connect && (isTunnel || BeginsWith(text, "CONNECT ")))
    {
        m_connect = now;
    }
    const uint64_t from = m_runs.empty() ? 0 : m_runs.back().first;
    AddRun(Layer::HTTP, size);
    AppendMessage(m_messages, {now, now, 1, {from, from + size}, NameOfHttp(head)});
    m_opening.erase(0, size);
    return true;
}

void
StreamMeter::HandleTls(TimePoint now, const tls::TrafficPiece& piece)
{
    const uint64_t from = m_runs.empty() ? 0 : m_runs.back().first;
    AddRun(Layer::TLS, piece.wireSize - std::min(piece.wireSize, piece.plaintext.size()));
    AddContent(now, m_content.Push(piece.plaintext), from);
}

void
StreamMeter::AddRun(Layer layer, uint64_t size)
{
    if (size > 0)
    {
        m_runs.emplace_back((m_runs.empty() ? 0 : m_runs.back().first) + size, layer);
    }
}

void
StreamMeter::AddContent(TimePoint now, const Content& content, uint64_t from)
{
    for (const auto& run : content.runs)
    {
        AddRun(run.layer, run.size);
    }
    if (!content.names.empty())
    {
        const uint64_t to = m_runs.empty() ? 0 : m_runs.back().first;
        AppendMessage(m_messages, {now, now, 1, {from, to}, Join(content.names, ", ")});
    }
}

void
StreamMeter::AddLayers(const StreamRange& range, Traffic& traffic) const
{
    uint64_t at = range.from;
    const auto isBefore = [](uint64_t place, const std::pair<uint64_t, Layer>& run)
    { return place < run.first; };
    auto run = std::upper_bound(m_runs.begin(), m_runs.end(), at, isBefore);
    for (; at < range.to && run != m_runs.end(); ++run)
    {
        const uint64_t end = std::min(range.to, run->first);
        traffic[run->second] += end - at;
        at = end;
    }
    if (at < range.to)
    {
        traffic[m_stage == Stage::TLS ? Layer::TLS : Layer::OTHER] += range.to - at;
    }
}

} // namespace imsfw::scenario
