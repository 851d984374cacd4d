// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-voice-application.h"

#include "ns3/abort.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/string.h"

namespace ns3
{
namespace imsmedia
{

NS_OBJECT_ENSURE_REGISTERED(VoiceApplication);

TypeId
VoiceApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsmedia::VoiceApplication")
            .SetParent<Application>()
            .SetGroupName("ImsMedia")
            .AddConstructor<VoiceApplication>()
            .AddAttribute("Codec",
                          "Packet size and interval: g711, amr-wb-12.65 or amr-wb-23.85.",
                          StringValue("g711"),
                          MakeStringAccessor(&VoiceApplication::m_codecName),
                          MakeStringChecker());
    return tid;
}

VoiceApplication::VoiceApplication() : m_timer([this] { HandleTimeout(); })
{
}

VoiceApplication::~VoiceApplication() = default;

void
VoiceApplication::DoDispose()
{
    m_timer.Cancel();
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

void
VoiceApplication::MakeStreams() const
{
    if (m_sender)
    {
        return;
    }
    const auto* codec = imsfw::rtp::FindCodec(m_codecName);
    NS_ABORT_MSG_IF(codec == nullptr, "VoiceApplication: unknown codec " << m_codecName);
    m_random = std::make_unique<imsfw::SeededRandom>(
        RngSeedManager::GetSeed(), RngSeedManager::GetRun(), "voice/" + m_streamName);
    m_sender = std::make_unique<imsfw::rtp::RtpSender>(*codec, *m_random);
    m_receiver = std::make_unique<imsfw::rtp::RtpReceiver>(*codec);
}

void
VoiceApplication::Receive(imsfw::ByteView packet)
{
    MakeStreams();
    const auto origin =
        m_peer ? (m_peer->MakeStreams(), m_peer->m_sender->GetOrigin()) : std::nullopt;
    m_receiver->HandleInput(imstls::CoreNow(), packet, origin);
}

void
VoiceApplication::StartTalking()
{
    MakeStreams();
    m_sender->Start(imstls::CoreNow());
    Drain();
}

void
VoiceApplication::StopTalking()
{
    MakeStreams();
    m_sender->Stop();
    Drain();
}

void
VoiceApplication::HandleTimeout()
{
    m_sender->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
VoiceApplication::Drain()
{
    while (const auto packet = m_sender->PollTransmit())
    {
        if (m_send)
        {
            m_send(*packet);
        }
    }
    m_timer.Arm(m_sender->NextTimeout());
}

uint64_t
VoiceApplication::GetSent() const
{
    MakeStreams();
    return m_sender->GetSent();
}

imsfw::rtp::ReceiverStatistics
VoiceApplication::GetStatistics() const
{
    MakeStreams();
    return m_receiver->GetStatistics();
}

} // namespace imsmedia
} // namespace ns3
