// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-voice-application.h"

#include "ns3/abort.h"
#include "ns3/rng-seed-manager.h"

namespace ns3
{
namespace imsmedia
{

namespace
{

/// A source of its own for each purpose, so that turning one option on changes no other draw.
std::unique_ptr<imsfw::SeededRandom>
MakeRandom(const std::string& stream)
{
    return std::make_unique<imsfw::SeededRandom>(
        RngSeedManager::GetSeed(), RngSeedManager::GetRun(), stream);
}

} // namespace

VoiceApplication::VoiceApplication() : m_timer([this] { HandleTimeout(); })
{
}

VoiceApplication::~VoiceApplication() = default;

void
VoiceApplication::DoDispose()
{
    m_timer.Cancel();
    m_lanes.Clear();
    m_send = nullptr;
    m_peer = nullptr;
    Application::DoDispose();
}

void
VoiceApplication::SetRandomStream(const std::string& stream)
{
    m_streamName = stream;
}

void
VoiceApplication::SetSender(std::function<void(imsfw::ByteView)> sender)
{
    m_send = std::move(sender);
}

void
VoiceApplication::SetPeer(Ptr<VoiceApplication> peer)
{
    m_peer = peer;
}

std::optional<SrtpOwnKey>
VoiceApplication::GetSrtpKey() const
{
    return MakeSrtpKey(m_srtpProfile, m_streamName);
}

bool
VoiceApplication::SetPeerSrtpKey(imsfw::ByteView key)
{
    if (!IsPeerKey(GetSrtpKey(), key))
    {
        return false;
    }
    m_peerSrtpKey = key.ToBytes();
    return !m_endpoint || m_endpoint->SetPeerKey(key);
}

void
VoiceApplication::MakeEndpoint() const
{
    if (m_endpoint)
    {
        return;
    }
    const auto* codec = imsfw::rtp::FindCodec(m_codecName);
    NS_ABORT_MSG_IF(codec == nullptr,
                    "VoiceApplication: unknown codec " << m_codecName << "; there are "
                                                       << imsfw::rtp::CodecNames());
    m_random = MakeRandom("voice/" + m_streamName);
    m_timing = MakeRandom("rtcp/" + m_streamName);
    auto made =
        imsfw::rtp::VoiceEndpoint::Create(*codec, MakeOptions(*codec), *m_random, *m_timing);
    NS_ABORT_MSG_IF(!made, "VoiceApplication: SRTP failed: " << ToString(made.Error()));
    m_endpoint = std::move(*made);
}

imsfw::rtp::VoiceOptions
VoiceApplication::MakeOptions(const imsfw::rtp::Codec& codec) const
{
    imsfw::rtp::VoiceOptions options;
    if (m_hasDtx)
    {
        options.dtx = imsfw::rtp::TalkspurtMeans{imstls::ToCoreDuration(m_talkspurtMean),
                                                 imstls::ToCoreDuration(m_pauseMean)};
    }
    options.playout = MakePlayout();
    if (m_hasRtcp)
    {
        constexpr std::size_t HEADERS = 12 + 8 + 20; // RTP, UDP, IPv4
        const double packetsPerSecond = 1e9 / static_cast<double>(codec.interval.count());
        imsfw::rtp::RtcpOptions rtcp;
        rtcp.cname = (m_streamName + "@ims.test").substr(0, 255);
        rtcp.sessionBandwidth = static_cast<double>(codec.payload + HEADERS) * 8 * packetsPerSecond;
        rtcp.minimum = imstls::ToCoreDuration(m_rtcpInterval);
        options.rtcp = rtcp;
    }
    if (const auto own = GetSrtpKey())
    {
        options.srtp = imsfw::rtp::SrtpKeys{own->profile, own->key, m_peerSrtpKey};
        m_lanes.Install(GetNode(), own->profile);
    }
    return options;
}

std::optional<imsfw::rtp::PlayoutOptions>
VoiceApplication::MakePlayout() const
{
    if (m_playout == "none")
    {
        return std::nullopt;
    }
    using Mode = imsfw::rtp::PlayoutOptions::Mode;
    NS_ABORT_MSG_IF(m_playout != "fixed" && m_playout != "adaptive",
                    "VoiceApplication: Playout is none, fixed or adaptive, not " << m_playout);
    NS_ABORT_MSG_IF(m_playoutMost < m_playoutLeast,
                    "VoiceApplication: PlayoutMost is below PlayoutLeast");
    imsfw::rtp::PlayoutOptions options;
    options.mode = m_playout == "fixed" ? Mode::FIXED : Mode::ADAPTIVE;
    options.delay = imstls::ToCoreDuration(m_playoutDelay);
    options.least = imstls::ToCoreDuration(m_playoutLeast);
    options.most = imstls::ToCoreDuration(m_playoutMost);
    options.percentile = m_playoutPercentile;
    return options;
}

std::optional<imsfw::rtp::StreamOrigin>
VoiceApplication::PeerOrigin() const
{
    if (!m_peer)
    {
        return std::nullopt;
    }
    m_peer->MakeEndpoint();
    return m_peer->m_endpoint->GetSender().GetOrigin();
}

void
VoiceApplication::Receive(imsfw::ByteView packet)
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
VoiceApplication::StartTalking()
{
    MakeEndpoint();
    m_endpoint->StartTalking(imstls::CoreNow());
    Drain();
}

void
VoiceApplication::StopTalking()
{
    MakeEndpoint();
    m_endpoint->StopTalking();
    Drain();
}

void
VoiceApplication::HangUp()
{
    MakeEndpoint();
    m_endpoint->Leave(imstls::CoreNow());
    Drain();
}

void
VoiceApplication::HandleTimeout()
{
    m_endpoint->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
VoiceApplication::Drain()
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
    while (const auto event = m_endpoint->PollEvent())
    {
        m_rtcpTrace(*event);
    }
    m_timer.Arm(m_endpoint->NextTimeout());
}

uint64_t
VoiceApplication::GetSent() const
{
    return GetSenderCounts().packets;
}

imsfw::rtp::SenderCounts
VoiceApplication::GetSenderCounts() const
{
    MakeEndpoint();
    return m_endpoint->GetSender().GetCounts();
}

imsfw::rtp::ReceiverStatistics
VoiceApplication::GetStatistics() const
{
    MakeEndpoint();
    return m_endpoint->GetReceiver().GetStatistics();
}

imsfw::rtp::DelayDistribution
VoiceApplication::GetDelays() const
{
    MakeEndpoint();
    return m_endpoint->GetReceiver().GetDelays();
}

imsfw::rtp::PlayoutStatistics
VoiceApplication::GetPlayout() const
{
    MakeEndpoint();
    return m_endpoint->GetReceiver().GetPlayout();
}

std::optional<imsfw::rtp::VoiceQuality>
VoiceApplication::GetQuality() const
{
    MakeEndpoint();
    return m_endpoint->GetReceiver().GetQuality();
}

std::optional<imsfw::rtp::RtcpStatistics>
VoiceApplication::GetRtcp() const
{
    MakeEndpoint();
    const auto* statistics = m_endpoint->GetRtcp();
    return statistics == nullptr ? std::nullopt : std::optional(*statistics);
}

imsfw::rtp::SrtpPairStatistics
VoiceApplication::GetSrtp() const
{
    MakeEndpoint();
    return m_endpoint->GetSrtp();
}

SrtpComputed
VoiceApplication::GetSrtpComputed() const
{
    return m_lanes.GetComputed();
}

} // namespace imsmedia
} // namespace ns3
