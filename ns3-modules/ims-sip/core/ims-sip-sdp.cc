// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Reading, writing and answering session descriptions.
#include "ims-sip-sdp.h"

#include "base/text.h"
#include "ims-sip-osip.h"

#include <osipparser2/sdp_message.h>

#include <algorithm>

namespace imsfw::sip
{

namespace
{

using OsipSdp = OsipOwned<sdp_message_t, sdp_message_free>;

constexpr std::size_t MAX_SDP = 4000;

std::optional<SdpDirection>
DirectionOf(std::string_view name)
{
    for (SdpDirection direction : {SdpDirection::SENDRECV,
                                   SdpDirection::SENDONLY,
                                   SdpDirection::RECVONLY,
                                   SdpDirection::INACTIVE})
    {
        if (name == ToString(direction))
        {
            return direction;
        }
    }
    return std::nullopt;
}

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

/// RFC 3551 6: the static types that a call here may use without a=rtpmap.
std::optional<SdpCodec>
StaticCodec(uint8_t payloadType)
{
    if (payloadType == 0)
    {
        return SdpCodec::Pcmu();
    }
    if (payloadType == 8)
    {
        return SdpCodec::Pcma();
    }
    return std::nullopt;
}

/// Whether lines all end in CR LF (RFC 4566 5 allows LF alone; here both ends write CR LF) and hold no NUL.
bool
IsCleanSdp(std::string_view text)
{
    return !text.empty() && text.size() <= MAX_SDP && text.find('\0') == std::string_view::npos &&
           text.size() >= 2 && text.substr(text.size() - 2) == "\r\n";
}

/// Put "PT name/rate" or "PT parameters" to its codec. @return false where it is not of that form.
bool
ApplyToCodec(std::vector<SdpCodec>& codecs, std::string_view attribute, std::string_view value)
{
    const std::size_t space = value.find(' ');
    const auto type = ParseNumber(value.substr(0, space), 0, 127);
    if (!type || space == std::string_view::npos)
    {
        return false;
    }
    const std::string_view rest = Trim(value.substr(space));
    auto codec = std::find_if(
        codecs.begin(), codecs.end(), [&](const SdpCodec& c) { return c.payloadType == *type; });
    if (codec == codecs.end())
    {
        return true; // for a type that is not offered: no harm
    }
    if (attribute == "fmtp")
    {
        codec->parameters = rest;
        return true;
    }
    const auto parts = Split(rest, '/');
    const auto rate = parts.size() >= 2 ? ParseNumber(parts[1], 1, 192000) : std::nullopt;
    if (!rate || parts[0].empty())
    {
        return false;
    }
    codec->name = parts[0];
    codec->clockRate = static_cast<uint32_t>(*rate);
    return true;
}

/// @return the address of the stream's c= line, else of the session's.
std::optional<IpAddress>
ConnectionAddress(const sdp_message_t& sdp, const sdp_media_t& media)
{
    const auto* connection =
        osip_list_size(&media.c_connections) > 0
            ? static_cast<const sdp_connection_t*>(osip_list_get(&media.c_connections, 0))
            : sdp.c_connection;
    if (connection == nullptr || OsipText(connection->c_nettype) != "IN" ||
        connection->c_addr_multicast_ttl != nullptr)
    {
        return std::nullopt;
    }
    const auto address = IpAddress::Parse(OsipText(connection->c_addr));
    const std::string_view type = address && address->IsV4() ? "IP4" : "IP6";
    return address && OsipText(connection->c_addrtype) == type ? address : std::nullopt;
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

bool
TakeCodecs(const sdp_media_t& media, SdpSession& session)
{
    for (int i = 0; i < osip_list_size(&media.m_payloads); ++i)
    {
        const auto type = ParseNumber(
            OsipText(static_cast<const char*>(osip_list_get(&media.m_payloads, i))), 0, 127);
        if (!type)
        {
            return false;
        }
        SdpCodec codec;
        codec.payloadType = static_cast<uint8_t>(*type);
        session.codecs.push_back(StaticCodec(codec.payloadType).value_or(codec));
    }
    return !session.codecs.empty();
}

bool
TakeAttributes(const osip_list_t& attributes, SdpSession& session)
{
    for (int i = 0; i < osip_list_size(&attributes); ++i)
    {
        const auto* attribute = static_cast<const sdp_attribute_t*>(osip_list_get(&attributes, i));
        const std::string name = OsipText(attribute->a_att_field);
        const std::string value = OsipText(attribute->a_att_value);
        if (name == "rtpmap" || name == "fmtp")
        {
            if (!ApplyToCodec(session.codecs, name, value))
            {
                return false;
            }
        }
        else if (const auto direction = DirectionOf(name))
        {
            session.direction = *direction;
        }
        else if (name == "ptime")
        {
            session.ptimeMs = static_cast<uint32_t>(ParseNumber(value, 1, 1000).value_or(20));
        }
        else
        {
            session.attributes.push_back({name, value});
        }
    }
    // A dynamic type without a=rtpmap is a number without a meaning.
    return std::none_of(session.codecs.begin(),
                        session.codecs.end(),
                        [](const SdpCodec& c) { return c.payloadType >= 96 && c.name.empty(); });
}

std::string
WriteMessages(const SdpMessages& messages)
{
    const std::string where =
        (messages.where.address.IsV4() ? "IN IP4 " : "IN IP6 ") + messages.where.address.ToString();
    std::string text =
        "m=message " + std::to_string(messages.where.port) + " TCP/MSRP *\r\nc=" + where + "\r\n";
    const auto add = [&](const char* name, const std::string& value)
    { text += value.empty() ? "" : "a=" + std::string(name) + ":" + value + "\r\n"; };
    add("accept-types", messages.acceptTypes);
    add("path", messages.path);
    add("setup", messages.setup);
    return text;
}

/// @return nothing where it is no stream of messages that can be used or refused.
std::optional<SdpMessages>
ReadMessages(const sdp_message_t& sdp, const sdp_media_t& media)
{
    SdpMessages messages;
    const auto port = ParseNumber(OsipText(media.m_port), 0, UINT16_MAX);
    const auto address = ConnectionAddress(sdp, media);
    if (OsipText(media.m_proto) != "TCP/MSRP" || !port || !address ||
        media.m_number_of_port != nullptr)
    {
        return std::nullopt;
    }
    messages.where = {*address, static_cast<uint16_t>(*port)};
    for (int i = 0; i < osip_list_size(&media.a_attributes); ++i)
    {
        const auto* attribute =
            static_cast<const sdp_attribute_t*>(osip_list_get(&media.a_attributes, i));
        const std::string name = OsipText(attribute->a_att_field);
        const std::string value = OsipText(attribute->a_att_value);
        std::string* target = name == "path"           ? &messages.path
                              : name == "setup"        ? &messages.setup
                              : name == "accept-types" ? &messages.acceptTypes
                                                       : nullptr;
        if (target != nullptr)
        {
            *target = value;
        }
    }
    const bool isRefused = messages.where.port == 0;
    return isRefused || !messages.path.empty() ? std::optional(messages) : std::nullopt;
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
    case SdpError::BAD_CODEC:
        return "bad-codec";
    case SdpError::NO_COMMON_CODEC:
        return "no-common-codec";
    }
    return "unknown";
}

std::string
SdpSession::ToString() const
{
    const std::string where =
        (audio.address.IsV4() ? "IN IP4 " : "IN IP6 ") + audio.address.ToString();
    std::string text = "v=0\r\no=" + userName + " " + std::to_string(sessionId) + " " +
                       std::to_string(version) + " " + where + "\r\ns=-\r\nc=" + where +
                       "\r\nt=0 0\r\n" + LinesOf(sessionAttributes) + "m=audio " +
                       std::to_string(audio.port) + " RTP/AVP";
    for (const SdpCodec& codec : codecs)
    {
        text += " " + std::to_string(codec.payloadType);
    }
    text += "\r\n";
    for (const SdpCodec& codec : codecs)
    {
        const std::string type = std::to_string(codec.payloadType) + " ";
        text += codec.name.empty() ? ""
                                   : "a=rtpmap:" + type + codec.name + "/" +
                                         std::to_string(codec.clockRate) + "\r\n";
        text += codec.parameters.empty() ? "" : "a=fmtp:" + type + codec.parameters + "\r\n";
    }
    text += "a=ptime:" + std::to_string(ptimeMs) +
            "\r\na=" + std::string(sip::ToString(direction)) + "\r\n";
    const std::string all = text + LinesOf(attributes);
    return messages ? all + WriteMessages(*messages) : all;
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
    const int streams = osip_list_size(&sdp->m_medias);
    const auto* second = static_cast<const sdp_media_t*>(osip_list_get(&sdp->m_medias, 1));
    if (streams == 0 || streams > 2 || (second && OsipText(second->m_media) != "message"))
    {
        return Failure{streams == 0 ? SdpError::NO_AUDIO : SdpError::TOO_MANY_MEDIA};
    }
    const auto* media = static_cast<const sdp_media_t*>(osip_list_get(&sdp->m_medias, 0));
    if (OsipText(media->m_media) != "audio" || OsipText(media->m_proto) != "RTP/AVP")
    {
        return Failure{SdpError::NO_AUDIO};
    }
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
    if (second)
    {
        session.messages = ReadMessages(*sdp, *second);
        if (!session.messages)
        {
            return Failure{SdpError::BAD_MESSAGES};
        }
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
