// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A dialog (RFC 3261 12): the peers' tags, sequence numbers, remote target and route set.
///
/// Both ends construct one from the INVITE and its 2xx, or earlier from a reliable provisional response (RFC 3262 4).
/// Left out: forking (the first 2xx counts), strict routers.
#pragma once

#include "ims-sip-message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::sip
{

class SipDialog
{
  public:
    /// The caller's side (12.1.2). @return nothing where @p response lacks a tag or a Contact.
    static std::optional<SipDialog> OfCaller(const SipMessage& invite, const SipMessage& response);
    /// The callee's side (12.1.1). @return nothing where @p invite lacks a tag or a Contact.
    static std::optional<SipDialog> OfCallee(const SipMessage& invite, const std::string& localTag);

    /// 12.2.1.2, 12.2.2: a re-INVITE or the 2xx to one may bring another remote target.
    void RefreshTarget(const SipMessage& message);

    /// @return a request inside the dialog (12.2.1.1), without Via and Contact. An ACK takes our last INVITE's number.
    SipMessage MakeRequest(const std::string& method);

    /// @return whether @p request, from the peer, belongs here (12.2.2).
    bool Matches(const SipMessage& request) const;
    /// 12.2.2: a request with a lower number than one before it is out of order. An ACK has its INVITE's.
    bool TakeSequence(const SipMessage& request);

    /// The 2xx to the INVITE that made this early dialog (13.2.2.4: the route set is that of the 2xx).
    /// @return whether it belongs here; where not, nothing has changed.
    bool Confirm(const SipMessage& response);

    const std::string&
    CallId() const
    {
        return m_callId;
    }

  private:
    std::string m_callId;
    SipNameAddr m_local;
    SipNameAddr m_remote;
    std::string m_remoteTarget;
    std::vector<std::string> m_routeSet;
    uint32_t m_localNumber{0};
    uint32_t m_localInvite{0}; ///< the number of our last INVITE
    std::optional<uint32_t> m_remoteNumber;
    uint32_t m_remoteInvite{0}; ///< the number of the peer's last INVITE
};

} // namespace imsfw::sip
