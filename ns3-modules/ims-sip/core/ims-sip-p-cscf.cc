// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Registration and stateful forwarding of the P-CSCF; where a request goes is in ims-sip-p-cscf-routing.cc, what comes
/// in on datagrams and streams in ims-sip-p-cscf-flows.cc.
#include "ims-sip-p-cscf.h"

#include "base/text.h"
#include "ims-web-proxy-auth-params.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

using Type = PCscfEvent::Type;

std::string_view
ToString(PCscfEvent::Type type)
{
    switch (type)
    {
    case Type::REGISTERED:
        return "registered";
    case Type::CHALLENGED:
        return "challenged";
    case Type::REGISTRATION_REFUSED:
        return "registration-refused";
    case Type::DEREGISTERED:
        return "deregistered";
    case Type::REQUEST_FORWARDED:
        return "request-forwarded";
    case Type::REQUEST_REFUSED:
        return "request-refused";
    case Type::MALFORMED_MESSAGE:
        return "malformed-message";
    case Type::STREAM_BROKEN:
        return "stream-broken";
    }
    return "unknown";
}

PCscf::PCscf(PCscfConfig config, RandomSource& random)
    : m_config(std::move(config)),
      m_random(random),
      m_layer(m_config.timers),
      m_registrar(m_config.registrar, random)
{
}

void
PCscf::AddUser(const SipUser& user)
{
    m_registrar.AddUser(user);
}

void
PCscf::AddStaticRoute(const std::string& uri, const Endpoint& endpoint)
{
    if (const auto parsed = SipUri::Parse(uri))
    {
        m_staticRoutes[parsed->AddressOfRecord()] = endpoint;
    }
}

void
PCscf::DrainLayer(TimePoint now)
{
    while (auto event = m_layer.PollEvent())
    {
        switch (event->type)
        {
        case LayerEvent::Type::REQUEST:
            event->message->Method() == "REGISTER" ? HandleRegister(now, *event)
                                                   : HandleRequest(now, *event);
            break;
        case LayerEvent::Type::ACK:
            HandleAck(now, *event);
            break;
        case LayerEvent::Type::RESPONSE:
            HandleResponse(now, *event);
            break;
        case LayerEvent::Type::TIMED_OUT:
            HandleNoResponse(now, event->id, 408); // RFC 3261 16.8
            break;
        case LayerEvent::Type::FLOW_LOST:
            HandleNoResponse(now, event->id, 430); // RFC 5626 5.3.1
            break;
        case LayerEvent::Type::NO_ACK:
            break;
        }
    }
}

void
PCscf::HandleRegister(TimePoint now, const LayerEvent& event)
{
    if (!CheckSecurity(now, event))
    {
        return;
    }
    Registrar::Reply reply = m_registrar.HandleRegister(now, *event.message, event.flow);
    SipMessage& response = reply.response;
    Type type = Type::REGISTRATION_REFUSED;
    switch (reply.outcome)
    {
    case Registrar::Outcome::CHALLENGED:
        type = Type::CHALLENGED;
        break;
    case Registrar::Outcome::REGISTERED:
        type = Type::REGISTERED;
        AddRegistered(now, event, response);
        break;
    case Registrar::Outcome::REMOVED:
        type = Type::DEREGISTERED;
        break;
    case Registrar::Outcome::REFUSED:
        break;
    }
    if (type == Type::CHALLENGED && event.message->Header("Security-Client"))
    {
        // TS 24.229 5.2.2: the 401 carries the P-CSCF's list.
        for (const std::string& mechanism : m_config.securityMechanisms)
        {
            response.Add("Security-Server", mechanism);
        }
    }
    response.Add("Server", m_config.name);
    Report(now, type, event.flow, type == Type::DEREGISTERED ? "removed" : reply.reason);
    m_events.Back().user = reply.publicIdentity;
    m_events.Back().status = response.Status();
    m_layer.Respond(now, event.id, response);
}

bool
PCscf::CheckSecurity(TimePoint now, const LayerEvent& event)
{
    const auto header = event.message->Header("Authorization");
    const auto params = header ? http::AuthParams::Parse(*header, "Digest") : std::nullopt;
    const bool hasAnswer = params && !params->Get("response").empty();
    const AgreementVerdict verdict = CheckAgreement(
        *event.message, m_config.securityMechanisms, m_config.requiresSecurityAgreement, hasAnswer);
    if (verdict == AgreementVerdict::GO_ON || verdict == AgreementVerdict::CHALLENGE)
    {
        return true;
    }
    const bool isRefused = verdict == AgreementVerdict::REFUSED;
    SipMessage response =
        SipMessage::Response(*event.message, isRefused ? 494 : 421, m_random.Token(10));
    response.Add("Require", "sec-agree");
    for (const std::string& mechanism : m_config.securityMechanisms)
    {
        response.Add("Security-Server", mechanism);
    }
    Report(now, Type::REGISTRATION_REFUSED, event.flow, "security-agreement");
    m_events.Back().user = event.message->To().uri.ToString();
    m_events.Back().status = response.Status();
    m_layer.Respond(now, event.id, response);
    return false;
}

void
PCscf::AddRegistered(TimePoint now, const LayerEvent& event, SipMessage& response)
{
    const Binding* binding = m_registrar.ByFlow(now, event.flow);
    const std::string token = binding != nullptr ? binding->token : "";
    const bool isOutbound = binding != nullptr && binding->isOutbound;
    // RFC 5626 5.1: "ob" in the Path of an edge proxy that keeps the flow.
    response.Add("Path",
                 "<" + OwnUri(token, m_config.address.address.ToString()) +
                     (isOutbound ? ";ob>" : ">"));
    response.Add("Service-Route", "<" + OwnUri("orig", m_config.servingName) + ">");
    SipVia via = response.TopVia();
    if (via.params.Has("keep"))
    {
        via.params.Set("keep", std::to_string(m_config.keepAliveS)); // RFC 6223 4.3
        response.SetTopVia(via);
    }
}

void
PCscf::HandleRequest(TimePoint now, const LayerEvent& event)
{
    SipMessage request = *event.message;
    const std::string method = request.Method();
    if (method == "CANCEL")
    {
        return HandleCancel(now, event);
    }
    if (request.Number("Max-Forwards") == std::optional<uint32_t>(0))
    {
        return Refuse(now, event, 483, "too-many-hops"); // RFC 3261 16.3 step 3
    }
    if (!CheckOptions(now, event))
    {
        return;
    }
    // TS 24.229 5.2.6: from a UE, only over the flow of a registration.
    if (m_registrar.ByFlow(now, event.flow) == nullptr && !IsCoreSide(event.flow))
    {
        return Refuse(now, event, 403, "not-registered");
    }
    const std::string token = TakeOwnRoutes(request);
    const auto uri = SipUri::Parse(request.RequestUri());
    const bool isForUs =
        uri && uri->user.empty() && (IsOurs(*uri) || uri->host == m_config.registrar.realm);
    if (isForUs)
    {
        if (method != "OPTIONS")
        {
            return Refuse(now, event, 405, "method-for-us");
        }
        SipMessage response = SipMessage::Response(request, 200, m_random.Token(10));
        response.Add("Allow", "REGISTER, INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK");
        m_layer.Respond(now, event.id, response);
        return;
    }
    const Target target = FindTarget(now, request, event.flow, token);
    if (!target.flow)
    {
        return Refuse(now, event, target.status, target.reason);
    }
    Forward(now, event, std::move(request), target);
}

bool
PCscf::CheckOptions(TimePoint now, const LayerEvent& event)
{
    // RFC 3261 16.3 step 5: what a proxy does not know of Proxy-Require gets 420.
    std::vector<std::string> unknown;
    for (const std::string& line : event.message->Headers("Proxy-Require"))
    {
        for (std::string_view option : Split(line, ','))
        {
            if (m_config.securityMechanisms.empty() ||
                !EqualsIgnoringCase(Trim(option), "sec-agree"))
            {
                unknown.emplace_back(Trim(option));
            }
        }
    }
    if (unknown.empty())
    {
        return true;
    }
    SipMessage response = SipMessage::Response(*event.message, 420, m_random.Token(10));
    response.Add("Unsupported", Join(unknown, ", "));
    Report(now, Type::REQUEST_REFUSED, event.flow, "unknown-extension");
    m_events.Back().method = event.message->Method();
    m_events.Back().status = 420;
    m_layer.Respond(now, event.id, response);
    return false;
}

void
PCscf::Forward(TimePoint now, const LayerEvent& event, SipMessage request, const Target& target)
{
    Assert(now, request, event.flow);
    MarkForSide(request, !target.token.empty());
    const bool isInvite = request.Method() == "INVITE";
    request.Set("Max-Forwards", std::to_string(request.Number("Max-Forwards").value_or(71) - 1));
    if (isInvite && request.To().Tag().empty())
    {
        // RFC 3261 16.6 step 4, with the UE's binding in the user part, so that requests in the dialog find its flow.
        const Binding* sender = m_registrar.ByFlow(now, event.flow);
        const std::string token = sender != nullptr ? sender->token : target.token;
        request.Prepend("Record-Route",
                        "<" + OwnUri(token, m_config.address.address.ToString()) + ">");
    }
    if (isInvite)
    {
        m_layer.Respond(now, event.id, SipMessage::Response(*event.message, 100));
    }
    request.Prepend("Via", NewVia(*target.flow).ToString());
    Report(now, Type::REQUEST_FORWARDED, event.flow, "");
    m_events.Back().target = *target.flow;
    m_events.Back().method = request.Method();
    const TransactionId client = m_layer.SendRequest(now, *target.flow, std::move(request));
    m_pending.emplace(client, Pending{event.id, *event.message});
    if (isInvite)
    {
        m_timersC.Set(client, now + m_config.timers.proxyInvite);
    }
}

void
PCscf::HandleCancel(TimePoint now, const LayerEvent& event)
{
    // RFC 3261 16.10: a stateful proxy answers a CANCEL itself and cancels what it forwarded.
    const auto invite = m_layer.FindInvite(*event.message);
    if (!invite)
    {
        return Refuse(now, event, 481, "nothing-to-cancel");
    }
    m_layer.Respond(now, event.id, SipMessage::Response(*event.message, 200, m_random.Token(10)));
    for (auto& [client, pending] : m_pending)
    {
        if (pending.server == *invite && !pending.isAnswered)
        {
            pending.isCancelled = !m_layer.Cancel(now, client);
            return;
        }
    }
}

void
PCscf::HandleAck(TimePoint now, const LayerEvent& event)
{
    // The ACK to a 2xx is a request of its own without a transaction (RFC 3261 17.1): routed like any in the dialog.
    SipMessage ack = *event.message;
    const bool isKnown = m_registrar.ByFlow(now, event.flow) != nullptr || IsCoreSide(event.flow);
    const uint32_t hops = ack.Number("Max-Forwards").value_or(70);
    if (!isKnown || hops == 0)
    {
        return;
    }
    const std::string token = TakeOwnRoutes(ack);
    const Target target = FindTarget(now, ack, event.flow, token);
    if (!target.flow)
    {
        return;
    }
    ack.Set("Max-Forwards", std::to_string(hops - 1));
    ack.Prepend("Via", NewVia(*target.flow).ToString());
    Report(now, Type::REQUEST_FORWARDED, event.flow, "");
    m_events.Back().target = *target.flow;
    m_events.Back().method = "ACK";
    m_layer.SendStateless(*target.flow, ack);
}

void
PCscf::HandleResponse(TimePoint now, const LayerEvent& event)
{
    const auto pending = m_pending.find(event.id);
    SipMessage response = *event.message;
    // RFC 3261 16.7 step 3: our Via goes.
    response.RemoveFirst("Via");
    if (pending == m_pending.end())
    {
        return; // to a CANCEL of ours
    }
    if (response.Status() == 100 || !response.Header("Via"))
    {
        // 16.7 step 5: a 100 is for this hop only.
        pending->second.isCancelled = pending->second.isCancelled && !m_layer.Cancel(now, event.id);
        return;
    }
    if (response.Status() < 200 && m_timersC.Has(event.id))
    {
        m_timersC.Set(event.id, now + m_config.timers.proxyInvite); // 16.7 step 2
    }
    if (response.Status() >= 200)
    {
        m_timersC.Set(event.id, std::nullopt);
        pending->second.isAnswered = true;
    }
    else if (pending->second.isCancelled)
    {
        pending->second.isCancelled = !m_layer.Cancel(now, event.id);
    }
    m_layer.Respond(now, pending->second.server, response);
}

void
PCscf::HandleNoResponse(TimePoint now, TransactionId client, int status)
{
    const auto pending = m_pending.find(client);
    if (pending == m_pending.end())
    {
        return;
    }
    if (!pending->second.isAnswered)
    {
        m_layer.Respond(now,
                        pending->second.server,
                        SipMessage::Response(pending->second.request, status, m_random.Token(10)));
    }
    m_pending.erase(pending);
    m_timersC.Set(client, std::nullopt);
}

void
PCscf::Refuse(TimePoint now, const LayerEvent& event, int status, const std::string& reason)
{
    Report(now, Type::REQUEST_REFUSED, event.flow, reason);
    m_events.Back().method = event.message->Method();
    m_events.Back().status = status;
    m_layer.Respond(
        now, event.id, SipMessage::Response(*event.message, status, m_random.Token(10)));
}

void
PCscf::Report(TimePoint now, PCscfEvent::Type type, const SipFlow& flow, const std::string& reason)
{
    m_events.Push({type, now, flow, SipFlow{}, "", "", reason, 0});
}

void
PCscf::ReportGone(TimePoint now, const std::vector<Binding>& bindings, const std::string& reason)
{
    for (const Binding& binding : bindings)
    {
        Report(now, Type::DEREGISTERED, binding.flow, reason);
        m_events.Back().user = binding.publicIdentity;
    }
}

void
PCscf::HandleTimeout(TimePoint now)
{
    BreakStalled(now);
    m_layer.HandleTimeout(now);
    DrainLayer(now);
    ReportGone(now, m_registrar.Expire(now), "expired");
    for (auto pending = m_pending.begin(); pending != m_pending.end();)
    {
        if (m_layer.Has(pending->first))
        {
            ++pending;
            continue;
        }
        m_timersC.Set(pending->first, std::nullopt);
        pending = m_pending.erase(pending);
    }
    for (TransactionId client : m_timersC.Due(now))
    {
        m_layer.Cancel(now, client); // RFC 3261 16.8: timer C
        HandleNoResponse(now, client, 408);
    }
}

std::optional<SipTransmit>
PCscf::PollTransmit()
{
    if (auto pong = m_raw.Poll())
    {
        return pong;
    }
    return m_layer.PollTransmit();
}

std::optional<PCscfEvent>
PCscf::PollEvent()
{
    return m_events.Poll();
}

std::optional<TimePoint>
PCscf::NextTimeout() const
{
    const auto own = Earlier(m_stalls.Next(), m_timersC.Next());
    return Earlier(own, Earlier(m_layer.NextTimeout(), m_registrar.NextTimeout()));
}

} // namespace imsfw::sip
