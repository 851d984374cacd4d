// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The registrar alone: challenges, replays, identities, lifetimes.
#include "ims-sip-registrar.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using namespace std::chrono_literals;
using Outcome = Registrar::Outcome;

namespace
{

const SipFlow FLOW{true, 5, *Endpoint::Parse("192.0.2.1:6000")};
const TimePoint NOW{};

/// Speaks REGISTER with a registrar that knows alice.
struct Client
{
    Client() : random(1, 1, "registrar"), registrar(RegistrarConfig{}, random)
    {
        registrar.AddUser({"alice@ims.test", "sip:alice@ims.test", "secret"});
    }

    SipMessage
    Request(const std::string& authorization = "",
            const std::string& contact = "<sip:alice@10.0.0.2:5060>")
    {
        SipMessage request = SipMessage::Request("REGISTER", "sip:ims.test");
        request.Add("Via", "SIP/2.0/TLS 10.0.0.2:5060;branch=z9hG4bK1");
        request.Add("From", "<sip:alice@ims.test>;tag=1");
        request.Add("To", to);
        request.Add("Call-ID", callId);
        request.Add("CSeq", std::to_string(++number) + " REGISTER");
        if (!contact.empty())
        {
            request.Add("Contact", contact);
        }
        if (!authorization.empty())
        {
            request.Add("Authorization", authorization);
        }
        return request;
    }

    http::DigestChallenge
    Challenge(TimePoint now)
    {
        const auto reply = registrar.HandleRegister(now, Request(), FLOW);
        EXPECT_EQ(reply.outcome, Outcome::CHALLENGED);
        return *http::DigestChallenge::Parse(*reply.response.Header("WWW-Authenticate"));
    }

    std::string
    Answer(const http::DigestChallenge& challenge,
           uint32_t count = 1,
           const std::string& user = "alice@ims.test",
           const std::string& password = "secret",
           const std::string& uri = "sip:ims.test")
    {
        return http::AnswerChallenge(challenge, user, password, "REGISTER", uri, "cnonce", count)
            .ToHeader();
    }

    Registrar::Reply
    Register(TimePoint now, const std::string& contact = "<sip:alice@10.0.0.2:5060>")
    {
        return registrar.HandleRegister(now, Request(Answer(Challenge(now)), contact), FLOW);
    }

    SeededRandom random;
    Registrar registrar;
    std::string to{"<sip:alice@ims.test>"};
    std::string callId{"call"};
    uint32_t number{0};
};

} // namespace

TEST(Registrar, BindsAfterOneChallenge)
{
    Client client;
    const auto reply = client.Register(NOW);
    ASSERT_EQ(reply.outcome, Outcome::REGISTERED);
    EXPECT_EQ(reply.response.Status(), 200);
    EXPECT_EQ(reply.response.Contact()->params.Value("expires"), "3600");
    EXPECT_EQ(reply.response.Header("P-Associated-URI"), "<sip:alice@ims.test>");
    const Binding* binding = client.registrar.ByAor(NOW, "alice@ims.test");
    ASSERT_TRUE(binding);
    EXPECT_EQ(binding->contact, "sip:alice@10.0.0.2:5060");
    EXPECT_EQ(client.registrar.ByFlow(NOW, FLOW), binding);
    EXPECT_EQ(client.registrar.ByContact(NOW, "sip:alice@10.0.0.2:5060"), binding);
    EXPECT_EQ(client.registrar.ByToken(NOW, binding->token), binding);
    EXPECT_EQ(client.registrar.NextTimeout(), NOW + 3600s);
}

TEST(Registrar, AsksAgainOrRefuses)
{
    struct Row
    {
        const char* name;
        const char* user;
        const char* password;
        const char* uri;
        int status;
        const char* reason;
    };

    for (const Row& row :
         {Row{"right", "alice@ims.test", "secret", "sip:ims.test", 200, ""},
          Row{"password", "alice@ims.test", "Secret", "sip:ims.test", 403, "wrong-password"},
          Row{"user", "bob@ims.test", "secret", "sip:ims.test", 403, "unknown-user"},
          Row{"uri", "alice@ims.test", "secret", "sip:other.test", 400, "bad-request"}})
    {
        Client client;
        const auto challenge = client.Challenge(NOW);
        const std::string answer = client.Answer(challenge, 1, row.user, row.password, row.uri);
        const auto reply = client.registrar.HandleRegister(NOW, client.Request(answer), FLOW);
        EXPECT_EQ(reply.response.Status(), row.status) << row.name;
        EXPECT_EQ(reply.reason, row.reason) << row.name;
        EXPECT_EQ(client.registrar.ByAor(NOW, "alice@ims.test") != nullptr, row.status == 200)
            << row.name;
    }
}

TEST(Registrar, GarbageInsteadOfCredentialsIsChallenged)
{
    Client client;
    for (const char* text : {"", "Basic YTpi", "Digest", "Digest username=\"a\"", "x y z"})
    {
        const auto reply = client.registrar.HandleRegister(NOW, client.Request(text), FLOW);
        EXPECT_EQ(reply.outcome, Outcome::CHALLENGED) << text;
        EXPECT_EQ(reply.response.Status(), 401) << text;
    }
}

TEST(Registrar, ANonceIsGoodForItsTimeAndEachCountOnce)
{
    Client client;
    const auto challenge = client.Challenge(NOW);
    const auto with = [&](TimePoint now, uint32_t count)
    {
        return client.registrar.HandleRegister(
            now, client.Request(client.Answer(challenge, count)), FLOW);
    };
    EXPECT_EQ(with(NOW, 1).outcome, Outcome::REGISTERED);
    const auto replay = with(NOW, 1);
    EXPECT_EQ(replay.outcome, Outcome::CHALLENGED);
    EXPECT_TRUE(http::DigestChallenge::Parse(*replay.response.Header("WWW-Authenticate"))->stale);
    EXPECT_EQ(with(NOW + 5min, 2).outcome, Outcome::REGISTERED);
    EXPECT_EQ(with(NOW + 5min + 1ms, 3).outcome, Outcome::CHALLENGED);
    http::DigestChallenge invented = challenge;
    invented.nonce = "invented";
    const auto reply =
        client.registrar.HandleRegister(NOW, client.Request(client.Answer(invented)), FLOW);
    EXPECT_EQ(reply.outcome, Outcome::CHALLENGED);
}

TEST(Registrar, TheIdentityMustBeTheUsers)
{
    Client client;
    client.to = "<sip:bob@ims.test>";
    const auto reply = client.Register(NOW);
    EXPECT_EQ(reply.outcome, Outcome::REFUSED);
    EXPECT_EQ(reply.reason, "not-your-identity");
}

TEST(Registrar, CutsLifetimesAndRemoves)
{
    struct Row
    {
        const char* contact;
        Outcome outcome;
        Duration lifetime;
    };

    for (const Row& row :
         {Row{"<sip:alice@10.0.0.2:5060>;expires=60", Outcome::REGISTERED, 60s},
          Row{"<sip:alice@10.0.0.2:5060>;expires=600000", Outcome::REGISTERED, 3600s},
          Row{"<sip:alice@10.0.0.2:5060>;expires=x", Outcome::REGISTERED, 3600s},
          Row{"<sip:alice@10.0.0.2:5060>;expires=0", Outcome::REMOVED, 0s},
          Row{"*", Outcome::REFUSED, 0s}})
    {
        Client client;
        EXPECT_EQ(client.Register(NOW, row.contact).outcome, row.outcome) << row.contact;
        EXPECT_EQ(client.registrar.ByAor(NOW + row.lifetime, "alice@ims.test"), nullptr)
            << row.contact;
        if (row.lifetime > 0s)
        {
            EXPECT_NE(client.registrar.ByAor(NOW + row.lifetime - 1ms, "alice@ims.test"), nullptr)
                << row.contact;
            EXPECT_TRUE(client.registrar.Expire(NOW + row.lifetime - 1ms).empty());
            EXPECT_EQ(client.registrar.Expire(NOW + row.lifetime).size(), 1U);
            EXPECT_FALSE(client.registrar.NextTimeout());
        }
    }
}

TEST(Registrar, ARefreshKeepsTheTokenAndANewFlowTakesOver)
{
    Client client;
    client.Register(NOW);
    const std::string token = client.registrar.ByAor(NOW, "alice@ims.test")->token;
    const SipFlow other{true, 6, *Endpoint::Parse("192.0.2.1:7000")};
    client.callId = "another";
    const auto reply = client.registrar.HandleRegister(
        NOW, client.Request(client.Answer(client.Challenge(NOW))), other);
    EXPECT_EQ(reply.outcome, Outcome::REGISTERED);
    EXPECT_EQ(client.registrar.ByAor(NOW, "alice@ims.test")->token, token);
    EXPECT_EQ(client.registrar.ByToken(NOW, token)->flow, other);
    EXPECT_TRUE(client.registrar.RemoveFlow(FLOW).empty());
    EXPECT_EQ(client.registrar.RemoveFlow(other).size(), 1U);
}

TEST(Registrar, RefusesAnOldSequenceNumber)
{
    Client client;
    client.Register(NOW);
    client.number = 0;
    const auto challenge = client.Challenge(NOW);
    client.number = 0;
    const auto reply =
        client.registrar.HandleRegister(NOW, client.Request(client.Answer(challenge)), FLOW);
    EXPECT_EQ(reply.outcome, Outcome::REFUSED);
    EXPECT_EQ(reply.reason, "out-of-order");
}

} // namespace imsfw::sip::test
