// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a TLS connection or a DTLS association put on the wire for what its user said, piece by piece: for measuring what
/// it costs in bytes.
#pragma once

#include "base/bytes.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace imsfw::tls
{

/// Whole records, and the application data in them. Within each direction the pieces follow each other as the bytes of
/// the stream do, without a gap, from the connection's first record on; of DTLS, each is a datagram, in the order of their
/// going and coming.
struct TrafficPiece
{
    bool isSent{false};
    bool isDatagram{false};  ///< of DTLS
    std::size_t wireSize{0}; ///< of the records, headers included
    Bytes plaintext;         ///< empty: handshake messages, alerts, tickets
};

/// Collects the pieces of one connection.
class TrafficLog
{
  public:
    /// @param isDatagram of DTLS
    explicit TrafficLog(bool isDatagram = false) : m_isDatagram(isDatagram)
    {
    }

    void
    AddSent(std::size_t wireSize, ByteView plaintext)
    {
        m_pieces.push_back({true, m_isDatagram, wireSize, plaintext.ToBytes()});
    }

    /// Bytes came in; which of them were read is told by AddRead.
    void
    AddArrived(ByteView bytes)
    {
        for (std::size_t at = 0; at < bytes.Size();)
        {
            at += TakeArrived(bytes.Sub(at));
        }
    }

    /// Records were read.
    /// @param waiting bytes that came and were not asked for yet; OpenSSL asks for a record's header, then for its rest
    void
    AddRead(std::size_t waiting, ByteView plaintext)
    {
        const std::size_t read = waiting > 0 ? m_arrived - waiting : m_whole;
        if (read > m_read || !plaintext.IsEmpty())
        {
            m_pieces.push_back({false, false, read - m_read, plaintext.ToBytes()});
            m_read = read;
        }
    }

    /// A whole datagram came in, and was read.
    void
    AddReceived(std::size_t wireSize, ByteView plaintext)
    {
        m_pieces.push_back({false, true, wireSize, plaintext.ToBytes()});
    }

    /// @return what was added since the last call.
    std::vector<TrafficPiece>
    Take()
    {
        return std::exchange(m_pieces, {});
    }

  private:
    static constexpr std::size_t HEADER = 5; // RFC 8446 5.1: type, version, length

    /// @return how many of @p bytes were a part of one header or of one record's content.
    std::size_t
    TakeArrived(ByteView bytes)
    {
        std::size_t taken = std::min(m_content, bytes.Size());
        m_content -= taken;
        if (taken == 0)
        {
            taken = std::min(HEADER - m_header.size(), bytes.Size());
            m_header.insert(m_header.end(), bytes.begin(), bytes.begin() + taken);
            if (m_header.size() == HEADER)
            {
                m_content = std::size_t{m_header[3]} << 8 | m_header[4];
                m_header.clear();
            }
        }
        m_arrived += taken;
        m_whole = m_header.empty() && m_content == 0 ? m_arrived : m_whole;
        return taken;
    }

    bool m_isDatagram;
    std::vector<TrafficPiece> m_pieces;
    Bytes m_header;           ///< the part of a header that came
    std::size_t m_content{0}; ///< of the record that has begun: still to come
    std::size_t m_arrived{0};
    std::size_t m_whole{0}; ///< where the last whole record ends
    std::size_t m_read{0};
};

} // namespace imsfw::tls
