// SPDX-License-Identifier: GPL-2.0-only
#include "classify/frame-scanner.h"

#include "classify/stun-probe.h"

#include <algorithm>

namespace imsfw::classify
{

namespace
{

constexpr uint8_t FIRST_TWO_BITS = 0xC0;

bool
IsStun(ByteView frame)
{
    return !frame.IsEmpty() && (frame[0] & FIRST_TWO_BITS) == 0;
}

/// @return the length field, which stands in the same place in both kinds of frame.
std::size_t
ReadLength(ByteView frame)
{
    ByteReader reader(frame.Sub(2));
    return reader.U16().value_or(0);
}

} // namespace

FrameScanner::FrameScanner(Direction direction, DatagramRecogniser& recogniser)
    : m_direction(direction), m_recogniser(recogniser)
{
}

ApplicationSet
FrameScanner::Push(ByteView bytes)
{
    m_found = {};
    while (!bytes.IsEmpty())
    {
        std::size_t used = 1;
        if (m_state == State::LOST)
        {
            used = Search(bytes);
        }
        else if (!m_isInStep && CompletesStun(bytes[0]))
        {
            // a guess was wrong, or the stream begins with STUN
        }
        else if (m_state == State::HEADER)
        {
            TakeHeader(bytes[0]);
        }
        else
        {
            used = TakeBody(m_isInStep ? bytes : bytes.Sub(0, 1));
        }
        bytes = bytes.Sub(used);
    }
    return m_found;
}

bool
FrameScanner::CompletesStun(uint8_t byte)
{
    m_window = m_window << 8 | byte;
    // The same three tests as ProbeStun makes: cookie, first two bits, length in words.
    const bool isHeader =
        (m_window & UINT32_MAX) == STUN_COOKIE && m_window >> 62 == 0 && (m_window >> 32 & 3) == 0;
    if (!isHeader)
    {
        return false;
    }
    ByteWriter header;
    header.U64(m_window);
    m_frame = header.Finish();
    m_window = NOTHING;
    m_guessed.reset();
    m_isInStep = true;
    BeginFrame(STUN_HEADER + ReadLength(m_frame));
    return true;
}

std::size_t
FrameScanner::Search(ByteView bytes)
{
    for (std::size_t i = 0; i < bytes.Size(); ++i)
    {
        if (CompletesStun(bytes[i]))
        {
            return i + 1;
        }
    }
    return bytes.Size();
}

void
FrameScanner::TakeHeader(uint8_t byte)
{
    m_frame.push_back(byte);
    const ByteView frame(m_frame);
    if (m_isInStep && IsStun(frame))
    {
        const auto answer = ProbeStun(frame);
        if (answer == Answer::YES)
        {
            BeginFrame(STUN_HEADER + ReadLength(frame));
        }
        else if (answer == Answer::NO)
        {
            GetLost();
        }
        return;
    }
    if (frame.Size() < CHANNEL_HEADER)
    {
        return;
    }
    const auto header = ReadChannelHeader(frame);
    if (!header || (m_guessed && *m_guessed != header->channel))
    {
        GetLost();
        return;
    }
    if (!m_isInStep)
    {
        m_guessed = header->channel;
    }
    // RFC 8656 12.5: over streams a ChannelData message is padded to a multiple of four bytes; the padding does not
    // count in its length field.
    BeginFrame(CHANNEL_HEADER + (header->length + 3U) / 4 * 4);
}

void
FrameScanner::BeginFrame(std::size_t length)
{
    m_state = State::BODY;
    m_remaining = length - m_frame.size();
    if (m_remaining == 0)
    {
        EndFrame();
    }
}

std::size_t
FrameScanner::TakeBody(ByteView bytes)
{
    const ByteView piece = bytes.Sub(0, m_remaining);
    Append(m_frame, piece.Sub(0, FRAME_PREFIX - m_frame.size()));
    m_remaining -= piece.Size();
    if (m_remaining == 0)
    {
        EndFrame();
    }
    return piece.Size();
}

void
FrameScanner::EndFrame()
{
    const ByteView frame(m_frame);
    if (IsStun(frame))
    {
        m_found.Add(m_recogniser.TakeStun(m_direction, frame));
    }
    else if (const auto header = ReadChannelHeader(frame))
    {
        const ByteView data = frame.Sub(CHANNEL_HEADER);
        const auto found =
            m_recogniser.TakeChannel(m_direction, header->channel, data, header->length);
        m_isInStep = m_isInStep || found.Has(Application::TURN_CHANNEL);
        m_found.Add(found);
    }
    m_frame.clear();
    m_state = State::HEADER;
}

void
FrameScanner::GetLost()
{
    if (m_isInStep)
    {
        // While in step the window stood still; no header is complete in these few bytes, but one may begin there.
        for (const uint8_t byte : m_frame)
        {
            m_window = m_window << 8 | byte;
        }
    }
    m_isInStep = false;
    m_guessed.reset();
    m_frame.clear();
    m_state = State::LOST;
}

} // namespace imsfw::classify
