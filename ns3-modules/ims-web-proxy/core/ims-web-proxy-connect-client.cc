// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-connect-client.h"

#include "ims-web-proxy-auth-params.h"
#include "ims-web-proxy-basic.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cctype>
#include <limits>

namespace imsfw::http
{

namespace
{

namespace beast = boost::beast::http;

constexpr std::uint32_t MAX_HEADER = 16384;
constexpr std::uint64_t MAX_BODY = 262144; // a proxy's error page

/// RFC 9110 5.6.2.
bool
IsTokenChar(unsigned char c)
{
    return std::isalnum(c) != 0 ||
           std::string_view("!#$&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

} // namespace

std::string
AlpnField(const std::vector<std::string>& protocols)
{
    std::string field;
    for (const auto& protocol : protocols)
    {
        field += field.empty() ? "" : ", ";
        for (const unsigned char c : protocol)
        {
            // RFC 7639 2.2: "Octets in the ALPN protocol name MUST NOT be percent-encoded if they are valid token
            // characters except "%""
            constexpr const char* DIGITS = "0123456789ABCDEF";
            field += IsTokenChar(c) ? std::string(1, static_cast<char>(c))
                                    : std::string{'%', DIGITS[c >> 4], DIGITS[c & 15]};
        }
    }
    return field;
}

struct ConnectClient::Response
{
    Response()
    {
        parser.header_limit(MAX_HEADER);
        // Not before the status is known: a 2xx has no body, whatever it says about one.
        parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    }

    beast::response_parser<beast::string_body> parser;
    bool isHeaderSeen{false};
};

ConnectClient::ConnectClient(ConnectConfig config, RandomSource& random)
    : m_config(std::move(config)), m_random(random)
{
}

ConnectClient::~ConnectClient() = default;

void
ConnectClient::Start(TimePoint now)
{
    m_deadline = now + m_config.timeout;
    m_isAuthorizing = !m_config.authorization.empty();
    SendRequest(m_config.authorization);
}

const std::string&
ConnectClient::GetAuthorization() const
{
    return m_authorization;
}

void
ConnectClient::SendRequest(const std::string& authorization)
{
    // RFC 9110 9.3.6: the target is host and port alone; a Host field is needed all the same (7.2).
    std::string request =
        "CONNECT " + m_config.target + " HTTP/1.1\r\nHost: " + m_config.target + "\r\n";
    if (!m_config.alpn.empty())
    {
        request += "ALPN: " + AlpnField(m_config.alpn) + "\r\n";
    }
    request += m_config.fields;
    if (!authorization.empty())
    {
        request += "Proxy-Authorization: " + authorization + "\r\n";
    }
    request += "\r\n";
    m_response = std::make_unique<Response>();
    m_transmits.Push(ByteView(std::string_view(request)).ToBytes());
}

void
ConnectClient::HandleInput(TimePoint, ByteView bytes)
{
    if (m_isOver)
    {
        return;
    }
    if (m_isOpen)
    {
        m_events.Push({StreamEvent::Type::DATA, bytes.ToBytes(), {}});
        return;
    }
    Append(m_buffer, bytes);
    ParseResponse();
}

void
ConnectClient::ParseResponse()
{
    while (!m_isOver && !m_isOpen && !m_buffer.empty())
    {
        boost::beast::error_code error;
        auto& parser = m_response->parser;
        const std::size_t used = parser.put(boost::asio::buffer(m_buffer), error);
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(used));
        if (error && error != beast::error::need_more)
        {
            Fail("malformed-response", error.message());
            return;
        }
        if (parser.is_header_done() && !m_response->isHeaderSeen)
        {
            m_response->isHeaderSeen = true;
            HandleHeader();
        }
        if (!m_isOver && !m_isOpen && parser.is_done())
        {
            HandleComplete();
            continue;
        }
        if (error == beast::error::need_more || used == 0)
        {
            return;
        }
    }
}

void
ConnectClient::HandleHeader()
{
    const auto status = m_response->parser.get().result_int();
    if (status >= 200 && status < 300)
    {
        // RFC 9110 9.3.6: "Any 2xx (Successful) response indicates that the sender (and all inbound proxies) will switch
        // to tunnel mode immediately after the response header section"
        m_isOpen = true;
        m_deadline.reset();
        m_events.Push({StreamEvent::Type::ESTABLISHED, {}, {}});
        if (!m_buffer.empty())
        {
            m_events.Push({StreamEvent::Type::DATA, std::exchange(m_buffer, {}), {}});
        }
    }
    else if (status / 100 == 1)
    {
        // RFC 9110 15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final response"
    }
    else if (status != 407)
    {
        Fail("proxy-refused", StatusLine());
    }
    else if (m_config.user.empty())
    {
        Fail("proxy-authentication-required", StatusLine());
    }
    else if (m_isAuthorizing)
    {
        Fail("proxy-authentication-failed", StatusLine());
    }
    else if (!m_response->parser.keep_alive())
    {
        m_authorization = Authorize();
        Fail("proxy-closed", "after " + StatusLine());
    }
    else if (m_response->parser.content_length().value_or(0) > MAX_BODY)
    {
        Fail("malformed-response", "body limit exceeded");
    }
    else
    {
        m_response->parser.body_limit(MAX_BODY);
    }
}

/// A 1xx, or a 407 with its page.
void
ConnectClient::HandleComplete()
{
    if (m_response->parser.get().result_int() == 407)
    {
        HandleChallenge();
    }
    else
    {
        m_response = std::make_unique<Response>();
    }
}

/// The connection that brought the 407 takes the next request.
void
ConnectClient::HandleChallenge()
{
    const std::string authorization = Authorize();
    if (authorization.empty())
    {
        Fail("proxy-authentication-failed", "no challenge that can be answered in " + StatusLine());
        return;
    }
    m_isAuthorizing = true;
    SendRequest(authorization);
}

std::string
ConnectClient::Authorize() const
{
    std::string basic;
    const auto fields = m_response->parser.get().equal_range(beast::field::proxy_authenticate);
    for (auto field = fields.first; field != fields.second; ++field)
    {
        const std::string_view value(field->value().data(), field->value().size());
        for (const std::string& challenge : SplitChallenges(value))
        {
            if (const auto digest = DigestChallenge::Parse(challenge))
            {
                return AnswerDigest(*digest);
            }
            if (BasicChallenge::Parse(challenge))
            {
                basic = BasicCredentials{m_config.user, m_config.password}.ToHeader();
            }
        }
    }
    return basic;
}

std::string
ConnectClient::AnswerDigest(const DigestChallenge& challenge) const
{
    return AnswerChallenge(challenge,
                           m_config.user,
                           m_config.password,
                           "CONNECT",
                           m_config.target,
                           m_random.Token(16),
                           1)
        .ToHeader();
}

void
ConnectClient::HandleLowerClosed(TimePoint, const std::optional<StreamFailure>& failure)
{
    if (m_isOver)
    {
        return;
    }
    if (failure)
    {
        m_isOver = true;
        m_deadline.reset();
        m_events.Push({StreamEvent::Type::FAILED, {}, *failure});
    }
    else if (m_isOpen)
    {
        m_isOver = true;
        m_events.Push({StreamEvent::Type::CLOSED, {}, {}});
    }
    else
    {
        Fail("proxy-closed", "without a complete answer");
    }
}

void
ConnectClient::Write(TimePoint, ByteView bytes)
{
    if (m_isOpen && !m_isOver)
    {
        m_transmits.Push(bytes.ToBytes());
    }
}

void
ConnectClient::Close(TimePoint)
{
    m_isOver = true; // the connection's own close says it all
    m_deadline.reset();
}

void
ConnectClient::HandleTimeout(TimePoint now)
{
    if (m_deadline && now >= *m_deadline)
    {
        Fail("timeout", "no answer from the proxy");
    }
}

std::optional<Bytes>
ConnectClient::PollTransmit()
{
    return m_transmits.Poll();
}

std::optional<StreamEvent>
ConnectClient::PollEvent()
{
    return m_events.Poll();
}

std::optional<TimePoint>
ConnectClient::NextTimeout() const
{
    return m_deadline;
}

std::size_t
ConnectClient::MaxExpansion(std::size_t size) const
{
    return size;
}

void
ConnectClient::Fail(const std::string& reason, const std::string& detail)
{
    m_isOver = true;
    m_deadline.reset();
    m_events.Push({StreamEvent::Type::FAILED, {}, {"http-connect", reason, detail}});
}

std::string
ConnectClient::StatusLine() const
{
    const auto& message = m_response->parser.get();
    return std::to_string(message.result_int()) + " " + std::string(message.reason());
}

} // namespace imsfw::http
