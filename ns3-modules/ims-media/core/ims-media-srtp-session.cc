// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-srtp-session.h"

#include <srtp2/srtp.h>

#include <algorithm>

namespace imsfw::rtp
{

namespace
{

constexpr std::size_t RTP_HEADER = 12;
constexpr std::size_t RTCP_HEADER = 8; // with the sender's SSRC

struct ProfileRow
{
    SrtpProfile profile;
    const char* name;
    srtp_profile_t library;
    std::size_t rtpTag;  ///< RFC 3711 5.2, RFC 7714 13
    std::size_t rtcpTag; ///< RFC 5764 4.1.2: SRTCP keeps 80 bits where SRTP has 32
};

const std::vector<ProfileRow>&
Profiles()
{
    static const std::vector<ProfileRow> ROWS{
        {SrtpProfile::AES_CM_128_HMAC_SHA1_80,
         "AES_CM_128_HMAC_SHA1_80",
         srtp_profile_aes128_cm_sha1_80,
         10,
         10},
        {SrtpProfile::AES_CM_128_HMAC_SHA1_32,
         "AES_CM_128_HMAC_SHA1_32",
         srtp_profile_aes128_cm_sha1_32,
         4,
         10},
        {SrtpProfile::AEAD_AES_128_GCM, "AEAD_AES_128_GCM", srtp_profile_aead_aes_128_gcm, 16, 16},
        {SrtpProfile::AEAD_AES_256_GCM, "AEAD_AES_256_GCM", srtp_profile_aead_aes_256_gcm, 16, 16},
        {SrtpProfile::NULL_HMAC_SHA1_80, "NULL_HMAC_SHA1_80", srtp_profile_null_sha1_80, 10, 10},
    };
    return ROWS;
}

const ProfileRow&
RowOf(SrtpProfile profile)
{
    return *std::find_if(Profiles().begin(),
                         Profiles().end(),
                         [&](const ProfileRow& row) { return row.profile == profile; });
}

SrtpError
ToError(int status)
{
    switch (status)
    {
    case srtp_err_status_auth_fail:
        return SrtpError::AUTHENTICATION;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old:
        return SrtpError::REPLAYED;
    case srtp_err_status_key_expired:
        return SrtpError::KEY_EXPIRED;
    case srtp_err_status_bad_param:
    case srtp_err_status_parse_err:
        return SrtpError::MALFORMED;
    default: // the library's list is longer, and may grow
        return SrtpError::LIBRARY;
    }
}

/// @return whether the library can be used; it is initialised at the first call.
bool
InitialiseLibrary()
{
    static const bool IS_GOOD = srtp_init() == srtp_err_status_ok;
    return IS_GOOD;
}

/// A copy of @p bytes with room for what protection adds.
Bytes
WithRoom(ByteView bytes)
{
    Bytes copy = bytes.ToBytes();
    copy.resize(bytes.Size() + SRTP_MAX_TRAILER_LEN + 4);
    return copy;
}

} // namespace

struct SrtpSession::Library
{
    ~Library()
    {
        if (session != nullptr)
        {
            srtp_dealloc(session);
        }
    }

    srtp_t session{nullptr};
};

const char*
ToString(SrtpProfile profile)
{
    return RowOf(profile).name;
}

std::optional<SrtpProfile>
FindSrtpProfile(std::string_view name)
{
    const auto found = std::find_if(Profiles().begin(),
                                    Profiles().end(),
                                    [&](const ProfileRow& row) { return row.name == name; });
    return found == Profiles().end() ? std::nullopt : std::optional(found->profile);
}

std::vector<std::string>
SrtpProfileNames()
{
    std::vector<std::string> names;
    for (const ProfileRow& row : Profiles())
    {
        names.emplace_back(row.name);
    }
    return names;
}

std::size_t
SrtpKeyLength(SrtpProfile profile)
{
    const srtp_profile_t library = RowOf(profile).library;
    return srtp_profile_get_master_key_length(library) +
           srtp_profile_get_master_salt_length(library);
}

std::size_t
SrtpOverhead(SrtpProfile profile, bool isRtcp)
{
    constexpr std::size_t RTCP_INDEX = 4; // RFC 3711 3.4: E flag and index
    const ProfileRow& row = RowOf(profile);
    return isRtcp ? row.rtcpTag + RTCP_INDEX : row.rtpTag;
}

const char*
ToString(SrtpError error)
{
    switch (error)
    {
    case SrtpError::BAD_KEY_LENGTH:
        return "bad-key-length";
    case SrtpError::MALFORMED:
        return "malformed";
    case SrtpError::AUTHENTICATION:
        return "authentication";
    case SrtpError::REPLAYED:
        return "replayed";
    case SrtpError::KEY_EXPIRED:
        return "key-expired";
    case SrtpError::LIBRARY:
        return "library";
    }
    return "";
}

SrtpSession::SrtpSession(std::unique_ptr<Library> library) : m_library(std::move(library))
{
}

SrtpSession::~SrtpSession() = default;

Result<std::unique_ptr<SrtpSession>, SrtpError>
SrtpSession::Create(SrtpProfile profile, Direction direction, ByteView key)
{
    if (key.Size() != SrtpKeyLength(profile))
    {
        return Failure{SrtpError::BAD_KEY_LENGTH};
    }
    const srtp_profile_t library = RowOf(profile).library;
    Bytes keyCopy = key.ToBytes(); // the library takes no constant one
    srtp_policy_t policy{};
    policy.ssrc.type = direction == Direction::OUTBOUND ? ssrc_any_outbound : ssrc_any_inbound;
    policy.key = keyCopy.data();
    auto made = std::make_unique<Library>();
    const bool isGood =
        InitialiseLibrary() &&
        srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, library) == srtp_err_status_ok &&
        srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, library) == srtp_err_status_ok &&
        srtp_create(&made->session, &policy) == srtp_err_status_ok;
    if (!isGood)
    {
        return Failure{SrtpError::LIBRARY};
    }
    std::unique_ptr<SrtpSession> session(new SrtpSession(std::move(made)));
    session->m_isOutbound = direction == Direction::OUTBOUND;
    return session;
}

Result<Bytes, SrtpError>
SrtpSession::Protect(ByteView rtp)
{
    if (rtp.Size() < RTP_HEADER)
    {
        return Refuse(SrtpError::MALFORMED);
    }
    Bytes bytes = WithRoom(rtp);
    auto size = static_cast<int>(rtp.Size());
    const int status = srtp_protect(m_library->session, bytes.data(), &size);
    return Done(std::move(bytes), rtp.Size(), size, status);
}

Result<Bytes, SrtpError>
SrtpSession::ProtectRtcp(ByteView rtcp)
{
    if (rtcp.Size() < RTCP_HEADER)
    {
        return Refuse(SrtpError::MALFORMED);
    }
    Bytes bytes = WithRoom(rtcp);
    auto size = static_cast<int>(rtcp.Size());
    const int status = srtp_protect_rtcp(m_library->session, bytes.data(), &size);
    return Done(std::move(bytes), rtcp.Size(), size, status);
}

Result<Bytes, SrtpError>
SrtpSession::Unprotect(ByteView srtp)
{
    if (srtp.Size() < RTP_HEADER)
    {
        return Refuse(SrtpError::MALFORMED);
    }
    Bytes bytes = srtp.ToBytes();
    auto size = static_cast<int>(srtp.Size());
    const int status = srtp_unprotect(m_library->session, bytes.data(), &size);
    return Done(std::move(bytes), srtp.Size(), size, status);
}

Result<Bytes, SrtpError>
SrtpSession::UnprotectRtcp(ByteView srtcp)
{
    if (srtcp.Size() < RTCP_HEADER)
    {
        return Refuse(SrtpError::MALFORMED);
    }
    Bytes bytes = srtcp.ToBytes();
    auto size = static_cast<int>(srtcp.Size());
    const int status = srtp_unprotect_rtcp(m_library->session, bytes.data(), &size);
    return Done(std::move(bytes), srtcp.Size(), size, status);
}

Result<Bytes, SrtpError>
SrtpSession::Done(Bytes bytes, std::size_t before, int after, int status)
{
    if (status != srtp_err_status_ok)
    {
        return Refuse(ToError(status));
    }
    bytes.resize(static_cast<std::size_t>(after));
    ++m_statistics.packets;
    m_statistics.plainBytes += m_isOutbound ? before : bytes.size();
    m_statistics.protectedBytes += m_isOutbound ? bytes.size() : before;
    return bytes;
}

Result<Bytes, SrtpError>
SrtpSession::Refuse(SrtpError error)
{
    ++m_statistics.refused;
    return Failure{error};
}

} // namespace imsfw::rtp
