// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-data-connection.h.
#include "ims-turn-data-connection.h"

#include "ims-turn-channel-data.h"
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-integrity.h"

#include <string>
#include <utility>

namespace imsfw
{
namespace turn
{

using stun::Message;
using stun::MessageClass;
using stun::Method;
namespace attribute = stun::attribute;
namespace error = stun::error;

namespace
{

/// A server whose nonces are never good would keep a client asking until its time is over.
constexpr unsigned MAX_CHALLENGES = 3;

} // namespace

DataConnection::DataConnection(DataConnectionConfig config, RandomSource& random)
    : m_config(std::move(config)), m_random(&random)
{
}

void
DataConnection::Start(TimePoint now)
{
    if (m_state == State::IDLE)
    {
        m_state = State::BINDING;
        m_deadline = now + m_config.timeout;
        Request(now);
    }
}

void
DataConnection::Request(TimePoint /* now */)
{
    m_id = stun::TransactionId::Draw(*m_random);
    stun::Builder builder(Method::CONNECTION_BIND, MessageClass::REQUEST, m_id);
    builder.AddU32(attribute::CONNECTION_ID, m_config.connection)
        .AddText(attribute::USERNAME, m_config.credentials.username)
        .AddText(attribute::REALM, m_config.credentials.realm)
        .AddText(attribute::NONCE, m_config.credentials.nonce)
        .AddIntegrity(m_config.credentials.key);
    if (m_config.hasFingerprint)
    {
        builder.AddFingerprint();
    }
    m_transmits.Push(builder.Finish());
}

void
DataConnection::HandleInput(TimePoint now, ByteView bytes)
{
    if (m_state == State::OPEN)
    {
        Deliver(bytes);
        return;
    }
    if (m_state != State::BINDING)
    {
        return; // nothing is awaited any more
    }
    if (m_framer.GetBuffered() == 0 && !bytes.IsEmpty() && bytes[0] >= FIRST_CHANNEL >> 8)
    {
        // A channel's frame would be waited for to its end, but there are no channels here.
        Fail({"turn", "bad-framing", "what came in the place of an answer is no STUN"});
        return;
    }
    m_framer.Push(bytes);
    while (m_state == State::BINDING)
    {
        const auto frame = m_framer.Next();
        if (!frame)
        {
            break;
        }
        HandleFrame(now, *frame);
    }
    if (m_state == State::OPEN)
    {
        Deliver(m_framer.TakeRest()); // RFC 6062 4.3: right behind the response
    }
    else if (const auto wrong = m_framer.GetError())
    {
        Fail({"turn", "bad-framing", std::string(ToString(*wrong))});
    }
}

void
DataConnection::HandleFrame(TimePoint now, ByteView frame)
{
    const auto message = Message::Parse(frame);
    const bool isResponse = message && (message->GetClass() == MessageClass::SUCCESS ||
                                        message->GetClass() == MessageClass::ERROR);
    if (isResponse && message->GetMethod() == Method::CONNECTION_BIND && message->GetId() == m_id)
    {
        HandleResponse(now, *message);
        return;
    }
    // Over a stream of its own nothing else can come before the response.
    Fail({"turn", "bad-response", "connection-bind: something else came"});
}

void
DataConnection::HandleResponse(TimePoint now, const Message& response)
{
    if (response.GetClass() == MessageClass::ERROR)
    {
        HandleError(now, response);
        return;
    }
    // RFC 8489 9.2.5: over streams, what is not made with the key ends it at once.
    if (!stun::HasValidIntegrity(response, m_config.credentials.key))
    {
        Fail({"turn", "integrity-violated", "in the answer to connection-bind"});
        return;
    }
    if (!response.FindUnknownRequired().empty())
    {
        Fail({"turn", "unknown-attribute", "in the response to connection-bind"});
        return;
    }
    m_state = State::OPEN;
    m_deadline.reset();
    m_events.Push({StreamEvent::Type::ESTABLISHED, {}, {}});
}

void
DataConnection::HandleError(TimePoint now, const Message& response)
{
    const auto code = response.GetErrorCode();
    const auto realm = response.GetText(attribute::REALM);
    const auto nonce = response.GetText(attribute::NONCE);
    // RFC 8489 9.2.5: a nonce of another stream may be stale here, or unknown. The same one twice is a refusal.
    const bool isChallenge =
        code && (code->code == error::STALE_NONCE || code->code == error::UNAUTHORIZED) && realm &&
        nonce && *nonce != m_config.credentials.nonce && ++m_challenges <= MAX_CHALLENGES;
    if (isChallenge)
    {
        SessionCredentials& credentials = m_config.credentials;
        credentials.nonce = *nonce;
        if (credentials.realm != *realm)
        {
            credentials.realm = *realm;
            credentials.key = stun::LongTermKey(credentials.username, *realm, m_config.password);
        }
        Request(now);
        return;
    }
    if (!code)
    {
        Fail({"turn", "bad-response", "connection-bind: an error without a code"});
        return;
    }
    Fail({"turn",
          stun::ReasonName(code->code),
          "connection-bind: " + std::to_string(code->code) + " " + std::string(code->reason)});
}

void
DataConnection::HandleLowerClosed(TimePoint /* now */, const std::optional<StreamFailure>& failure)
{
    if (failure)
    {
        Fail(*failure);
    }
    else if (m_state == State::OPEN)
    {
        m_state = State::DONE;
        m_events.Push({StreamEvent::Type::CLOSED, {}, {}});
    }
    else
    {
        Fail({"turn", "closed", "by the server, before it answered connection-bind"});
    }
}

void
DataConnection::Write(TimePoint /* now */, ByteView bytes)
{
    if (m_state == State::OPEN)
    {
        m_transmits.Push(bytes.ToBytes());
    }
}

void
DataConnection::Close(TimePoint /* now */)
{
    m_state = State::DONE; // the end of the stream says it all
    m_deadline.reset();
}

void
DataConnection::HandleTimeout(TimePoint now)
{
    if (m_deadline && *m_deadline <= now)
    {
        Fail({"turn", "timeout", "no answer to connection-bind"});
    }
}

void
DataConnection::Deliver(ByteView bytes)
{
    if (!bytes.IsEmpty())
    {
        m_events.Push({StreamEvent::Type::DATA, bytes.ToBytes(), {}});
    }
}

void
DataConnection::Fail(StreamFailure failure)
{
    if (m_state == State::DONE)
    {
        return;
    }
    m_state = State::DONE;
    m_deadline.reset();
    m_transmits.Clear();
    m_events.Push({StreamEvent::Type::FAILED, {}, std::move(failure)});
}

std::optional<Bytes>
DataConnection::PollTransmit()
{
    return m_transmits.Pop();
}

std::optional<StreamEvent>
DataConnection::PollEvent()
{
    return m_events.Pop();
}

std::optional<TimePoint>
DataConnection::NextTimeout() const
{
    return m_deadline;
}

std::size_t
DataConnection::MaxExpansion(std::size_t size) const
{
    return size;
}

} // namespace turn
} // namespace imsfw
