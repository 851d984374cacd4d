// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Somebody who talks and listens: RTP out at the codec's pace, RTP in measured; RTCP and SRTP where they are asked for.
/// Without sockets: whatever carries the packets (a media path) is connected by the scenario.
#ifndef IMS_MEDIA_VOICE_APPLICATION_H
#define IMS_MEDIA_VOICE_APPLICATION_H

#include "base/random.h"
#include "ims-media-rtp-receiver.h"
#include "ims-media-rtp-sender.h"
#include "ims-media-srtp-keys.h"
#include "ims-media-srtp-lanes.h"
#include "ims-media-voice-endpoint.h"
#include "ims-tls-core-driver.h"

#include "ns3/application.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

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
    /// The other party: its origin dates what arrives. A side channel; nothing is sent by it.
    void SetPeer(Ptr<VoiceApplication> peer);
    /// @return what the peer is to be told, by SDP or otherwise; nothing where Srtp is "none".
    std::optional<SrtpOwnKey> GetSrtpKey() const;
    /// The peer has told its key; what comes before is refused. @return whether it is one of Srtp's
    bool SetPeerSrtpKey(imsfw::ByteView key);

    void Receive(imsfw::ByteView packet);
    /// Harmless while talking already.
    void StartTalking();
    void StopTalking();
    /// Stop talking, and say goodbye by RTCP.
    void HangUp();

    uint64_t GetSent() const;
    imsfw::rtp::SenderCounts GetSenderCounts() const;
    imsfw::rtp::ReceiverStatistics GetStatistics() const;
    /// @return the one-way delays of the network.
    imsfw::rtp::DelayDistribution GetDelays() const;
    /// @return all zero where Playout is "none".
    imsfw::rtp::PlayoutStatistics GetPlayout() const;
    /// @return nothing where nothing was played, the peer is not set, or the codec has no published figures.
    std::optional<imsfw::rtp::VoiceQuality> GetQuality() const;
    /// @return nothing where Rtcp is false.
    std::optional<imsfw::rtp::RtcpStatistics> GetRtcp() const;
    /// @return all zero where Srtp is "none".
    imsfw::rtp::SrtpPairStatistics GetSrtp() const;
    /// @return what SRTP took of the node's CPU.
    SrtpComputed GetSrtpComputed() const;

    /// TracedCallback signatures
    typedef void (*BytesCallback)(imsfw::ByteView packet);
    typedef void (*RtcpEventCallback)(const imsfw::rtp::RtcpEvent& event);

  protected:
    void DoDispose() override;

  private:
    void MakeEndpoint() const;
    imsfw::rtp::VoiceOptions MakeOptions(const imsfw::rtp::Codec& codec) const;
    std::optional<imsfw::rtp::PlayoutOptions> MakePlayout() const;
    std::optional<imsfw::rtp::StreamOrigin> PeerOrigin() const;
    void HandleTimeout();
    void Drain();

    std::string m_codecName;
    bool m_hasDtx;
    Time m_talkspurtMean;
    Time m_pauseMean;
    std::string m_playout;
    Time m_playoutDelay;
    Time m_playoutLeast;
    Time m_playoutMost;
    uint32_t m_playoutPercentile;
    bool m_hasRtcp;
    Time m_rtcpInterval;
    std::string m_srtpProfile;
    std::string m_streamName;
    std::function<void(imsfw::ByteView)> m_send;
    Ptr<VoiceApplication> m_peer;
    imsfw::Bytes m_peerSrtpKey; ///< empty: not known yet
    /// Made on first use, when all settings are known.
    mutable std::unique_ptr<imsfw::SeededRandom> m_random;
    mutable std::unique_ptr<imsfw::SeededRandom> m_timing;
    mutable std::unique_ptr<imsfw::rtp::VoiceEndpoint> m_endpoint;
    mutable SrtpLanes m_lanes;
    imstls::CoreTimer m_timer;
    TracedCallback<imsfw::ByteView> m_txTrace;
    TracedCallback<imsfw::ByteView> m_rxTrace;
    TracedCallback<const imsfw::rtp::RtcpEvent&> m_rtcpTrace;
};

} // namespace imsmedia
} // namespace ns3

#endif // IMS_MEDIA_VOICE_APPLICATION_H
