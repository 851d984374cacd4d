// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The UE's side of CONNECT: what a proxy may answer, at every split, and what becomes of the stream.
#include "connect-client-script.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace imsfw::http
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

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

} // namespace
} // namespace imsfw::http
