// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The security agreement (RFC 3329): lists, choices, and what becomes of a list that was changed on its way.
#include "ims-sip-security-agreement.h"
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;
using Verdict = AgreementVerdict;

namespace
{

const char* const IPSEC =
    "ipsec-3gpp;alg=hmac-sha-1-96;ealg=aes-cbc;spi-c=98765;spi-s=87654;port-c=5062;port-s=5064";

SipMessage
With(const std::string& header, const std::vector<std::string>& values)
{
    SipMessage message = MakeRequest("REGISTER");
    for (const std::string& value : values)
    {
        message.Add(header, value);
    }
    return message;
}

/// A UE and a P-CSCF, each with its list.
struct Meeting
{
    Meeting(const std::vector<std::string>& ue,
            const std::vector<std::string>& proxy,
            bool isRequired)
    {
        PCscfConfig config = SipNetwork::Config();
        config.securityMechanisms = proxy;
        config.requiresSecurityAgreement = isRequired;
        net = std::make_unique<SipNetwork>(config);
        net->pcscf.AddUser({"alice@ims.test", "sip:alice@ims.test", "secret-alice"});
        UserAgentConfig ueConfig = SipNetwork::UeConfig("alice", "10.0.0.2", false);
        ueConfig.securityMechanisms = ue;
        agent = &net->Add("alice", ueConfig);
        net->Schedule(0ms, [this] { agent->ua.Register(net->now); });
        net->RunUntil(10s);
    }

    std::unique_ptr<SipNetwork> net;
    SipNetwork::Agent* agent{nullptr};
};

} // namespace

TEST(SecurityMechanism, IsReadAndWritten)
{
    for (const char* text :
         {"tls", "tls;q=0.2", "digest;d-alg=md5;d-qop=auth;q=0.1", IPSEC, "tls;q=1.000"})
    {
        const auto mechanism = SecurityMechanism::Parse(text);
        ASSERT_TRUE(mechanism) << text;
        EXPECT_EQ(mechanism->ToString(), text);
    }
    for (const char* text :
         {"", ";q=1", "a b", "tls;q=2", "tls;q=0.1234", "tls;q", "tls;q=x", "tls;", "tls q=1"})
    {
        EXPECT_FALSE(SecurityMechanism::Parse(text)) << text;
    }
    EXPECT_EQ(SecurityMechanism::Parse("tls;q=0.25")->Preference(), 250U);
    EXPECT_EQ(SecurityMechanism::Parse("tls;q=1")->Preference(), 1000U);
    EXPECT_EQ(SecurityMechanism::Parse("tls")->Preference(), 0U);
}

TEST(SecurityMechanism, NoTwoMayHaveOnePreference)
{
    EXPECT_TRUE(
        ParseMechanisms(With("Security-Server", {"tls;q=0.2", "digest;q=0.1"}), "Security-Server"));
    EXPECT_FALSE(ParseMechanisms(With("Security-Server", {"tls;q=0.2", "digest;q=0.20"}),
                                 "Security-Server"));
    EXPECT_FALSE(ParseMechanisms(With("Security-Server", {"tls", ""}), "Security-Server"));
}

TEST(SecurityClient, ChoosesWhatTheServerPrefersOfWhatBothKnow)
{
    struct Row
    {
        std::vector<std::string> own;
        std::vector<std::string> server;
        const char* chosen; ///< empty: none
    };

    for (const Row& row : {Row{{"tls"}, {"tls"}, "tls"},
                           Row{{"tls", "digest"}, {"digest;q=0.1", "tls;q=0.2"}, "tls"},
                           Row{{"tls", "digest"}, {"digest;q=0.3", "tls;q=0.2"}, "digest"},
                           Row{{"digest"}, {"ipsec-ike;q=0.3", "digest;q=0.1"}, "digest"},
                           Row{{IPSEC}, {"ipsec-3gpp;q=0.1;alg=hmac-md5-96"}, "ipsec-3gpp"},
                           Row{{"tls"}, {"digest"}, ""},
                           Row{{"tls"}, {}, ""},
                           Row{{"tls"}, {"tls;q=0.1", "digest;q=0.1"}, ""}})
    {
        SecurityClient client(row.own);
        EXPECT_EQ(client.Take(With("Security-Server", row.server)), row.chosen != std::string());
        EXPECT_EQ(client.Chosen(), row.chosen);
        SipMessage next = MakeRequest("REGISTER");
        client.AddTo(next);
        EXPECT_EQ(next.Headers("Security-Verify"), row.server);
        EXPECT_EQ(next.Headers("Security-Client"), row.own);
    }
}

TEST(CheckAgreement, AnswersByTable)
{
    struct Row
    {
        const char* name;
        std::vector<std::string> own;
        bool isRequired;
        const char* require;
        std::vector<std::string> verify;
        bool hasAnswer;
        Verdict verdict;
    };

    const std::vector<std::string> ours{"tls;q=0.2", "digest;q=0.1"};
    for (const Row& row :
         {Row{"we know none", {}, false, "sec-agree", {}, false, Verdict::GO_ON},
          Row{"nobody asks", ours, false, "", {}, false, Verdict::GO_ON},
          Row{"we insist", ours, true, "", {}, false, Verdict::REQUIRED},
          Row{"first", ours, true, "sec-agree", {}, false, Verdict::CHALLENGE},
          Row{"second", ours, true, "sec-agree", ours, true, Verdict::GO_ON},
          Row{"spelt otherwise",
              ours,
              true,
              "sec-agree",
              {"TLS ; q=0.2", "digest;q=0.1"},
              true,
              Verdict::GO_ON},
          Row{"left out", ours, false, "sec-agree", {}, true, Verdict::REFUSED},
          Row{"shortened", ours, false, "sec-agree", {"digest;q=0.1"}, true, Verdict::REFUSED},
          Row{"another order",
              ours,
              false,
              "sec-agree",
              {ours[1], ours[0]},
              true,
              Verdict::REFUSED},
          Row{"another q",
              ours,
              false,
              "sec-agree",
              {"tls;q=0.1", "digest;q=0.2"},
              true,
              Verdict::REFUSED},
          Row{"malformed", ours, false, "sec-agree", {"tls;q=9"}, true, Verdict::REFUSED}})
    {
        SipMessage request = With("Security-Verify", row.verify);
        if (*row.require != '\0')
        {
            request.Add("Require", row.require);
        }
        EXPECT_EQ(CheckAgreement(request, row.own, row.isRequired, row.hasAnswer), row.verdict)
            << row.name;
    }
    SipMessage knowing = MakeRequest("REGISTER");
    knowing.Add("Supported", "sec-agree");
    EXPECT_EQ(CheckAgreement(knowing, ours, true, false), Verdict::REFUSED);
}

TEST(SecurityAgreement, IsReachedAtRegistration)
{
    Meeting meeting({IPSEC, "tls"}, {"tls;q=0.2", "ipsec-3gpp;q=0.1;alg=hmac-sha-1-96"}, true);
    EXPECT_TRUE(meeting.agent->ua.IsRegistered());
    ASSERT_EQ(meeting.agent->sent.size(), 2U);
    const auto second = SipMessage::Parse(ByteView(meeting.agent->sent[1]));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->Headers("Security-Verify"),
              (std::vector<std::string>{"tls;q=0.2", "ipsec-3gpp;q=0.1;alg=hmac-sha-1-96"}));
    EXPECT_EQ(second->Header("Proxy-Require"), "sec-agree");
}

TEST(SecurityAgreement, FailuresHaveNames)
{
    Meeting without({}, {"tls"}, true);
    ASSERT_TRUE(without.agent->Has(Type::REGISTRATION_FAILED));
    EXPECT_EQ(without.agent->events[0].reason, "refused");
    EXPECT_EQ(without.agent->events[0].status, 421);
    EXPECT_EQ(without.net->events.back().reason, "security-agreement");

    Meeting apart({"tls"}, {"ipsec-3gpp"}, false);
    ASSERT_TRUE(apart.agent->Has(Type::REGISTRATION_FAILED));
    EXPECT_EQ(apart.agent->events[0].reason, "no-common-security");

    Meeting alone({"tls"}, {}, false); // a P-CSCF that knows nothing of it
    ASSERT_TRUE(alone.agent->Has(Type::REGISTRATION_FAILED));
    EXPECT_EQ(alone.agent->events[0].reason, "no-common-security");
}

TEST(SecurityAgreement, AListChangedOnItsWayIsNoticed)
{
    // Somebody between the two takes the strong mechanism out of the 401.
    SeededRandom random(1, 1, "ue");
    SeededRandom proxyRandom(1, 1, "p-cscf");
    UserAgentConfig config = SipNetwork::UeConfig("alice", "10.0.0.2", false);
    config.securityMechanisms = {"tls", "digest"};
    UserAgent ua(config, random);
    PCscfConfig proxyConfig = SipNetwork::Config();
    proxyConfig.securityMechanisms = {"tls;q=0.2", "digest;q=0.1"};
    PCscf proxy(proxyConfig, proxyRandom);
    proxy.AddUser({"alice@ims.test", "sip:alice@ims.test", "secret-alice"});
    ua.Register(At(0s));
    std::vector<int> statuses;
    while (const auto out = ua.PollTransmit())
    {
        proxy.HandleDatagram(At(0s), 0, config.local, *out);
        auto response = SipMessage::Parse(proxy.PollTransmit()->bytes).Value();
        statuses.push_back(response.Status());
        response.RemoveFirst("Security-Server");
        ua.HandleInput(At(0s), response.Serialize());
    }
    EXPECT_EQ(statuses, (std::vector<int>{401, 494, 494}));
    const auto event = ua.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->reason, "no-common-security");
}

} // namespace imsfw::sip::test
