// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-sdp-streams.h"

#include "base/text.h"
#include "ims-sip-osip.h"

#include <algorithm>

namespace imsfw::sip
{

namespace
{

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

/// @return the value of a stream's attribute; nothing where it has none of that name.
std::optional<std::string>
AttributeOf(const SdpSession& stream, std::string_view name)
{
    const auto found = std::find_if(stream.attributes.begin(),
                                    stream.attributes.end(),
                                    [&](const auto& attribute) { return attribute.name == name; });
    return found == stream.attributes.end() ? std::nullopt : std::optional(found->value);
}

/// @return whether one of the session's a=group:BUNDLE lines (RFC 9143 5) names both identifiers.
bool
AreBundled(const SdpSession& session, const std::string& first, const std::string& second)
{
    return std::any_of(session.sessionAttributes.begin(),
                       session.sessionAttributes.end(),
                       [&](const auto& attribute)
                       {
                           const auto words = Split(attribute.value, ' ');
                           const auto has = [&](const std::string& mid) {
                               return std::find(words.begin() + 1, words.end(), mid) != words.end();
                           };
                           return attribute.name == "group" && words.front() == "BUNDLE" &&
                                  has(first) && has(second);
                       });
}

} // namespace

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
WriteCodecs(const std::vector<SdpCodec>& codecs)
{
    std::string text;
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
    return text;
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

std::string
WriteVideo(const SdpVideo& video)
{
    std::string text = "m=video " + std::to_string(video.where.port) + " " + video.profile +
                       WriteCodecs(video.codecs);
    if (!video.IsWanted())
    {
        return text;
    }
    for (const SdpCodec& codec : video.codecs)
    {
        // RFC 4585 4.2: who loses a picture says so.
        text += "a=rtcp-fb:" + std::to_string(codec.payloadType) + " nack pli\r\n";
    }
    text += "a=rtcp-mux\r\na=sendrecv\r\n";
    if (video.isBundled)
    {
        text += "a=mid:" + video.mid + "\r\n";
        // RFC 9143 6: a stream that has no transport of its own is offered at port 0.
        text += video.where.port == 0 ? "a=bundle-only\r\n" : "";
    }
    return text;
}

std::optional<SdpVideo>
ReadVideo(const sdp_message_t& sdp, const sdp_media_t& media, const SdpSession& session)
{
    SdpVideo video;
    SdpSession stream;
    video.profile = OsipText(media.m_proto);
    const auto port = ParseNumber(OsipText(media.m_port), 0, UINT16_MAX);
    const auto address = ConnectionAddress(sdp, media);
    const std::string profile = session.isSecure ? "RTP/SAVP" : "RTP/AVP";
    if ((video.profile != profile && video.profile != profile + "F") || !port || !address ||
        media.m_number_of_port != nullptr || !TakeCodecs(media, stream) ||
        !TakeAttributes(media.a_attributes, stream))
    {
        return std::nullopt;
    }
    video.where = {*address, static_cast<uint16_t>(*port)};
    video.codecs = stream.codecs;
    const auto audioMid = AttributeOf(session, "mid");
    const auto mid = AttributeOf(stream, "mid");
    const bool isOffered = *port != 0 || AttributeOf(stream, "bundle-only");
    if (isOffered && audioMid && mid && AreBundled(session, *audioMid, *mid))
    {
        video.isBundled = true;
        video.audioMid = *audioMid;
        video.mid = *mid;
    }
    return video;
}

SdpVideo
AnswerVideo(const SdpVideo& offer, const SdpSession& local)
{
    SdpVideo answer = offer;
    answer.where = {local.audio.address, 0};
    answer.isBundled = false;
    const bool canBe = local.video && local.audio.port != 0 && offer.isBundled;
    for (const SdpCodec& offered : canBe ? offer.codecs : std::vector<SdpCodec>{})
    {
        for (const SdpCodec& own : local.video->codecs)
        {
            if (EqualsIgnoringCase(own.name, offered.name) && own.clockRate == offered.clockRate)
            {
                answer.where.port = local.audio.port; // RFC 9143 7.3.2: that of the whole bundle
                answer.isBundled = true;
                answer.codecs = {offered};
                return answer;
            }
        }
    }
    return answer;
}

} // namespace imsfw::sip
