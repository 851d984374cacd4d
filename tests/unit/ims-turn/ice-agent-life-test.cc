// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One agent of ICE: what it learns, roles, consent and its loss, the older profile (RFC 8445 7, RFC 7675, RFC 5245).
#include "ice-agent-fixture.h"

namespace imsfw::ice
{
namespace
{

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
