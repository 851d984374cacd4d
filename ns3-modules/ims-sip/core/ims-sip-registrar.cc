// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Binding, refusing, expiring.
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
WantedExpires(const SipMessage& request, uint32_t most)
{
    const auto contact = request.Contact();
    const auto parameter = contact ? contact->params.Value("expires") : std::nullopt;
    const auto seconds = parameter ? ParseNumber(*parameter, 0, UINT32_MAX) : std::nullopt;
    const uint32_t wanted =
        seconds ? static_cast<uint32_t>(*seconds) : request.Number("Expires").value_or(most);
    return std::min(wanted, most);
}

/// RFC 5626 6: instance and reg-id count where the UE says that it supports outbound.
bool
IsOutbound(const SipMessage& request)
{
    const auto contact = request.Contact();
    const auto regId = contact ? contact->params.Value("reg-id") : std::nullopt;
    return regId && ParseNumber(*regId, 1, 0x7fffffff) && contact->params.Value("+sip.instance") &&
           request.HasToken("Supported", "outbound");
}

} // namespace

Registrar::Registrar(RegistrarConfig config, RandomSource& random)
    : m_config(std::move(config)),
      m_random(random),
      m_auth(m_config.realm, m_config.auth, m_hss, random)
{
}

void
Registrar::AddUser(const SipUser& user)
{
    m_hss.Add(user);
}

bool
Registrar::IsUser(std::string_view aor) const
{
    return m_hss.ByAor(aor) != nullptr;
}

bool
Registrar::IsIdentityOf(const Binding& binding, const std::string& uri) const
{
    const auto asked = SipUri::Parse(uri);
    const SipUser* owner = asked ? m_hss.ByAor(asked->AddressOfRecord()) : nullptr;
    return owner != nullptr && owner == m_hss.ByAor(binding.aor);
}

Registrar::Reply
Registrar::HandleRegister(TimePoint now, const SipMessage& request, const SipFlow& flow)
{
    const ServerAuth::Decision decision = m_auth.Decide(now, request);
    if (decision.outcome != ServerAuth::Outcome::ACCEPTED)
    {
        return Answer(request, decision);
    }
    const SipUser& user = *decision.user;
    if (m_hss.ByAor(request.To().uri.AddressOfRecord()) != &user)
    {
        return Refuse(request, 403, "not-your-identity");
    }
    Reply reply = Bind(now, request, user, flow);
    if (!decision.info.empty() && reply.outcome != Outcome::REFUSED)
    {
        reply.response.Add("Authentication-Info", decision.info);
    }
    return reply;
}

Registrar::Reply
Registrar::Answer(const SipMessage& request, const ServerAuth::Decision& decision)
{
    if (decision.outcome == ServerAuth::Outcome::REFUSED)
    {
        return Refuse(request, decision.status, decision.reason);
    }
    SipMessage response = SipMessage::Response(request, decision.status, m_random.Token(10));
    for (const std::string& challenge : decision.challenges)
    {
        response.Add("WWW-Authenticate", challenge);
    }
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

std::string
Registrar::KeyOf(const SipMessage& request) const
{
    const auto contact = request.Contact();
    if (!contact)
    {
        return "";
    }
    return IsOutbound(request) ? contact->params.Value("+sip.instance").value_or("") + "#" +
                                     contact->params.Value("reg-id").value_or("")
                               : contact->uri.ToString();
}

Registrar::Reply
Registrar::Bind(TimePoint now, const SipMessage& request, const SipUser& user, const SipFlow& flow)
{
    const std::string aor = request.To().uri.AddressOfRecord();
    const std::size_t contacts = request.Headers("Contact").size();
    const bool isStar = request.Header("Contact") == std::optional<std::string>("*");
    const uint32_t seconds = WantedExpires(request, m_config.maxExpiresS);
    const Binding* known = m_bindings.Find(aor, KeyOf(request));
    // RFC 3261 10.3 step 7: the same Call-ID with a CSeq that is not higher: the update is aborted.
    if (known != nullptr && known->callId == request.CallId() &&
        request.CSeq().number <= known->number)
    {
        return Refuse(request, 500, "out-of-order");
    }
    if ((isStar && seconds != 0) || contacts > 1 ||
        (contacts == 1 && !isStar && !request.Contact()))
    {
        return Refuse(request, 400, "bad-request");
    }
    if (contacts == 1 && seconds == 0)
    {
        return Unbind(request, user);
    }
    if (contacts == 1 && seconds < m_config.minExpiresS)
    {
        Reply reply = Refuse(request, 423, "interval-too-brief");
        reply.response.Add("Min-Expires", std::to_string(m_config.minExpiresS));
        return reply;
    }
    Reply reply{Outcome::REGISTERED,
                SipMessage::Response(request, 200, m_random.Token(10)),
                user.publicIdentity,
                ""};
    if (contacts == 1)
    {
        Binding binding = MakeBinding(request, user, flow);
        binding.token = known != nullptr ? known->token : m_random.Token(12);
        binding.expires = now + std::chrono::seconds(seconds);
        Store(std::move(binding), request, seconds, reply.response);
    }
    for (const std::string& identity : AllIdentities(user))
    {
        reply.response.Add("P-Associated-URI", "<" + identity + ">");
    }
    return reply;
}

void
Registrar::Store(Binding binding, const SipMessage& request, uint32_t seconds, SipMessage& response)
{
    SipNameAddr echoed = *request.Contact();
    echoed.params.Set("expires", std::to_string(seconds));
    response.Add("Contact", echoed.ToString());
    if (binding.isOutbound)
    {
        response.Add("Require", "outbound"); // RFC 5626 6
    }
    if (binding.isOutbound && m_config.flowTimerS > 0)
    {
        response.Add("Flow-Timer", std::to_string(m_config.flowTimerS));
    }
    m_bindings.Put(std::move(binding));
}

Binding
Registrar::MakeBinding(const SipMessage& request, const SipUser& user, const SipFlow& flow) const
{
    Binding binding;
    binding.publicIdentity = user.publicIdentity;
    binding.aor = request.To().uri.AddressOfRecord();
    binding.contact = request.Contact()->uri.ToString();
    binding.key = KeyOf(request);
    binding.flow = flow;
    binding.callId = request.CallId();
    binding.number = request.CSeq().number;
    binding.isOutbound = IsOutbound(request);
    return binding;
}

Registrar::Reply
Registrar::Unbind(const SipMessage& request, const SipUser& user)
{
    const std::string aor = request.To().uri.AddressOfRecord();
    if (request.Contact())
    {
        m_bindings.Remove(aor, KeyOf(request));
    }
    else
    {
        m_bindings.RemoveAll(aor); // "*"
    }
    SipMessage response = SipMessage::Response(request, 200, m_random.Token(10));
    return {Outcome::REMOVED, std::move(response), user.publicIdentity, ""};
}

const Binding*
Registrar::ByAor(TimePoint now, const std::string& aor) const
{
    const Binding* binding = m_bindings.ByAor(now, aor);
    const SipUser* user = binding == nullptr ? m_hss.ByAor(aor) : nullptr;
    for (const std::string& identity :
         user != nullptr ? AllIdentities(*user) : std::vector<std::string>())
    {
        // TS 24.229: with one identity of the set, all are registered.
        const auto uri = SipUri::Parse(identity);
        binding =
            binding == nullptr && uri ? m_bindings.ByAor(now, uri->AddressOfRecord()) : binding;
    }
    return binding;
}

const Binding*
Registrar::ByContact(TimePoint now, const std::string& contact) const
{
    return m_bindings.ByContact(now, contact);
}

const Binding*
Registrar::ByFlow(TimePoint now, const SipFlow& flow) const
{
    return m_bindings.ByFlow(now, flow);
}

const Binding*
Registrar::ByToken(TimePoint now, const std::string& token) const
{
    return m_bindings.ByToken(now, token);
}

std::vector<Binding>
Registrar::Expire(TimePoint now)
{
    return m_bindings.Expire(now);
}

std::vector<Binding>
Registrar::RemoveFlow(const SipFlow& flow)
{
    return m_bindings.RemoveFlow(flow);
}

std::optional<TimePoint>
Registrar::NextTimeout() const
{
    return m_bindings.NextTimeout();
}

} // namespace imsfw::sip
