// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-binding-client.h.
#include "ims-turn-binding-client.h"

#include "ims-turn-stun-builder.h"

#include <utility>

namespace imsfw
{
namespace stun
{

BindingClient::BindingClient(const TransactionParameters& parameters, RandomSource& random)
    : m_parameters(parameters), m_random(&random)
{
}

void
BindingClient::Start(TimePoint now)
{
    const auto id = TransactionId::Draw(*m_random);
    Bytes request = Builder(Method::BINDING, MessageClass::REQUEST, id).Finish();
    m_transmit = request;
    m_transaction.emplace(m_parameters, TransportMode::DATAGRAM, id, std::move(request), now);
}

bool
BindingClient::HandleInput(TimePoint /* now */, ByteView datagram)
{
    const auto message = Message::Parse(datagram);
    if (!m_transaction || !message || message->GetId() != m_transaction->GetId() ||
        message->GetMethod() != Method::BINDING ||
        (message->GetClass() != MessageClass::SUCCESS &&
         message->GetClass() != MessageClass::ERROR))
    {
        return false;
    }
    HandleResponse(*message);
    return true;
}

void
BindingClient::HandleResponse(const Message& response)
{
    if (response.GetClass() == MessageClass::ERROR)
    {
        const auto error = response.GetErrorCode();
        Fail({"stun",
              "refused",
              error ? std::to_string(error->code) + " " + std::string(error->reason) : ""});
        return;
    }
    // RFC 8489 6.3.3: unknown comprehension-required attributes: "the transaction is considered to have failed"
    if (!response.FindUnknownRequired().empty())
    {
        Fail({"stun", "unknown-attribute", "in the binding response"});
        return;
    }
    const auto mapped = response.GetXorAddress(attribute::XOR_MAPPED_ADDRESS);
    if (!mapped)
    {
        Fail({"stun", "bad-response", "no XOR-MAPPED-ADDRESS"});
        return;
    }
    m_transaction.reset();
    m_event = BindingEvent{BindingEvent::Type::MAPPED, *mapped, {}};
}

void
BindingClient::HandleLowerFailed(TimePoint /* now */, const StreamFailure& failure)
{
    if (m_transaction)
    {
        Fail(failure);
    }
}

void
BindingClient::HandleTimeout(TimePoint now)
{
    if (!m_transaction)
    {
        return;
    }
    switch (m_transaction->HandleTimeout(now))
    {
    case Transaction::Action::NONE:
        return;
    case Transaction::Action::RESEND:
        m_transmit = m_transaction->GetRequest();
        return;
    case Transaction::Action::FAIL:
        Fail({"stun", "timeout", "no answer to the binding request"});
        return;
    }
}

void
BindingClient::Fail(StreamFailure failure)
{
    m_transaction.reset();
    m_transmit.reset();
    m_event = BindingEvent{BindingEvent::Type::FAILED, {}, std::move(failure)};
}

std::optional<Bytes>
BindingClient::PollTransmit()
{
    return std::exchange(m_transmit, std::nullopt);
}

std::optional<BindingEvent>
BindingClient::PollEvent()
{
    return std::exchange(m_event, std::nullopt);
}

std::optional<TimePoint>
BindingClient::NextTimeout() const
{
    return m_transaction ? std::optional(m_transaction->NextTimeout()) : std::nullopt;
}

} // namespace stun
} // namespace imsfw
