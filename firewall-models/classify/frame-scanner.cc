// SPDX-License-Identifier: GPL-2.0-only
#include "classify/frame-scanner.h"

#include "classify/stun-probe.h"

#include <algorithm>
#include <cstring>

namespace imsfw::classify
{

namespace
{

constexpr std::size_t PROBED_HEADER = 8; ///< type, length and cookie of a STUN message
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
        else if (m_state == State::BODY)
        {
            used = m_isInStep ? TakeBody(bytes) : TakeGuessedBody(bytes);
        }
        else if (m_isInStep ||
                 !CompletesStun(bytes[0])) // else a guess was wrong, or the stream begins with STUN
        {
            TakeHeader(bytes[0]);
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
    constexpr std::size_t BEFORE_LAST = PROBED_HEADER - 1;
    constexpr int RARE = 0xA4; // the cookie's last byte but one; in no text
    std::size_t next = 0;
    for (; next < std::min(bytes.Size(), BEFORE_LAST); ++next)
    {
        if (CompletesStun(bytes[next]))
        {
            return next + 1;
        }
    }
    while (next < bytes.Size())
    {
        const auto* rare = static_cast<const uint8_t*>(
            std::memchr(bytes.Data() + next - 1, RARE, bytes.Size() - next));
        if (rare == nullptr)
        {
            break;
        }
        const auto last = static_cast<std::size_t>(rare - bytes.Data()) + 1;
        LoadWindow(bytes.Sub(last - BEFORE_LAST, BEFORE_LAST));
        if (CompletesStun(bytes[last]))
        {
            return last + 1;
        }
        next = last + 1;
    }
    if (bytes.Size() >= PROBED_HEADER)
    {
        LoadWindow(bytes.Sub(bytes.Size() - PROBED_HEADER));
    }
    return bytes.Size();
}

void
FrameScanner::LoadWindow(ByteView bytes)
{
    for (const uint8_t byte : bytes)
    {
        m_window = m_window << 8 | byte;
    }
}

std::size_t
FrameScanner::TakeGuessedBody(ByteView bytes)
{
    const ByteView piece = bytes.Sub(0, m_remaining);
    const std::size_t used = Search(piece);
    // A header that was found took the place of the guessed frame.
    return m_isInStep ? used : TakeBody(piece);
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
        LoadWindow(m_frame);
    }
    m_isInStep = false;
    m_guessed.reset();
    m_frame.clear();
    m_state = State::LOST;
}

} // namespace imsfw::classify
