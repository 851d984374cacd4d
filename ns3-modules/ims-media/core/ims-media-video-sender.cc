// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-video-sender.h"

#include "ims-media-h264-payload.h"
#include "ims-media-rtp-packet.h"

#include <algorithm>
#include <cmath>

namespace imsfw::rtp
{

double
MeanFrameSize(const VideoOptions& options, bool isKey)
{
    // In keyInterval frames there is one of keyRatio units and the others of one unit each.
    const double units = options.keyRatio + options.keyInterval - 1;
    const double bytes = options.bitRate / 8 / options.frameRate * options.keyInterval;
    return bytes / units * (isKey ? options.keyRatio : 1);
}

VideoSender::VideoSender(const VideoOptions& options, RandomSource& random)
    : m_options(options),
      m_random(random),
      m_ssrc(random.U32()),
      m_sequence(static_cast<uint16_t>(random.U32())),
      m_timestamp(random.U32())
{
}

void
VideoSender::Start(TimePoint now)
{
    if (m_started)
    {
        return;
    }
    m_origin = m_origin.value_or(StreamOrigin{m_ssrc, m_timestamp, now});
    m_started = now;
    m_framesSinceStart = 0;
    m_untilKey = 0;
    HandleTimeout(now);
}

void
VideoSender::Stop()
{
    m_started.reset();
}

TimePoint
VideoSender::FrameTime() const
{
    // From the start each time, so that a frame interval of no whole nanoseconds does not drift.
    const double seconds = static_cast<double>(m_framesSinceStart) / m_options.frameRate;
    return *m_started + Duration(std::llround(seconds * 1e9));
}

void
VideoSender::HandleTimeout(TimePoint now)
{
    while (m_started && FrameTime() <= now)
    {
        // RFC 3550 5.1: the timestamp is the sampling instant of the frame.
        const int64_t elapsed = (FrameTime() - m_origin->time).count();
        m_timestamp =
            m_origin->timestamp + static_cast<uint32_t>(elapsed / 1000 * CLOCK_RATE / 1'000'000);
        const bool isKey = m_untilKey == 0;
        m_untilKey = (isKey ? m_options.keyInterval : m_untilKey) - 1;
        SendFrame(isKey);
        ++m_framesSinceStart;
    }
}

void
VideoSender::RequestKeyFrame()
{
    m_untilKey = 0;
}

void
VideoSender::SendFrame(bool isKey)
{
    const double uniform = static_cast<double>(m_random.U32()) / 4294967296.0 * 2 - 1;
    const double size = MeanFrameSize(m_options, isKey) * (1 + m_options.variation * uniform);
    const auto bytes = static_cast<std::size_t>(std::max(2.0, std::round(size)));
    const Bytes coded = m_random.Draw(bytes - 1);
    const uint8_t header = isKey ? H264_KEY_HEADER : H264_OTHER_HEADER;
    ++m_frames;
    if (bytes <= m_options.largestPayload)
    {
        Bytes unit{header};
        Append(unit, coded);
        Send(unit, true);
        return;
    }
    SendFragments(header, coded);
}

void
VideoSender::SendFragments(uint8_t nalHeader, ByteView coded)
{
    // Pieces of equal size rather than full ones and a small rest.
    const std::size_t most = m_options.largestPayload - H264_FRAGMENT_HEADER;
    const std::size_t count = (coded.Size() + most - 1) / most;
    const std::size_t piece = (coded.Size() + count - 1) / count;
    for (std::size_t offset = 0; offset < coded.Size(); offset += piece)
    {
        const bool isFirst = offset == 0;
        const bool isLast = offset + piece >= coded.Size();
        Send(WriteFragment(nalHeader, isFirst, isLast, coded.Sub(offset, piece)), isLast);
    }
}

void
VideoSender::Send(ByteView payload, bool isLast)
{
    // RFC 6184 5.1: the marker bit stands on the last packet of an access unit.
    m_transmits.push_back(
        WritePacket({isLast, m_options.payloadType, m_sequence, m_timestamp, m_ssrc, payload}));
    ++m_sequence;
    ++m_counts.packets;
    m_counts.octets += payload.Size();
}

std::optional<Bytes>
VideoSender::PollTransmit()
{
    if (m_transmits.empty())
    {
        return std::nullopt;
    }
    Bytes bytes = std::move(m_transmits.front());
    m_transmits.pop_front();
    return bytes;
}

std::optional<TimePoint>
VideoSender::NextTimeout() const
{
    return m_started ? std::optional(FrameTime()) : std::nullopt;
}

} // namespace imsfw::rtp
