// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A camera and a screen: the second stream of a call, beside VoiceApplication. Without sockets, as that one.
#ifndef IMS_MEDIA_VIDEO_APPLICATION_H
#define IMS_MEDIA_VIDEO_APPLICATION_H

#include "base/random.h"
#include "ims-media-srtp-keys.h"
#include "ims-media-srtp-lanes.h"
#include "ims-media-video-endpoint.h"
#include "ims-tls-core-driver.h"

#include "ns3/application.h"
#include "ns3/data-rate.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <memory>
#include <string>

namespace ns3
{
namespace imsmedia
{

class VideoApplication : public Application
{
  public:
    static TypeId GetTypeId();
    VideoApplication();
    ~VideoApplication() override;

    /// @param stream the name of the random stream that SSRC, first numbers, sizes and payload come from
    void SetRandomStream(const std::string& stream);
    /// Where outgoing packets go.
    void SetSender(std::function<void(imsfw::ByteView)> sender);
    /// The other party: its origin dates what arrives. A side channel; nothing is sent by it.
    void SetPeer(Ptr<VideoApplication> peer);
    /// @return what the peer is to be told, by SDP or otherwise; nothing where Srtp is "none".
    std::optional<SrtpOwnKey> GetSrtpKey() const;
    /// The peer has told its key; what comes before is refused. @return whether it is one of Srtp's
    bool SetPeerSrtpKey(imsfw::ByteView key);

    void Receive(imsfw::ByteView packet);
    /// @return whether @p packet is one of this stream, where voice and video share one path.
    bool IsMine(imsfw::ByteView packet) const;
    /// Harmless while sending already.
    void StartSending();
    void StopSending();

    uint64_t GetFramesSent() const;
    imsfw::rtp::SenderCounts GetSenderCounts() const;
    imsfw::rtp::VideoStatistics GetStatistics() const;
    /// @return from the sending of a frame to the arrival of its last packet.
    imsfw::rtp::DelayDistribution GetFrameDelays() const;
    imsfw::rtp::VideoEndpointStatistics GetFeedback() const;
    /// @return all zero where Srtp is "none".
    imsfw::rtp::SrtpPairStatistics GetSrtp() const;
    /// @return what SRTP took of the node's CPU.
    SrtpComputed GetSrtpComputed() const;

    /// TracedCallback signature
    typedef void (*BytesCallback)(imsfw::ByteView packet);

  protected:
    void DoDispose() override;

  private:
    void MakeEndpoint() const;
    std::unique_ptr<imsfw::rtp::SrtpPair> MakeSrtp() const;
    std::optional<imsfw::rtp::StreamOrigin> PeerOrigin() const;
    void HandleTimeout();
    void Drain();

    DataRate m_bitRate;
    double m_frameRate;
    uint32_t m_keyInterval;
    double m_keyRatio;
    double m_variation;
    uint32_t m_largestPayload;
    uint32_t m_payloadType;
    bool m_asksForKeyFrames;
    std::string m_srtpProfile;
    std::string m_streamName;
    std::function<void(imsfw::ByteView)> m_send;
    Ptr<VideoApplication> m_peer;
    imsfw::Bytes m_peerSrtpKey; ///< empty: not known yet
    /// Made on first use, when all settings are known.
    mutable std::unique_ptr<imsfw::SeededRandom> m_random;
    mutable std::unique_ptr<imsfw::rtp::VideoEndpoint> m_endpoint;
    mutable SrtpLanes m_lanes;
    imstls::CoreTimer m_timer;
    TracedCallback<imsfw::ByteView> m_txTrace;
    TracedCallback<imsfw::ByteView> m_rxTrace;
};

} // namespace imsmedia
} // namespace ns3

#endif // IMS_MEDIA_VIDEO_APPLICATION_H
