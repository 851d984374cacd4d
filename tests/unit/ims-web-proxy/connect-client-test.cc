// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The UE's side of CONNECT as scripts: what the proxy says, at every split, and what becomes of the stream.
#include "base/text.h"
#include "ims-web-proxy-basic.h"
#include "ims-web-proxy-connect-client.h"
#include "ims-web-proxy-digest.h"

#include <gtest/gtest.h>

namespace imsfw::http
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint T0{seconds(5)};

ByteView
View(std::string_view text)
{
    return ByteView(text);
}

/// A client with its driver; all that it sent and told, as text.
class Client
{
  public:
    explicit Client(const std::string& user = "", const std::string& password = "")
        : m_layer({"192.0.2.1:443", user, password, seconds(30)}, m_random)
    {
        m_layer.Start(T0);
        Drain();
    }

    void
    Hear(std::string_view text)
    {
        m_layer.HandleInput(T0, View(text));
        Drain();
    }

    void
    HearClose(const std::optional<StreamFailure>& failure = {})
    {
        m_layer.HandleLowerClosed(T0, failure);
        Drain();
    }

    void
    Wait(TimePoint until)
    {
        m_layer.HandleTimeout(until);
        Drain();
    }

    void
    Write(std::string_view text)
    {
        m_layer.Write(T0, View(text));
        Drain();
    }

    ConnectClient&
    Layer()
    {
        return m_layer;
    }

    /// @return what was sent since the last call.
    std::string
    TakeSent()
    {
        return std::exchange(m_sent, "");
    }

    /// "open", "data(...)" with neighbours joined, "closed", "failed(layer reason detail)", separated by spaces.
    std::string
    Told() const
    {
        return m_told + (m_data.empty() ? "" : " data(" + m_data + ")");
    }

  private:
    void
    Drain()
    {
        while (const auto bytes = m_layer.PollTransmit())
        {
            m_sent += ByteView(*bytes).AsText();
        }
        while (const auto event = m_layer.PollEvent())
        {
            Note(*event);
        }
    }

    void
    Note(const StreamEvent& event)
    {
        const auto& f = event.failure;
        switch (event.type)
        {
        case StreamEvent::Type::ESTABLISHED:
            m_told += "open";
            return;
        case StreamEvent::Type::DATA:
            m_data += ByteView(event.data).AsText();
            return;
        case StreamEvent::Type::CLOSED:
            m_told = Told() + " closed";
            m_data.clear();
            return;
        case StreamEvent::Type::FAILED:
            m_told = Told() + "failed(" + f.layer + "|" + f.reason + "|" + f.detail + ")";
            m_data.clear();
            return;
        }
    }

    SeededRandom m_random{1, 1, "connect"};
    ConnectClient m_layer;
    std::string m_sent;
    std::string m_told;
    std::string m_data;
};

const std::string REQUEST = "CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n\r\n";
const std::string OK = "HTTP/1.1 200 Connection established\r\n\r\n";

std::string
Challenge(const std::string& fields, const std::string& body = "no")
{
    return "HTTP/1.1 407 Proxy Authentication Required\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string BASIC = "Proxy-Authenticate: Basic realm=\"office\"\r\n";
const std::string DIGEST = "Proxy-Authenticate: Digest realm=\"office\", nonce=\"n1\", "
                           "qop=\"auth\", algorithm=SHA-256\r\n";

/// @return the value of Proxy-Authorization in @p request; empty where there is none.
std::string
AuthorizationIn(const std::string& request)
{
    const std::string name = "\r\nProxy-Authorization: ";
    const auto begin = request.find(name);
    if (begin == std::string::npos)
    {
        return "";
    }
    const auto value = begin + name.size();
    return request.substr(value, request.find("\r\n", value) - value);
}

TEST(ConnectClient, AsksForTheTargetAndSendsNoCredentialsUnasked)
{
    Client client("employee", "secret");
    EXPECT_EQ(client.TakeSent(), REQUEST);
    EXPECT_EQ(client.Told(), "");
    EXPECT_EQ(client.Layer().NextTimeout(), T0 + seconds(30));
}

/// One answer of the proxy to a client without credentials.
struct AnswerRow
{
    const char* name;
    std::string answer;
    std::string told;
};

const std::vector<AnswerRow> ANSWERS = {
    {"200", OK, "open"},
    {"200 without a phrase", "HTTP/1.1 200 \r\n\r\n", "open"},
    {"201", "HTTP/1.1 201 Created\r\n\r\n", "open"},
    {"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n", "open"},
    {"fields", "HTTP/1.1 200 OK\r\nVia: 1.1 proxy\r\nX-A: b\r\n\r\n", "open"},
    {"data behind the header", OK + "hello", "open data(hello)"},
    {"another response behind it", OK + OK, "open data(" + OK + ")"},
    {"Content-Length is ignored",
     "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhello",
     "open data(hello)"},
    {"however large", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx", "open data(x)"},
    {"Transfer-Encoding is ignored",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
     "open data(5\r\nhello)"},
    {"interim answers are passed over",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + OK + "x",
     "open data(x)"},
    {"403", "HTTP/1.1 403 Forbidden\r\n\r\n", "failed(http-connect|proxy-refused|403 Forbidden)"},
    {"403 with a page",
     "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\npage",
     "failed(http-connect|proxy-refused|403 Forbidden)"},
    {"a redirect", "HTTP/1.1 302 Found\r\n\r\n", "failed(http-connect|proxy-refused|302 Found)"},
    {"401 is not for proxies",
     "HTTP/1.1 401 Unauthorized\r\n\r\n",
     "failed(http-connect|proxy-refused|401 Unauthorized)"},
    {"504",
     "HTTP/1.1 504 Gateway Timeout\r\n\r\n",
     "failed(http-connect|proxy-refused|504 Gateway Timeout)"},
    {"407 without credentials",
     Challenge(BASIC),
     "failed(http-connect|proxy-authentication-required|407 Proxy Authentication Required)"},
};

TEST(ConnectClient, AnswersTableAtEverySplit)
{
    for (const AnswerRow& row : ANSWERS)
    {
        SCOPED_TRACE(row.name);
        Client whole;
        whole.Hear(row.answer);
        EXPECT_EQ(whole.Told(), row.told);
        EXPECT_FALSE(whole.Layer().NextTimeout());
        Client bytewise;
        for (const char c : row.answer)
        {
            bytewise.Hear({&c, 1});
        }
        EXPECT_EQ(bytewise.Told(), row.told);
        for (std::size_t cut = 1; cut < row.answer.size(); ++cut)
        {
            Client twice;
            twice.Hear(std::string_view(row.answer).substr(0, cut));
            twice.Hear(std::string_view(row.answer).substr(cut));
            ASSERT_EQ(twice.Told(), row.told) << "cut at " << cut;
        }
    }
}

TEST(ConnectClient, MalformedAnswersTable)
{
    const std::vector<std::pair<const char*, std::string>> rows = {
        {"TLS", std::string("\x16\x03\x01\x00\x05hello\r\n\r\n", 14)},
        {"SSH", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
        {"another version", "HTTP/2.0 200 OK\r\n\r\n"},
        {"no version", "200 OK\r\n\r\n"},
        {"status of two digits", "HTTP/1.1 20 OK\r\n\r\n"},
        {"status of letters", "HTTP/1.1 abc OK\r\n\r\n"},
        {"SIP", "SIP/2.0 200 OK\r\n\r\n"},
        {"field without colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"},
        {"NUL in a field", std::string("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", 27)},
        {"endless field", "HTTP/1.1 200 OK\r\nA: " + std::string(100'000, 'a')},
        {"endless phrase", "HTTP/1.1 200 " + std::string(100'000, 'a')},
        {"endless fields",
         []
         {
             std::string text = "HTTP/1.1 200 OK\r\n";
             for (int i = 0; i < 20'000; ++i)
             {
                 text += "A: b\r\n";
             }
             return text;
         }()},
    };
    for (const auto& [name, answer] : rows)
    {
        SCOPED_TRACE(name);
        Client client("u", "p");
        for (std::size_t i = 0; i < answer.size(); i += 1000)
        {
            client.Hear(std::string_view(answer).substr(i, 1000));
        }
        EXPECT_EQ(client.Told().rfind("failed(http-connect|malformed-response|", 0), 0U)
            << client.Told();
        const std::string before = client.Told();
        client.Hear(OK); // nothing follows a failure
        client.HearClose();
        client.Wait(T0 + seconds(60));
        EXPECT_EQ(client.Told(), before);
    }
}

TEST(ConnectClient, TruncatedAnswersFailWhenTheProxyCloses)
{
    for (std::size_t size = 0; size < OK.size(); ++size)
    {
        Client client;
        client.Hear(std::string_view(OK).substr(0, size));
        EXPECT_EQ(client.Told(), "") << size;
        client.HearClose();
        EXPECT_EQ(client.Told(), "failed(http-connect|proxy-closed|without a complete answer)")
            << size;
    }
}

TEST(ConnectClient, AnswersBasic)
{
    Client client("employee", "correct horse");
    client.TakeSent();
    client.Hear(Challenge(BASIC));
    const std::string credentials = BasicCredentials{"employee", "correct horse"}.ToHeader();
    EXPECT_EQ(client.TakeSent(),
              "CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\nProxy-Authorization: " +
                  credentials + "\r\n\r\n");
    EXPECT_EQ(client.Layer().NextTimeout(), T0 + seconds(30));
    client.Hear(OK + "tail");
    EXPECT_EQ(client.Told(), "open data(tail)");
}

TEST(ConnectClient, AnswersDigestAtEverySplit)
{
    const std::string challenge = Challenge(DIGEST, "<html>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n</html>");
    for (std::size_t cut = 0; cut < challenge.size(); ++cut)
    {
        Client client("employee", "correct horse");
        client.TakeSent();
        client.Hear(std::string_view(challenge).substr(0, cut));
        ASSERT_EQ(client.TakeSent(), "") << "before the page is whole: " << cut;
        client.Hear(std::string_view(challenge).substr(cut));
        const auto answer = DigestResponse::Parse(AuthorizationIn(client.TakeSent()));
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->username, "employee");
        EXPECT_EQ(answer->uri, "192.0.2.1:443");
        EXPECT_EQ(answer->nonce, "n1");
        EXPECT_EQ(answer->nc, 1U);
        EXPECT_EQ(answer->algorithm, "SHA-256");
        EXPECT_TRUE(VerifyResponse(*answer, "CONNECT", "correct horse"));
        client.Hear(OK);
        EXPECT_EQ(client.Told(), "open");
    }
}

TEST(ConnectClient, ChoosesAmongChallengesTable)
{
    struct Row
    {
        const char* name;
        std::string fields;
        std::string scheme; ///< answered with; empty: cannot answer
    };

    const std::string unknown = "Proxy-Authenticate: Negotiate\r\n";
    const std::vector<Row> rows = {
        {"basic alone", BASIC, "Basic"},
        {"digest is preferred", BASIC + DIGEST, "Digest"},
        {"digest is preferred, other order", DIGEST + BASIC, "Digest"},
        {"unknown ones are passed over", unknown + BASIC, "Basic"},
        {"several in one field",
         "Proxy-Authenticate: Negotiate, Basic realm=\"a\", Digest realm=\"b, c\", nonce=\"n\"\r\n",
         "Digest"},
        {"digest with an algorithm that is not here",
         "Proxy-Authenticate: Digest realm=\"a\", nonce=\"n\", algorithm=SHA-512-256\r\n" + BASIC,
         "Basic"},
        {"unknown alone", unknown, ""},
        {"none", "", ""},
        {"for an origin server", "WWW-Authenticate: Basic realm=\"a\"\r\n", ""},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        Client client("u", "p");
        client.TakeSent();
        client.Hear(Challenge(row.fields));
        const std::string authorization = AuthorizationIn(client.TakeSent());
        EXPECT_EQ(authorization.substr(0, authorization.find(' ')), row.scheme);
        EXPECT_EQ(client.Told().empty(), !row.scheme.empty());
        if (row.scheme.empty())
        {
            EXPECT_EQ(client.Told().rfind("failed(http-connect|proxy-authentication-failed|", 0),
                      0U);
        }
    }
}

TEST(ConnectClient, WrongPasswordFailsAtTheSecondChallenge)
{
    for (const std::string& fields : {BASIC, DIGEST})
    {
        Client client("employee", "wrong");
        client.Hear(Challenge(fields));
        client.TakeSent();
        client.Hear(Challenge(fields));
        EXPECT_EQ(client.TakeSent(), "");
        EXPECT_EQ(
            client.Told(),
            "failed(http-connect|proxy-authentication-failed|407 Proxy Authentication Required)");
    }
}

TEST(ConnectClient, RefusedAfterAuthentication)
{
    Client client("employee", "secret");
    client.Hear(Challenge(DIGEST));
    client.Hear("HTTP/1.1 403 Forbidden\r\n\r\n");
    EXPECT_EQ(client.Told(), "failed(http-connect|proxy-refused|403 Forbidden)");
}

TEST(ConnectClient, ChunkedPageOf407IsConsumed)
{
    Client client("employee", "secret");
    client.TakeSent();
    client.Hear("HTTP/1.1 407 Proxy Authentication Required\r\n" + BASIC +
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    EXPECT_EQ(client.TakeSent(), "");
    client.Hear("3\r\nyou\r\n0\r\n\r\n");
    EXPECT_NE(client.TakeSent(), "");
    client.Hear(OK + "x");
    EXPECT_EQ(client.Told(), "open data(x)");
}

TEST(ConnectClient, ProxyThatClosesAfter407Table)
{
    const std::vector<std::string> answers = {
        "HTTP/1.1 407 Auth\r\n" + BASIC + "Connection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 407 Auth\r\n" + BASIC + "\r\n", // the page ends with the connection
        "HTTP/1.0 407 Auth\r\n" + BASIC + "Content-Length: 0\r\n\r\n",
    };
    for (const std::string& answer : answers)
    {
        SCOPED_TRACE(answer);
        Client client("employee", "secret");
        client.TakeSent();
        client.Hear(answer);
        EXPECT_EQ(client.TakeSent(), "");
        EXPECT_EQ(client.Told(), "failed(http-connect|proxy-closed|after 407 Auth)");
    }
}

TEST(ConnectClient, EndlessPageOf407Fails)
{
    for (const char* length :
         {"Content-Length: 9000000000000000000\r\n", "Transfer-Encoding: chunked\r\n"})
    {
        Client client("employee", "secret");
        client.TakeSent();
        client.Hear("HTTP/1.1 407 Auth\r\n" + BASIC + length + "\r\n");
        for (int i = 0; i < 400 && client.Told().empty(); ++i)
        {
            client.Hear("400\r\n" + std::string(1024, 'x') + "\r\n");
        }
        EXPECT_EQ(client.Told().rfind("failed(http-connect|malformed-response|", 0), 0U);
        EXPECT_EQ(client.TakeSent(), "");
    }
}

TEST(ConnectClient, TimesOutToTheMillisecond)
{
    Client client("employee", "secret");
    client.Wait(T0 + milliseconds(29'999));
    EXPECT_EQ(client.Told(), "");
    client.Hear(Challenge(BASIC)); // the limit is for the final answer
    client.Wait(T0 + milliseconds(29'999));
    EXPECT_EQ(client.Told(), "");
    client.Wait(T0 + seconds(30));
    EXPECT_EQ(client.Told(), "failed(http-connect|timeout|no answer from the proxy)");
    EXPECT_FALSE(client.Layer().NextTimeout());
}

TEST(ConnectClient, OpenTunnelIsTransparentAndHasNoLimit)
{
    Client client;
    client.TakeSent();
    client.Hear(OK);
    EXPECT_FALSE(client.Layer().NextTimeout());
    std::string all;
    for (int i = 0; i < 256; ++i)
    {
        all += static_cast<char>(i);
    }
    client.Write(all);
    EXPECT_EQ(client.TakeSent(), all);
    client.Hear(all);
    client.Wait(T0 + std::chrono::hours(24));
    EXPECT_EQ(client.Told(), "open data(" + all + ")");
    EXPECT_EQ(client.Layer().MaxExpansion(1000), 1000U);
    client.HearClose();
    EXPECT_EQ(client.Told(), "open data(" + all + ") closed");
}

TEST(ConnectClient, FailureBelowKeepsItsName)
{
    for (const bool isOpen : {false, true})
    {
        Client client;
        client.Hear(isOpen ? OK : OK.substr(0, 10));
        client.HearClose(StreamFailure{"tcp", "reset", "by the peer"});
        EXPECT_EQ(client.Told(),
                  std::string(isOpen ? "open" : "") + "failed(tcp|reset|by the peer)");
    }
}

TEST(ConnectClient, ClosedByItsUserItSaysNothingMore)
{
    for (const bool isOpen : {false, true})
    {
        Client client;
        client.TakeSent();
        if (isOpen)
        {
            client.Hear(OK);
        }
        const std::string before = client.Told();
        client.Layer().Close(T0);
        client.Hear(OK + "late");
        client.HearClose();
        client.Wait(T0 + seconds(60));
        EXPECT_EQ(client.Told(), before);
        EXPECT_EQ(client.TakeSent(), "");
        EXPECT_FALSE(client.Layer().NextTimeout());
    }
}

TEST(ConnectClient, OneSeedOneConversation)
{
    const auto talk = []
    {
        Client client("employee", "secret");
        client.Hear(Challenge(DIGEST));
        return client.TakeSent();
    };
    EXPECT_EQ(talk(), talk());
}

} // namespace
} // namespace imsfw::http
