// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-video-receiver.h"

#include "ims-media-h264-payload.h"
#include "ims-media-rtp-packet.h"

#include <algorithm>
#include <utility>

namespace imsfw::rtp
{

namespace
{

constexpr std::size_t FRAMES_IN_FLIGHT = 2; // before the newest one
constexpr unsigned MOST_OUTDATED = 100;

} // namespace

VideoReceiver::VideoReceiver(uint8_t payloadType) : m_payloadType(payloadType)
{
}

void
VideoReceiver::HandleInput(TimePoint now, ByteView bytes, const std::optional<StreamOrigin>& origin)
{
    const auto packet = ParsePacket(bytes);
    const auto piece = packet && packet->payloadType == m_payloadType &&
                               m_ssrc.value_or(packet->ssrc) == packet->ssrc
                           ? ParseH264(packet->payload)
                           : std::nullopt;
    if (!piece)
    {
        ++m_statistics.malformed;
        return;
    }
    m_ssrc = packet->ssrc;
    m_statistics.last = now;
    const auto verdict = m_sequence.Add(packet->sequence);
    if (verdict == SequenceTracker::Verdict::DUPLICATE ||
        verdict == SequenceTracker::Verdict::JUMPED)
    {
        return;
    }
    m_jitter.Add(now, packet->timestamp);
    AddPiece(now, *packet, *piece);
    Settle(origin && origin->ssrc == packet->ssrc ? origin : std::nullopt);
}

int64_t
VideoReceiver::ExtendTimestamp(uint32_t timestamp)
{
    if (!m_newest)
    {
        m_newest = timestamp;
    }
    const auto step = static_cast<int32_t>(timestamp - static_cast<uint32_t>(*m_newest));
    const int64_t extended = *m_newest + step;
    m_newest = std::max(*m_newest, extended);
    return extended;
}

void
VideoReceiver::AddPiece(TimePoint now, const Packet& packet, const H264Piece& piece)
{
    const int64_t timestamp = ExtendTimestamp(packet.timestamp);
    if (m_settled && timestamp <= *m_settled)
    {
        HandleOutdated(packet.timestamp);
        return;
    }
    m_outdatedInARow = 0;
    Frame& frame = m_frames[timestamp];
    const int64_t number = m_sequence.GetExtended();
    if (piece.isFirst)
    {
        frame.first = number;
    }
    if (piece.isLast && packet.marker)
    {
        frame.last = number;
    }
    ++frame.packets;
    frame.octets += piece.size;
    frame.isKey = piece.isKey;
    frame.arrival = now;
}

void
VideoReceiver::HandleOutdated(uint32_t timestamp)
{
    ++m_statistics.outdated;
    if (++m_outdatedInARow < MOST_OUTDATED)
    {
        return;
    }
    // The timestamps went back for good, or one stray packet from the future had moved them.
    m_frames.clear();
    m_newest = timestamp;
    m_settled.reset();
    m_nextNumber.reset();
    m_outdatedInARow = 0;
    GiveUp();
}

bool
VideoReceiver::IsComplete(const Frame& frame) const
{
    return frame.first && frame.last &&
           *frame.last - *frame.first + 1 == static_cast<int64_t>(frame.packets);
}

void
VideoReceiver::Settle(const std::optional<StreamOrigin>& origin)
{
    while (!m_frames.empty())
    {
        const auto& [timestamp, frame] = *m_frames.begin();
        const bool follows = !m_nextNumber || frame.first == m_nextNumber;
        const bool isOld = m_frames.size() > FRAMES_IN_FLIGHT;
        if (IsComplete(frame) && (follows || isOld))
        {
            Finish(timestamp, frame, origin);
        }
        else if (isOld)
        {
            GiveUp();
            m_nextNumber = frame.last ? std::optional(*frame.last + 1) : std::nullopt;
        }
        else
        {
            return;
        }
        m_settled = timestamp;
        m_frames.erase(m_frames.begin());
    }
}

void
VideoReceiver::Finish(int64_t timestamp,
                      const Frame& frame,
                      const std::optional<StreamOrigin>& origin)
{
    if (m_nextNumber && frame.first != m_nextNumber)
    {
        GiveUp(); // a whole frame before this one is missing, or more than one
    }
    ++m_statistics.complete;
    m_statistics.octets += frame.octets;
    m_statistics.keyFrames += frame.isKey ? 1 : 0;
    m_hasPicture = m_hasPicture || frame.isKey;
    m_statistics.decodable += m_hasPicture ? 1 : 0;
    m_nextNumber = *frame.last + 1;
    if (origin)
    {
        const uint32_t ticks = static_cast<uint32_t>(timestamp) - origin->timestamp;
        const TimePoint sent = origin->time + Duration(static_cast<int64_t>(ticks) * 1'000'000 /
                                                       (VideoSender::CLOCK_RATE / 1000));
        if (sent <= frame.arrival)
        {
            m_delays.Add(frame.arrival - sent);
        }
    }
}

void
VideoReceiver::GiveUp()
{
    ++m_statistics.incomplete;
    m_hasPicture = false;
    m_wantsKey = true;
}

bool
VideoReceiver::TakeKeyFrameRequest()
{
    return std::exchange(m_wantsKey, false);
}

VideoStatistics
VideoReceiver::GetStatistics() const
{
    VideoStatistics statistics = m_statistics;
    statistics.packets = m_sequence.GetReceived();
    statistics.lost = m_sequence.GetLost();
    statistics.duplicates = m_sequence.GetDuplicates();
    statistics.jitter = m_jitter.Get();
    return statistics;
}

} // namespace imsfw::rtp
