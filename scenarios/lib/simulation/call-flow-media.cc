// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a call flow says of its parties' media in SDP, and what it makes of the peer's.
#include "call-flow.h"

#include "base/text.h"

#include "ims-media-codec.h"

#include <utility>

namespace imsfw::scenario
{

using sip::SdpCodec;
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

} // namespace

void
CallFlow::TellPeer(MediaSide& side, const SdpSession& sdp)
{
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
    if (const auto ice = side.GetIce())
    {
        Append(sdp.sessionAttributes, ice->ToSessionAttributes());
        Append(sdp.attributes, {{"rtcp-mux", ""}}); // RFC 8834 4.5: one component
        Append(sdp.attributes, ice->ToStreamAttributes());
    }
    return sdp;
}

} // namespace imsfw::scenario
