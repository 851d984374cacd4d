// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The header sets of an IMS phone (TS 24.229 5.1.1.2, 5.1.3.1), and the event queue.
#include "ims-sip-ua-context.h"

#include "base/text.h"

#include <utility>

namespace imsfw::sip
{

namespace
{

constexpr std::string_view ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK";
constexpr std::string_view MMTEL = "\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\"";

} // namespace

std::string_view
ToString(UserAgentEvent::Type type)
{
    switch (type)
    {
    case UserAgentEvent::Type::REGISTERED:
        return "registered";
    case UserAgentEvent::Type::REGISTRATION_FAILED:
        return "registration-failed";
    case UserAgentEvent::Type::DEREGISTERED:
        return "deregistered";
    case UserAgentEvent::Type::RINGING:
        return "ringing";
    case UserAgentEvent::Type::CALL_ANSWERED:
        return "call-answered";
    case UserAgentEvent::Type::INCOMING_CALL:
        return "incoming-call";
    case UserAgentEvent::Type::CALL_ESTABLISHED:
        return "call-established";
    case UserAgentEvent::Type::SESSION_CHANGED:
        return "session-changed";
    case UserAgentEvent::Type::CALL_ENDED:
        return "call-ended";
    case UserAgentEvent::Type::CALL_FAILED:
        return "call-failed";
    case UserAgentEvent::Type::OPTIONS_ANSWERED:
        return "options-answered";
    case UserAgentEvent::Type::REQUEST_TIMED_OUT:
        return "request-timed-out";
    case UserAgentEvent::Type::FLOW_FAILED:
        return "flow-failed";
    }
    return "unknown";
}

UserAgentContext::UserAgentContext(UserAgentConfig configuration, RandomSource& randomSource)
    : config(std::move(configuration)),
      random(randomSource),
      layer(config.timers),
      flow{config.isReliable, 0, config.proxy}
{
}

TransactionId
UserAgentContext::Send(TimePoint now, SipMessage request)
{
    request.Prepend("Via", NewVia().ToString());
    return layer.SendRequest(now, flow, std::move(request));
}

void
UserAgentContext::SendStateless(const SipMessage& request)
{
    layer.SendStateless(flow, request);
}

void
UserAgentContext::Report(TimePoint now,
                         UserAgentEvent::Type type,
                         std::string reason,
                         std::string detail)
{
    events.Push({type, now, std::move(reason), std::move(detail), 0, std::nullopt});
}

void
UserAgentContext::Report(TimePoint now,
                         UserAgentEvent::Type type,
                         std::string reason,
                         const SipMessage& response)
{
    Report(
        now, type, std::move(reason), std::to_string(response.Status()) + " " + response.Reason());
    events.Back().status = response.Status();
}

SipVia
UserAgentContext::NewVia()
{
    SipVia via{config.transport, config.local.address.ToString(), config.local.port, {}};
    via.params.Set("branch", NewBranch(random));
    via.params.Set("rport", std::nullopt); // RFC 3581: we are behind a NAT as likely as not
    return via;
}

SipNameAddr
UserAgentContext::Contact(bool forRegister) const
{
    SipNameAddr contact;
    contact.uri.user = SipUri::Parse(config.publicIdentity).value_or(SipUri{}).user;
    contact.uri.host = config.local.address.ToString();
    contact.uri.port = config.local.port;
    if (config.isReliable)
    {
        contact.uri.params.Set("transport", ToLower(config.transport));
    }
    if (forRegister)
    {
        contact.params.Set("+sip.instance", "\"<" + config.instanceId + ">\"");
        contact.params.Set("reg-id", "1");
    }
    contact.params.Set("+g.3gpp.icsi-ref", std::string(MMTEL));
    return contact;
}

SipMessage
UserAgentContext::NewRequest(const std::string& method, const std::string& to)
{
    SipMessage request = SipMessage::Request(method, to);
    SipNameAddr proxy;
    proxy.uri.host = config.proxy.address.ToString();
    proxy.uri.port = config.proxy.port;
    proxy.uri.params.Set("lr", std::nullopt);
    request.Add("Route", proxy.ToString());
    for (const std::string& route : serviceRoute)
    {
        request.Add("Route", route);
    }
    request.Add("Max-Forwards", "70");
    request.Add("From", "<" + config.publicIdentity + ">;tag=" + random.Token(10));
    request.Add("To", "<" + to + ">");
    request.Add("Call-ID", random.Token(24) + "@" + config.local.address.ToString());
    request.Add("CSeq", SipCSeq{1, method}.ToString());
    if (!config.accessNetworkInfo.empty())
    {
        request.Add("P-Access-Network-Info", config.accessNetworkInfo);
    }
    return request;
}

void
UserAgentContext::AddCapabilities(SipMessage& message) const
{
    message.Add("Allow", ALLOW);
    message.Add(message.IsRequest() ? "User-Agent" : "Server", config.userAgent);
}

} // namespace imsfw::sip
