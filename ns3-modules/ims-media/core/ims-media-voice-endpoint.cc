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
    if (options.srtp)
    {
        auto srtp = SrtpPair::Create(*options.srtp);
        if (!srtp)
        {
            return Failure{srtp.Error()};
        }
        endpoint->m_srtp = std::move(*srtp);
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
    auto secured = m_srtp ? m_srtp->Protect(bytes, isRtcp) : std::optional(bytes);
    if (secured)
    {
        m_transmits.push_back(std::move(*secured));
    }
}

std::optional<Bytes>
VoiceEndpoint::Unprotect(ByteView bytes, bool isRtcp)
{
    return m_srtp ? m_srtp->Unprotect(bytes, isRtcp) : bytes.ToBytes();
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

bool
VoiceEndpoint::SetPeerKey(ByteView key)
{
    return m_srtp && !m_srtp->SetReceiveKey(key);
}

SrtpPairStatistics
VoiceEndpoint::GetSrtp() const
{
    return m_srtp ? m_srtp->GetStatistics() : SrtpPairStatistics{};
}

} // namespace imsfw::rtp
