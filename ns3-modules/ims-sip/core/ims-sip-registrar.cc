// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Challenging, verifying, binding, expiring.
#include "ims-sip-registrar.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

namespace
{

/// @return the lifetime wanted: the Contact's parameter, else the header, else @p most (RFC 3261 10.3 step 7).
uint32_t
WantedExpires(const SipMessage& request, const SipNameAddr* contact, uint32_t most)
{
    const auto parameter = contact != nullptr ? contact->params.Value("expires") : std::nullopt;
    const auto seconds = parameter ? ParseNumber(*parameter, 0, UINT32_MAX) : std::nullopt;
    const uint32_t wanted =
        seconds ? static_cast<uint32_t>(*seconds) : request.Number("Expires").value_or(most);
    return std::min(wanted, most);
}

} // namespace

Registrar::Registrar(RegistrarConfig config, RandomSource& random)
    : m_config(std::move(config)), m_random(random)
{
}

void
Registrar::AddUser(const SipUser& user)
{
    m_users[user.privateIdentity] = user;
}

bool
Registrar::IsUser(std::string_view aor) const
{
    return std::any_of(m_users.begin(),
                       m_users.end(),
                       [&](const auto& entry)
                       {
                           const auto uri = SipUri::Parse(entry.second.publicIdentity);
                           return uri && uri->AddressOfRecord() == aor;
                       });
}

Registrar::Reply
Registrar::HandleRegister(TimePoint now, const SipMessage& request, const SipFlow& flow)
{
    const auto header = request.Header("Authorization");
    const auto credentials = header ? http::DigestResponse::Parse(*header) : std::nullopt;
    // No credentials, or the empty ones of TS 24.229's first REGISTER.
    if (!credentials || credentials->nonce.empty() || credentials->response.empty())
    {
        return Challenge(now, request, false);
    }
    const auto user = m_users.find(credentials->username);
    if (user == m_users.end() || credentials->realm != m_config.realm)
    {
        return Refuse(request, 403, "unknown-user");
    }
    // RFC 3261 22.4 item 1: the uri parameter must be the Request-URI; RFC 7616 3.4.6: 400 where it is not.
    if (credentials->uri != request.RequestUri() || credentials->qop != "auth")
    {
        return Refuse(request, 400, "bad-request");
    }
    if (!http::VerifyResponse(*credentials, "REGISTER", user->second.password))
    {
        return Refuse(request, 403, "wrong-password");
    }
    if (!TakeNonce(now, *credentials))
    {
        return Challenge(now, request, true);
    }
    const auto own = SipUri::Parse(user->second.publicIdentity);
    if (!own || request.To().uri.AddressOfRecord() != own->AddressOfRecord())
    {
        return Refuse(request, 403, "not-your-identity");
    }
    return Bind(now, request, user->second, flow);
}

Registrar::Reply
Registrar::Challenge(TimePoint now, const SipMessage& request, bool isStale)
{
    ForgetOldNonces(now);
    http::DigestChallenge challenge;
    challenge.realm = m_config.realm;
    challenge.nonce = ToBase64(m_random.Draw(24));
    challenge.opaque = m_random.Token(16);
    challenge.qop = "auth";
    challenge.stale = isStale;
    m_nonces[challenge.nonce] = Nonce{now, 0};
    SipMessage response = SipMessage::Response(request, 401, m_random.Token(10));
    response.Add("WWW-Authenticate", challenge.ToHeader());
    return {Outcome::CHALLENGED, std::move(response), request.To().uri.ToString(), ""};
}

Registrar::Reply
Registrar::Refuse(const SipMessage& request, int status, std::string reason)
{
    return {Outcome::REFUSED,
            SipMessage::Response(request, status, m_random.Token(10)),
            request.To().uri.ToString(),
            std::move(reason)};
}

bool
Registrar::TakeNonce(TimePoint now, const http::DigestResponse& response)
{
    const auto nonce = m_nonces.find(response.nonce);
    // RFC 7616 3.4: the count is there "to detect request replays".
    if (nonce == m_nonces.end() || now - nonce->second.issued > m_config.nonceLifetime ||
        response.nc <= nonce->second.lastCount)
    {
        return false;
    }
    nonce->second.lastCount = response.nc;
    return true;
}

void
Registrar::ForgetOldNonces(TimePoint now)
{
    for (auto nonce = m_nonces.begin(); nonce != m_nonces.end();)
    {
        nonce = now - nonce->second.issued > m_config.nonceLifetime ? m_nonces.erase(nonce)
                                                                    : std::next(nonce);
    }
}

Registrar::Reply
Registrar::Bind(TimePoint now, const SipMessage& request, const SipUser& user, const SipFlow& flow)
{
    const std::string aor = request.To().uri.AddressOfRecord();
    const auto contacts = request.Addresses("Contact");
    const bool isStar = request.Header("Contact") == std::optional<std::string>("*");
    const uint32_t seconds =
        WantedExpires(request, contacts.empty() ? nullptr : &contacts[0], m_config.maxExpiresS);
    auto known = m_bindings.find(aor);
    // RFC 3261 10.3 step 7: the same Call-ID with a CSeq that is not higher: the update is aborted.
    if (known != m_bindings.end() && known->second.callId == request.CallId() &&
        request.CSeq().number <= known->second.number)
    {
        return Refuse(request, 500, "out-of-order");
    }
    if ((isStar && seconds != 0) || contacts.size() > 1)
    {
        return Refuse(request, 400, "bad-request");
    }
    SipMessage response = SipMessage::Response(request, 200, m_random.Token(10));
    if (seconds == 0)
    {
        m_bindings.erase(aor);
        return {Outcome::REMOVED, std::move(response), user.publicIdentity, ""};
    }
    if (contacts.size() == 1)
    {
        Binding binding{user.publicIdentity,
                        aor,
                        contacts[0].uri.ToString(),
                        flow,
                        "",
                        request.CallId(),
                        0,
                        {}};
        binding.token = known != m_bindings.end() ? known->second.token : m_random.Token(12);
        binding.number = request.CSeq().number;
        binding.expires = now + std::chrono::seconds(seconds);
        m_bindings[aor] = binding;
        SipNameAddr echoed = contacts[0];
        echoed.params.Set("expires", std::to_string(seconds));
        response.Add("Contact", echoed.ToString());
    }
    response.Add("P-Associated-URI", "<" + user.publicIdentity + ">");
    return {Outcome::REGISTERED, std::move(response), user.publicIdentity, ""};
}

const Binding*
Registrar::ByAor(TimePoint now, const std::string& aor) const
{
    const auto found = m_bindings.find(aor);
    return found != m_bindings.end() && found->second.expires > now ? &found->second : nullptr;
}

const Binding*
Registrar::ByContact(TimePoint now, const std::string& contact) const
{
    for (const auto& [aor, binding] : m_bindings)
    {
        if (binding.contact == contact && binding.expires > now)
        {
            return &binding;
        }
    }
    return nullptr;
}

const Binding*
Registrar::ByFlow(TimePoint now, const SipFlow& flow) const
{
    for (const auto& [aor, binding] : m_bindings)
    {
        if (binding.flow == flow && binding.expires > now)
        {
            return &binding;
        }
    }
    return nullptr;
}

const Binding*
Registrar::ByToken(TimePoint now, const std::string& token) const
{
    for (const auto& [aor, binding] : m_bindings)
    {
        if (binding.token == token && binding.expires > now)
        {
            return &binding;
        }
    }
    return nullptr;
}

std::vector<Binding>
Registrar::Expire(TimePoint now)
{
    std::vector<Binding> expired;
    for (auto binding = m_bindings.begin(); binding != m_bindings.end();)
    {
        if (binding->second.expires > now)
        {
            ++binding;
            continue;
        }
        expired.push_back(binding->second);
        binding = m_bindings.erase(binding);
    }
    return expired;
}

std::vector<Binding>
Registrar::RemoveFlow(const SipFlow& flow)
{
    std::vector<Binding> removed;
    for (auto binding = m_bindings.begin(); binding != m_bindings.end();)
    {
        if (binding->second.flow != flow)
        {
            ++binding;
            continue;
        }
        removed.push_back(binding->second);
        binding = m_bindings.erase(binding);
    }
    return removed;
}

std::optional<TimePoint>
Registrar::NextTimeout() const
{
    std::optional<TimePoint> next;
    for (const auto& [aor, binding] : m_bindings)
    {
        next = Earlier(next, binding.expires);
    }
    return next;
}

} // namespace imsfw::sip
