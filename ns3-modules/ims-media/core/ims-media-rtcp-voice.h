// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A voice sender and a voice receiver as RTCP sees them.
#pragma once

#include "ims-media-rtcp-session.h"
#include "ims-media-rtp-receiver.h"
#include "ims-media-rtp-sender.h"

namespace imsfw::rtp
{

class VoiceRtcpMedia : public RtcpMedia
{
  public:
    /// @param sender, receiver must outlive this
    VoiceRtcpMedia(const RtpSender& sender, RtpReceiver& receiver);

    std::optional<RtcpSent> GetSent(TimePoint now) override;
    std::vector<ReportBlock> TakeReception() override;

  private:
    const RtpSender& m_sender;
    RtpReceiver& m_receiver;
    uint64_t m_receivedThen{0}; ///< when the last block was taken
};

} // namespace imsfw::rtp
