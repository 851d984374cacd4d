// SPDX-License-Identifier: GPL-2.0-only
#include "dtls-meter.h"

#include "base/text.h"
#include "dtls-names.h"

#include <algorithm>

namespace imsfw::scenario
{

void
DtlsMeter::HandleDatagram(TimePoint now, std::size_t number, ByteView datagram)
{
    StreamMessage message{now, now, 1, {}, Join(ReadDatagram(datagram).names, ", ")};
    if (const auto place = DtlsDataNumber(datagram))
    {
        message.range = {*place, *place + 1};
    }
    m_seen.push_back({number, datagram.Size(), std::move(message)});
}

void
DtlsMeter::HandlePiece(const tls::TrafficPiece& piece)
{
    m_told.push_back(piece);
}

void
DtlsMeter::Align()
{
    while (!m_seen.empty() && !m_told.empty() && m_seen.front().size != m_told.front().wireSize)
    {
        const std::size_t size = m_told.front().wireSize;
        const auto its = std::find_if(
            m_seen.begin(), m_seen.end(), [&](const Seen& seen) { return seen.size == size; });
        if (its == m_seen.end())
        {
            m_told.pop_front();
        }
        else
        {
            m_seen.erase(m_seen.begin(), its);
        }
    }
}

std::optional<DtlsMeter::Known>
DtlsMeter::Poll()
{
    Align();
    if (m_seen.empty() || m_told.empty())
    {
        return std::nullopt;
    }
    const Seen seen = std::move(m_seen.front());
    const tls::TrafficPiece piece = std::move(m_told.front());
    m_seen.pop_front();
    m_told.pop_front();
    Known known{seen.number, {}, seen.message};
    const std::size_t overhead = seen.size - std::min(seen.size, piece.plaintext.size());
    known.runs.push_back({Layer::TLS, overhead});
    if (!piece.plaintext.empty())
    {
        const Content content = ReadDatagram(piece.plaintext);
        known.runs.insert(known.runs.end(), content.runs.begin(), content.runs.end());
        known.message.name = content.names.empty() ? known.message.name : Join(content.names, ", ");
    }
    return known;
}

} // namespace imsfw::scenario
