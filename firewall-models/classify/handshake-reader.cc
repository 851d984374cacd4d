// SPDX-License-Identifier: GPL-2.0-only
#include "classify/handshake-reader.h"

#include <algorithm>

namespace imsfw::classify
{

namespace
{

/// @return how much of the body of a message is looked at.
std::size_t
KeptBytes(HandshakeType type, std::size_t length)
{
    if (type == HandshakeType::CLIENT_HELLO || type == HandshakeType::SERVER_HELLO)
    {
        return length <= HandshakeReader::HELLO_LIMIT ? length : 0;
    }
    return type == HandshakeType::CERTIFICATE ? std::min(length, HandshakeReader::CERTIFICATE_LIMIT)
                                              : 0;
}

} // namespace

void
HandshakeReader::BeginRecord()
{
    m_countedRecord = false;
}

bool
HandshakeReader::TakeUpTo(std::size_t size, ByteView& content)
{
    if (!m_countedRecord && !content.IsEmpty())
    {
        m_countedRecord = true;
        ++m_records;
    }
    const ByteView piece = content.Sub(0, size - m_held.size());
    Append(m_held, piece);
    content = content.Sub(piece.Size());
    return m_held.size() == size;
}

std::optional<HandshakeReader::Message>
HandshakeReader::Take(ByteView& content)
{
    const std::size_t skipped = std::min(m_skip, content.Size());
    m_skip -= skipped;
    content = content.Sub(skipped);
    if (m_held.size() < HEADER)
    {
        if (!TakeUpTo(HEADER, content))
        {
            return std::nullopt;
        }
        ByteReader reader{ByteView(m_held)};
        const auto type = static_cast<HandshakeType>(reader.U8().value_or(0));
        m_length = reader.U24().value_or(0);
        m_kept = KeptBytes(type, m_length);
    }
    if (!TakeUpTo(HEADER + m_kept, content))
    {
        return std::nullopt;
    }
    m_skip = m_length - m_kept;
    return Message{
        static_cast<HandshakeType>(m_held[0]), m_length, ByteView(m_held).Sub(HEADER), m_records};
}

void
HandshakeReader::Release()
{
    m_held = {};
    m_records = 0;
    m_countedRecord = false;
}

void
HandshakeReader::Reset()
{
    *this = {};
}

} // namespace imsfw::classify
