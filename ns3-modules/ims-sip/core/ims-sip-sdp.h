// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Session descriptions with one audio stream, and beside it, in this order, a stream of video and one of messages (MSRP)
/// where they are: offer and answer (RFC 4566 / 8866, RFC 3264; RFC 9143; RFC 4975 8, RFC 6135).
///
/// libosip2 reads the lines; what comes out is only what a call here uses: address, port, codecs, direction, ptime.
/// Attributes of the audio that are not understood (candidates of ICE) are kept in order. Video goes over the transport of
/// the audio or not at all: an offer with a transport of its own for it is refused, and the audio's key is the video's too
/// (RFC 8859: a=crypto is of the transport). Left out: more streams, multicast, bandwidth, host names in place of addresses.
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "ims-sip-sdp-crypto.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::sip
{

struct SdpCodec
{
    uint8_t payloadType{0};
    std::string name; ///< "PCMU", "PCMA", "AMR-WB"
    uint32_t clockRate{8000};
    std::string parameters; ///< the a=fmtp line's value, may be empty

    static SdpCodec Pcmu();
    static SdpCodec Pcma();
    static SdpCodec AmrWb(uint8_t payloadType = 104);
    static SdpCodec H264(uint8_t payloadType);
};

enum class SdpDirection
{
    SENDRECV,
    SENDONLY,
    RECVONLY,
    INACTIVE,
};

std::string_view ToString(SdpDirection direction);

enum class SdpError
{
    MALFORMED,      ///< not a session description
    NO_AUDIO,       ///< no m=audio line over RTP/AVP or RTP/SAVP
    TOO_MANY_MEDIA, ///< more than audio, video and messages, or in another order
    BAD_ADDRESS,    ///< no c= line that counts, or no IP address in it
    BAD_PORT,
    BAD_MESSAGES,    ///< m=message without a=path, over something else than TCP, or without a port
    BAD_VIDEO,       ///< m=video not over RTP as the audio is, without a port or a codec
    BAD_CRYPTO,      ///< a malformed a=crypto, or m=audio over RTP/SAVP without one
    BAD_CODEC,       ///< a payload type out of range, or a dynamic one without a=rtpmap
    NO_COMMON_CODEC, ///< answer only
    NO_COMMON_SUITE, ///< answer only: the stream is secure, by none of the ways that there are here
};

std::string_view ToString(SdpError error);

/// A stream of messages: m=message ... TCP/MSRP * (RFC 4975 8.1).
struct SdpMessages
{
    Endpoint where;   ///< port 0 is a refused stream; 9 that of one who will connect (RFC 4145 4.1)
    std::string path; ///< MSRP URIs; empty only where the stream is refused
    std::string setup; ///< "active", "passive", "actpass" or "holdconn"; empty where it is not said
    std::string acceptTypes{"*"};
};

/// A stream of video that shares the audio's transport (RFC 9143).
struct SdpVideo
{
    Endpoint
        where; ///< port 0: refused, or an offer that has no transport but the audio's (a=bundle-only)
    std::string profile{"RTP/AVPF"}; ///< or "RTP/AVP", "RTP/SAVPF", "RTP/SAVP"
    std::vector<SdpCodec> codecs;    ///< most wanted first
    bool isBundled{false};           ///< in one group with the audio
    std::string audioMid{"audio"};   ///< identifiers in that group (RFC 5888)
    std::string mid{"video"};

    bool
    IsWanted() const
    {
        return where.port != 0 || isBundled;
    }
};

struct SdpSession
{
    struct Attribute
    {
        std::string name;
        std::string value;
    };

    std::string userName{"-"};
    uint64_t sessionId{0};
    uint64_t version{0};
    Endpoint audio;               ///< where RTP is expected; port 0 is a refused stream
    std::vector<SdpCodec> codecs; ///< most wanted first
    SdpDirection direction{SdpDirection::SENDRECV};
    uint32_t ptimeMs{20};
    bool isSecure{false};                     ///< over RTP/SAVP: SRTP
    std::vector<SdpCrypto> crypto;            ///< where it is secure; most wanted first
    std::vector<Attribute> attributes;        ///< the stream's others, in order
    std::vector<Attribute> sessionAttributes; ///< those before the stream, likewise (a=ice-lite)
    std::optional<SdpVideo> video{};
    std::optional<SdpMessages> messages{};

    std::string ToString() const;
    static Result<SdpSession, SdpError> Parse(std::string_view text);

    /// The answer to @p offer from an endpoint that can do what @p local says (RFC 3264 6): the offer's codecs that
    /// local has too, with the offer's payload types and in its order; local's address; the mirrored direction; of a secure stream the first way to protect it that local has too, with
    /// local's key. A stream of messages or video that local has not is refused.
    static Result<SdpSession, SdpError> Answer(const SdpSession& offer, const SdpSession& local);
};

} // namespace imsfw::sip
