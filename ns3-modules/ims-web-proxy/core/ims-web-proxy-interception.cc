// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-interception.h"

#include <utility>

namespace imsfw::http
{

TlsInterception::TlsInterception(const InterceptionConfig& config,
                                 RandomSource& random,
                                 std::string host,
                                 std::unique_ptr<PlaintextInspector> inspector)
    : m_config(config),
      m_random(random),
      m_host(std::move(host)),
      m_name(m_host),
      m_inspector(std::move(inspector))
{
}

void
TlsInterception::HandleClientInput(TimePoint now, ByteView bytes)
{
    switch (m_state)
    {
    case State::HELLO:
        Append(m_hello, bytes);
        ReadHello(now);
        break;
    case State::SERVER:
        Append(m_hello, bytes);
        break;
    case State::OPEN:
        m_toClient->HandleInput(now, bytes);
        break;
    case State::PASSING:
        m_outputs.Push({true, bytes.ToBytes()});
        break;
    case State::OVER:
        break;
    }
    Progress(now);
}

void
TlsInterception::HandleServerInput(TimePoint now, ByteView bytes)
{
    if (m_state == State::PASSING)
    {
        m_outputs.Push({false, bytes.ToBytes()});
    }
    else if (m_state == State::HELLO)
    {
        HandleUnknown(); // in TLS the client speaks first
        if (m_state == State::PASSING)
        {
            m_outputs.Push({false, bytes.ToBytes()});
        }
    }
    else if (m_state != State::OVER)
    {
        m_toServer->HandleInput(now, bytes);
    }
    Progress(now);
}

void
TlsInterception::ReadHello(TimePoint now)
{
    const HelloName hello = FindHelloName(m_hello);
    if (hello.state == HelloName::State::NOT_TLS)
    {
        HandleUnknown();
    }
    else if (hello.state == HelloName::State::COMPLETE)
    {
        m_name = hello.name.empty() ? m_host : hello.name;
        m_state = State::SERVER;
        m_toServer = std::make_unique<tls::TlsSession>(m_config.client, m_random, m_name);
        m_toServer->Start(now);
    }
}

void
TlsInterception::HandleUnknown()
{
    if (!m_config.passesUnknown)
    {
        m_state = State::OVER;
        m_events.Push({Event::Type::REFUSED, "interception-not-tls", "no TLS handshake"});
        return;
    }
    m_state = State::PASSING;
    m_outputs.Push({true, std::exchange(m_hello, {})});
    m_events.Push({Event::Type::PASSED, {}, {}});
}

void
TlsInterception::PresentCertificate(TimePoint now)
{
    constexpr std::size_t MOST_COMMON_NAME = 64; // RFC 5280 A.1: ub-common-name
    std::vector<std::string> names{m_name};
    if (m_host != m_name)
    {
        names.insert(m_name.size() > MOST_COMMON_NAME ? names.begin() : names.end(), m_host);
    }
    const auto context = m_config.makeServer(names);
    if (!context)
    {
        Refuse(now, "interception-server-failed", context.Error());
        return;
    }
    m_state = State::OPEN;
    m_events.Push({Event::Type::PRESENTED, {}, m_name});
    m_toClient = std::make_unique<tls::TlsSession>(*context, m_random, std::string());
    m_toClient->Start(now);
    m_toClient->HandleInput(now, std::exchange(m_hello, {}));
}

void
TlsInterception::HandleTimeout(TimePoint now)
{
    for (const auto* session : {&m_toServer, &m_toClient})
    {
        if (*session && m_state != State::OVER)
        {
            (*session)->HandleTimeout(now);
        }
    }
    Progress(now);
}

void
TlsInterception::Progress(TimePoint now)
{
    bool hasMoved = true;
    while (hasMoved && m_state != State::OVER)
    {
        hasMoved = false;
        for (const bool fromServer : {true, false})
        {
            const auto& session = fromServer ? m_toServer : m_toClient;
            while (m_state != State::OVER && session)
            {
                const auto event = session->PollEvent();
                if (!event)
                {
                    break;
                }
                hasMoved = Handle(now, fromServer, *event) || hasMoved;
            }
        }
    }
    CollectOutput();
}

bool
TlsInterception::Handle(TimePoint now, bool fromServer, const StreamEvent& event)
{
    switch (event.type)
    {
    case StreamEvent::Type::ESTABLISHED:
        if (fromServer)
        {
            PresentCertificate(now);
            return true;
        }
        m_isClientReady = true;
        if (!m_forClient.empty())
        {
            m_toClient->Write(now, std::exchange(m_forClient, {}));
        }
        return true;
    case StreamEvent::Type::DATA:
        Relay(now, fromServer, event.data);
        return true;
    case StreamEvent::Type::CLOSED:
    {
        const auto& other = fromServer ? m_toClient : m_toServer;
        if (other)
        {
            other->Close(now);
        }
        CollectOutput();
        m_state = State::OVER;
        m_events.Push({Event::Type::CLOSED, {}, {}});
        return true;
    }
    case StreamEvent::Type::FAILED:
        Fail(now, fromServer, event.failure);
        return true;
    }
    return false;
}

void
TlsInterception::Relay(TimePoint now, bool fromServer, ByteView bytes)
{
    const auto rule = m_inspector ? m_inspector->Look(now, !fromServer, bytes) : std::nullopt;
    if (rule)
    {
        Refuse(now,
               *rule,
               fromServer ? "decrypted bytes of the server" : "decrypted bytes of the client");
        return;
    }
    if (!fromServer)
    {
        m_toServer->Write(now, bytes);
    }
    else if (m_isClientReady)
    {
        m_toClient->Write(now, bytes);
    }
    else
    {
        Append(m_forClient, bytes);
    }
}

void
TlsInterception::Fail(TimePoint now, bool fromServer, const StreamFailure& failure)
{
    const std::string why = failure.detail.empty() ? failure.reason : failure.detail;
    Refuse(now,
           fromServer ? "interception-server-failed" : "interception-client-refused",
           failure.reason + ": " + why);
}

void
TlsInterception::Refuse(TimePoint now, const std::string& id, const std::string& detail)
{
    for (const auto* session : {&m_toServer, &m_toClient})
    {
        if (*session)
        {
            (*session)->Close(now);
        }
    }
    CollectOutput();
    m_state = State::OVER;
    m_events.Push({Event::Type::REFUSED, id, detail});
}

void
TlsInterception::CollectOutput()
{
    for (const bool toServer : {true, false})
    {
        const auto& session = toServer ? m_toServer : m_toClient;
        while (session)
        {
            auto bytes = session->PollTransmit();
            if (!bytes)
            {
                break;
            }
            m_outputs.Push({toServer, std::move(*bytes)});
        }
    }
}

std::optional<TlsInterception::Output>
TlsInterception::PollTransmit()
{
    return m_outputs.Poll();
}

std::vector<std::string>
TlsInterception::TakeKeyLog()
{
    return m_toServer ? m_toServer->TakeKeyLog() : std::vector<std::string>();
}

std::optional<TlsInterception::Event>
TlsInterception::PollEvent()
{
    return m_events.Poll();
}

std::optional<TimePoint>
TlsInterception::NextTimeout() const
{
    std::optional<TimePoint> next;
    for (const auto* session : {&m_toServer, &m_toClient})
    {
        if (*session && m_state != State::OVER)
        {
            next = Earlier(next, (*session)->NextTimeout());
        }
    }
    return next;
}

} // namespace imsfw::http
