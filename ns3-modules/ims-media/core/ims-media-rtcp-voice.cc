// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-rtcp-voice.h"

namespace imsfw::rtp
{

VoiceRtcpMedia::VoiceRtcpMedia(const RtpSender& sender, RtpReceiver& receiver)
    : m_sender(sender), m_receiver(receiver)
{
}

std::optional<RtcpSent>
VoiceRtcpMedia::GetSent(TimePoint now)
{
    if (!m_sender.GetOrigin())
    {
        return std::nullopt;
    }
    const SenderCounts& counts = m_sender.GetCounts();
    return RtcpSent{m_sender.TimestampAt(now),
                    static_cast<uint32_t>(counts.packets),
                    static_cast<uint32_t>(counts.octets)};
}

std::vector<ReportBlock>
VoiceRtcpMedia::TakeReception()
{
    SequenceTracker& sequence = m_receiver.GetSequence();
    const uint64_t received = sequence.GetReceived() + sequence.GetDuplicates();
    const auto ssrc = m_receiver.GetSsrc();
    if (!ssrc || received == m_receivedThen)
    {
        return {};
    }
    m_receivedThen = received;
    ReportBlock block;
    block.ssrc = *ssrc;
    block.fractionLost = sequence.TakeFractionLost();
    block.cumulativeLost = sequence.GetLostForReport();
    block.highestSequence = sequence.GetHighestForReport();
    block.jitter = m_receiver.GetJitter().GetForReport();
    return {block};
}

} // namespace imsfw::rtp
