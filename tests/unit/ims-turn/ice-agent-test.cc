// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One agent of ICE, spoken to by hand: what it sends when, and what it refuses (RFC 8445 7).
#include "ice-agent-fixture.h"

namespace imsfw::ice
{
namespace
{

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

} // namespace
} // namespace imsfw::ice
