// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-connection.h"

#include "ims-web-proxy-connection-request.h"
#include "ims-web-proxy-page.h"

#include "base/text.h"

#include <boost/asio/buffer.hpp>

#include <utility>

namespace imsfw::http
{

namespace
{

/// What a client may send ahead of the answer to its CONNECT.
constexpr std::size_t MAX_EARLY_DATA = 65536;

} // namespace

ProxyConnection::ProxyConnection(const ProxyConfig& config,
                                 RandomSource& random,
                                 ProxyShared& shared)
    : m_config(config), m_random(random), m_request(std::make_unique<Request>()), m_shared(shared)
{
}

ProxyConnection::~ProxyConnection()
{
    LeaveTunnel();
}

void
ProxyConnection::Start(TimePoint now)
{
    m_requestBy = now + m_config.requestTimeout;
}

void
ProxyConnection::HandleClientInput(TimePoint now, ByteView bytes)
{
    switch (m_state)
    {
    case State::REQUEST:
        Append(m_buffer, bytes);
        ParseRequest(now);
        return;
    case State::RESOLVING:
    case State::CONNECTING:
        Append(m_buffer, bytes);
        if (m_buffer.size() > MAX_EARLY_DATA)
        {
            Refuse("malformed-request", 400, "Bad Request");
            Command(ProxyCommand::Type::CLOSE_SERVER);
        }
        return;
    case State::TUNNEL:
        TouchTunnel(now);
        Relay(ProxyCommand::Type::SEND_TO_SERVER, bytes.ToBytes());
        return;
    case State::OVER:
        return;
    }
}

void
ProxyConnection::ParseRequest(TimePoint now)
{
    while (m_state == State::REQUEST && !m_buffer.empty())
    {
        boost::beast::error_code error;
        const std::size_t used = m_request->parser.put(boost::asio::buffer(m_buffer), error);
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(used));
        if (error == beast::error::need_more)
        {
            return;
        }
        if (error)
        {
            const bool isTooLarge = error == beast::error::header_limit;
            Refuse("malformed-request",
                   isTooLarge ? 431 : 400,
                   isTooLarge ? "Request Header Fields Too Large" : "Bad Request");
            return;
        }
        if (m_request->parser.is_header_done())
        {
            HandleRequest(now);
            m_request = std::make_unique<Request>();
        }
    }
}

void
ProxyConnection::HandleResolved(TimePoint, const std::optional<IpAddress>& address)
{
    if (m_state != State::RESOLVING)
    {
        return; // the client has gone meanwhile
    }
    if (!address)
    {
        Refuse("name-not-resolved", 503, "Service Unavailable"); // as Squid answers ERR_DNS_FAIL
        return;
    }
    m_server.address = *address;
    m_state = State::CONNECTING;
    m_commands.Push({ProxyCommand::Type::CONNECT_TO_SERVER, {}, m_server, {}, m_fields});
}

void
ProxyConnection::Respond(int status,
                         const std::string& reason,
                         const std::string& fields,
                         const std::string& line)
{
    const Page page =
        m_config.sendsFullPages ? FullPage(status, reason, m_target) : ShortPage(line);
    const std::string text = "HTTP/1.1 " + std::to_string(status) + " " + reason + "\r\n" + fields +
                             ViaField() + "Content-Type: " + page.type +
                             "\r\nContent-Length: " + std::to_string(page.text.size()) +
                             "\r\n\r\n" + page.text;
    Command(ProxyCommand::Type::SEND_TO_CLIENT, ByteView(std::string_view(text)).ToBytes());
}

void
ProxyConnection::Refuse(const std::string& id, int status, const std::string& reason)
{
    m_events.Push({ProxyEvent::Type::REFUSED, id, std::to_string(status) + " " + reason, m_target});
    Respond(status, reason, "Connection: close\r\n", "The proxy refused: " + id + ".");
    LeaveTunnel();
    CloseClient();
}

void
ProxyConnection::LeaveTunnel()
{
    if (std::exchange(m_isCounted, false))
    {
        --m_shared.tunnels;
    }
}

void
ProxyConnection::CloseClient()
{
    Command(ProxyCommand::Type::CLOSE_CLIENT);
    m_state = State::OVER;
    m_requestBy.reset();
}

void
ProxyConnection::HandleServerConnected(TimePoint now)
{
    if (m_state != State::CONNECTING)
    {
        Command(ProxyCommand::Type::CLOSE_SERVER);
        return;
    }
    OpenTunnel(now);
}

void
ProxyConnection::OpenTunnel(TimePoint now)
{
    m_state = State::TUNNEL;
    const std::string_view ok = "HTTP/1.1 200 Connection established\r\n\r\n";
    Command(ProxyCommand::Type::SEND_TO_CLIENT, ByteView(ok).ToBytes());
    m_events.Push({ProxyEvent::Type::TUNNEL_OPENED, {}, {}, m_target});
    TouchTunnel(now);
    if (m_config.maxLifetime)
    {
        m_endsAt = now + *m_config.maxLifetime;
    }
    if (!m_buffer.empty())
    {
        Relay(ProxyCommand::Type::SEND_TO_SERVER, std::exchange(m_buffer, {}));
    }
}

void
ProxyConnection::TouchTunnel(TimePoint now)
{
    if (m_config.idleTimeout)
    {
        m_idleUntil = now + *m_config.idleTimeout;
    }
}

void
ProxyConnection::HandleServerInput(TimePoint now, ByteView bytes)
{
    if (m_state == State::TUNNEL)
    {
        TouchTunnel(now);
        Relay(ProxyCommand::Type::SEND_TO_CLIENT, bytes.ToBytes());
    }
}

void
ProxyConnection::HandleServerEnd(TimePoint, const std::optional<StreamFailure>& failure)
{
    if (m_state == State::CONNECTING && failure && failure->layer == "http-connect" &&
        failure->reason != "timeout")
    {
        // What the proxy behind this one said is said on, as far as it said anything.
        const auto status = ParseNumber(std::string_view(failure->detail).substr(0, 3), 400, 599);
        Refuse("upstream-refused",
               status && *status != 407 ? static_cast<int>(*status) : 502,
               status && *status != 407 ? failure->detail.substr(4) : "Bad Gateway");
    }
    else if (m_state == State::CONNECTING)
    {
        const bool isSilence = failure && failure->reason == "timeout";
        Refuse("server-unreachable",
               isSilence ? 504 : 502,
               isSilence ? "Gateway Timeout" : "Bad Gateway");
    }
    else if (m_state == State::TUNNEL)
    {
        EndTunnel({});
    }
}

void
ProxyConnection::HandleClientEnd(TimePoint)
{
    if (m_state == State::TUNNEL || m_state == State::CONNECTING)
    {
        EndTunnel({});
    }
    LeaveTunnel();
    m_state = State::OVER;
    m_requestBy.reset();
}

/// RFC 9110 9.3.6: "A tunnel is closed when a tunnel intermediary detects that either side has closed its connection: the
/// intermediary MUST attempt to send any outstanding data that came from the closed side to the other side, close both
/// connections, and discard any remaining data left undelivered."
void
ProxyConnection::EndTunnel(const std::string& id)
{
    if (!id.empty())
    {
        m_events.Push({ProxyEvent::Type::REFUSED, id, "tunnel closed", m_target});
    }
    if (m_state == State::TUNNEL)
    {
        m_events.Push({ProxyEvent::Type::TUNNEL_CLOSED, {}, {}, m_target});
    }
    Command(ProxyCommand::Type::CLOSE_CLIENT);
    Command(ProxyCommand::Type::CLOSE_SERVER);
    LeaveTunnel();
    m_state = State::OVER;
    m_idleUntil.reset();
    m_endsAt.reset();
}

void
ProxyConnection::HandleTimeout(TimePoint now)
{
    if (m_requestBy && now >= *m_requestBy)
    {
        Refuse("request-timeout", 408, "Request Timeout");
    }
    else if (m_endsAt && now >= *m_endsAt)
    {
        EndTunnel("lifetime");
    }
    else if (m_idleUntil && now >= *m_idleUntil)
    {
        EndTunnel("idle-timeout");
    }
}

std::optional<ProxyCommand>
ProxyConnection::PollTransmit()
{
    return m_commands.Poll();
}

std::optional<ProxyEvent>
ProxyConnection::PollEvent()
{
    return m_events.Poll();
}

std::optional<TimePoint>
ProxyConnection::NextTimeout() const
{
    return Earlier(m_requestBy, Earlier(m_idleUntil, m_endsAt));
}

void
ProxyConnection::Command(ProxyCommand::Type type, Bytes data)
{
    m_commands.Push({type, std::move(data), {}, {}, {}});
}

void
ProxyConnection::Relay(ProxyCommand::Type type, Bytes data)
{
    Command(type, std::move(data));
    m_commands.Back().isRelayed = true;
}

} // namespace imsfw::http
