// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// UE and registrar by every way of authentication: SIP Digest in its forms, IMS AKA, and what goes wrong with each.
#include "base/text.h"
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;
using Qop = http::DigestOptions::Qop;

namespace
{

const char* const K = "465b5ce8b199b49faa5f0a2ee238a6bc";
const char* const OPC = "cd63cb71954a9f4e48a5994e37a02baf";

/// One UE that registers with a registrar of some configuration.
struct Meeting
{
    explicit Meeting(const ServerAuthConfig& auth)
    {
        PCscfConfig proxy = SipNetwork::Config();
        proxy.registrar.auth = auth;
        net = std::make_unique<SipNetwork>(proxy);
        user = {"alice@ims.test", "sip:alice@ims.test", "secret-alice"};
        config = SipNetwork::UeConfig("alice", "10.0.0.2", false);
    }

    SipNetwork::Agent&
    Register()
    {
        net->pcscf.AddUser(user);
        auto& ue = net->Add("alice", config);
        net->Schedule(0ms, [&] { ue.ua.Register(net->now); });
        net->RunUntil(10s);
        return ue;
    }

    /// @return the responses that the UE was sent, with their WWW-Authenticate.
    std::size_t
    Count(const std::string& text) const
    {
        std::size_t count = 0;
        for (std::size_t at = net->trace.find(text); at != std::string::npos;
             at = net->trace.find(text, at + 1))
        {
            ++count;
        }
        return count;
    }

    std::unique_ptr<SipNetwork> net;
    SipUser user;
    UserAgentConfig config;
};

ServerAuthConfig
Aka()
{
    ServerAuthConfig auth;
    auth.scheme = AuthScheme::AKA;
    return auth;
}

std::string
FailureOf(const SipNetwork::Agent& ue)
{
    const auto* failed = ue.Find(Type::REGISTRATION_FAILED);
    return failed != nullptr ? failed->reason : "";
}

} // namespace

TEST(SipDigest, RegistersInEveryForm)
{
    struct Row
    {
        std::vector<std::string> algorithms;
        const char* qop;
        Qop wanted;
        const char* expected; ///< in the Authorization of the second REGISTER
    };

    for (const Row& row :
         {Row{{"MD5"}, "auth", Qop::AUTH_OR_INT, "algorithm=MD5, "},
          Row{{"SHA-256"}, "auth", Qop::AUTH_OR_INT, "algorithm=SHA-256, "},
          Row{{"SHA-256", "MD5"}, "auth", Qop::AUTH_OR_INT, "algorithm=SHA-256, "},
          Row{{"SHA-512-256", "MD5"}, "auth", Qop::AUTH_OR_INT, "algorithm=MD5, "},
          Row{{"MD5"}, "auth-int", Qop::AUTH_OR_INT, "qop=auth-int, "},
          Row{{"MD5"}, "auth,auth-int", Qop::AUTH_OR_INT, "qop=auth, "},
          Row{{"SHA-256"}, "auth,auth-int", Qop::INT_RATHER_THAN, "qop=auth-int, "}})
    {
        ServerAuthConfig auth;
        auth.algorithms = row.algorithms;
        auth.qop = row.qop;
        Meeting meeting(auth);
        meeting.config.qop = row.wanted;
        const auto& ue = meeting.Register();
        EXPECT_TRUE(ue.ua.IsRegistered()) << row.expected;
        ASSERT_EQ(ue.sent.size(), 2U) << row.expected;
        EXPECT_NE(ue.sent[1].find(row.expected), std::string::npos) << ue.sent[1];
        EXPECT_EQ(meeting.Count("\r\nWWW-Authenticate: "), row.algorithms.size());
        EXPECT_EQ(meeting.Count("\r\nAuthentication-Info: "), 1U);
    }
}

TEST(SipDigest, WithoutACommonFormThereIsNoUsableChallenge)
{
    ServerAuthConfig auth;
    auth.qop = "auth-int";
    Meeting meeting(auth);
    meeting.config.qop = Qop::AUTH;
    EXPECT_EQ(FailureOf(meeting.Register()), "no-usable-challenge");
}

TEST(SipDigest, OnlyWhatWasOfferedIsTaken)
{
    struct Row
    {
        const char* algorithm;
        const char* qop;
        bool isTaken;
    };

    for (const Row& row : {Row{"SHA-256", "auth-int", true},
                           Row{"MD5", "auth-int", false},
                           Row{"SHA-256", "auth", false},
                           Row{"SHA-256", "", false}})
    {
        ServerAuthConfig config;
        config.algorithms = {"SHA-256"};
        config.qop = "auth-int";
        SeededRandom random(1, 1, "auth");
        Hss hss;
        hss.Add({"alice@ims.test", "sip:alice@ims.test", "secret"});
        ServerAuth auth("ims.test", config, hss, random);
        SipMessage request = MakeRequest("REGISTER");
        const auto first = auth.Decide(At(0s), request);
        ASSERT_EQ(first.outcome, ServerAuth::Outcome::CHALLENGED);
        auto challenge =
            http::DigestChallenge::Parse(first.challenges[0], {Qop::AUTH_OR_INT, false});
        ASSERT_TRUE(challenge);
        challenge->algorithm = row.algorithm;
        challenge->qop = row.qop;
        request.Add(
            "Authorization",
            http::AnswerChallenge(
                *challenge, "alice@ims.test", "secret", "REGISTER", request.RequestUri(), "c", 1)
                .ToHeader());
        const auto second = auth.Decide(At(0s), request);
        EXPECT_EQ(second.outcome == ServerAuth::Outcome::ACCEPTED, row.isTaken)
            << row.algorithm << " " << row.qop << " " << second.reason;
        EXPECT_EQ(second.reason, row.isTaken ? "" : "bad-request");
    }
}

TEST(SipDigest, AnAgedNonceIsStaleAndCostsOneRoundTrip)
{
    ServerAuthConfig auth;
    auth.nonceLifetime = 1s;
    Meeting meeting(auth);
    auto& ue = meeting.Register();
    meeting.net->Schedule(20s, [&] { ue.ua.Register(meeting.net->now); });
    meeting.net->RunUntil(30s);
    EXPECT_EQ(ue.Count(Type::REGISTERED), 2U);
    EXPECT_EQ(ue.sent.size(), 4U);
    EXPECT_EQ(meeting.Count("stale=true"), 1U);
    EXPECT_FALSE(ue.Has(Type::REGISTRATION_FAILED));
}

TEST(SipDigest, AFreshNonceSavesTheRoundTrip)
{
    Meeting meeting({});
    auto& ue = meeting.Register();
    meeting.net->Schedule(20s, [&] { ue.ua.Register(meeting.net->now); });
    meeting.net->RunUntil(30s);
    ASSERT_EQ(ue.sent.size(), 3U);
    EXPECT_NE(ue.sent[2].find("nc=00000002"), std::string::npos);
    EXPECT_EQ(ue.Count(Type::REGISTERED), 2U);
}

TEST(SipDigest, EndlessStaleNoncesAreGivenUp)
{
    ServerAuthConfig auth;
    auth.nonceLifetime = -1s; // every nonce is too old when it comes back
    Meeting meeting(auth);
    EXPECT_EQ(FailureOf(meeting.Register()), "wrong-credentials");
}

/// @return what a UE reports that gets @p info in the 200 to its answer, a challenge's with @p qop.
std::string
ReasonAfter(const std::string& qop, const std::string& info)
{
    SeededRandom random(1, 1, "ue");
    UserAgent ua(SipNetwork::UeConfig("alice", "10.0.0.2", false), random);
    ua.Register(At(0s));
    SipMessage challenge = SipMessage::Response(*SipMessage::Parse(*ua.PollTransmit()), 401, "t");
    challenge.Add("WWW-Authenticate", "Digest realm=\"ims.test\", nonce=\"n\"" + qop);
    ua.HandleInput(At(1s), challenge.Serialize());
    SipMessage ok = SipMessage::Response(*SipMessage::Parse(*ua.PollTransmit()), 200, "t");
    ok.Add("Authentication-Info", info);
    ua.HandleInput(At(2s), ok.Serialize());
    const auto event = ua.PollEvent();
    EXPECT_EQ(ua.IsRegistered(), event && event->reason.empty());
    return event ? event->reason : "nothing";
}

TEST(SipDigest, AServerThatDoesNotKnowThePasswordIsNotBelieved)
{
    const struct
    {
        const char* qop;
        const char* info;
        const char* reason;
    } rows[] = {
        {", qop=\"auth\"",
         "qop=auth, rspauth=\"00\", cnonce=\"c\", nc=00000001",
         "network-not-authenticated"},
        {", qop=\"auth\"", "rspauth=\"00\"", "network-not-authenticated"},
        {"", "rspauth=\"00\"", "network-not-authenticated"},
        // It need not show anything, and what cannot be read shows nothing.
        {", qop=\"auth\"", "nextnonce=\"n2\"", ""},
        {", qop=\"auth\"", "qop=auth, cnonce=\"c\", nc=00000001", ""},
        {"", "nextnonce=\"n\", qop=, rspauth=\"00\", cnonce=\"\", nc=", ""},
    };

    for (const auto& row : rows)
    {
        EXPECT_EQ(ReasonAfter(row.qop, row.info), row.reason) << row.info;
    }
}

TEST(ImsAka, RegistersAndRefreshes)
{
    Meeting meeting(Aka());
    Isim isim(*AkaKeys::FromHex(K, OPC));
    meeting.user.aka = AkaKeys::FromHex(K, OPC);
    meeting.config.isim = &isim;
    auto& ue = meeting.Register();
    ASSERT_EQ(ue.sent.size(), 2U);
    EXPECT_TRUE(ue.ua.IsRegistered());
    EXPECT_NE(ue.sent[1].find("algorithm=AKAv1-MD5, "), std::string::npos) << ue.sent[1];
    EXPECT_EQ(meeting.Count("\r\nAuthentication-Info: "), 0U);
    meeting.net->RunUntil(2 * 3600s);
    EXPECT_EQ(ue.Count(Type::REGISTERED), 3U);
    EXPECT_FALSE(ue.Has(Type::REGISTRATION_FAILED));
}

TEST(ImsAka, SynchronisesItsSequenceNumbers)
{
    Meeting meeting(Aka());
    Isim isim(*AkaKeys::FromHex(K, OPC), 123456 * 32); // the HSS was set back
    meeting.user.aka = AkaKeys::FromHex(K, OPC);
    meeting.config.isim = &isim;
    auto& ue = meeting.Register();
    EXPECT_TRUE(ue.ua.IsRegistered());
    ASSERT_EQ(ue.sent.size(), 3U);
    EXPECT_NE(ue.sent[1].find("auts=\""), std::string::npos) << ue.sent[1];
    EXPECT_EQ(ue.sent[2].find("auts=\""), std::string::npos) << ue.sent[2];
    EXPECT_EQ(ue.events[0].time, At(120ms)) << "one round trip more";
}

TEST(ImsAka, NamesWhatGoesWrong)
{
    struct Row
    {
        const char* name;
        const char* ueK; ///< null: the UE has a password only
        const char* networkK;
        bool isAkaAsked;
        const char* reason;
        const char* atNetwork;
    };

    const char* const other = "00000000000000000000000000000001";
    for (const Row& row : {Row{"another key", other, K, true, "network-not-authenticated", ""},
                           Row{"no key in the HSS", K, nullptr, true, "refused", "no-aka-keys"},
                           Row{"no ISIM", nullptr, K, true, "no-usable-challenge", ""},
                           Row{"a network with passwords", K, K, false, "no-usable-challenge", ""}})
    {
        Meeting meeting(row.isAkaAsked ? Aka() : ServerAuthConfig());
        std::optional<Isim> isim;
        if (row.ueK != nullptr)
        {
            isim.emplace(*AkaKeys::FromHex(row.ueK, OPC));
            meeting.config.isim = &*isim;
        }
        if (row.networkK != nullptr)
        {
            meeting.user.aka = AkaKeys::FromHex(row.networkK, OPC);
        }
        EXPECT_EQ(FailureOf(meeting.Register()), row.reason) << row.name;
        EXPECT_EQ(meeting.net->events.back().reason, row.atNetwork) << row.name;
    }
}

TEST(ImsAka, AnUnknownUserIsRefusedAtOnce)
{
    Meeting meeting(Aka());
    Isim isim(*AkaKeys::FromHex(K, OPC));
    meeting.config.isim = &isim;
    meeting.config.privateIdentity = "nobody@ims.test";
    EXPECT_EQ(FailureOf(meeting.Register()), "refused");
    EXPECT_EQ(meeting.net->events.back().reason, "unknown-user");
}

TEST(ImsAka, AChallengeOfAnotherUserIsWorthNothing)
{
    SeededRandom random(1, 1, "auth");
    Hss hss;
    SipUser alice{"alice@ims.test", "sip:alice@ims.test", ""};
    SipUser bob{"bob@ims.test", "sip:bob@ims.test", ""};
    alice.aka = AkaKeys::FromHex(K, OPC);
    bob.aka = AkaKeys::FromHex(OPC, K);
    hss.Add(alice);
    hss.Add(bob);
    ServerAuth auth("ims.test", Aka(), hss, random);
    SipMessage request = MakeRequest("REGISTER");
    request.Add(
        "Authorization",
        "Digest username=\"alice@ims.test\", realm=\"ims.test\", nonce=\"\", uri=\"sip:x\", "
        "response=\"\"");
    const auto first = auth.Decide(At(0s), request);
    const auto challenge = http::DigestChallenge::Parse(first.challenges.at(0), {Qop::AUTH, true});
    ASSERT_TRUE(challenge);
    const auto answer = Isim(*alice.aka).Authenticate(*AkaChallenge::FromNonce(challenge->nonce));
    for (const char* user : {"bob@ims.test", "alice@ims.test"})
    {
        request.Set("Authorization",
                    http::AnswerChallenge(
                        *challenge, user, answer.res, "REGISTER", request.RequestUri(), "c", 1)
                        .ToHeader());
        EXPECT_EQ(auth.Decide(At(1s), request).outcome,
                  user == alice.privateIdentity ? ServerAuth::Outcome::ACCEPTED
                                                : ServerAuth::Outcome::CHALLENGED);
    }
}

TEST(ImsAka, AForgedAutsIsRefused)
{
    SeededRandom random(1, 1, "auth");
    Hss hss;
    SipUser alice{"alice@ims.test", "sip:alice@ims.test", ""};
    alice.aka = AkaKeys::FromHex(K, OPC);
    hss.Add(alice);
    for (const char* auts : {"AAAAAAAAAAAAAAAAAAA=", "AAAA", "not base64"})
    {
        ServerAuth auth("ims.test", Aka(), hss, random);
        SipMessage request = MakeRequest("REGISTER");
        request.Set("To", "<sip:alice@ims.test>");
        const auto first = auth.Decide(At(0s), request);
        const auto challenge =
            http::DigestChallenge::Parse(first.challenges.at(0), {Qop::AUTH, true});
        http::DigestResponse answer = http::AnswerChallenge(
            *challenge, "alice@ims.test", "", "REGISTER", request.RequestUri(), "c", 1);
        answer.auts = auts;
        request.Add("Authorization", answer.ToHeader());
        const auto decision = auth.Decide(At(1s), request);
        EXPECT_EQ(decision.status, 403) << auts;
        EXPECT_EQ(decision.reason, "bad-auts") << auts;
    }
}

TEST(ImsAka, EveryCutOfAChallengeIsSurvived)
{
    SeededRandom random(1, 1, "aka");
    const std::string whole = AkaCentre(*AkaKeys::FromHex(K, OPC)).Next(random).challenge.ToNonce();
    for (std::size_t size = 0; size <= whole.size(); ++size)
    {
        Isim isim(*AkaKeys::FromHex(K, OPC));
        ClientAuth auth({"alice@ims.test", "ims.test", "", Qop::AUTH, &isim}, random);
        SipMessage challenge = MakeResponse(MakeRequest("REGISTER"), 401);
        challenge.Add("WWW-Authenticate",
                      "Digest realm=\"ims.test\", qop=\"auth\", algorithm=AKAv1-MD5, nonce=\"" +
                          whole.substr(0, size) + "\"");
        const auto verdict = auth.TakeChallenge(challenge);
        EXPECT_EQ(verdict == ClientAuth::Verdict::ANSWER, size == whole.size()) << size;
        EXPECT_FALSE(auth.Header("REGISTER", "sip:ims.test", "").empty());
    }
}

} // namespace imsfw::sip::test
