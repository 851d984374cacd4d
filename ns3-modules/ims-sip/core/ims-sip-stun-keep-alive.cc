// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-stun-keep-alive.h"

#include "ims-turn-stun-builder.h"

#include <utility>

namespace imsfw::sip
{

using stun::BindingEvent;

StunKeepAlive::StunKeepAlive(RandomSource& random) : m_client({}, random)
{
}

void
StunKeepAlive::Send(TimePoint now)
{
    if (!m_client.NextTimeout())
    {
        m_client.Start(now);
    }
}

bool
StunKeepAlive::HandleInput(TimePoint now, ByteView datagram)
{
    const bool isOurs = m_client.HandleInput(now, datagram);
    TakeEvents();
    return isOurs;
}

void
StunKeepAlive::HandleTimeout(TimePoint now)
{
    m_client.HandleTimeout(now);
    TakeEvents();
}

void
StunKeepAlive::TakeEvents()
{
    const auto event = m_client.PollEvent();
    if (!event)
    {
        return;
    }
    if (event->type == BindingEvent::Type::FAILED)
    {
        m_failure = StreamFailure{
            "sip", "no-stun-answer", event->failure.reason + ": " + event->failure.detail};
        return;
    }
    const auto before = std::exchange(m_mapped, event->mapped);
    if (before && *before != event->mapped)
    {
        // RFC 5626 4.4.2: "If the XOR-MAPPED-ADDRESS in the STUN Binding Response changes, the UA MUST treat this event
        // as a failure on the flow."
        m_failure = StreamFailure{"sip",
                                  "mapped-address-changed",
                                  before->ToString() + " became " + event->mapped.ToString()};
    }
}

std::optional<Bytes>
StunKeepAlive::PollTransmit()
{
    return m_client.PollTransmit();
}

std::optional<TimePoint>
StunKeepAlive::NextTimeout() const
{
    return m_client.NextTimeout();
}

std::optional<StreamFailure>
StunKeepAlive::PollFailure()
{
    return std::exchange(m_failure, std::nullopt);
}

bool
LooksLikeStun(ByteView datagram)
{
    return !datagram.IsEmpty() && datagram.Data()[0] < 0x40;
}

std::optional<Bytes>
AnswerStun(const Endpoint& from, ByteView datagram)
{
    const auto request = stun::Message::Parse(datagram);
    if (!request || request->GetClass() != stun::MessageClass::REQUEST ||
        request->GetMethod() != stun::Method::BINDING)
    {
        return std::nullopt;
    }
    const auto unknown = request->FindUnknownRequired();
    if (!unknown.empty())
    {
        // RFC 8489 6.3.1: unknown comprehension-required attributes get 420 with their list.
        return stun::Builder(stun::Method::BINDING, stun::MessageClass::ERROR, request->GetId())
            .AddError(420)
            .AddUnknownAttributes(unknown)
            .Finish();
    }
    return stun::Builder(stun::Method::BINDING, stun::MessageClass::SUCCESS, request->GetId())
        .AddXorAddress(stun::attribute::XOR_MAPPED_ADDRESS, from)
        .Finish();
}

} // namespace imsfw::sip
