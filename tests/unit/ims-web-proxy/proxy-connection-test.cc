// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The proxy's side as scripts: one line for each thing that it does, requests cut at every byte, limits to the
/// millisecond.
#include "base/text.h"
#include "ims-web-proxy-basic.h"
#include "ims-web-proxy-connect-client.h"
#include "ims-web-proxy-connection.h"
#include "ims-web-proxy-digest.h"

#include <gtest/gtest.h>

#include <functional>

namespace imsfw::http
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint T0{seconds(5)};

/// A proxy's connection with its driver; what it did, in a short notation.
class Proxy
{
  public:
    explicit Proxy(ProxyConfig config = {}) : m_config(std::move(config))
    {
        m_core.Start(now);
        Drain();
    }

    void
    Hear(std::string_view text)
    {
        m_core.HandleClientInput(now, ByteView(text));
        Drain();
    }

    void
    HearServer(std::string_view text)
    {
        m_core.HandleServerInput(now, ByteView(text));
        Drain();
    }

    void
    ServerConnected()
    {
        m_core.HandleServerConnected(now);
        Drain();
    }

    void
    ServerEnded(const std::optional<StreamFailure>& failure = {})
    {
        m_core.HandleServerEnd(now, failure);
        Drain();
    }

    void
    ClientEnded()
    {
        m_core.HandleClientEnd(now);
        Drain();
    }

    void
    Wait(Duration duration)
    {
        now += duration;
        m_core.HandleTimeout(now);
        Drain();
    }

    std::optional<TimePoint>
    NextTimeout() const
    {
        return m_core.NextTimeout();
    }

    /// @return what was done since the last call: "client:407", "client(data)", "server(data)", "connect 192.0.2.1:443",
    /// "close-client", "close-server", "refused id", "opened", "closed"; separated by commas, commands before events.
    std::string
    Take()
    {
        return Join(std::exchange(m_done, {}), ", ");
    }

    TimePoint now{T0};
    std::string response; ///< the last one with a status line

  private:
    void
    Drain()
    {
        while (const auto command = m_core.PollTransmit())
        {
            Note(*command);
        }
        while (const auto event = m_core.PollEvent())
        {
            Note(*event);
        }
    }

    void
    Note(const ProxyCommand& command)
    {
        const std::string text(ByteView(command.data).AsText());
        switch (command.type)
        {
        case ProxyCommand::Type::SEND_TO_CLIENT:
            if (text.rfind("HTTP/1.1 ", 0) == 0)
            {
                response = text;
                m_done.push_back("client:" + text.substr(9, 3));
                return;
            }
            m_done.push_back("client(" + text + ")");
            return;
        case ProxyCommand::Type::SEND_TO_SERVER:
            m_done.push_back("server(" + text + ")");
            return;
        case ProxyCommand::Type::CONNECT_TO_SERVER:
            m_done.push_back("connect " + command.server.ToString());
            return;
        case ProxyCommand::Type::CLOSE_CLIENT:
            m_done.push_back("close-client");
            return;
        case ProxyCommand::Type::CLOSE_SERVER:
            m_done.push_back("close-server");
            return;
        }
    }

    void
    Note(const ProxyEvent& event)
    {
        switch (event.type)
        {
        case ProxyEvent::Type::REFUSED:
            m_done.push_back("refused " + event.id);
            return;
        case ProxyEvent::Type::TUNNEL_OPENED:
            m_done.push_back("opened");
            return;
        case ProxyEvent::Type::TUNNEL_CLOSED:
            m_done.push_back("closed");
            return;
        }
    }

    ProxyConfig m_config;
    SeededRandom m_random{1, 1, "proxy"};
    ProxyConnection m_core{m_config, m_random};
    std::vector<std::string> m_done;
};

std::string
Connect(const std::string& target, const std::string& fields = "")
{
    return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + fields + "\r\n";
}

const std::string REQUEST = Connect("192.0.2.1:443");
const std::string CONNECTING = "connect 192.0.2.1:443";

std::string
Refusal(const std::string& status, const std::string& id)
{
    return "client:" + status + ", close-client, refused " + id;
}

std::string
FieldOf(const std::string& response, const std::string& name)
{
    const auto begin = response.find("\r\n" + name + ": ");
    if (begin == std::string::npos)
    {
        return "";
    }
    const auto value = begin + name.size() + 4;
    return response.substr(value, response.find("\r\n", value) - value);
}

TEST(ProxyConnection, ConnectsAndTunnels)
{
    Proxy proxy;
    proxy.Hear(REQUEST);
    EXPECT_EQ(proxy.Take(), CONNECTING);
    proxy.ServerConnected();
    EXPECT_EQ(proxy.Take(), "client:200, opened");
    // RFC 9110 9.3.6: "A server MUST NOT send any Transfer-Encoding or Content-Length header fields in a 2xx"
    EXPECT_EQ(proxy.response, "HTTP/1.1 200 Connection established\r\n\r\n");
    EXPECT_FALSE(proxy.NextTimeout());
    proxy.Hear("a\r\n\r\n");
    proxy.HearServer(std::string_view("b\0c", 3));
    EXPECT_EQ(proxy.Take(), "server(a\r\n\r\n), client(" + std::string("b\0c", 3) + ")");
}

TEST(ProxyConnection, RequestsTableAtEverySplit)
{
    struct Row
    {
        const char* name;
        std::string request;
        std::string done;
    };

    const std::string malformed = Refusal("400", "malformed-request");
    const std::vector<Row> rows = {
        {"good", REQUEST, CONNECTING},
        {"IPv6", Connect("[2001:db8::1]:443"), "connect [2001:db8::1]:443"},
        {"HTTP/1.0 without Host", "CONNECT 192.0.2.1:443 HTTP/1.0\r\n\r\n", CONNECTING},
        {"fields", Connect("192.0.2.1:443", "ALPN: h2\r\nUser-Agent: x\r\n"), CONNECTING},
        {"empty content", Connect("192.0.2.1:443", "Content-Length: 0\r\n"), CONNECTING},
        {"another port", Connect("192.0.2.1:80"), Refusal("403", "connect-port-not-allowed")},
        {"SIP's port", Connect("192.0.2.1:5061"), Refusal("403", "connect-port-not-allowed")},
        {"no port", Connect("192.0.2.1"), malformed},
        {"empty port", Connect("192.0.2.1:"), malformed},
        {"port 0", Connect("192.0.2.1:0"), malformed},
        {"port 65536", Connect("192.0.2.1:65536"), malformed},
        {"port of letters", Connect("192.0.2.1:https"), malformed},
        {"negative port", Connect("192.0.2.1:-1"), malformed},
        {"no address", Connect(":443"), malformed},
        {"a name (no DNS here)", Connect("example.test:443"), malformed},
        {"absolute form", Connect("https://192.0.2.1:443/"), malformed},
        {"no Host", "CONNECT 192.0.2.1:443 HTTP/1.1\r\n\r\n", malformed},
        {"two Hosts", Connect("192.0.2.1:443", "Host: other\r\n"), malformed},
        {"content", Connect("192.0.2.1:443", "Content-Length: 5\r\n"), malformed},
        {"chunks", Connect("192.0.2.1:443", "Transfer-Encoding: chunked\r\n"), malformed},
        {"GET",
         "GET http://192.0.2.1/ HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n",
         Refusal("405", "method-not-allowed")},
        {"POST before its content",
         "POST http://192.0.2.1/ HTTP/1.1\r\nHost: 192.0.2.1\r\nContent-Length: 9\r\n\r\n",
         Refusal("405", "method-not-allowed")},
        {"lower case is another method",
         "connect 192.0.2.1:443 HTTP/1.1\r\nHost: a\r\n\r\n",
         Refusal("405", "method-not-allowed")},
        {"SIP", "REGISTER sip:ims.test SIP/2.0\r\n\r\n", malformed},
        {"TLS", std::string("\x16\x03\x01\x02\x00\x01", 6) + "\r\n\r\n", malformed},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", malformed},
        {"field without colon", "CONNECT 192.0.2.1:443 HTTP/1.1\r\nnonsense\r\n\r\n", malformed},
        {"bad Content-Length", Connect("192.0.2.1:443", "Content-Length: x\r\n"), malformed},
        {"no target", "CONNECT HTTP/1.1\r\n\r\n", malformed},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        for (std::size_t cut = 0; cut < row.request.size(); ++cut)
        {
            Proxy proxy;
            proxy.Hear(std::string_view(row.request).substr(0, cut));
            proxy.Hear(std::string_view(row.request).substr(cut));
            ASSERT_EQ(proxy.Take(), row.done) << "cut at " << cut;
        }
    }
}

TEST(ProxyConnection, RefusalsSayWhyAndClose)
{
    Proxy proxy;
    proxy.Hear(Connect("192.0.2.1:80"));
    EXPECT_EQ(proxy.response.rfind("HTTP/1.1 403 Forbidden\r\n", 0), 0U);
    EXPECT_EQ(FieldOf(proxy.response, "Connection"), "close");
    const auto page = proxy.response.substr(proxy.response.find("\r\n\r\n") + 4);
    EXPECT_EQ(FieldOf(proxy.response, "Content-Length"), std::to_string(page.size()));
    proxy.Take();
    proxy.Hear(REQUEST); // nothing follows
    proxy.ClientEnded();
    proxy.Wait(seconds(100));
    EXPECT_EQ(proxy.Take(), "");
    EXPECT_FALSE(proxy.NextTimeout());
}

TEST(ProxyConnection, OversizedHeadersGet431)
{
    const std::vector<std::string> rows = {
        "CONNECT " + std::string(100'000, '1'),
        "CONNECT 192.0.2.1:443 HTTP/1.1\r\nA: " + std::string(100'000, 'a'),
        REQUEST.substr(0, REQUEST.size() - 2) + std::string(100'000, 'a'),
    };
    for (const std::string& request : rows)
    {
        Proxy proxy;
        std::size_t used = 0;
        std::string done;
        while (done.empty() && used < request.size())
        {
            proxy.Hear(std::string_view(request).substr(used, 500));
            used += 500;
            done = proxy.Take();
        }
        EXPECT_EQ(done, Refusal("431", "malformed-request"));
        EXPECT_LT(used, 40'000U); // it did not wait for all of it
    }
}

TEST(ProxyConnection, ConfiguredPortsOnly)
{
    ProxyConfig config;
    config.connectPorts = {443, 8443};
    for (const auto& [port, isAllowed] :
         {std::pair(443, true), {8443, true}, {80, false}, {4430, false}})
    {
        Proxy proxy(config);
        const std::string target = "192.0.2.1:" + std::to_string(port);
        proxy.Hear(Connect(target));
        EXPECT_EQ(proxy.Take(),
                  isAllowed ? "connect " + target : Refusal("403", "connect-port-not-allowed"));
    }
}

TEST(ProxyConnection, ServerFailuresTable)
{
    struct Row
    {
        std::optional<StreamFailure> failure;
        const char* status;
    };

    const std::vector<Row> rows = {
        {StreamFailure{"tcp", "timeout", ""}, "504"},
        {StreamFailure{"tcp", "reset", ""}, "502"},
        {StreamFailure{"tcp", "unreachable", ""}, "502"},
        {std::nullopt, "502"},
    };
    for (const Row& row : rows)
    {
        Proxy proxy;
        proxy.Hear(REQUEST);
        proxy.Take();
        proxy.ServerEnded(row.failure);
        EXPECT_EQ(proxy.Take(), Refusal(row.status, "server-unreachable"));
    }
}

TEST(ProxyConnection, DataSentAheadGoesToTheServerFirst)
{
    Proxy proxy;
    proxy.Hear(REQUEST + "early ");
    proxy.Hear("data");
    EXPECT_EQ(proxy.Take(), CONNECTING);
    proxy.ServerConnected();
    EXPECT_EQ(proxy.Take(), "client:200, server(early data), opened");
    proxy.Hear("more");
    EXPECT_EQ(proxy.Take(), "server(more)");
}

TEST(ProxyConnection, DataSentAheadIsBounded)
{
    Proxy proxy;
    proxy.Hear(REQUEST);
    proxy.Take();
    const std::string part(10'000, 'x');
    std::size_t sent = 0;
    std::string done;
    while (done.empty() && sent < 1'000'000)
    {
        proxy.Hear(part);
        sent += part.size();
        done = proxy.Take();
    }
    EXPECT_EQ(done, "client:400, close-client, close-server, refused malformed-request");
    EXPECT_EQ(sent, 70'000U);
    proxy.ServerConnected(); // it was on its way
    EXPECT_EQ(proxy.Take(), "close-server");
}

TEST(ProxyConnection, EndsTable)
{
    struct Row
    {
        const char* name;
        bool isClient; ///< who ends it
        bool isTunnel; ///< or still connecting
        std::string done;
    };

    const std::vector<Row> rows = {
        {"the client ends the tunnel", true, true, "close-client, close-server, closed"},
        {"the server ends the tunnel", false, true, "close-client, close-server, closed"},
        {"the client gives up", true, false, "close-client, close-server"},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        ProxyConfig config;
        config.idleTimeout = seconds(60);
        config.maxLifetime = seconds(600);
        Proxy proxy(config);
        proxy.Hear(REQUEST);
        if (row.isTunnel)
        {
            proxy.ServerConnected();
        }
        proxy.Take();
        row.isClient ? proxy.ClientEnded() : proxy.ServerEnded();
        EXPECT_EQ(proxy.Take(), row.done);
        EXPECT_FALSE(proxy.NextTimeout());
        proxy.Hear("late");
        proxy.HearServer("late");
        proxy.Wait(seconds(1000));
        EXPECT_EQ(proxy.Take(), "");
    }
}

TEST(ProxyConnection, ClientThatLeavesBeforeItsRequest)
{
    for (const std::string& part : {std::string(), REQUEST.substr(0, 20)})
    {
        Proxy proxy;
        proxy.Hear(part);
        proxy.ClientEnded();
        proxy.Hear(REQUEST);
        EXPECT_EQ(proxy.Take(), "");
        EXPECT_FALSE(proxy.NextTimeout());
    }
}

TEST(ProxyConnection, IncompleteRequestTimesOutToTheMillisecond)
{
    for (std::size_t size = 0; size < REQUEST.size(); ++size)
    {
        Proxy proxy;
        EXPECT_EQ(proxy.NextTimeout(), T0 + seconds(30));
        proxy.Wait(seconds(20));
        proxy.Hear(std::string_view(REQUEST).substr(0, size));
        proxy.Wait(milliseconds(9'999));
        EXPECT_EQ(proxy.Take(), "");
        proxy.Wait(milliseconds(1));
        EXPECT_EQ(proxy.Take(), Refusal("408", "request-timeout"));
        EXPECT_FALSE(proxy.NextTimeout());
    }
}

TEST(ProxyConnection, IdleTunnelEndsToTheMillisecond)
{
    ProxyConfig config;
    config.idleTimeout = seconds(60);
    Proxy proxy(config);
    proxy.Hear(REQUEST);
    proxy.Wait(seconds(10)); // connecting is not idling
    proxy.ServerConnected();
    proxy.Wait(seconds(59));
    proxy.Hear("x");
    proxy.Wait(seconds(59));
    proxy.HearServer("y"); // either way counts
    proxy.Take();
    EXPECT_EQ(proxy.NextTimeout(), proxy.now + seconds(60));
    proxy.Wait(milliseconds(59'999));
    EXPECT_EQ(proxy.Take(), "");
    proxy.Wait(milliseconds(1));
    EXPECT_EQ(proxy.Take(), "close-client, close-server, refused idle-timeout, closed");
    EXPECT_FALSE(proxy.NextTimeout());
}

TEST(ProxyConnection, BusyTunnelEndsWithItsLifetime)
{
    ProxyConfig config;
    config.idleTimeout = seconds(60);
    config.maxLifetime = seconds(100);
    Proxy proxy(config);
    proxy.Hear(REQUEST);
    proxy.ServerConnected();
    proxy.Wait(seconds(50));
    proxy.Hear("x");
    proxy.Take();
    EXPECT_EQ(proxy.NextTimeout(), T0 + seconds(100));
    proxy.Wait(milliseconds(49'999));
    EXPECT_EQ(proxy.Take(), "");
    proxy.Wait(milliseconds(1));
    EXPECT_EQ(proxy.Take(), "close-client, close-server, refused lifetime, closed");
}

TEST(ProxyConnection, TimerThatFiresEarlyDoesNothing)
{
    ProxyConfig config;
    config.idleTimeout = seconds(1);
    Proxy proxy(config);
    proxy.Wait(Duration{});
    proxy.Hear(REQUEST);
    proxy.ServerConnected();
    proxy.Take();
    proxy.Wait(Duration{});
    proxy.Wait(seconds(1) - Duration(1));
    EXPECT_EQ(proxy.Take(), "");
}

ProxyConfig
Guarded(ProxyAuthentication authentication)
{
    ProxyConfig config;
    config.authentication = authentication;
    config.realm = "office";
    config.users = {{"employee", "correct horse"}, {"guest", ""}};
    return config;
}

const std::string ASKED = "client:407, refused authentication-required";

std::string
WithAuthorization(const std::string& value, const std::string& target = "192.0.2.1:443")
{
    return Connect(target, "Proxy-Authorization: " + value + "\r\n");
}

TEST(ProxyConnection, BasicTable)
{
    struct Row
    {
        const char* name;
        std::string authorization;
        std::string done;
    };

    const auto basic = [](const char* user, const char* password) {
        return BasicCredentials{user, password}.ToHeader();
    };
    const std::vector<Row> rows = {
        {"right", basic("employee", "correct horse"), CONNECTING},
        {"second user, empty password", basic("guest", ""), CONNECTING},
        {"wrong password", basic("employee", "Correct horse"), ASKED},
        {"another's password", basic("guest", "correct horse"), ASKED},
        {"unknown user", basic("nobody", ""), ASKED},
        {"malformed", "Basic !!!", ASKED},
        {"another scheme", R"(Digest username="employee", response="00")", ASKED},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        Proxy proxy(Guarded(ProxyAuthentication::BASIC));
        proxy.Hear(REQUEST);
        EXPECT_EQ(proxy.Take(), ASKED);
        EXPECT_EQ(FieldOf(proxy.response, "Proxy-Authenticate"), R"(Basic realm="office")");
        EXPECT_EQ(FieldOf(proxy.response, "Connection"), "");
        proxy.Hear(WithAuthorization(row.authorization));
        EXPECT_EQ(proxy.Take(), row.done);
    }
}

TEST(ProxyConnection, BasicUnasked)
{
    Proxy proxy(Guarded(ProxyAuthentication::BASIC));
    proxy.Hear(WithAuthorization(BasicCredentials{"employee", "correct horse"}.ToHeader()));
    EXPECT_EQ(proxy.Take(), CONNECTING);
}

TEST(ProxyConnection, DigestTable)
{
    struct Row
    {
        const char* name;
        std::function<void(DigestResponse&)> change;
        std::string user;
        std::string password;
        std::string done;
    };

    const auto none = [](DigestResponse&) {};
    const std::vector<Row> rows = {
        {"right", none, "employee", "correct horse", CONNECTING},
        {"wrong password", none, "employee", "wrong", ASKED},
        {"unknown user", none, "nobody", "", ASKED},
        {"another response",
         [](auto& r) { r.response = std::string(32, '0'); },
         "employee",
         "correct horse",
         ASKED},
        {"another nonce", [](auto& r) { r.nonce = "other"; }, "employee", "correct horse", ASKED},
        {"for another target",
         [](auto& r) { r.uri = "192.0.2.9:443"; },
         "employee",
         "correct horse",
         ASKED},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        Proxy proxy(Guarded(ProxyAuthentication::DIGEST));
        proxy.Hear(REQUEST);
        EXPECT_EQ(proxy.Take(), ASKED);
        const auto challenge =
            DigestChallenge::Parse(FieldOf(proxy.response, "Proxy-Authenticate"));
        ASSERT_TRUE(challenge);
        EXPECT_EQ(challenge->realm, "office");
        EXPECT_EQ(challenge->qop, "auth");
        DigestResponse answer =
            AnswerChallenge(*challenge, row.user, row.password, "CONNECT", "192.0.2.1:443", "c", 1);
        row.change(answer);
        proxy.Hear(WithAuthorization(answer.ToHeader()));
        EXPECT_EQ(proxy.Take(), row.done);
    }
}

TEST(ProxyConnection, DigestForAnotherTargetIsBoundToItsUri)
{
    // RFC 7616 3.4.6: the response's URI and the request's must be the same resource.
    Proxy proxy(Guarded(ProxyAuthentication::DIGEST));
    proxy.Hear(REQUEST);
    const auto challenge = DigestChallenge::Parse(FieldOf(proxy.response, "Proxy-Authenticate"));
    const auto answer = AnswerChallenge(
        *challenge, "employee", "correct horse", "CONNECT", "192.0.2.1:443", "c", 1);
    proxy.Take();
    proxy.Hear(WithAuthorization(answer.ToHeader(), "192.0.2.2:443"));
    EXPECT_EQ(proxy.Take(), ASKED);
}

TEST(ProxyConnection, EachChallengeHasItsOwnNonce)
{
    Proxy proxy(Guarded(ProxyAuthentication::DIGEST));
    proxy.Hear(REQUEST);
    const auto first = DigestChallenge::Parse(FieldOf(proxy.response, "Proxy-Authenticate"));
    proxy.Hear(REQUEST);
    const auto second = DigestChallenge::Parse(FieldOf(proxy.response, "Proxy-Authenticate"));
    EXPECT_NE(first->nonce, second->nonce);
    proxy.Take();
    const auto old =
        AnswerChallenge(*first, "employee", "correct horse", "CONNECT", "192.0.2.1:443", "c", 1);
    proxy.Hear(WithAuthorization(old.ToHeader()));
    EXPECT_EQ(proxy.Take(), ASKED);
}

TEST(ProxyConnection, AuthenticationComesBeforeThePortList)
{
    Proxy proxy(Guarded(ProxyAuthentication::BASIC));
    proxy.Hear(Connect("192.0.2.1:80"));
    EXPECT_EQ(proxy.Take(), ASKED);
    proxy.Hear(WithAuthorization(BasicCredentials{"guest", ""}.ToHeader(), "192.0.2.1:80"));
    EXPECT_EQ(proxy.Take(), Refusal("403", "connect-port-not-allowed"));
}

TEST(ProxyConnection, ClosesAfter407WhenTheClientWantsThat)
{
    for (const std::string& request : {Connect("192.0.2.1:443", "Connection: close\r\n"),
                                       std::string("CONNECT 192.0.2.1:443 HTTP/1.0\r\n\r\n")})
    {
        Proxy proxy(Guarded(ProxyAuthentication::BASIC));
        proxy.Hear(request);
        EXPECT_EQ(proxy.Take(), "client:407, close-client, refused authentication-required");
        EXPECT_EQ(FieldOf(proxy.response, "Connection"), "close");
        EXPECT_FALSE(proxy.NextTimeout());
    }
}

/// Both sides of the protocol, byte by byte through each other.
TEST(ProxyConnection, UnderstandsTheClientOfThisProject)
{
    for (const auto authentication :
         {ProxyAuthentication::NONE, ProxyAuthentication::BASIC, ProxyAuthentication::DIGEST})
    {
        for (const bool isRight : {true, false})
        {
            Proxy proxy(Guarded(authentication));
            SeededRandom random(1, 1, "client");
            ConnectClient client({"192.0.2.1:443", "employee", isRight ? "correct horse" : "x"},
                                 random);
            client.Start(T0);
            std::vector<StreamEvent> events;
            for (int round = 0; round < 3; ++round)
            {
                while (const auto bytes = client.PollTransmit())
                {
                    for (const char c : ByteView(*bytes).AsText())
                    {
                        proxy.Hear({&c, 1});
                    }
                }
                if (proxy.Take().find("connect ") != std::string::npos)
                {
                    proxy.ServerConnected();
                }
                for (const char c : std::exchange(proxy.response, ""))
                {
                    client.HandleInput(T0, ByteView(std::string_view(&c, 1)));
                }
                while (auto event = client.PollEvent())
                {
                    events.push_back(*event);
                }
            }
            ASSERT_EQ(events.size(), 1U);
            const bool isOpen = isRight || authentication == ProxyAuthentication::NONE;
            EXPECT_EQ(events[0].type,
                      isOpen ? StreamEvent::Type::ESTABLISHED : StreamEvent::Type::FAILED);
            EXPECT_EQ(events[0].failure.reason, isOpen ? "" : "proxy-authentication-failed");
        }
    }
}

TEST(ProxyConnection, NoiseNeverOpensATunnel)
{
    SeededRandom random(7, 1, "noise");
    for (int round = 0; round < 2000; ++round)
    {
        Proxy proxy;
        // A valid request with a few bytes changed, in a few pieces.
        std::string request = REQUEST;
        for (uint32_t i = 0; i <= random.Below(4); ++i)
        {
            request[random.Below(static_cast<uint32_t>(request.size()))] =
                static_cast<char>(random.Below(256));
        }
        const std::size_t cut = random.Below(static_cast<uint32_t>(request.size()));
        proxy.Hear(std::string_view(request).substr(0, cut));
        proxy.Hear(std::string_view(request).substr(cut));
        const std::string done = proxy.Take();
        if (done.rfind("connect ", 0) == 0)
        {
            // Whatever it understood stands in the request line, and goes to the one port that is open.
            const std::string server = done.substr(8);
            EXPECT_EQ(request.rfind("CONNECT " + server + " ", 0), 0U) << request;
            EXPECT_EQ(server.substr(server.rfind(':')), ":443");
        }
    }
}

} // namespace
} // namespace imsfw::http
