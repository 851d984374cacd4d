// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Registering, answering the challenge, refreshing, removing.
#include "ims-sip-registration.h"

#include "base/text.h"

namespace imsfw::sip
{

using Type = UserAgentEvent::Type;

namespace
{

ClientCredentials
CredentialsOf(const UserAgentConfig& config)
{
    return {config.privateIdentity, config.realm, config.password, config.qop, config.isim};
}

} // namespace

Registration::Registration(UserAgentContext& context)
    : m_context(context),
      m_auth(CredentialsOf(context.config), context.random),
      m_security(context.config.securityMechanisms),
      m_expiresS(context.config.expiresS)
{
}

void
Registration::Begin(TimePoint now)
{
    if (m_pending)
    {
        return;
    }
    m_refreshAt.reset();
    m_isRemoval = false;
    m_isAgreeing = false;
    m_auth.Begin();
    SendRegister(now);
}

void
Registration::Remove(TimePoint now)
{
    if (m_pending || !m_isRegistered)
    {
        return;
    }
    m_refreshAt.reset();
    m_isRemoval = true;
    m_auth.Begin();
    SendRegister(now);
}

void
Registration::SendRegister(TimePoint now)
{
    m_pending = m_context.layer.SendRequest(now, m_context.flow, MakeRegister());
}

SipMessage
Registration::MakeRegister()
{
    const UserAgentConfig& config = m_context.config;
    if (m_callId.empty())
    {
        // RFC 3261 10.2: one Call-ID for all registrations of a UA to a registrar.
        m_callId = m_context.random.Token(24) + "@" + config.local.address.ToString();
        m_fromTag = m_context.random.Token(10);
    }
    const std::string uri = "sip:" + config.realm;
    const std::string seconds = m_isRemoval ? "0" : std::to_string(m_expiresS);
    SipMessage request = SipMessage::Request("REGISTER", uri);
    request.Add("Max-Forwards", "70");
    request.Add("From", "<" + config.publicIdentity + ">;tag=" + m_fromTag);
    request.Add("To", "<" + config.publicIdentity + ">");
    request.Add("Call-ID", m_callId);
    request.Add("CSeq", SipCSeq{++m_number, "REGISTER"}.ToString());
    SipNameAddr contact = m_context.Contact(true);
    contact.params.Set("expires", seconds);
    request.Add("Contact", contact.ToString());
    request.Add("Expires", seconds);
    request.Add("Authorization", m_auth.Header("REGISTER", uri, request.Body()));
    request.Add("Supported", "path, gruu, outbound");
    m_security.AddTo(request);
    if (!config.accessNetworkInfo.empty())
    {
        request.Add("P-Access-Network-Info", config.accessNetworkInfo);
    }
    m_context.AddCapabilities(request);
    SipVia via = m_context.NewVia();
    via.params.Set("keep", std::nullopt); // RFC 6223 4.2.1: we are willing to send keep-alives
    request.Prepend("Via", via.ToString());
    return request;
}

bool
Registration::HandleEvent(TimePoint now, const LayerEvent& event)
{
    if (!m_pending || event.id != *m_pending)
    {
        return false;
    }
    switch (event.type)
    {
    case LayerEvent::Type::RESPONSE:
        HandleResponse(now, *event.message);
        return true;
    case LayerEvent::Type::TIMED_OUT:
        m_pending.reset();
        m_isRegistered = false;
        m_context.Report(now, Type::REQUEST_TIMED_OUT, "timeout", "REGISTER");
        m_context.Report(now, Type::REGISTRATION_FAILED, "timeout", "no answer to REGISTER");
        return true;
    case LayerEvent::Type::FLOW_LOST:
    case LayerEvent::Type::REQUEST:
    case LayerEvent::Type::ACK:
    case LayerEvent::Type::NO_ACK:
        return true;
    }
    return true;
}

void
Registration::HandleResponse(TimePoint now, const SipMessage& response)
{
    if (response.Status() < 200)
    {
        return;
    }
    m_pending.reset();
    if (response.Status() == 401)
    {
        HandleChallenge(now, response);
    }
    else if (response.Status() == 494)
    {
        HandleAgreement(now, response);
    }
    else if (response.Status() == 423)
    {
        HandleTooBrief(now, response);
    }
    else if (response.Status() < 300)
    {
        HandleSuccess(now, response);
    }
    else
    {
        Fail(now, "refused", response);
    }
}

void
Registration::HandleChallenge(TimePoint now, const SipMessage& response)
{
    if (!m_security.Take(response))
    {
        return Fail(now, "no-common-security", response);
    }
    switch (m_auth.TakeChallenge(response))
    {
    case ClientAuth::Verdict::ANSWER:
        SendRegister(now);
        return;
    case ClientAuth::Verdict::WRONG_CREDENTIALS:
        Fail(now, "wrong-credentials", response);
        return;
    case ClientAuth::Verdict::NO_USABLE_CHALLENGE:
        Fail(now, "no-usable-challenge", response);
        return;
    case ClientAuth::Verdict::NETWORK_NOT_AUTHENTICATED:
        Fail(now, "network-not-authenticated", response);
        return;
    }
}

void
Registration::HandleAgreement(TimePoint now, const SipMessage& response)
{
    // RFC 3329 2.3.1: the list that came before was changed on its way; a second time it would be again.
    if (m_isAgreeing || !m_security.Take(response))
    {
        return Fail(now, "no-common-security", response);
    }
    m_isAgreeing = true;
    SendRegister(now);
}

void
Registration::HandleTooBrief(TimePoint now, const SipMessage& response)
{
    // RFC 3261 10.2.8: again, with an interval "equal to or greater than" Min-Expires.
    const auto least = response.Number("Min-Expires");
    if (m_isRemoval || !least || *least <= m_expiresS)
    {
        return Fail(now, "refused", response);
    }
    m_expiresS = *least;
    m_auth.Begin();
    SendRegister(now);
}

void
Registration::HandleSuccess(TimePoint now, const SipMessage& response)
{
    if (!m_auth.IsServerGenuine(response))
    {
        return Fail(now, "network-not-authenticated", response);
    }
    if (m_isRemoval)
    {
        m_isRegistered = false;
        m_context.Report(now, Type::DEREGISTERED, "", response);
        return;
    }
    const uint32_t granted = GrantedSeconds(response);
    m_context.serviceRoute = response.Headers("Service-Route");
    m_context.associated = response.Headers("P-Associated-URI");
    m_isRegistered = granted > 0;
    // TS 24.229 5.1.1.4.1: 600 s before the end where it is more than 1200 s away, else at half of the time.
    const auto lifetime = std::chrono::seconds(granted);
    m_refreshAt =
        now + (granted > 1200 ? lifetime - std::chrono::seconds(600) : Duration(lifetime) / 2);
    m_context.Report(now, Type::REGISTERED, "", response);
}

uint32_t
Registration::GrantedSeconds(const SipMessage& response) const
{
    uint32_t granted = response.Number("Expires").value_or(m_expiresS);
    const std::string own = m_context.Contact(true).uri.ToString();
    for (const SipNameAddr& contact : response.Addresses("Contact"))
    {
        const auto expires = contact.params.Value("expires");
        const auto seconds = expires ? ParseNumber(*expires, 0, UINT32_MAX) : std::nullopt;
        if (seconds && contact.uri.ToString() == own)
        {
            granted = static_cast<uint32_t>(*seconds);
        }
    }
    return granted;
}

void
Registration::Fail(TimePoint now, const std::string& reason, const SipMessage& response)
{
    m_isRegistered = false;
    // 403 to an answer that was computed is how a registrar says "wrong" without another challenge.
    const bool isCredentials = response.Status() == 403 && m_auth.HasAnswered();
    m_auth.Forget();
    m_context.Report(
        now, Type::REGISTRATION_FAILED, isCredentials ? "wrong-credentials" : reason, response);
}

void
Registration::HandleFlowLost(TimePoint now, const std::string& reason, const std::string& detail)
{
    const bool wasTrying = m_pending.has_value();
    m_pending.reset();
    m_refreshAt.reset();
    if (wasTrying || m_isRegistered)
    {
        m_isRegistered = false;
        m_context.Report(now, Type::REGISTRATION_FAILED, reason, detail);
    }
}

void
Registration::HandleTimeout(TimePoint now)
{
    if (m_refreshAt && *m_refreshAt <= now)
    {
        Begin(now);
    }
}

std::optional<TimePoint>
Registration::NextTimeout() const
{
    return m_refreshAt;
}

} // namespace imsfw::sip
