// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A proxy that wants a name and a password: Basic, Digest, and this project's client at the other end.
#include "ims-web-proxy-basic.h"
#include "ims-web-proxy-connect-client.h"
#include "ims-web-proxy-digest.h"
#include "proxy-script.h"

#include <gtest/gtest.h>

#include <functional>

namespace imsfw::http
{
namespace
{

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

} // namespace
} // namespace imsfw::http
