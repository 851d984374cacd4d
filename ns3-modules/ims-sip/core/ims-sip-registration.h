// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A UE's registration with SIP Digest (RFC 3261 10.2 and 22, TS 24.229 5.1.1, TS 33.203 annex N).
///
/// REGISTER, 401, REGISTER with the answer, 200; then a refresh in time. Left out: IMS AKA, the security agreement of
/// RFC 3329 (it is for IPsec; TLS is in place before the first REGISTER), several contacts, de-registration.
#pragma once

#include "ims-sip-ua-context.h"
#include "ims-web-proxy-digest.h"

#include <optional>
#include <string>

namespace imsfw::sip
{

class Registration
{
  public:
    explicit Registration(UserAgentContext& context);

    /// Register, or refresh now. Ignored while an attempt runs.
    void Begin(TimePoint now);
    /// @return whether @p id was ours and the event is dealt with.
    bool HandleEvent(TimePoint now, const LayerEvent& event);
    /// The flow is gone: what it carried has failed.
    void HandleFlowLost(TimePoint now, const std::string& reason, const std::string& detail);
    void HandleTimeout(TimePoint now);
    std::optional<TimePoint> NextTimeout() const;

    bool
    IsRegistered() const
    {
        return m_isRegistered;
    }

  private:
    void SendRegister(TimePoint now);
    void HandleResponse(TimePoint now, const SipMessage& response);
    void HandleChallenge(TimePoint now, const SipMessage& response);
    void HandleSuccess(TimePoint now, const SipMessage& response);
    void Fail(TimePoint now, const std::string& reason, const SipMessage& response);
    std::string Authorization();

    UserAgentContext& m_context;
    std::optional<TransactionId> m_pending;
    std::optional<http::DigestChallenge> m_challenge;
    uint32_t m_nonceCount{0};
    int m_challenges{0}; ///< in this attempt
    uint32_t m_number{0};
    std::string m_callId;
    std::string m_fromTag;
    bool m_isRegistered{false};
    std::optional<TimePoint> m_refreshAt;
};

} // namespace imsfw::sip
