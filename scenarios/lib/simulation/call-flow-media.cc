// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a call flow says of its parties' media in SDP, and what it makes of the peer's.
#include "call-flow.h"

#include "base/text.h"
#include "voice-result.h"

#include "ims-media-codec.h"
#include "ims-tls-core-driver.h"

#include <algorithm>
#include <utility>

namespace imsfw::scenario
{

using ns3::imstls::CoreNow;
using sip::SdpCodec;
using sip::SdpCrypto;
using sip::SdpSession;

namespace
{

/// "amr-wb-12.65" is AMR-WB in an SDP: the rate is not a part of the name.
SdpCodec
CodecOf(const std::string& name)
{
    const auto* codec = rtp::FindCodec(name);
    if (name == "g711" || codec == nullptr)
    {
        return SdpCodec::Pcmu();
    }
    const std::string format = ToUpper(name.substr(0, name.find_last_of('-')));
    return {codec->payloadType, format, codec->clockRate, ""};
}

ice::Attributes
ToIce(const std::vector<SdpSession::Attribute>& attributes)
{
    ice::Attributes list;
    for (const auto& attribute : attributes)
    {
        list.emplace_back(attribute.name, attribute.value);
    }
    return list;
}

void
Append(std::vector<SdpSession::Attribute>& target, const ice::Attributes& more)
{
    for (const auto& [name, value] : more)
    {
        target.push_back({name, value});
    }
}

/// RFC 4568 has no suite without encryption, but a parameter for each (6.3.2).
SdpCrypto
ToCrypto(const ns3::imsmedia::SrtpOwnKey& own)
{
    using rtp::SrtpProfile;
    const bool isEncrypted = own.profile != SrtpProfile::NULL_HMAC_SHA1_80;
    const auto suite = isEncrypted ? own.profile : SrtpProfile::AES_CM_128_HMAC_SHA1_80;
    return {1, rtp::ToString(suite), own.key, isEncrypted, true};
}

} // namespace

void
CallFlow::TakeKey(MediaSide& side, const SdpSession& sdp)
{
    const Party& party = &side == &m_ueMedia ? m_ue : m_callee;
    const auto own = party.voice ? party.voice->GetSrtpKey() : std::nullopt;
    if (!own)
    {
        return;
    }
    const SdpCrypto ours = ToCrypto(*own);
    const auto theirs =
        std::find_if(sdp.crypto.begin(),
                     sdp.crypto.end(),
                     [&](const SdpCrypto& key) { return key.isUsable && key.IsLike(ours); });
    const bool isTaken = theirs != sdp.crypto.end() && party.voice->SetPeerSrtpKey(theirs->key) &&
                         (!party.video || party.video->SetPeerSrtpKey(theirs->key));
    if (!isTaken)
    {
        FailMediaSide(
            side, {"srtp", "no-key", "in the peer's SDP for " + ours.suite}, m_callStarted);
    }
}

void
CallFlow::TellPeer(MediaSide& side, const SdpSession& sdp)
{
    TakeKey(side, sdp);
    const auto peer = ice::Description::Parse(ToIce(sdp.sessionAttributes), ToIce(sdp.attributes));
    if (!side.GetIce() || (!peer && peer.Error() == ice::DescriptionError::NO_ICE))
    {
        side.SetPeer(sdp.audio);
    }
    else if (!peer)
    {
        FailMediaSide(
            side, {"ice", std::string(ToString(peer.Error())), "in the peer's SDP"}, m_callStarted);
    }
    else
    {
        side.SetIcePeer(*peer);
    }
}

void
CallFlow::TalkAtUe()
{
    m_ue.voice->StartTalking();
    if (m_isUeFilming)
    {
        m_ue.video->StartSending();
    }
}

void
CallFlow::TalkAtCallee()
{
    if (m_isCalleeTalking && m_isCalleePeerReady)
    {
        m_callee.voice->StartTalking();
        if (m_isCalleeFilming)
        {
            m_callee.video->StartSending();
        }
    }
}

void
CallFlow::TalkOnceConnected()
{
    if (m_step == Step::CONNECT && m_isUePeerReady && m_isCalleePeerReady)
    {
        SwitchTo(Step::TALK);
        RefreshSession();
    }
}

void
CallFlow::FailMediaSide(MediaSide& side, const StreamFailure& failure, TimePoint since)
{
    if (m_step == Step::CONNECT)
    {
        FailMedia("ice", failure, m_callStarted);
        StopTalking();
        return;
    }
    FailMedia(side.IsSettled() ? "talk" : "gather", failure, since);
}

void
CallFlow::StopTalking()
{
    m_talkEnd = CoreNow();
    if (m_ueMedia.Exists())
    {
        for (const Party* party : {&m_ue, &m_callee})
        {
            party->voice->StopTalking();
            if (party->video)
            {
                party->video->StopSending();
            }
        }
    }
    SwitchTo(Step::DRAIN);
}

void
CallFlow::JudgeMedia()
{
    m_messages.Judge();
    if (m_isMediaAttempted)
    {
        m_voiceUp = ToVoiceResult(*m_ue.voice, *m_callee.voice);
        m_voiceDown = ToVoiceResult(*m_callee.voice, *m_ue.voice);
        if (const auto why = WhyDead(*m_callee.voice, m_talkEnd))
        {
            FailMedia("talk", {"rtp", *why, "from the UE to the callee"}, m_callStarted);
        }
        if (const auto why = WhyDead(*m_ue.voice, m_talkEnd))
        {
            FailMedia("talk", {"rtp", *why, "from the callee to the UE"}, m_callStarted);
        }
        JudgeVideo();
    }
    if (m_ueControl.Exists())
    {
        SwitchTo(Step::HANG_UP);
        m_calleeControl.Agent().Hangup();
    }
    else
    {
        Finish();
    }
}

void
CallFlow::JudgeVideo()
{
    const auto judge = [this](bool isFilming,
                              const Party& sender,
                              const Party& receiver,
                              const char* direction) -> std::optional<VideoResult>
    {
        if (!isFilming)
        {
            return std::nullopt;
        }
        if (const auto why = WhyDead(receiver.video->GetStatistics(), m_talkEnd))
        {
            FailMedia("talk", {"rtp", *why, std::string("video ") + direction}, m_callStarted);
        }
        return ToVideoResult(*sender.video, *receiver.video);
    };
    m_videoUp = judge(m_isUeFilming, m_ue, m_callee, "from the UE to the callee");
    m_videoDown = judge(m_isCalleeFilming, m_callee, m_ue, "from the callee to the UE");
}

SdpSession
CallFlow::MakeSdp(const Party& party, const std::optional<Endpoint>& audio) const
{
    SdpSession sdp;
    sdp.audio = audio.value_or(party.host);
    sdp.codecs = {CodecOf(m_codec)};
    sdp.direction = audio ? sip::SdpDirection::SENDRECV : sip::SdpDirection::INACTIVE;
    return sdp;
}

SdpSession
CallFlow::MediaSdp(const Party& party, const MediaSide& side) const
{
    SdpSession sdp = MakeSdp(party, side.GetAdvertised());
    if (party.video && side.GetAdvertised())
    {
        // RFC 9143 7.2: it has no transport but the voice's.
        sdp.video =
            sip::SdpVideo{{sdp.audio.address, 0}, "RTP/AVPF", {SdpCodec::H264(m_videoType)}, true};
    }
    const auto key = side.GetAdvertised() ? party.voice->GetSrtpKey() : std::nullopt;
    if (key)
    {
        sdp.isSecure = true;
        sdp.crypto = {ToCrypto(*key)};
    }
    if (key && sdp.video)
    {
        sdp.video->profile = "RTP/SAVPF";
    }
    if (const auto ice = side.GetIce())
    {
        Append(sdp.sessionAttributes, ice->ToSessionAttributes());
        Append(sdp.attributes, {{"rtcp-mux", ""}}); // RFC 8834 4.5: one component
        Append(sdp.attributes, ice->ToStreamAttributes());
    }
    return sdp;
}

} // namespace imsfw::scenario
