// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Names the application of single messages: the datagrams of a UDP flow, or what TURN frames of a stream carry.
///
/// Stateless recognisers look at one message; RTP and ChannelData, whose headers prove little, need evidence from
/// several (see RtpTracker and CHANNELS_NEEDED). What STUN DATA attributes and ChannelData carry is looked at in the
/// same way, one level deep. At most PREFIX_LIMIT bytes of a message are read.
#pragma once

#include "base/bytes.h"
#include "classify/application.h"
#include "classify/findings.h"
#include "classify/rtp-tracker.h"

#include <array>
#include <cstdint>

namespace imsfw::classify
{

class DatagramRecogniser
{
  public:
    /// Text start lines apart, all that is read stands at a message's beginning.
    static constexpr std::size_t PREFIX_LIMIT = 2048;
    /// Frames in a row, on one channel, that show ChannelData where no STUN message was seen before.
    static constexpr unsigned CHANNELS_NEEDED = 3;

    /// @param prefix the first bytes of the message, PREFIX_LIMIT of them or all
    /// @param total the message's length
    ApplicationSet Recognise(Direction direction, ByteView prefix, std::size_t total);

    /// A frame that some framing has shown to be STUN.
    ApplicationSet TakeStun(Direction direction, ByteView prefix);
    /// A frame that fits ChannelData's framing.
    ApplicationSet TakeChannel(Direction direction,
                               uint16_t channel,
                               ByteView data,
                               std::size_t total);

    bool
    HasSeenStun() const
    {
        return m_stunSeen;
    }

  private:
    struct ChannelRun
    {
        uint16_t channel{0};
        unsigned frames{0};
    };

    /// What a relayed message is; TURN inside TURN is not looked for.
    ApplicationSet RecogniseInner(Direction direction, ByteView prefix, std::size_t total);
    ApplicationSet RecogniseMedia(Direction direction, ByteView prefix, std::size_t total);

    std::array<RtpTracker, 2> m_rtp;
    std::array<ChannelRun, 2> m_channels;
    bool m_stunSeen{false};
};

} // namespace imsfw::classify
