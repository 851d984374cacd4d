// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// SRTP and SRTCP (RFC 3711, RFC 7714) through libsrtp2: one direction under one master key.
///
/// Keys are handed in, whatever agreed on them (SDES, RFC 4568, or DTLS-SRTP, RFC 5764; neither is here). Left out: master
/// key identifiers, re-keying, header extension encryption.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::rtp
{

enum class SrtpProfile
{
    AES_CM_128_HMAC_SHA1_80,
    AES_CM_128_HMAC_SHA1_32,
    AEAD_AES_128_GCM,
    AEAD_AES_256_GCM,
    NULL_HMAC_SHA1_80, ///< authenticated, not encrypted
};

/// @return the name as SDP and the IANA registries write it (RFC 4568 6.2, RFC 7714 14), e.g. "AEAD_AES_128_GCM".
const char* ToString(SrtpProfile profile);
std::optional<SrtpProfile> FindSrtpProfile(std::string_view name);
std::vector<std::string> SrtpProfileNames();

/// @return bytes of master key and master salt together.
std::size_t SrtpKeyLength(SrtpProfile profile);

/// @return bytes that a packet grows by: the tag; for RTCP the index of 31 bits and its flag too.
std::size_t SrtpOverhead(SrtpProfile profile, bool isRtcp);

enum class SrtpError
{
    BAD_KEY_LENGTH,
    MALFORMED,      ///< too short, or not RTP or RTCP
    AUTHENTICATION, ///< the tag does not fit: changed on the way, or another key
    REPLAYED,       ///< came before, or is older than the window
    KEY_EXPIRED,
    LIBRARY, ///< any other refusal of libsrtp2
};

const char* ToString(SrtpError error);

struct SrtpStatistics
{
    uint64_t packets{0};        ///< done
    uint64_t plainBytes{0};     ///< of these packets
    uint64_t protectedBytes{0}; ///< the difference is the overhead
    uint64_t refused{0};
};

class SrtpSession
{
  public:
    enum class Direction
    {
        OUTBOUND,
        INBOUND,
    };

    /// @param key master key, then master salt
    static Result<std::unique_ptr<SrtpSession>, SrtpError> Create(SrtpProfile profile,
                                                                  Direction direction,
                                                                  ByteView key);
    ~SrtpSession();
    SrtpSession(const SrtpSession&) = delete;
    SrtpSession& operator=(const SrtpSession&) = delete;

    /// @pre OUTBOUND
    Result<Bytes, SrtpError> Protect(ByteView rtp);
    Result<Bytes, SrtpError> ProtectRtcp(ByteView rtcp);

    /// @pre INBOUND
    Result<Bytes, SrtpError> Unprotect(ByteView srtp);
    Result<Bytes, SrtpError> UnprotectRtcp(ByteView srtcp);

    const SrtpStatistics&
    GetStatistics() const
    {
        return m_statistics;
    }

  private:
    struct Library; ///< libsrtp2's session

    explicit SrtpSession(std::unique_ptr<Library> library);
    Result<Bytes, SrtpError> Done(Bytes bytes, std::size_t before, int after, int status);
    Result<Bytes, SrtpError> Refuse(SrtpError error);

    std::unique_ptr<Library> m_library;
    bool m_isOutbound{false};
    SrtpStatistics m_statistics;
};

} // namespace imsfw::rtp
