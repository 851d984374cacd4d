// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-connection.h"

#include "ims-web-proxy-basic.h"
#include "ims-web-proxy-digest.h"
#include "ims-web-proxy-page.h"

#include "base/text.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <cctype>

namespace imsfw::http
{

namespace
{

namespace beast = boost::beast::http;

constexpr std::uint32_t MAX_HEADER = 16384;
/// What a client may send ahead of the answer to its CONNECT.
constexpr std::size_t MAX_EARLY_DATA = 65536;
/// Nonces that are remembered beyond their connection; an older one only costs its client another 407.
constexpr std::size_t MAX_NONCES = 4096;

/// RFC 1123 2.1 and RFC 1035 2.3.4.
bool
IsHostName(std::string_view name)
{
    if (name.empty() || name.size() > 253)
    {
        return false;
    }
    for (const auto label : Split(name, '.'))
    {
        const bool isClean =
            std::all_of(label.begin(),
                        label.end(),
                        [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
        if (label.empty() || label.size() > 63 || !isClean || label.front() == '-' ||
            label.back() == '-')
        {
            return false;
        }
    }
    return true;
}

} // namespace

struct ProxyConnection::Request
{
    Request()
    {
        parser.header_limit(MAX_HEADER);
    }

    beast::request_parser<beast::empty_body> parser;
};

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
        Command(ProxyCommand::Type::SEND_TO_SERVER, bytes.ToBytes());
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
ProxyConnection::HandleRequest(TimePoint)
{
    const auto& request = m_request->parser.get();
    m_target = std::string(request.target());
    if (request.method() != beast::verb::connect)
    {
        Refuse("method-not-allowed", 405, "Method Not Allowed");
        return;
    }
    if (!IsWellFormed() || !TakeTarget())
    {
        // RFC 9110 9.3.6: "A server MUST reject a CONNECT request that targets an empty or invalid port number,
        // typically by responding with a 400 (Bad Request) status code."
        Refuse("malformed-request", 400, "Bad Request");
        return;
    }
    if (!IsAuthorized(std::string(request[beast::field::proxy_authorization])))
    {
        AskForCredentials();
        return;
    }
    if (m_config.connectPorts.count(m_server.port) == 0)
    {
        Refuse("connect-port-not-allowed", 403, "Forbidden");
        return;
    }
    if (IsLoop())
    {
        Refuse("forwarding-loop", 403, "Forbidden");
        return;
    }
    if (m_config.maxTunnels > 0 && m_shared.tunnels >= m_config.maxTunnels)
    {
        Refuse("too-many-tunnels", 503, "Service Unavailable");
        return;
    }
    BeginConnecting();
}

bool
ProxyConnection::TakeTarget()
{
    m_host.clear();
    if (const auto server = Endpoint::Parse(m_target))
    {
        m_server = *server;
        return m_server.port != 0;
    }
    const auto colon = m_target.rfind(':');
    const auto port = colon == std::string::npos
                          ? std::nullopt
                          : ParseNumber(std::string_view(m_target).substr(colon + 1), 1, 65535);
    if (!m_config.resolvesNames || !port || !IsHostName(m_target.substr(0, colon)))
    {
        return false;
    }
    m_host = m_target.substr(0, colon);
    m_server = {{}, static_cast<uint16_t>(*port)};
    return true;
}

/// RFC 9110 7.6.3: Via is for "avoiding request loops" too.
bool
ProxyConnection::IsLoop() const
{
    const auto fields = m_request->parser.get().equal_range(beast::field::via);
    for (auto field = fields.first; field != fields.second; ++field)
    {
        const std::string value(field->value());
        for (const auto part : Split(value, ','))
        {
            const auto words = Split(Trim(part), ' ');
            if (!m_config.via.empty() && words.size() > 1 && words[1] == m_config.via)
            {
                return true;
            }
        }
    }
    return false;
}

void
ProxyConnection::BeginConnecting()
{
    m_requestBy.reset();
    m_fields = UpstreamFields();
    m_isCounted = true;
    ++m_shared.tunnels;
    if (!m_host.empty() && !m_config.hasUpstream)
    {
        m_state = State::RESOLVING;
        m_commands.push_back({ProxyCommand::Type::RESOLVE, {}, m_server, m_host, {}});
        return;
    }
    m_state = State::CONNECTING;
    m_commands.push_back({ProxyCommand::Type::CONNECT_TO_SERVER, {}, m_server, m_host, m_fields});
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
    m_commands.push_back({ProxyCommand::Type::CONNECT_TO_SERVER, {}, m_server, {}, m_fields});
}

/// RFC 9110 7.6.3: a proxy adds itself to Via; RFC 7639 2: ALPN is for every proxy on the way.
std::string
ProxyConnection::UpstreamFields() const
{
    std::string fields;
    const auto& request = m_request->parser.get();
    for (const char* name : {"ALPN", "Via"})
    {
        const auto range = request.equal_range(name);
        for (auto field = range.first; field != range.second; ++field)
        {
            fields += std::string(name) + ": " + std::string(field->value()) + "\r\n";
        }
    }
    return fields + ViaField();
}

std::string
ProxyConnection::ViaField() const
{
    return m_config.via.empty() ? "" : "Via: 1.1 " + m_config.via + "\r\n";
}

bool
ProxyConnection::IsWellFormed() const
{
    const auto& parser = m_request->parser;
    // RFC 9112 3.2: 400 "to any HTTP/1.1 request message that lacks a Host header field and to any request message that
    // contains more than one Host header field line"
    const auto hosts = parser.get().count(beast::field::host);
    // RFC 9110 9.3.6: "A CONNECT request message does not have content."
    const bool hasContent = parser.chunked() || parser.content_length().value_or(0) > 0;
    return !hasContent && (hosts == 1 || (hosts == 0 && parser.get().version() < 11));
}

void
ProxyConnection::AskForCredentials()
{
    m_events.push_back({ProxyEvent::Type::REFUSED,
                        "authentication-required",
                        "407 Proxy Authentication Required",
                        m_target});
    const bool isKept = m_request->parser.keep_alive() && !m_config.closesAfterChallenge;
    Respond(407,
            "Proxy Authentication Required",
            "Proxy-Authenticate: " + Challenge() + "\r\n" + (isKept ? "" : "Connection: close\r\n"),
            "This proxy needs a user name and a password.");
    if (!isKept)
    {
        if (!m_nonce.empty())
        {
            m_shared.nonces.push_back(m_nonce); // the answer comes on another connection
        }
        if (m_shared.nonces.size() > MAX_NONCES)
        {
            m_shared.nonces.pop_front();
        }
        CloseClient();
    }
}

bool
ProxyConnection::IsAuthorized(const std::string& authorization) const
{
    if (m_config.authentication == ProxyAuthentication::NONE)
    {
        return true;
    }
    const auto passwordOf = [this](const std::string& user) -> std::optional<std::string>
    {
        for (const auto& [name, password] : m_config.users)
        {
            if (name == user)
            {
                return password;
            }
        }
        return std::nullopt;
    };
    if (m_config.authentication == ProxyAuthentication::BASIC)
    {
        const auto basic = BasicCredentials::Parse(authorization);
        return basic && passwordOf(basic->username) == basic->password;
    }
    const auto digest = DigestResponse::Parse(authorization);
    const auto& known = m_shared.nonces;
    const bool isKnown =
        digest && ((!m_nonce.empty() && digest->nonce == m_nonce) ||
                   std::find(known.begin(), known.end(), digest->nonce) != known.end());
    if (!isKnown || digest->uri != m_target)
    {
        return false;
    }
    const auto password = passwordOf(digest->username);
    return password && VerifyResponse(*digest, "CONNECT", *password);
}

std::string
ProxyConnection::Challenge()
{
    if (m_config.authentication == ProxyAuthentication::BASIC)
    {
        return BasicChallenge{m_config.realm}.ToHeader();
    }
    m_nonce = m_random.Token(32);
    DigestChallenge challenge;
    challenge.realm = m_config.realm;
    challenge.nonce = m_nonce;
    challenge.qop = "auth";
    return challenge.ToHeader();
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
    m_events.push_back(
        {ProxyEvent::Type::REFUSED, id, std::to_string(status) + " " + reason, m_target});
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
    m_events.push_back({ProxyEvent::Type::TUNNEL_OPENED, {}, {}, m_target});
    TouchTunnel(now);
    if (m_config.maxLifetime)
    {
        m_endsAt = now + *m_config.maxLifetime;
    }
    if (!m_buffer.empty())
    {
        Command(ProxyCommand::Type::SEND_TO_SERVER, std::exchange(m_buffer, {}));
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
        Command(ProxyCommand::Type::SEND_TO_CLIENT, bytes.ToBytes());
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
        m_events.push_back({ProxyEvent::Type::REFUSED, id, "tunnel closed", m_target});
    }
    if (m_state == State::TUNNEL)
    {
        m_events.push_back({ProxyEvent::Type::TUNNEL_CLOSED, {}, {}, m_target});
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
    if (m_commands.empty())
    {
        return std::nullopt;
    }
    ProxyCommand command = std::move(m_commands.front());
    m_commands.pop_front();
    return command;
}

std::optional<ProxyEvent>
ProxyConnection::PollEvent()
{
    if (m_events.empty())
    {
        return std::nullopt;
    }
    ProxyEvent event = std::move(m_events.front());
    m_events.pop_front();
    return event;
}

std::optional<TimePoint>
ProxyConnection::NextTimeout() const
{
    return Earlier(m_requestBy, Earlier(m_idleUntil, m_endsAt));
}

void
ProxyConnection::Command(ProxyCommand::Type type, Bytes data)
{
    m_commands.push_back({type, std::move(data), {}, {}, {}});
}

} // namespace imsfw::http
