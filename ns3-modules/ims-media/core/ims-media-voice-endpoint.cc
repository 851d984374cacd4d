// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-voice-endpoint.h"

#include "ims-media-rtp-packet.h"

namespace imsfw::rtp
{

Result<std::unique_ptr<VoiceEndpoint>, SrtpError>
VoiceEndpoint::Create(const Codec& codec,
                      const VoiceOptions& options,
                      RandomSource& media,
                      RandomSource& timing)
{
    std::unique_ptr<VoiceEndpoint> endpoint(new VoiceEndpoint(codec, options, media, timing));
    const auto failed = options.srtp ? endpoint->EnableSrtp(*options.srtp) : std::nullopt;
    if (failed)
    {
        return Failure{*failed};
    }
    return endpoint;
}

VoiceEndpoint::VoiceEndpoint(const Codec& codec,
                             const VoiceOptions& options,
                             RandomSource& media,
                             RandomSource& timing)
    : m_sender(codec, media), m_receiver(codec), m_rtcpMedia(m_sender, m_receiver)
{
    if (options.dtx)
    {
        m_sender.EnableDtx(*options.dtx);
    }
    if (options.playout)
    {
        m_receiver.EnablePlayout(*options.playout);
    }
    if (options.rtcp)
    {
        m_rtcp.emplace(*options.rtcp, m_sender.GetSsrc(), m_rtcpMedia, timing);
    }
}

std::optional<SrtpError>
VoiceEndpoint::EnableSrtp(const VoiceSrtp& srtp)
{
    using Direction = SrtpSession::Direction;
    auto out = SrtpSession::Create(srtp.profile, Direction::OUTBOUND, srtp.sendKey);
    auto in = SrtpSession::Create(srtp.profile, Direction::INBOUND, srtp.receiveKey);
    if (!out || !in)
    {
        return out ? in.Error() : out.Error();
    }
    m_protect = std::move(*out);
    m_unprotect = std::move(*in);
    return std::nullopt;
}

void
VoiceEndpoint::StartTalking(TimePoint now)
{
    if (m_rtcp)
    {
        m_rtcp->Start(now);
    }
    m_sender.Start(now);
    Collect(now);
}

void
VoiceEndpoint::StopTalking()
{
    m_sender.Stop();
}

void
VoiceEndpoint::Leave(TimePoint now)
{
    m_sender.Stop();
    if (m_rtcp)
    {
        m_rtcp->Leave(now, "");
    }
    Collect(now);
}

void
VoiceEndpoint::HandleInput(TimePoint now, ByteView bytes, const std::optional<StreamOrigin>& origin)
{
    const bool isRtcp = IsRtcp(bytes);
    const auto plain = Unprotect(bytes, isRtcp);
    if (!plain)
    {
        return;
    }
    if (isRtcp && m_rtcp)
    {
        m_rtcp->HandleInput(now, *plain);
        return;
    }
    m_receiver.HandleInput(now, *plain, origin);
    if (m_rtcp && m_receiver.GetSsrc())
    {
        m_rtcp->Start(now);
        m_rtcp->NoteRtpReceived(now, *m_receiver.GetSsrc());
    }
}

void
VoiceEndpoint::HandleTimeout(TimePoint now)
{
    m_sender.HandleTimeout(now);
    Collect(now);
    if (m_rtcp)
    {
        m_rtcp->HandleTimeout(now);
    }
    Collect(now);
}

void
VoiceEndpoint::Collect(TimePoint now)
{
    while (const auto bytes = m_sender.PollTransmit())
    {
        if (m_rtcp)
        {
            m_rtcp->NoteRtpSent(now);
        }
        Transmit(*bytes, false);
    }
    while (const auto bytes = m_rtcp ? m_rtcp->PollTransmit() : std::nullopt)
    {
        Transmit(*bytes, true);
    }
}

void
VoiceEndpoint::Transmit(const Bytes& bytes, bool isRtcp)
{
    if (!m_protect)
    {
        m_transmits.push_back(bytes);
        return;
    }
    auto secured = isRtcp ? m_protect->ProtectRtcp(bytes) : m_protect->Protect(bytes);
    if (secured)
    {
        m_transmits.push_back(std::move(*secured));
    }
}

std::optional<Bytes>
VoiceEndpoint::Unprotect(ByteView bytes, bool isRtcp)
{
    if (!m_unprotect)
    {
        return bytes.ToBytes();
    }
    auto plain = isRtcp ? m_unprotect->UnprotectRtcp(bytes) : m_unprotect->Unprotect(bytes);
    return plain ? std::optional(std::move(*plain)) : std::nullopt;
}

std::optional<Bytes>
VoiceEndpoint::PollTransmit()
{
    if (m_transmits.empty())
    {
        return std::nullopt;
    }
    Bytes bytes = std::move(m_transmits.front());
    m_transmits.pop_front();
    return bytes;
}

std::optional<RtcpEvent>
VoiceEndpoint::PollEvent()
{
    return m_rtcp ? m_rtcp->PollEvent() : std::nullopt;
}

std::optional<TimePoint>
VoiceEndpoint::NextTimeout() const
{
    return Earlier(m_sender.NextTimeout(), m_rtcp ? m_rtcp->NextTimeout() : std::nullopt);
}

const RtcpStatistics*
VoiceEndpoint::GetRtcp() const
{
    return m_rtcp ? &m_rtcp->GetStatistics() : nullptr;
}

VoiceSrtpStatistics
VoiceEndpoint::GetSrtp() const
{
    VoiceSrtpStatistics statistics;
    if (m_protect && m_unprotect)
    {
        statistics.sent = m_protect->GetStatistics();
        statistics.received = m_unprotect->GetStatistics();
    }
    return statistics;
}

} // namespace imsfw::rtp
