// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Names the applications in one readable stream, both directions of it, for as long as it lives.
///
/// Three recognisers read the same bytes side by side: text start lines, STUN and TURN frames with what they carry, and
/// DNS over TCP (RFC 7766) at the very beginning. Each holds a bounded part of a message and costs time linear in the
/// bytes. Left out: RTP framed by RFC 4571, bodies of text protocols.
#pragma once

#include "base/bytes.h"
#include "classify/application.h"
#include "classify/datagram-recogniser.h"
#include "classify/findings.h"
#include "classify/frame-scanner.h"
#include "classify/text-scanner.h"

#include <array>

namespace imsfw::classify
{

class ContentRecogniser
{
  public:
    ContentRecogniser();
    ContentRecogniser(const ContentRecogniser&) = delete;
    ContentRecogniser& operator=(const ContentRecogniser&) = delete;

    /// Take the next bytes of one direction.
    /// @return what has been recognised with them.
    ApplicationSet Push(Direction direction, ByteView bytes);

    std::size_t GetHeldBytes() const;
    /// @return the most that GetHeldBytes can return.
    static std::size_t MemoryBound();

  private:
    /// One direction.
    struct Half
    {
        Half(Direction direction, DatagramRecogniser& recogniser) : frames(direction, recogniser)
        {
        }

        TextScanner text;
        FrameScanner frames;
        Bytes beginning; ///< of the stream, while it may be DNS
        bool maybeDns{true};
    };

    static bool IsDns(Half& half, ByteView bytes);

    DatagramRecogniser m_datagrams;
    std::array<Half, 2> m_halves;
};

} // namespace imsfw::classify
