// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One direction of one DTLS association, as somebody on the path sees it who is also told what the records hold.
///
/// Datagrams and what is told of them come apart: what is sent is told of before it passes, what is received after, and a CPU
/// may lie between. Both keep their order, so that the first of one belongs to the first of the other.
#pragma once

#include "content.h"
#include "ims-tls-traffic.h"
#include "stream-meter.h"

#include <cstddef>
#include <deque>
#include <optional>

namespace imsfw::scenario
{

class DtlsMeter
{
  public:
    /// A datagram of which all is known.
    struct Known
    {
        std::size_t number;    ///< as HandleDatagram got it
        std::vector<Run> runs; ///< what its bytes are
        StreamMessage message;
    };

    /// @param number whatever the caller knows it by. @param datagram whole
    void HandleDatagram(TimePoint now, std::size_t number, ByteView datagram);

    /// A datagram was made or read.
    void HandlePiece(const tls::TrafficPiece& piece);

    /// @return the next one of which all is known by now.
    std::optional<Known> Poll();

  private:
    struct Seen
    {
        std::size_t number;
        std::size_t size;
        StreamMessage message; ///< as it looks from outside
    };

    /// Drop what has no counterpart: a datagram that the session never got, a piece whose datagram went in fragments.
    void Align();

    std::deque<Seen> m_seen;
    std::deque<tls::TrafficPiece> m_told;
};

} // namespace imsfw::scenario
