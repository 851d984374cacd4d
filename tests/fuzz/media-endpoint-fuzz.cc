// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A party of a call, voice and video on one transport with RTCP, under a peer that sends what it likes.
///
/// The input: a byte of settings (1: adaptive playout, 2: a fixed one, 4: DTX, 8: SRTP), then steps of a byte each with their
/// numbers: bytes as they stand; an RTP packet of voice or video whose number and timestamp go on from the last ones by what
/// the step says; a report about us, with or without a goodbye; a while that passes; talking, leaving.
#include "fuzz-input.h"

#include "base/random.h"
#include "ims-media-codec.h"
#include "ims-media-rtp-packet.h"
#include "ims-media-video-endpoint.h"
#include "ims-media-voice-endpoint.h"

using namespace imsfw;

namespace
{

constexpr uint8_t VIDEO_TYPE = 102;
constexpr uint32_t PEER = 0x11223344;
constexpr uint8_t KEY = 7;

rtp::VoiceOptions
OptionsOf(uint8_t settings)
{
    rtp::VoiceOptions options;
    options.rtcp = rtp::RtcpOptions{};
    options.rtcp->cname = "fuzz";
    if ((settings & 3) != 0)
    {
        options.playout = rtp::PlayoutOptions{};
        options.playout->mode = (settings & 1) != 0 ? rtp::PlayoutOptions::Mode::ADAPTIVE
                                                    : rtp::PlayoutOptions::Mode::FIXED;
    }
    if ((settings & 4) != 0)
    {
        options.dtx = rtp::TalkspurtMeans{};
    }
    if ((settings & 8) != 0)
    {
        constexpr auto PROFILE = rtp::SrtpProfile::AES_CM_128_HMAC_SHA1_80;
        const Bytes key(rtp::SrtpKeyLength(PROFILE), KEY);
        options.srtp = rtp::SrtpKeys{PROFILE, key, key};
    }
    return options;
}

class World
{
  public:
    explicit World(uint8_t settings)
        : m_voice(std::move(*rtp::VoiceEndpoint::Create(
              *rtp::FindCodec("g711"), OptionsOf(settings), m_media, m_timing))),
          m_video(rtp::VideoOptions{}, true, "fuzz", m_media)
    {
    }

    void
    Step(uint8_t what, fuzz::FuzzInput& input)
    {
        switch (what % 8)
        {
        case 0:
            Receive(input.Piece());
            break;
        case 1:
        case 2:
            ReceiveVoice(input);
            break;
        case 3:
            ReceiveVideo(input);
            break;
        case 4:
            ReceiveReport(input);
            break;
        case 5:
            Pass(std::chrono::milliseconds(input.U16() % 16'384));
            break;
        case 6:
            m_voice->StartTalking(m_now);
            if ((what & 8) == 0)
            {
                m_video.Start(m_now);
            }
            break;
        default:
            m_voice->Leave(m_now);
            m_video.Stop();
            break;
        }
        Drain();
    }

    void
    Check() const
    {
        const auto voice = m_voice->GetReceiver().GetStatistics();
        FUZZ_CHECK(voice.received + voice.duplicates + voice.jumped + voice.malformed <=
                   m_received);
        FUZZ_CHECK(voice.delayMin <= voice.delayMean && voice.delayMean <= voice.delayMax);
        const auto played = m_voice->GetReceiver().GetPlayout();
        FUZZ_CHECK(played.played + played.late + played.early <= voice.received);
        if (const auto quality = m_voice->GetReceiver().GetQuality())
        {
            FUZZ_CHECK(quality->mos >= 1 && quality->mos <= 4.5);
            FUZZ_CHECK(quality->lossPercent >= 0 && quality->lossPercent <= 100);
        }
        const auto video = m_video.GetReceiver().GetStatistics();
        FUZZ_CHECK(video.decodable <= video.complete && video.keyFrames <= video.complete);
        FUZZ_CHECK(video.complete <= video.packets && video.packets <= m_received);
        FUZZ_CHECK(m_voice->GetRtcp()->malformed <= m_received);
    }

  private:
    void
    Receive(ByteView bytes)
    {
        ++m_received;
        const rtp::StreamOrigin origin{PEER, 0, TimePoint()};
        if (m_video.IsMine(bytes))
        {
            m_video.HandleInput(m_now, bytes, origin);
        }
        else
        {
            m_voice->HandleInput(m_now, bytes, origin);
        }
    }

    void
    ReceiveVoice(fuzz::FuzzInput& input)
    {
        rtp::Packet packet;
        packet.ssrc = PEER;
        m_sequence = static_cast<uint16_t>(m_sequence + static_cast<int8_t>(input.U8()));
        m_timestamp += 160U * static_cast<uint32_t>(static_cast<int8_t>(input.U8()));
        packet.sequence = m_sequence;
        packet.timestamp = m_timestamp;
        packet.marker = input.U8() % 2 == 1;
        packet.payload = input.Take(160);
        Receive(rtp::WritePacket(packet));
    }

    void
    ReceiveVideo(fuzz::FuzzInput& input)
    {
        rtp::Packet packet;
        packet.ssrc = PEER + 1;
        packet.payloadType = VIDEO_TYPE;
        packet.sequence = static_cast<uint16_t>(input.U8());
        packet.timestamp = 3600U * input.U8();
        packet.marker = input.U8() % 2 == 1;
        packet.payload = input.Take(input.U8());
        Receive(rtp::WritePacket(packet));
    }

    void
    ReceiveReport(fuzz::FuzzInput& input)
    {
        const uint8_t kind = input.U8();
        rtp::ReportBlock block;
        block.ssrc = (kind & 1) != 0
                         ? m_voice->GetSender().GetOrigin().value_or(rtp::StreamOrigin{}).ssrc
                         : input.U32();
        block.fractionLost = input.U8();
        block.lastSr = input.U32();
        block.delaySinceLastSr = input.U32();
        const uint32_t from = PEER + (kind & 2);
        std::vector<rtp::RtcpPacket> packets;
        if ((kind & 4) != 0)
        {
            packets.emplace_back(
                rtp::SenderReport{from, uint64_t{input.U32()} << 20, 0, 1, 1, {block}, {}});
        }
        else
        {
            packets.emplace_back(rtp::ReceiverReport{from, {block}, {}});
        }
        if ((kind & 8) != 0)
        {
            packets.emplace_back(rtp::Bye{{from}, std::string("gone")});
        }
        Receive(rtp::WriteRtcp(packets));
    }

    /// A while passes; whatever is due in it is done, and never asks to be done again at the same moment without end.
    void
    Pass(Duration duration)
    {
        const TimePoint end = m_now + duration;
        for (unsigned i = 0; i < 100'000; ++i)
        {
            const auto next = Earlier(m_voice->NextTimeout(), m_video.NextTimeout().value_or(end));
            if (!next || *next >= end)
            {
                m_now = end;
                return;
            }
            m_now = std::max(m_now, *next);
            m_voice->HandleTimeout(m_now);
            m_video.HandleTimeout(m_now);
            Drain();
        }
        FUZZ_CHECK(!"it comes to rest");
    }

    void
    Drain()
    {
        while (const auto bytes = m_voice->PollTransmit())
        {
            FUZZ_CHECK(bytes->size() <= 1500);
        }
        while (m_video.PollTransmit())
        {
        }
        while (m_voice->PollEvent())
        {
        }
    }

    SeededRandom m_media{1, 1, "media"};
    SeededRandom m_timing{1, 1, "timing"};
    std::unique_ptr<rtp::VoiceEndpoint> m_voice;
    rtp::VideoEndpoint m_video;
    TimePoint m_now{};
    uint16_t m_sequence{0};
    uint32_t m_timestamp{0};
    uint64_t m_received{0};
};

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    World world(input.U8());
    for (unsigned steps = 0; !input.IsAtEnd() && steps < 400; ++steps)
    {
        world.Step(input.U8(), input);
    }
    world.Check();
    return 0;
}
