// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The media descriptions of a session description, one by one: what SdpSession reads, writes and answers them with.
#pragma once

#include "ims-sip-sdp.h"

#include <osipparser2/sdp_message.h>

#include <optional>
#include <string>
#include <vector>

namespace imsfw::sip
{

/// @return the address of the stream's c= line, else of the session's; nothing where there is none that counts.
std::optional<IpAddress> ConnectionAddress(const sdp_message_t& sdp, const sdp_media_t& media);

/// Read the payload types of a stream's m= line into @p session. @return false where one is none.
bool TakeCodecs(const sdp_media_t& media, SdpSession& session);

/// Read a stream's (or session's) attributes: those of codecs, direction and ptime to where they belong, the others in
/// their order. @return false where a codec's is malformed, or a dynamic payload type has no name.
bool TakeAttributes(const osip_list_t& attributes, SdpSession& session);

/// @return the rest of an m= line, and what describes each codec.
std::string WriteCodecs(const std::vector<SdpCodec>& codecs);

std::string WriteMessages(const SdpMessages& messages);
/// @return nothing where it is no stream of messages that can be used or refused.
std::optional<SdpMessages> ReadMessages(const sdp_message_t& sdp, const sdp_media_t& media);

std::string WriteVideo(const SdpVideo& video);
/// @param session what was read before: whether audio is in one bundle with the video stands there
/// @return nothing where it is no video over RTP that can be used or refused.
std::optional<SdpVideo> ReadVideo(const sdp_message_t& sdp,
                                  const sdp_media_t& media,
                                  const SdpSession& session);
/// @return the offer's video as @p local takes part in it, or refuses it.
SdpVideo AnswerVideo(const SdpVideo& offer, const SdpSession& local);

} // namespace imsfw::sip
