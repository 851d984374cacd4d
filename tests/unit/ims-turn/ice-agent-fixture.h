// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An agent of ICE with one host candidate, and a peer that is played by hand.
#pragma once

#include "ims-turn-ice-agent.h"
#include "ims-turn-stun-integrity.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

#include <functional>

namespace imsfw::ice
{

using stun::Builder;
using stun::MessageClass;
using stun::Method;
using turntest::At;
using turntest::Cut;
namespace attribute = stun::attribute;

inline const Endpoint OWN = At("10.0.0.1:5000");
inline const Endpoint PEER = At("10.9.0.1:6000");
inline const std::string PEER_PASSWORD = "peerpeerpeerpeerpeer22";
inline const Bytes PEER_KEY = stun::ShortTermKey(PEER_PASSWORD);

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

} // namespace imsfw::ice
