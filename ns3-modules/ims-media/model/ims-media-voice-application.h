// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Somebody who talks and listens: RTP out at the codec's pace, RTP in measured. Without sockets: whatever carries the
/// packets (a media path) is connected by the scenario.
#ifndef IMS_MEDIA_VOICE_APPLICATION_H
#define IMS_MEDIA_VOICE_APPLICATION_H

#include "base/random.h"
#include "ims-media-rtp-receiver.h"
#include "ims-media-rtp-sender.h"
#include "ims-tls-core-driver.h"

#include "ns3/application.h"

#include <functional>
#include <memory>
#include <string>

namespace ns3
{
namespace imsmedia
{

class VoiceApplication : public Application
{
  public:
    static TypeId GetTypeId();
    VoiceApplication();
    ~VoiceApplication() override;

    /// @param stream the name of the random stream that SSRC, first numbers and payload come from
    void SetRandomStream(const std::string& stream);
    /// Where outgoing packets go.
    void SetSender(std::function<void(imsfw::ByteView)> sender);
    /// The other party: its origin dates what arrives. A side channel of the measurement; nothing is sent by it.
    void SetPeer(Ptr<VoiceApplication> peer);

    void Receive(imsfw::ByteView packet);
    /// Harmless while talking already.
    void StartTalking();
    void StopTalking();

    uint64_t GetSent() const;
    imsfw::rtp::ReceiverStatistics GetStatistics() const;

  protected:
    void DoDispose() override;

  private:
    void MakeStreams() const;
    void HandleTimeout();
    void Drain();

    std::string m_codecName;
    std::string m_streamName;
    std::function<void(imsfw::ByteView)> m_send;
    Ptr<VoiceApplication> m_peer;
    mutable std::unique_ptr<imsfw::SeededRandom>
        m_random; ///< made on first use, when all settings are known
    mutable std::unique_ptr<imsfw::rtp::RtpSender> m_sender;
    mutable std::unique_ptr<imsfw::rtp::RtpReceiver> m_receiver;
    imstls::CoreTimer m_timer;
};

} // namespace imsmedia
} // namespace ns3

#endif // IMS_MEDIA_VOICE_APPLICATION_H
