// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a ProxyConnection makes of a request: is it one, who sends it, may it, and where does it lead.
#include "ims-web-proxy-connection-request.h"
#include "ims-web-proxy-basic.h"
#include "ims-web-proxy-digest.h"

#include "base/text.h"

#include <algorithm>
#include <cctype>

namespace imsfw::http
{

namespace
{

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
        m_commands.Push({ProxyCommand::Type::RESOLVE, {}, m_server, m_host, {}});
        return;
    }
    m_state = State::CONNECTING;
    m_commands.Push({ProxyCommand::Type::CONNECT_TO_SERVER, {}, m_server, m_host, m_fields});
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
    m_events.Push({ProxyEvent::Type::REFUSED,
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

} // namespace imsfw::http
