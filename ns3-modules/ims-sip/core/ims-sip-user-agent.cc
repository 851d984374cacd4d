// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The user agent: dispatch between flow, transactions, registration and call.
#include "ims-sip-user-agent.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

using Type = UserAgentEvent::Type;

namespace
{

constexpr std::string_view PING = "\r\n\r\n";
constexpr std::string_view PONG = "\r\n";

} // namespace

UserAgent::UserAgent(UserAgentConfig config, RandomSource& random)
    : m_context(std::move(config), random),
      m_registration(m_context),
      m_stun(random),
      m_keepAlive(m_context.config.keepAlive)
{
}

sip::Call&
UserAgent::TheCall()
{
    if (!m_call)
    {
        m_call = std::make_unique<sip::Call>(m_context);
    }
    return *m_call;
}

void
UserAgent::Register(TimePoint now)
{
    m_registration.Begin(now);
    DrainLayer(now);
}

void
UserAgent::Deregister(TimePoint now)
{
    m_registration.Remove(now);
    DrainLayer(now);
}

void
UserAgent::Call(TimePoint now, const std::string& uri, const SdpSession& offer)
{
    TheCall().Place(now, uri, offer);
    DrainLayer(now);
}

void
UserAgent::Answer(TimePoint now, const SdpSession& answer)
{
    TheCall().Answer(now, answer);
    DrainLayer(now);
}

void
UserAgent::Refuse(TimePoint now)
{
    TheCall().Refuse(now);
    DrainLayer(now);
}

void
UserAgent::ChangeSession(TimePoint now, const SdpSession& offer)
{
    TheCall().ChangeSession(now, offer);
    DrainLayer(now);
}

void
UserAgent::Hangup(TimePoint now)
{
    TheCall().Hangup(now);
    DrainLayer(now);
}

void
UserAgent::Options(TimePoint now, const std::string& uri)
{
    SipMessage request =
        m_context.NewRequest("OPTIONS", uri.empty() ? "sip:" + m_context.config.realm : uri);
    request.Add("Contact", m_context.Contact(false).ToString());
    request.Add("Accept", "application/sdp");
    request.Add("User-Agent", m_context.config.userAgent);
    m_options = m_context.Send(now, std::move(request));
}

void
UserAgent::HandleInput(TimePoint now, ByteView bytes)
{
    if (m_isFlowFailed)
    {
        return;
    }
    if (!m_context.config.isReliable)
    {
        if (m_stun.HandleInput(now, bytes))
        {
            TakeStunFailure(now);
            return;
        }
        HandleMessage(now, bytes);
        return;
    }
    m_framer.HandleInput(bytes);
    while (auto frame = m_framer.Poll())
    {
        switch (frame->type)
        {
        case SipFramer::Frame::Type::MESSAGE:
            HandleMessage(now, frame->bytes);
            break;
        case SipFramer::Frame::Type::PING:
            m_raw.Push(ByteView(PONG).ToBytes());
            break;
        case SipFramer::Frame::Type::PONG:
            m_pongBy.reset();
            m_hasPong = true;
            break;
        case SipFramer::Frame::Type::BROKEN:
            FailFlow(now, "framing", std::string(ToString(frame->error)));
            return;
        }
    }
}

void
UserAgent::HandleMessage(TimePoint now, ByteView bytes)
{
    auto message =
        m_context.config.isReliable ? SipMessage::Parse(bytes) : SipMessage::ParseDatagram(bytes);
    if (!message)
    {
        ++m_malformed;
        return;
    }
    m_context.layer.HandleMessage(now, m_context.flow, std::move(*message));
    DrainLayer(now);
}

void
UserAgent::DrainLayer(TimePoint now)
{
    while (auto event = m_context.layer.PollEvent())
    {
        if (event->type == LayerEvent::Type::REQUEST)
        {
            HandleRequest(now, *event);
        }
        else if (event->type == LayerEvent::Type::ACK)
        {
            TheCall().HandleAck(now, *event->message);
        }
        else if (m_registration.HandleEvent(now, *event))
        {
            if (event->message && event->message->Status() == 200)
            {
                HandleRegistered(now, *event->message);
            }
        }
        else if (!m_call || !m_call->HandleEvent(now, *event))
        {
            HandleOptionsEvent(now, *event);
        }
    }
}

void
UserAgent::HandleRequest(TimePoint now, const LayerEvent& event)
{
    if (event.message->Method() != "OPTIONS")
    {
        TheCall().HandleRequest(now, event);
        return;
    }
    // RFC 3261 11.2: what we can do, as if it were an INVITE.
    SipMessage response = SipMessage::Response(*event.message, 200, m_context.random.Token(10));
    response.Add("Contact", m_context.Contact(false).ToString());
    response.Add("Accept", "application/sdp");
    m_context.AddCapabilities(response);
    m_context.layer.Respond(now, event.id, response);
}

void
UserAgent::HandleOptionsEvent(TimePoint now, const LayerEvent& event)
{
    if (!m_options || event.id != *m_options)
    {
        return;
    }
    if (event.type == LayerEvent::Type::TIMED_OUT)
    {
        m_context.Report(now, Type::REQUEST_TIMED_OUT, "timeout", "OPTIONS");
    }
    else if (event.message && event.message->Status() >= 200)
    {
        m_context.Report(now, Type::OPTIONS_ANSWERED, "", *event.message);
    }
    else
    {
        return;
    }
    m_options.reset();
}

void
UserAgent::HandleFlowFailed(TimePoint now, const StreamFailure& failure)
{
    FailFlow(now,
             "flow-failed",
             failure.layer + ": " + failure.reason +
                 (failure.detail.empty() ? "" : ": " + failure.detail));
}

void
UserAgent::FailFlow(TimePoint now, const std::string& reason, const std::string& detail)
{
    if (m_isFlowFailed)
    {
        return;
    }
    m_isFlowFailed = true;
    m_keepAliveAt.reset();
    m_pongBy.reset();
    m_options.reset();
    m_context.layer.HandleFlowLost(m_context.flow);
    while (m_context.layer.PollEvent())
    {
        // what the transactions say about their loss is said below, once, for each of their users
    }
    m_context.Report(now, Type::FLOW_FAILED, reason, detail);
    m_registration.HandleFlowLost(now, "flow-failed", detail);
    if (m_call)
    {
        m_call->HandleFlowLost(now, "flow-failed", detail);
    }
}

void
UserAgent::HandleRegistered(TimePoint now, const SipMessage& response)
{
    if (!m_registration.IsRegistered())
    {
        m_keepAliveAt.reset();
        return;
    }
    m_wasRegistered = true;
    // RFC 6223 4.3: a value of `keep` other than 0 is the interval that the peer recommends. RFC 5626 4.4: Flow-Timer is
    // the time after which it may take the flow for dead.
    const auto keep = response.TopVia().params.Value("keep");
    TakeKeepAlive(keep ? ParseNumber(*keep, 1, 86400) : std::nullopt);
    TakeKeepAlive(response.Number("Flow-Timer"));
    ArmKeepAlive(now);
}

void
UserAgent::TakeKeepAlive(std::optional<uint64_t> seconds)
{
    if (!seconds || *seconds == 0)
    {
        return;
    }
    const Duration wanted = std::chrono::seconds(*seconds);
    m_keepAlive = m_keepAlive > Duration(0) ? std::min(m_keepAlive, wanted) : wanted;
}

void
UserAgent::ArmKeepAlive(TimePoint now)
{
    if (m_keepAlive <= Duration(0) || m_keepAliveAt)
    {
        return;
    }
    // RFC 5626 4.4.1: "a random number between 80% and 100%" of the upper bound.
    const auto percent = 80 + m_context.random.Below(21);
    m_keepAliveAt = now + m_keepAlive * percent / 100;
}

void
UserAgent::SendKeepAlive(TimePoint now)
{
    m_keepAliveAt.reset();
    if (m_context.config.keepsAliveByStun && !m_context.config.isReliable)
    {
        m_usesPings = true;
        m_stun.Send(now);
        ArmKeepAlive(now);
        return;
    }
    m_raw.Push(ByteView(PING).ToBytes());
    if (m_context.config.isReliable)
    {
        m_framer.SetExpectsPong(true);
        m_usesPings = true;
        m_pongBy = now + m_context.config.pongTimeout;
    }
    ArmKeepAlive(now);
}

void
UserAgent::TakeStunFailure(TimePoint now)
{
    if (const auto failure = m_stun.PollFailure())
    {
        FailFlow(now, failure->reason, failure->detail);
    }
}

void
UserAgent::HandleTimeout(TimePoint now)
{
    if (m_isFlowFailed)
    {
        return;
    }
    if (m_pongBy && *m_pongBy <= now)
    {
        FailFlow(now, "no-pong", "no answer to a keep-alive");
        return;
    }
    m_stun.HandleTimeout(now);
    TakeStunFailure(now);
    if (m_isFlowFailed)
    {
        return;
    }
    if (m_keepAliveAt && *m_keepAliveAt <= now)
    {
        SendKeepAlive(now);
    }
    m_context.layer.HandleTimeout(now);
    m_registration.HandleTimeout(now);
    if (m_call)
    {
        m_call->HandleTimeout(now);
    }
    DrainLayer(now);
}

std::optional<Bytes>
UserAgent::PollTransmit()
{
    if (m_isFlowFailed)
    {
        return std::nullopt;
    }
    if (auto keepAlive = m_raw.Poll())
    {
        return keepAlive;
    }
    if (auto request = m_stun.PollTransmit())
    {
        return request;
    }
    auto transmit = m_context.layer.PollTransmit();
    return transmit ? std::optional(std::move(transmit->bytes)) : std::nullopt;
}

std::optional<UserAgentEvent>
UserAgent::PollEvent()
{
    return m_context.events.Poll();
}

std::optional<TimePoint>
UserAgent::NextTimeout() const
{
    if (m_isFlowFailed)
    {
        return std::nullopt;
    }
    const auto own = Earlier(Earlier(m_keepAliveAt, m_pongBy), m_stun.NextTimeout());
    return Earlier(own,
                   Earlier(m_context.layer.NextTimeout(),
                           Earlier(m_registration.NextTimeout(),
                                   m_call ? m_call->NextTimeout() : std::nullopt)));
}

} // namespace imsfw::sip
