// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One agent of ICE, spoken to by hand: what it sends when, and what it makes of what comes (RFC 8445 7, RFC 7675).
#include "ims-turn-ice-agent.h"
#include "ims-turn-stun-integrity.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

#include <functional>

namespace imsfw::ice
{
namespace
{

using stun::Builder;
using stun::MessageClass;
using stun::Method;
using turntest::At;
using turntest::Cut;
namespace attribute = stun::attribute;

const Endpoint OWN = At("10.0.0.1:5000");
const Endpoint PEER = At("10.9.0.1:6000");
const std::string PEER_PASSWORD = "peerpeerpeerpeerpeer22";
const Bytes PEER_KEY = stun::ShortTermKey(PEER_PASSWORD);

class IceAgentTest : public testing::Test
{
  protected:
    explicit IceAgentTest(AgentConfig config = AgentConfig::For(Profile::RFC8445))
        : agent(config, random)
    {
        Gathered host;
        host.address = host.baseAddress = OWN;
        agent.AddLocal(host);
    }

    static Description
    PeersDescription()
    {
        Description peer;
        peer.ufrag = "peer";
        peer.password = PEER_PASSWORD;
        peer.candidates = {*Candidate::Parse("1 1 UDP 2130706431 10.9.0.1 6000 typ host")};
        return peer;
    }

    /// @return the check that SetRemote makes.
    Bytes
    Begin()
    {
        agent.SetRemote(At(0), PeersDescription());
        return Next();
    }

    Bytes
    Next()
    {
        const auto transmit = agent.PollTransmit();
        return transmit ? transmit->bytes : Bytes();
    }

    /// A check as the peer makes it, with @p add before the integrity.
    Bytes
    PeerCheck(const std::function<void(Builder&)>& add = [](Builder&) {})
    {
        Builder builder(
            Method::BINDING, MessageClass::REQUEST, stun::TransactionId::Draw(peerRandom));
        builder.AddText(attribute::USERNAME, agent.GetLocalDescription().ufrag + ":peer")
            .AddU32(attribute::PRIORITY, 1862270975);
        add(builder);
        return builder.AddIntegrity(OwnKey()).AddFingerprint().Finish();
    }

    Bytes
    OwnKey() const
    {
        return stun::ShortTermKey(agent.GetLocalDescription().password);
    }

    static Bytes
    Answer(const Bytes& request, const Endpoint& mapped = OWN)
    {
        return Builder(
                   Method::BINDING, MessageClass::SUCCESS, stun::Message::Parse(request)->GetId())
            .AddXorAddress(attribute::XOR_MAPPED_ADDRESS, mapped)
            .AddIntegrity(PEER_KEY)
            .AddFingerprint()
            .Finish();
    }

    /// Input from the peer. @return the agent's immediate answer.
    Bytes
    Give(double at, const Bytes& bytes)
    {
        EXPECT_TRUE(agent.HandleInput(At(at), 0, PEER, bytes));
        return Next();
    }

    static uint16_t
    CodeOf(const Bytes& response)
    {
        const auto message = stun::Message::Parse(response);
        const auto code = message ? message->GetErrorCode() : std::nullopt;
        return code ? code->code : 0;
    }

    /// Check, answer, nomination, answer. @return when it was selected.
    double
    Select()
    {
        Give(0.02, Answer(Begin()));
        agent.HandleTimeout(At(0.05));
        Give(0.07, Answer(Next()));
        return 0.07;
    }

    std::string
    WhyFailed()
    {
        while (const auto event = agent.PollEvent())
        {
            if (event->type == AgentEvent::Type::FAILED)
            {
                return event->failure.reason;
            }
        }
        return "";
    }

    SeededRandom random{1, 1, "agent"};
    SeededRandom peerRandom{1, 1, "peer"};
    Agent agent;
};

TEST_F(IceAgentTest, ACheckLooksAsTheStandardSays)
{
    const Bytes request = Begin();
    EXPECT_EQ(request.size(), 88U);
    const auto message = stun::Message::Parse(request);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->GetText(attribute::USERNAME), "peer:" + agent.GetLocalDescription().ufrag);
    EXPECT_EQ(message->GetU32(attribute::PRIORITY), 1862270975U) << "of a peer-reflexive one";
    EXPECT_TRUE(message->Has(attribute::ICE_CONTROLLING));
    EXPECT_FALSE(message->Has(attribute::USE_CANDIDATE));
    EXPECT_TRUE(message->Has(attribute::FINGERPRINT));
    EXPECT_TRUE(stun::HasValidIntegrity(*message, PEER_KEY));
}

TEST_F(IceAgentTest, NominatesTheOnlyPairAtOnceAndSelectsIt)
{
    Give(0.02, Answer(Begin()));
    EXPECT_EQ(agent.GetState(), Agent::State::RUNNING);
    EXPECT_EQ(agent.NextTimeout(), At(0.05)) << "Ta after the first check";
    agent.HandleTimeout(At(0.05));
    const Bytes nomination = Next();
    EXPECT_EQ(nomination.size(), 92U);
    EXPECT_TRUE(stun::Message::Parse(nomination)->Has(attribute::USE_CANDIDATE));
    Give(0.07, Answer(nomination));
    const auto event = agent.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, AgentEvent::Type::SELECTED);
    EXPECT_EQ(event->pair.local.address, OWN);
    EXPECT_EQ(event->pair.remote.address, PEER);
    EXPECT_EQ(event->pair.kind, PairKind::DIRECT);
    EXPECT_EQ(agent.GetState(), Agent::State::COMPLETED);
    agent.Send(At(0.08), 1, ByteView("voice"));
    EXPECT_EQ(Next(), ByteView("voice").ToBytes());
}

TEST_F(IceAgentTest, AnswersTheChecksOfThePeer)
{
    const Bytes check = PeerCheck();
    agent.SetRemote(At(0), PeersDescription());
    Next();
    const Bytes response = Give(0.01, check);
    EXPECT_EQ(response.size(), 64U);
    const auto message = stun::Message::Parse(response);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->GetClass(), MessageClass::SUCCESS);
    EXPECT_EQ(message->GetId(), stun::Message::Parse(check)->GetId());
    EXPECT_EQ(message->GetXorAddress(attribute::XOR_MAPPED_ADDRESS), PEER);
    EXPECT_TRUE(stun::HasValidIntegrity(*message, OwnKey()));
    EXPECT_TRUE(agent.AcceptsData(0, PEER));
    EXPECT_FALSE(agent.AcceptsData(0, At("10.9.0.1:6001")));
}

TEST_F(IceAgentTest, BadRequestsTable)
{
    agent.SetRemote(At(0), PeersDescription());
    Next();
    const auto id = stun::TransactionId::Draw(peerRandom);
    const std::string user = agent.GetLocalDescription().ufrag + ":peer";
    const auto request = [&] { return Builder(Method::BINDING, MessageClass::REQUEST, id); };

    struct Row
    {
        const char* name;
        Bytes bytes;
        uint16_t code;
    };

    const std::vector<Row> rows = {
        {"nothing in it", request().AddFingerprint().Finish(), 400},
        {"no integrity", request().AddText(attribute::USERNAME, user).Finish(), 400},
        {"no user", request().AddIntegrity(OwnKey()).Finish(), 400},
        {"another user",
         request().AddText(attribute::USERNAME, "abcd:peer").AddIntegrity(OwnKey()).Finish(),
         401},
        {"half a user",
         request()
             .AddText(attribute::USERNAME, agent.GetLocalDescription().ufrag)
             .AddIntegrity(OwnKey())
             .Finish(),
         401},
        {"another key",
         request().AddText(attribute::USERNAME, user).AddIntegrity(PEER_KEY).Finish(),
         401},
        {"unknown attribute", PeerCheck([](Builder& b) { b.Add(0x7777, {}); }), 420},
        {"no priority",
         request().AddText(attribute::USERNAME, user).AddIntegrity(OwnKey()).Finish(),
         400},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(CodeOf(Give(0.01, row.bytes)), row.code) << row.name;
        EXPECT_EQ(Next(), Bytes()) << row.name << ": no check is triggered";
        EXPECT_FALSE(agent.AcceptsData(0, PEER)) << row.name;
    }
    EXPECT_EQ(agent.GetDiscarded(), rows.size());
    EXPECT_EQ(CodeOf(Give(0.02, PeerCheck())), 0) << "and the good one still passes";
}

TEST_F(IceAgentTest, BytesThatAreNoStunAreTheUsers)
{
    Begin();
    const Bytes rtp = turntest::Hex("80 00 0001 00000000 00000000");
    EXPECT_FALSE(agent.HandleInput(At(0.01), 0, PEER, rtp));
    EXPECT_FALSE(agent.HandleInput(At(0.01), 0, PEER, Bytes()));
    EXPECT_TRUE(agent.HandleInput(At(0.01), 0, PEER, turntest::Hex("00 01 0000")));
    EXPECT_EQ(agent.GetDiscarded(), 1U);
}

TEST_F(IceAgentTest, EveryCutOfACheckAndOfAnAnswerIsDiscarded)
{
    const Bytes own = Begin();
    const Bytes answer = Answer(own);
    const Bytes check = PeerCheck();
    for (const Bytes& whole : {answer, check})
    {
        for (std::size_t size = 1; size < whole.size(); ++size)
        {
            EXPECT_TRUE(agent.HandleInput(At(0.01), 0, PEER, Cut(whole, size)));
            const auto response = agent.PollTransmit();
            // A cut that is well-formed has lost the integrity, or it would not be one.
            EXPECT_TRUE(!response || CodeOf(response->bytes) != 0) << size;
        }
    }
    EXPECT_FALSE(agent.AcceptsData(0, PEER));
    Give(0.02, answer);
    EXPECT_TRUE(agent.AcceptsData(0, PEER));
}

TEST_F(IceAgentTest, EveryChangedByteOfAnAnswerIsDiscarded)
{
    const Bytes answer = Answer(Begin());
    const std::size_t fingerprint = answer.size() - 8; // what it covers, the integrity covers too
    for (std::size_t at = 0; at < fingerprint; ++at)
    {
        Bytes changed = answer;
        changed[at] ^= 0x01;
        agent.HandleInput(At(0.01), 0, PEER, changed);
        EXPECT_FALSE(agent.AcceptsData(0, PEER)) << at;
    }
}

TEST_F(IceAgentTest, AnswersThatFailThePairTable)
{
    struct Row
    {
        const char* name;
        std::function<void(Builder&)> add;
        MessageClass messageClass;
        bool isSigned;
    };

    const auto mapped = [](Builder& b) { b.AddXorAddress(attribute::XOR_MAPPED_ADDRESS, OWN); };
    for (const Row& row :
         std::vector<Row>{
             {"no address", [](Builder&) {}, MessageClass::SUCCESS, true},
             {"unknown attribute",
              [&](Builder& b)
              {
                  mapped(b);
                  b.Add(0x7777, {});
              },
              MessageClass::SUCCESS,
              true},
             {"refused", [](Builder& b) { b.AddError(403); }, MessageClass::ERROR, true},
             {"not known", [](Builder& b) { b.AddError(401); }, MessageClass::ERROR, false},
             {"an error without a code", [](Builder&) {}, MessageClass::ERROR, true}})
    {
        Agent fresh(AgentConfig::For(Profile::RFC8445), random);
        Gathered host;
        host.address = host.baseAddress = OWN;
        fresh.AddLocal(host);
        fresh.SetRemote(At(0), PeersDescription());
        const Bytes request = fresh.PollTransmit()->bytes;
        Builder builder(Method::BINDING, row.messageClass, stun::Message::Parse(request)->GetId());
        row.add(builder);
        if (row.isSigned)
        {
            builder.AddIntegrity(PEER_KEY);
        }
        fresh.HandleInput(At(0.01), 0, PEER, builder.Finish());
        EXPECT_EQ(fresh.GetPairs()[0].state, PairState::FAILED) << row.name;
        fresh.HandleTimeout(At(39.4));
        EXPECT_FALSE(fresh.PollEvent()) << row.name << ": the peer may find a way yet (RFC 8863)";
        fresh.HandleTimeout(At(39.5));
        const auto event = fresh.PollEvent();
        ASSERT_TRUE(event) << row.name;
        EXPECT_EQ(event->failure.reason, "checks-failed");
        EXPECT_FALSE(fresh.NextTimeout()) << row.name;
    }
}

TEST_F(IceAgentTest, AnAnswerFromElsewhereFailsThePair)
{
    const Bytes answer = Answer(Begin());
    agent.HandleInput(At(0.01), 0, At("10.9.0.1:6001"), answer);
    EXPECT_EQ(agent.GetPairs()[0].state, PairState::FAILED) << "RFC 8445 7.2.5.2.1";
}

TEST_F(IceAgentTest, AnUnansweredCheckIsRepeatedAndThenGivenUp)
{
    const Bytes first = Begin();
    std::vector<double> times;
    while (const auto next = agent.NextTimeout())
    {
        agent.HandleTimeout(*next);
        while (const auto transmit = agent.PollTransmit())
        {
            EXPECT_EQ(transmit->bytes, first);
            times.push_back(ToMilliseconds(next->time_since_epoch()));
        }
    }
    EXPECT_EQ(times, (std::vector<double>{500, 1500, 3500, 7500, 15500, 31500}));
    EXPECT_EQ(WhyFailed(), "checks-failed");
}

TEST_F(IceAgentTest, APeerReflexiveCandidateOfItsOwnIsLearnt)
{
    const Endpoint mapped = At("192.0.2.7:3333");
    Give(0.02, Answer(Begin(), mapped));
    agent.HandleTimeout(At(0.05));
    Give(0.07, Answer(Next(), mapped));
    const auto selected = agent.GetSelected(1);
    ASSERT_TRUE(selected);
    EXPECT_EQ(selected->local.type, CandidateType::PEER_REFLEXIVE);
    EXPECT_EQ(selected->local.address, mapped);
    EXPECT_EQ(selected->baseAddress, OWN);
    EXPECT_EQ(selected->kind, PairKind::REFLEXIVE);
    EXPECT_EQ(agent.GetLocalDescription().candidates.size(), 1U) << "the peer is not told";
}

TEST_F(IceAgentTest, ACheckBeforeTheDescriptionIsAnsweredAndRemembered)
{
    const Endpoint other = At("192.0.2.8:4444");
    EXPECT_TRUE(agent.HandleInput(At(0), 0, other, PeerCheck()));
    EXPECT_EQ(stun::Message::Parse(Next())->GetClass(), MessageClass::SUCCESS);
    EXPECT_EQ(Next(), Bytes()) << "nobody to check yet";
    agent.SetRemote(At(1), PeersDescription());
    const auto triggered = agent.PollTransmit();
    ASSERT_TRUE(triggered);
    EXPECT_EQ(triggered->to, other) << "what was triggered comes first";
    ASSERT_EQ(agent.GetRemotes().size(), 2U);
    EXPECT_EQ(agent.GetRemotes()[1].type, CandidateType::PEER_REFLEXIVE);
    EXPECT_EQ(agent.GetRemotes()[1].priority, 1862270975U);
}

TEST_F(IceAgentTest, BothInControlTheLargerTieBreakerStays)
{
    Begin();
    const auto withTie = [&](uint64_t tie)
    { return PeerCheck([=](Builder& b) { b.AddU64(attribute::ICE_CONTROLLING, tie); }); };
    EXPECT_EQ(CodeOf(Give(0.01, withTie(0))), 487);
    EXPECT_TRUE(agent.IsControlling());
    EXPECT_EQ(CodeOf(Give(0.02, withTie(UINT64_MAX))), 0);
    EXPECT_FALSE(agent.IsControlling());
    const auto event = agent.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, AgentEvent::Type::ROLE_CHANGED);
}

TEST_F(IceAgentTest, ToldOfAConflictItTakesTheOtherRoleAndChecksAgain)
{
    const Bytes request = Begin();
    const Bytes conflict =
        Builder(Method::BINDING, MessageClass::ERROR, stun::Message::Parse(request)->GetId())
            .AddError(stun::error::ROLE_CONFLICT)
            .AddIntegrity(PEER_KEY)
            .AddFingerprint()
            .Finish();
    EXPECT_EQ(Give(0.01, conflict), Bytes());
    EXPECT_FALSE(agent.IsControlling());
    agent.HandleTimeout(At(0.05));
    const Bytes again = Next();
    const auto message = stun::Message::Parse(again);
    ASSERT_TRUE(message);
    EXPECT_TRUE(message->Has(attribute::ICE_CONTROLLED));
    EXPECT_NE(message->GetU64(attribute::ICE_CONTROLLED),
              stun::Message::Parse(request)->GetU64(attribute::ICE_CONTROLLING))
        << "RFC 8445 7.2.5.1: the tie-breaker changes";
}

TEST_F(IceAgentTest, ConsentIsAskedForAndLostInTime)
{
    const double selected = Select();
    TimePoint now = At(selected);
    unsigned asked = 0;
    for (; asked < 10; ++asked)
    {
        const TimePoint next = agent.NextTimeout().value();
        EXPECT_GE(next - now, std::chrono::seconds(4));
        EXPECT_LE(next - now, std::chrono::seconds(6));
        now = next;
        agent.HandleTimeout(now);
        const Bytes check = Next();
        EXPECT_FALSE(stun::Message::Parse(check)->Has(attribute::USE_CANDIDATE));
        EXPECT_TRUE(agent.HandleInput(now, 0, PEER, Answer(check)));
    }
    const TimePoint lastConsent = now;
    while (agent.GetState() == Agent::State::COMPLETED)
    {
        now = agent.NextTimeout().value();
        agent.HandleTimeout(now);
        while (agent.PollTransmit())
        {
        }
    }
    EXPECT_EQ(now - lastConsent, std::chrono::seconds(30));
    EXPECT_EQ(WhyFailed(), "consent-expired");
    EXPECT_FALSE(agent.NextTimeout());
    agent.Send(now, 1, ByteView("voice"));
    EXPECT_FALSE(agent.PollTransmit()) << "RFC 7675 5.1: nothing is sent without consent";
}

TEST_F(IceAgentTest, AnAnswerWithAnotherKeyGivesNoConsent)
{
    Select();
    for (unsigned i = 0; i < 20 && agent.GetState() == Agent::State::COMPLETED; ++i)
    {
        const TimePoint now = agent.NextTimeout().value();
        agent.HandleTimeout(now);
        const Bytes check = Next();
        if (!check.empty())
        {
            const Bytes forged = Builder(Method::BINDING,
                                         MessageClass::SUCCESS,
                                         stun::Message::Parse(check)->GetId())
                                     .AddXorAddress(attribute::XOR_MAPPED_ADDRESS, OWN)
                                     .AddIntegrity(ByteView("not the key"))
                                     .Finish();
            agent.HandleInput(now, 0, PEER, forged);
        }
    }
    EXPECT_EQ(WhyFailed(), "consent-expired");
}

TEST_F(IceAgentTest, ALostPathIsAFailureOnlyWhereItIsUsed)
{
    Select();
    agent.HandleLowerFailed(At(1), 0, At("10.9.0.9:1"), {"tcp", "reset", ""});
    EXPECT_EQ(agent.GetState(), Agent::State::COMPLETED);
    agent.HandleLowerFailed(At(1), 0, PEER, {"tcp", "reset", ""});
    EXPECT_EQ(WhyFailed(), "path-lost");
}

TEST_F(IceAgentTest, TheSameCandidateIsToldOnce)
{
    Gathered same;
    same.type = CandidateType::SERVER_REFLEXIVE;
    same.address = same.baseAddress = OWN;
    EXPECT_FALSE(agent.AddLocal(same)) << "no NAT: RFC 8445 5.1.3";
    same.address = At("192.0.2.1:7000");
    same.related = OWN;
    EXPECT_TRUE(agent.AddLocal(same));
    const auto description = agent.GetLocalDescription();
    ASSERT_EQ(description.candidates.size(), 2U);
    EXPECT_NE(description.candidates[0].foundation, description.candidates[1].foundation);
    EXPECT_EQ(description.candidates[1].priority, 1694498815U);
    EXPECT_EQ(description.ufrag.size(), 4U);
    EXPECT_EQ(description.password.size(), 22U);
}

class IceOldAgentTest : public IceAgentTest
{
  protected:
    IceOldAgentTest() : IceAgentTest(AgentConfig::For(Profile::RFC5245))
    {
    }
};

TEST_F(IceOldAgentTest, NominatesWithItsFirstCheckAndKeepsAliveByIndications)
{
    const Bytes request = Begin();
    EXPECT_TRUE(stun::Message::Parse(request)->Has(attribute::USE_CANDIDATE));
    Give(0.02, Answer(request));
    EXPECT_EQ(agent.GetState(), Agent::State::COMPLETED);
    EXPECT_EQ(agent.NextTimeout(), At(15.02));
    agent.Send(At(10), 1, ByteView("voice"));
    Next();
    EXPECT_EQ(agent.NextTimeout(), At(25)) << "only after 15 s of silence";
    agent.HandleTimeout(At(25));
    const Bytes indication = Next();
    EXPECT_EQ(indication.size(), 28U);
    EXPECT_EQ(stun::Message::Parse(indication)->GetClass(), MessageClass::INDICATION);
    agent.HandleTimeout(At(1000));
    EXPECT_EQ(agent.GetState(), Agent::State::COMPLETED) << "no consent, no loss of it";
}

TEST_F(IceOldAgentTest, RepeatsAfterAHundredMilliseconds)
{
    Begin();
    EXPECT_EQ(agent.NextTimeout(), At(0.1));
}

} // namespace
} // namespace imsfw::ice
