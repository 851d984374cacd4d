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
    Bytes receiveKey;
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

    /// @return nothing where libsrtp2 refuses; it is counted.
    std::optional<Bytes> Protect(ByteView plain, bool isRtcp);
    /// @return nothing where it is changed, replayed or of another key; it is counted.
    std::optional<Bytes> Unprotect(ByteView secured, bool isRtcp);

    SrtpPairStatistics GetStatistics() const;

  private:
    SrtpPair(std::unique_ptr<SrtpSession> protect, std::unique_ptr<SrtpSession> unprotect);

    std::unique_ptr<SrtpSession> m_protect;
    std::unique_ptr<SrtpSession> m_unprotect;
};

} // namespace imsfw::rtp
