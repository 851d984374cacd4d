// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Reading, writing and answering session descriptions.
#include "ims-sip-sdp.h"

#include "base/text.h"
#include "ims-sip-osip.h"
#include "ims-sip-sdp-streams.h"

#include <algorithm>

namespace imsfw::sip
{

namespace
{

using OsipSdp = OsipOwned<sdp_message_t, sdp_message_free>;

constexpr std::size_t MAX_SDP = 4000;
constexpr std::string_view SECURE = "RTP/SAVP"; // RFC 4568 4: the transport that a=crypto is for

SdpDirection
Mirrored(SdpDirection direction)
{
    switch (direction)
    {
    case SdpDirection::SENDONLY:
        return SdpDirection::RECVONLY;
    case SdpDirection::RECVONLY:
        return SdpDirection::SENDONLY;
    case SdpDirection::SENDRECV:
    case SdpDirection::INACTIVE:
        return direction;
    }
    return direction;
}

/// Whether lines all end in CR LF (RFC 4566 5 allows LF alone; here both ends write CR LF) and hold no NUL.
bool
IsCleanSdp(std::string_view text)
{
    return !text.empty() && text.size() <= MAX_SDP && text.find('\0') == std::string_view::npos &&
           text.size() >= 2 && text.substr(text.size() - 2) == "\r\n";
}

std::string
LinesOf(const std::vector<SdpSession::Attribute>& attributes)
{
    std::string lines;
    for (const auto& attribute : attributes)
    {
        lines +=
            "a=" + attribute.name + (attribute.value.empty() ? "" : ":" + attribute.value) + "\r\n";
    }
    return lines;
}

/// Move the a=crypto lines of a secure stream to where they belong. @return why it cannot be.
std::optional<SdpError>
TakeCrypto(SdpSession& session)
{
    std::vector<SdpSession::Attribute> others;
    for (auto& attribute : session.attributes)
    {
        if (attribute.name != "crypto")
        {
            others.push_back(std::move(attribute));
            continue;
        }
        auto crypto = SdpCrypto::Parse(attribute.value);
        if (!crypto)
        {
            return SdpError::BAD_CRYPTO;
        }
        session.crypto.push_back(std::move(*crypto));
    }
    session.attributes = std::move(others);
    const bool isRefused = session.audio.port == 0;
    return session.crypto.empty() && !isRefused ? std::optional(SdpError::BAD_CRYPTO)
                                                : std::nullopt;
}

/// @return the first way to protect the stream that @p local has too, with local's key; nothing where there is none.
std::optional<SdpCrypto>
ChooseCrypto(const SdpSession& offer, const SdpSession& local)
{
    for (const SdpCrypto& offered : offer.crypto)
    {
        for (const SdpCrypto& own : local.crypto)
        {
            if (offered.isUsable && offered.IsLike(own))
            {
                SdpCrypto chosen = own;
                chosen.tag = offered.tag; // RFC 4568 5.1.3: that of the accepted one
                return chosen;
            }
        }
    }
    return std::nullopt;
}

/// The media descriptions of a session, told apart.
struct Streams
{
    const sdp_media_t* audio{nullptr};
    const sdp_media_t* video{nullptr};    ///< may be absent
    const sdp_media_t* messages{nullptr}; ///< likewise
};

Result<Streams, SdpError>
FindStreams(const sdp_message_t& sdp)
{
    Streams streams;
    for (int i = 0; i < osip_list_size(&sdp.m_medias); ++i)
    {
        const auto* media = static_cast<const sdp_media_t*>(osip_list_get(&sdp.m_medias, i));
        const std::string kind = OsipText(media->m_media);
        const std::string profile = OsipText(media->m_proto);
        if (i == 0 && (kind != "audio" || (profile != "RTP/AVP" && profile != SECURE)))
        {
            return Failure{SdpError::NO_AUDIO};
        }
        if (i == 0)
        {
            streams.audio = media;
        }
        else if (kind == "video" && !streams.video && !streams.messages)
        {
            streams.video = media;
        }
        else if (kind == "message" && !streams.messages)
        {
            streams.messages = media;
        }
        else
        {
            return Failure{SdpError::TOO_MANY_MEDIA};
        }
    }
    return streams.audio ? Result<Streams, SdpError>(streams) : Failure{SdpError::NO_AUDIO};
}

/// Read what stands beside the audio. @return why it cannot be.
std::optional<SdpError>
TakeOthers(const sdp_message_t& sdp, const Streams& streams, SdpSession& session)
{
    if (streams.video)
    {
        session.video = ReadVideo(sdp, *streams.video, session);
        if (!session.video)
        {
            return SdpError::BAD_VIDEO;
        }
    }
    if (session.video && session.video->isBundled)
    {
        // They stand in the video's description now.
        const auto drop = [](std::vector<SdpSession::Attribute>& from, const char* name)
        {
            from.erase(std::remove_if(from.begin(),
                                      from.end(),
                                      [&](const auto& attribute)
                                      { return attribute.name == name; }),
                       from.end());
        };
        drop(session.sessionAttributes, "group");
        drop(session.attributes, "mid");
    }
    if (streams.messages)
    {
        session.messages = ReadMessages(sdp, *streams.messages);
        if (!session.messages)
        {
            return SdpError::BAD_MESSAGES;
        }
    }
    return std::nullopt;
}

} // namespace

SdpCodec
SdpCodec::Pcmu()
{
    return {0, "PCMU", 8000, ""};
}

SdpCodec
SdpCodec::Pcma()
{
    return {8, "PCMA", 8000, ""};
}

SdpCodec
SdpCodec::H264(uint8_t payloadType)
{
    // RFC 6184 8.1: frames may be fragmented.
    return {payloadType, "H264", 90'000, "packetization-mode=1"};
}

SdpCodec
SdpCodec::AmrWb(uint8_t payloadType)
{
    // TS 26.114 6.2.2.2: what an MTSI client offers for AMR-WB.
    return {payloadType, "AMR-WB", 16000, "mode-change-capability=2;max-red=0"};
}

std::string_view
ToString(SdpDirection direction)
{
    switch (direction)
    {
    case SdpDirection::SENDRECV:
        return "sendrecv";
    case SdpDirection::SENDONLY:
        return "sendonly";
    case SdpDirection::RECVONLY:
        return "recvonly";
    case SdpDirection::INACTIVE:
        return "inactive";
    }
    return "unknown";
}

std::string_view
ToString(SdpError error)
{
    switch (error)
    {
    case SdpError::MALFORMED:
        return "malformed";
    case SdpError::NO_AUDIO:
        return "no-audio";
    case SdpError::TOO_MANY_MEDIA:
        return "too-many-media";
    case SdpError::BAD_ADDRESS:
        return "bad-address";
    case SdpError::BAD_PORT:
        return "bad-port";
    case SdpError::BAD_MESSAGES:
        return "bad-messages";
    case SdpError::BAD_VIDEO:
        return "bad-video";
    case SdpError::BAD_CODEC:
        return "bad-codec";
    case SdpError::BAD_CRYPTO:
        return "bad-crypto";
    case SdpError::NO_COMMON_CODEC:
        return "no-common-codec";
    case SdpError::NO_COMMON_SUITE:
        return "no-common-suite";
    }
    return "unknown";
}

std::string
SdpSession::ToString() const
{
    const std::string where =
        (audio.address.IsV4() ? "IN IP4 " : "IN IP6 ") + audio.address.ToString();
    const bool isBundled = video && video->isBundled;
    const std::string bundle =
        isBundled ? "a=group:BUNDLE " + video->audioMid + " " + video->mid + "\r\n" : "";
    std::string text = "v=0\r\no=" + userName + " " + std::to_string(sessionId) + " " +
                       std::to_string(version) + " " + where + "\r\ns=-\r\nc=" + where +
                       "\r\nt=0 0\r\n" + LinesOf(sessionAttributes) + bundle + "m=audio " +
                       std::to_string(audio.port) + (isSecure ? " RTP/SAVP" : " RTP/AVP");
    text += WriteCodecs(codecs);
    text += "a=ptime:" + std::to_string(ptimeMs) +
            "\r\na=" + std::string(sip::ToString(direction)) + "\r\n";
    for (const SdpCrypto& key : crypto)
    {
        text += "a=crypto:" + key.ToString() + "\r\n";
    }
    text += LinesOf(attributes) + (isBundled ? "a=mid:" + video->audioMid + "\r\n" : "");
    text += video ? WriteVideo(*video) : "";
    return messages ? text + WriteMessages(*messages) : text;
}

Result<SdpSession, SdpError>
SdpSession::Parse(std::string_view text)
{
    sdp_message_t* raw = nullptr;
    if (!IsCleanSdp(text) || sdp_message_init(&raw) != 0)
    {
        return Failure{SdpError::MALFORMED};
    }
    const OsipSdp sdp(raw);
    if (sdp_message_parse(sdp.get(), std::string(text).c_str()) != 0 ||
        OsipText(sdp->v_version) != "0")
    {
        return Failure{SdpError::MALFORMED};
    }
    const auto id = ParseNumber(OsipText(sdp->o_sess_id));
    const auto version = ParseNumber(OsipText(sdp->o_sess_version));
    if (!id || !version)
    {
        return Failure{SdpError::MALFORMED};
    }
    const auto streams = FindStreams(*sdp);
    if (!streams)
    {
        return Failure{streams.Error()};
    }
    const sdp_media_t* media = streams->audio;
    const auto port = ParseNumber(OsipText(media->m_port), 0, UINT16_MAX);
    if (!port || media->m_number_of_port != nullptr)
    {
        return Failure{SdpError::BAD_PORT};
    }
    const auto address = ConnectionAddress(*sdp, *media);
    if (!address)
    {
        return Failure{SdpError::BAD_ADDRESS};
    }
    SdpSession session;
    session.userName = OsipText(sdp->o_username);
    session.sessionId = *id;
    session.version = *version;
    session.audio = {*address, static_cast<uint16_t>(*port)};
    session.isSecure = OsipText(media->m_proto) == SECURE;
    // The session's attributes first, so that the stream's own direction wins (RFC 4566 6).
    SdpSession outer;
    if (!TakeAttributes(sdp->a_attributes, outer) || !TakeCodecs(*media, session))
    {
        return Failure{SdpError::BAD_CODEC};
    }
    session.direction = outer.direction;
    session.sessionAttributes = outer.attributes;
    if (!TakeAttributes(media->a_attributes, session))
    {
        return Failure{SdpError::BAD_CODEC};
    }
    if (const auto failed = session.isSecure ? TakeCrypto(session) : std::nullopt)
    {
        return Failure{*failed};
    }
    if (const auto failed = TakeOthers(*sdp, *streams, session))
    {
        return Failure{*failed};
    }
    return session;
}

Result<SdpSession, SdpError>
SdpSession::Answer(const SdpSession& offer, const SdpSession& local)
{
    SdpSession answer = local;
    answer.codecs.clear();
    for (const SdpCodec& offered : offer.codecs)
    {
        const bool isKnown = std::any_of(local.codecs.begin(),
                                         local.codecs.end(),
                                         [&](const SdpCodec& c) {
                                             return EqualsIgnoringCase(c.name, offered.name) &&
                                                    c.clockRate == offered.clockRate;
                                         });
        if (isKnown)
        {
            answer.codecs.push_back(offered);
        }
    }
    if (answer.codecs.empty())
    {
        return Failure{SdpError::NO_COMMON_CODEC};
    }
    // RFC 3264 6: the answer's transport is the offer's.
    answer.isSecure = offer.isSecure;
    answer.crypto.clear();
    if (offer.isSecure)
    {
        auto chosen = ChooseCrypto(offer, local);
        if (!chosen)
        {
            return Failure{SdpError::NO_COMMON_SUITE};
        }
        answer.crypto.push_back(std::move(*chosen));
    }
    answer.video = offer.video ? std::optional(AnswerVideo(*offer.video, local)) : std::nullopt;
    if (offer.messages && !local.messages)
    {
        answer.messages = SdpMessages{{local.audio.address, 0}, "", "", "*"}; // RFC 3264 6: refused
    }
    else if (!offer.messages)
    {
        answer.messages.reset();
    }
    answer.direction = Mirrored(offer.direction);
    answer.ptimeMs = offer.ptimeMs;
    return answer;
}

} // namespace imsfw::sip
