// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Follows STUN and ChannelData frames in one direction of a readable stream: RFC 8489 6.2.2, RFC 8656 12.5.
///
/// In step, it goes from frame to frame and hands each one's beginning to the DatagramRecogniser. Out of step, it looks
/// for a STUN header with its magic cookie at every byte, and falls in step there. ChannelData headers prove little,
/// so frames before any STUN message are a guess: the next one must be on the same channel, and the search goes on
/// inside them. Limit: FRAME_PREFIX bytes of a frame are held and looked at.
#pragma once

#include "base/bytes.h"
#include "classify/application.h"
#include "classify/datagram-recogniser.h"

#include <cstdint>
#include <optional>

namespace imsfw::classify
{

class FrameScanner
{
  public:
    static constexpr std::size_t FRAME_PREFIX = 512;

    /// @param recogniser of the flow's both directions; must outlive this object
    FrameScanner(Direction direction, DatagramRecogniser& recogniser);

    /// Take the stream's next bytes.
    /// @return what their frames are.
    ApplicationSet Push(ByteView bytes);

    std::size_t
    GetHeldBytes() const
    {
        return m_frame.size();
    }

  private:
    enum class State : uint8_t
    {
        HEADER,
        BODY,
        LOST,
    };

    /// Shift the stream's next byte into the window.
    /// @return whether it completes a STUN header there.
    bool CompletesStun(uint8_t byte);
    /// Look for a STUN header.
    /// @return how many of @p bytes were used: all, or up to the end of that header.
    std::size_t Search(ByteView bytes);
    /// Take the bytes of a frame that nothing has proved yet, and look for a STUN header in them.
    std::size_t TakeGuessedBody(ByteView bytes);
    /// Shift bytes into the window without looking at them.
    void LoadWindow(ByteView bytes);
    void TakeHeader(uint8_t byte);
    std::size_t TakeBody(ByteView bytes);
    void BeginFrame(std::size_t length);
    void EndFrame();
    void GetLost();

    Direction m_direction;
    DatagramRecogniser& m_recogniser;
    State m_state{State::HEADER};
    bool m_isInStep{false};     ///< some frame proved the framing right; else it is searched for
    Bytes m_frame;              ///< beginning of the present frame, its header included
    std::size_t m_remaining{0}; ///< of the present frame
    std::optional<uint16_t> m_guessed; ///< channel of the frames that nothing has confirmed yet
    uint64_t m_window{NOTHING};        ///< the last eight bytes, while searching
    ApplicationSet m_found;

    static constexpr uint64_t NOTHING = UINT64_MAX;
};

} // namespace imsfw::classify
