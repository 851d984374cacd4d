// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-video-endpoint.h"

namespace imsfw::rtp
{

namespace
{

constexpr uint8_t PAYLOAD_FEEDBACK = 206; // RFC 4585 6.1, PSFB
constexpr uint8_t PICTURE_LOSS = 1;       // RFC 4585 6.3.1, PLI
constexpr Duration ASK_AGAIN = std::chrono::milliseconds(500);

/// @return whether @p packet is a picture loss indication for the stream @p ssrc.
bool
IsIndicationFor(const RtcpPacket& packet, uint32_t ssrc)
{
    const auto* feedback = std::get_if<OtherRtcp>(&packet);
    if (feedback == nullptr || feedback->type != PAYLOAD_FEEDBACK ||
        feedback->count != PICTURE_LOSS)
    {
        return false;
    }
    ByteReader reader(feedback->body);
    const auto from = reader.U32();
    const auto of = reader.U32();
    return from && of == ssrc && reader.IsAtEnd();
}

} // namespace

VideoEndpoint::VideoEndpoint(const VideoOptions& options,
                             bool asksForKeyFrames,
                             const std::string& cname,
                             RandomSource& random,
                             std::unique_ptr<SrtpPair> srtp)
    : m_payloadType(options.payloadType),
      m_asksForKeyFrames(asksForKeyFrames),
      m_cname(cname),
      m_sender(options, random),
      m_receiver(options.payloadType),
      m_srtp(std::move(srtp))
{
}

void
VideoEndpoint::Start(TimePoint now)
{
    m_sender.Start(now);
}

void
VideoEndpoint::Stop()
{
    m_sender.Stop();
}

bool
VideoEndpoint::IsMine(ByteView packet) const
{
    ByteReader reader(packet);
    const auto head = reader.U32();
    const auto sender = reader.U32(); // of RTCP only
    if (IsRtcp(packet))
    {
        return sender && sender == m_receiver.GetSsrc();
    }
    return head && ((*head >> 16) & 0x7f) == m_payloadType;
}

void
VideoEndpoint::HandleInput(TimePoint now, ByteView bytes, const std::optional<StreamOrigin>& origin)
{
    const bool isRtcp = IsRtcp(bytes);
    const auto plain = m_srtp ? m_srtp->Unprotect(bytes, isRtcp) : bytes.ToBytes();
    if (!plain)
    {
        return;
    }
    if (isRtcp)
    {
        HandleRtcp(*plain);
        return;
    }
    m_receiver.HandleInput(now, *plain, origin);
    m_isAskPending = m_receiver.TakeKeyFrameRequest() || m_isAskPending;
    AskForKeyFrame(now);
}

void
VideoEndpoint::HandleRtcp(ByteView bytes)
{
    const auto packets = ParseRtcp(bytes);
    if (!packets)
    {
        ++m_statistics.malformedRtcp;
        return;
    }
    for (const RtcpPacket& packet : *packets)
    {
        if (IsIndicationFor(packet, m_sender.GetSsrc()))
        {
            ++m_statistics.indicationsReceived;
            m_sender.RequestKeyFrame();
        }
    }
}

void
VideoEndpoint::AskForKeyFrame(TimePoint now)
{
    const bool isTooSoon = m_asked && now - *m_asked < ASK_AGAIN;
    const auto ssrc = m_receiver.GetSsrc();
    if (!m_asksForKeyFrames || !m_isAskPending || isTooSoon || !ssrc)
    {
        return;
    }
    m_isAskPending = false;
    m_asked = now;
    ByteWriter body;
    body.U32(m_sender.GetSsrc());
    body.U32(*ssrc);
    // RFC 4585 3.1: feedback goes in a compound packet, behind a report and the CNAME.
    m_feedback.push_back(
        WriteRtcp({ReceiverReport{m_sender.GetSsrc(), {}, {}},
                   SourceDescription{{{m_sender.GetSsrc(), {{SourceDescription::CNAME, m_cname}}}}},
                   OtherRtcp{PAYLOAD_FEEDBACK, PICTURE_LOSS, body.Finish()}}));
    ++m_statistics.indicationsSent;
}

void
VideoEndpoint::HandleTimeout(TimePoint now)
{
    m_sender.HandleTimeout(now);
    AskForKeyFrame(now);
}

std::optional<Bytes>
VideoEndpoint::PollTransmit()
{
    while (true)
    {
        const bool isRtcp = !m_feedback.empty();
        std::optional<Bytes> plain;
        if (isRtcp)
        {
            plain = std::move(m_feedback.front());
            m_feedback.pop_front();
        }
        else
        {
            plain = m_sender.PollTransmit();
        }
        auto ready = plain && m_srtp ? m_srtp->Protect(*plain, isRtcp) : plain;
        if (ready || !plain)
        {
            return ready;
        }
    }
}

bool
VideoEndpoint::SetPeerKey(ByteView key)
{
    return m_srtp && !m_srtp->SetReceiveKey(key);
}

SrtpPairStatistics
VideoEndpoint::GetSrtp() const
{
    return m_srtp ? m_srtp->GetStatistics() : SrtpPairStatistics{};
}

std::optional<TimePoint>
VideoEndpoint::NextTimeout() const
{
    return m_sender.NextTimeout();
}

} // namespace imsfw::rtp
