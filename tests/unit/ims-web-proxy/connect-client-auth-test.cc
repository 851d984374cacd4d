// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The UE's side of CONNECT asked for its credentials: Basic and Digest, the page of a 407, and who gives up when.
#include "connect-client-script.h"
#include "ims-web-proxy-basic.h"
#include "ims-web-proxy-digest.h"

#include <gtest/gtest.h>

#include <vector>

namespace imsfw::http
{
namespace
{

using std::chrono::seconds;

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
