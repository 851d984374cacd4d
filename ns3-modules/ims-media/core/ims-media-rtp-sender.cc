// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-rtp-sender.h"

#include "ims-media-rtp-packet.h"

namespace imsfw::rtp
{

RtpSender::RtpSender(const Codec& codec, RandomSource& random)
    : m_codec(codec),
      m_ssrc(random.U32()),
      m_sequence(static_cast<uint16_t>(random.U32())),
      m_timestamp(random.U32()),
      m_payload(random.Draw(codec.payload)) // coded speech looks random to a middlebox
{
}

void
RtpSender::Start(TimePoint now)
{
    if (m_next)
    {
        return;
    }
    if (!m_origin)
    {
        m_origin = StreamOrigin{m_ssrc, m_timestamp, now};
    }
    else
    {
        // RFC 3550 5.1: the timestamp "increments monotonically and linearly in time", in silence too.
        const int64_t elapsed = (now - m_origin->time).count();
        m_timestamp = m_origin->timestamp +
                      static_cast<uint32_t>(elapsed / 1000 * m_codec.clockRate / 1'000'000);
    }
    m_isTalkspurtStart = true;
    m_next = now;
    HandleTimeout(now);
}

void
RtpSender::Stop()
{
    m_next.reset();
}

void
RtpSender::HandleTimeout(TimePoint now)
{
    while (m_next && *m_next <= now)
    {
        SendOne();
        *m_next += m_codec.interval;
    }
}

void
RtpSender::SendOne()
{
    // RFC 3551 4.1: the marker bit begins a talkspurt.
    m_transmits.push_back(WritePacket(
        {m_isTalkspurtStart, m_codec.payloadType, m_sequence, m_timestamp, m_ssrc, m_payload}));
    m_isTalkspurtStart = false;
    ++m_sequence;
    m_timestamp += m_codec.TicksPerPacket();
    ++m_sent;
}

std::optional<Bytes>
RtpSender::PollTransmit()
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
RtpSender::NextTimeout() const
{
    return m_next;
}

uint64_t
RtpSender::GetSent() const
{
    return m_sent;
}

std::optional<StreamOrigin>
RtpSender::GetOrigin() const
{
    return m_origin;
}

} // namespace imsfw::rtp
