// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What readable bytes of this test bed's applications are: SIP, TURN with what it relays, RTP, RTCP, MSRP; and DTLS, as far as it
/// can be seen from outside.
///
/// For measuring and for naming, not for judging: what is malformed is OTHER, and has no name. The endpoints' own framers
/// cut the streams (RFC 3261 18.3, RFC 8656 12.5). Left out: RFC 3489's STUN, SIP's compression.
#pragma once

#include "base/bytes.h"
#include "traffic.h"

#include "ims-sip-framer.h"
#include "ims-turn-stream-framer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// So many bytes of one layer.
struct Run
{
    Layer layer;
    uint64_t size;
};

struct Content
{
    std::vector<Run>
        runs; ///< in the order of the bytes; those inside a TURN frame, of the frame's parts
    std::vector<std::string>
        names; ///< of the messages that are complete: "REGISTER", "401 REGISTER", "Allocate 401"
};

/// @return what a whole datagram is.
Content ReadDatagram(ByteView bytes);

/// Reads one direction of a stream. What it is is decided by its first byte.
class StreamContent
{
  public:
    /// Any number of bytes, split anywhere. Runs of a TURN frame are given when it is whole.
    Content Push(ByteView bytes);

  private:
    enum class Kind : uint8_t
    {
        UNKNOWN,
        SIP,
        TURN,
        MSRP,
        OTHER,
    };

    void Decide(uint8_t first);
    void PushSip(ByteView bytes, Content& content);
    void PushTurn(ByteView bytes, Content& content);
    void PushMsrp(ByteView bytes, Content& content);

    Kind m_kind{Kind::UNKNOWN};
    bool m_isPeers{false}; ///< the bytes are those of a TURN server's peer (RFC 6062)
    sip::SipFramer m_sip;
    turn::StreamFramer m_turn;
    std::string m_line; ///< MSRP: the line that is being read
};

} // namespace imsfw::scenario
