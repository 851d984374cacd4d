// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A UE's registration (RFC 3261 10.2, RFC 5626 4.2, TS 24.229 5.1.1): REGISTER, 401, REGISTER with the answer, 200; then
/// a refresh in time; de-registration.
///
/// Left out: several contacts, the subscription to the `reg` event.
#pragma once

#include "ims-sip-client-auth.h"
#include "ims-sip-security-agreement.h"
#include "ims-sip-ua-context.h"

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
    /// Remove the registration (TS 24.229 5.1.1.6). Ignored where there is none, or while an attempt runs.
    void Remove(TimePoint now);
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
    SipMessage MakeRegister();
    void HandleResponse(TimePoint now, const SipMessage& response);
    void HandleChallenge(TimePoint now, const SipMessage& response);
    void HandleAgreement(TimePoint now, const SipMessage& response);
    void HandleTooBrief(TimePoint now, const SipMessage& response);
    void HandleSuccess(TimePoint now, const SipMessage& response);
    uint32_t GrantedSeconds(const SipMessage& response) const;
    void Fail(TimePoint now, const std::string& reason, const SipMessage& response);

    UserAgentContext& m_context;
    ClientAuth m_auth;
    SecurityClient m_security;
    bool m_isAgreeing{false}; ///< a 494 has come in this attempt
    std::optional<TransactionId> m_pending;
    uint32_t m_expiresS; ///< what we ask for
    bool m_isRemoval{false};
    uint32_t m_number{0};
    std::string m_callId;
    std::string m_fromTag;
    bool m_isRegistered{false};
    std::optional<TimePoint> m_refreshAt;
};

} // namespace imsfw::sip
