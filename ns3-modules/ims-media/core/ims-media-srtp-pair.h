// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// SRTP around a stream in both directions, as SDES sets it up: each party protects what it sends under a key of its own
/// (RFC 4568 6.1).
#pragma once

#include "ims-media-srtp-session.h"

#include <memory>
#include <optional>

namespace imsfw::rtp
{

struct SrtpKeys
{
    SrtpProfile profile;
    Bytes sendKey;
    Bytes receiveKey; ///< empty: not known yet
};

/// What SRTP did, both directions apart.
struct SrtpPairStatistics
{
    SrtpStatistics sent;
    SrtpStatistics received;
};

class SrtpPair
{
  public:
    /// @return nothing wrong: both sessions stand; else why one cannot.
    static Result<std::unique_ptr<SrtpPair>, SrtpError> Create(const SrtpKeys& keys);

    /// The peer has told its key; what comes after is opened with it. @return why it is none
    std::optional<SrtpError> SetReceiveKey(ByteView key);

    /// @return nothing where libsrtp2 refuses; it is counted.
    std::optional<Bytes> Protect(ByteView plain, bool isRtcp);
    /// @return nothing where it is changed, replayed, of another key, or came before the key; it is counted.
    std::optional<Bytes> Unprotect(ByteView secured, bool isRtcp);

    SrtpPairStatistics GetStatistics() const;

  private:
    SrtpPair(SrtpProfile profile, std::unique_ptr<SrtpSession> protect);

    SrtpProfile m_profile;
    std::unique_ptr<SrtpSession> m_protect;
    std::unique_ptr<SrtpSession> m_unprotect; ///< null before the peer's key is known
    SrtpStatistics m_before;                  ///< what was received under earlier keys, or without
};

} // namespace imsfw::rtp
