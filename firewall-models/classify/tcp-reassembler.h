// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Puts one direction of a TCP connection in order, as a middlebox does: bounded, and without acknowledgements.
///
/// Overlap policy, byte by byte, for bytes that wait behind a gap: the copy that arrived first wins, or the last one
/// does (systems differ: Ptacek and Newsham, "Insertion, Evasion, and Denial of Service", 1998, 5.4). Bytes that were
/// handed out stay as they are under either. Sequence numbers wrap. A segment that would make
/// the out-of-order store exceed its limits ends the reassembly (Push then returns nothing for good): a gap that the
/// firewall never saw filled cannot be read past. Left out: FIN and RST, window checks (the flow table's business).
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <map>
#include <optional>

namespace imsfw::classify
{

enum class OverlapPolicy : uint8_t
{
    FIRST_WINS,
    LAST_WINS,
};

class TcpReassembler
{
  public:
    /// @param maximumBytes, maximumSegments limits of what is held out of order
    TcpReassembler(std::size_t maximumBytes,
                   std::size_t maximumSegments,
                   OverlapPolicy overlap = OverlapPolicy::FIRST_WINS);

    /// Take a segment. The first one, SYN or not, tells where the stream begins.
    /// @return the bytes that are now in order, possibly none: a view of @p payload or of what this object holds until
    /// the next call.
    ByteView Push(uint32_t sequence, bool syn, ByteView payload);

    bool
    HasGivenUp() const
    {
        return m_gaveUp;
    }

    std::size_t
    GetHeldBytes() const
    {
        return m_heldBytes;
    }

    /// @return whether two copies of bytes that waited behind a gap differed: somebody tries to be read in two ways.
    bool
    HasConflict() const
    {
        return m_hasConflict;
    }

    /// Forget what is held and ignore whatever else comes, without calling that giving up.
    void Stop();

  private:
    void Store(uint64_t offset, ByteView payload);
    void StorePiece(uint64_t offset, ByteView piece);
    /// Treat the part of @p payload that a held piece covers.
    void Overlap(Bytes& held, std::size_t from, ByteView payload);
    void Deliver();

    std::size_t m_maximumBytes;
    std::size_t m_maximumSegments;
    std::optional<uint32_t> m_first;  ///< sequence number of stream offset 0
    uint64_t m_next{0};               ///< stream offset of the next byte in order
    std::map<uint64_t, Bytes> m_held; ///< pieces that do not overlap, by stream offset
    std::size_t m_heldBytes{0};
    Bytes m_ready; ///< what the last Push returned, where it did not return its own argument
    OverlapPolicy m_overlap;
    bool m_hasConflict{false};
    bool m_gaveUp{false};
    bool m_stopped{false};
};

} // namespace imsfw::classify
