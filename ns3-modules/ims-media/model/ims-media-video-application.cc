// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-video-application.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsmedia
{

NS_OBJECT_ENSURE_REGISTERED(VideoApplication);

TypeId
VideoApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsmedia::VideoApplication")
            .SetParent<Application>()
            .SetGroupName("ImsMedia")
            .AddConstructor<VideoApplication>()
            .AddAttribute("BitRate",
                          "Of coded video, headers not counted.",
                          DataRateValue(DataRate("384kbps")),
                          MakeDataRateAccessor(&VideoApplication::m_bitRate),
                          MakeDataRateChecker())
            .AddAttribute("FrameRate",
                          "Frames a second.",
                          DoubleValue(25),
                          MakeDoubleAccessor(&VideoApplication::m_frameRate),
                          MakeDoubleChecker<double>(0.1, 1000))
            .AddAttribute("KeyInterval",
                          "Frames from one key frame to the next.",
                          UintegerValue(50),
                          MakeUintegerAccessor(&VideoApplication::m_keyInterval),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("KeyRatio",
                          "Size of a key frame over that of another.",
                          DoubleValue(6),
                          MakeDoubleAccessor(&VideoApplication::m_keyRatio),
                          MakeDoubleChecker<double>(0.01, 1000))
            .AddAttribute("Variation",
                          "Frames' sizes lie this share around their mean.",
                          DoubleValue(0.2),
                          MakeDoubleAccessor(&VideoApplication::m_variation),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("LargestPayload",
                          "Bytes behind the RTP header; larger frames are fragmented.",
                          UintegerValue(1200),
                          MakeUintegerAccessor(&VideoApplication::m_largestPayload),
                          MakeUintegerChecker<uint32_t>(16, 65000))
            .AddAttribute("PayloadType",
                          "Dynamic, and other than the voice's where they share a path.",
                          UintegerValue(102),
                          MakeUintegerAccessor(&VideoApplication::m_payloadType),
                          MakeUintegerChecker<uint32_t>(96, 127))
            .AddAttribute("PictureLossIndication",
                          "Ask for a key frame when a picture was lost (RFC 4585 6.3.1).",
                          BooleanValue(true),
                          MakeBooleanAccessor(&VideoApplication::m_asksForKeyFrames),
                          MakeBooleanChecker())
            .AddAttribute("Srtp",
                          "none, or the crypto suite, as VoiceApplication's.",
                          StringValue("none"),
                          MakeStringAccessor(&VideoApplication::m_srtpProfile),
                          MakeStringChecker())
            .AddTraceSource("Tx",
                            "A packet of RTP or RTCP leaves.",
                            MakeTraceSourceAccessor(&VideoApplication::m_txTrace),
                            "ns3::imsmedia::VideoApplication::BytesCallback")
            .AddTraceSource("Rx",
                            "A packet came.",
                            MakeTraceSourceAccessor(&VideoApplication::m_rxTrace),
                            "ns3::imsmedia::VideoApplication::BytesCallback");
    return tid;
}

VideoApplication::VideoApplication() : m_timer([this] { HandleTimeout(); })
{
}

VideoApplication::~VideoApplication() = default;

void
VideoApplication::DoDispose()
{
    m_timer.Cancel();
    m_lanes.Clear();
    m_send = nullptr;
    m_peer = nullptr;
    Application::DoDispose();
}

void
VideoApplication::SetRandomStream(const std::string& stream)
{
    m_streamName = stream;
}

void
VideoApplication::SetSender(std::function<void(imsfw::ByteView)> sender)
{
    m_send = std::move(sender);
}

void
VideoApplication::SetPeer(Ptr<VideoApplication> peer)
{
    m_peer = peer;
}

std::optional<SrtpOwnKey>
VideoApplication::GetSrtpKey() const
{
    return MakeSrtpKey(m_srtpProfile, m_streamName);
}

bool
VideoApplication::SetPeerSrtpKey(imsfw::ByteView key)
{
    if (!IsPeerKey(GetSrtpKey(), key))
    {
        return false;
    }
    m_peerSrtpKey = key.ToBytes();
    return !m_endpoint || m_endpoint->SetPeerKey(key);
}

void
VideoApplication::MakeEndpoint() const
{
    if (m_endpoint)
    {
        return;
    }
    imsfw::rtp::VideoOptions options;
    options.bitRate = static_cast<double>(m_bitRate.GetBitRate());
    options.frameRate = m_frameRate;
    options.keyInterval = m_keyInterval;
    options.keyRatio = m_keyRatio;
    options.variation = m_variation;
    options.largestPayload = m_largestPayload;
    options.payloadType = static_cast<uint8_t>(m_payloadType);
    m_random = std::make_unique<imsfw::SeededRandom>(
        RngSeedManager::GetSeed(), RngSeedManager::GetRun(), "video/" + m_streamName);
    const std::string cname = (m_streamName + "@ims.test").substr(0, 255);
    m_endpoint = std::make_unique<imsfw::rtp::VideoEndpoint>(
        options, m_asksForKeyFrames, cname, *m_random, MakeSrtp());
}

std::unique_ptr<imsfw::rtp::SrtpPair>
VideoApplication::MakeSrtp() const
{
    const auto own = GetSrtpKey();
    if (!own)
    {
        return nullptr;
    }
    m_lanes.Install(GetNode(), own->profile);
    auto made = imsfw::rtp::SrtpPair::Create({own->profile, own->key, m_peerSrtpKey});
    NS_ABORT_MSG_IF(!made, "VideoApplication: SRTP failed: " << ToString(made.Error()));
    return std::move(*made);
}

bool
VideoApplication::IsMine(imsfw::ByteView packet) const
{
    MakeEndpoint();
    return m_endpoint->IsMine(packet);
}

std::optional<imsfw::rtp::StreamOrigin>
VideoApplication::PeerOrigin() const
{
    if (!m_peer)
    {
        return std::nullopt;
    }
    m_peer->MakeEndpoint();
    return m_peer->m_endpoint->GetSender().GetOrigin();
}

void
VideoApplication::Receive(imsfw::ByteView packet)
{
    MakeEndpoint();
    m_rxTrace(packet);
    m_lanes.Receive(packet,
                    [this](imsfw::ByteView bytes)
                    {
                        m_endpoint->HandleInput(imstls::CoreNow(), bytes, PeerOrigin());
                        Drain();
                    });
}

void
VideoApplication::StartSending()
{
    MakeEndpoint();
    m_endpoint->Start(imstls::CoreNow());
    Drain();
}

void
VideoApplication::StopSending()
{
    MakeEndpoint();
    m_endpoint->Stop();
    Drain();
}

void
VideoApplication::HandleTimeout()
{
    m_endpoint->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
VideoApplication::Drain()
{
    while (const auto packet = m_endpoint->PollTransmit())
    {
        m_lanes.Send(*packet,
                     [this](imsfw::ByteView bytes)
                     {
                         m_txTrace(bytes);
                         if (m_send)
                         {
                             m_send(bytes);
                         }
                     });
    }
    m_timer.Arm(m_endpoint->NextTimeout());
}

uint64_t
VideoApplication::GetFramesSent() const
{
    MakeEndpoint();
    return m_endpoint->GetSender().GetFrames();
}

imsfw::rtp::SenderCounts
VideoApplication::GetSenderCounts() const
{
    MakeEndpoint();
    return m_endpoint->GetSender().GetCounts();
}

imsfw::rtp::VideoStatistics
VideoApplication::GetStatistics() const
{
    MakeEndpoint();
    return m_endpoint->GetReceiver().GetStatistics();
}

imsfw::rtp::DelayDistribution
VideoApplication::GetFrameDelays() const
{
    MakeEndpoint();
    return m_endpoint->GetReceiver().GetFrameDelays();
}

imsfw::rtp::VideoEndpointStatistics
VideoApplication::GetFeedback() const
{
    MakeEndpoint();
    return m_endpoint->GetStatistics();
}

imsfw::rtp::SrtpPairStatistics
VideoApplication::GetSrtp() const
{
    MakeEndpoint();
    return m_endpoint->GetSrtp();
}

SrtpComputed
VideoApplication::GetSrtpComputed() const
{
    return m_lanes.GetComputed();
}

} // namespace imsmedia
} // namespace ns3
