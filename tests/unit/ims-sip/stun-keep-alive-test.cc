// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// STUN as keep-alive on UDP (RFC 5626 4.4.2): answered, unanswered, answered with another address; and what else may come
/// to the P-CSCF's port that looks like STUN.
#include "ims-sip-stun-keep-alive.h"
#include "ims-turn-stun-builder.h"
#include "sip-network.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;

namespace
{

const Endpoint FROM{*IpAddress::Parse("198.51.100.7"), 4321};

SipNetwork::Agent&
AddStunUe(SipNetwork& net, Duration interval)
{
    net.pcscf.AddUser({"alice@ims.test", "sip:alice@ims.test", "secret-alice"});
    UserAgentConfig config = SipNetwork::UeConfig("alice", "10.0.0.2", false);
    config.keepAlive = interval;
    config.keepsAliveByStun = true;
    auto& ue = net.Add("alice", config);
    net.Schedule(0ms, [&net, &ue] { ue.ua.Register(net.now); });
    return ue;
}

std::size_t
Requests(const SipNetwork::Agent& ue)
{
    std::size_t count = 0;
    for (const auto& sent : ue.sent)
    {
        count += LooksLikeStun(ByteView(std::string_view(sent))) ? 1 : 0;
    }
    return count;
}

Bytes
BindingRequest()
{
    SeededRandom random(1, 1, "stun");
    return stun::Builder(stun::Method::BINDING,
                         stun::MessageClass::REQUEST,
                         stun::TransactionId::Draw(random))
        .Finish();
}

} // namespace

TEST(StunKeepAliveTest, AnAnsweredFlowLives)
{
    SipNetwork net;
    auto& ue = AddStunUe(net, 30s);
    net.RunUntil(1000s);
    EXPECT_GE(Requests(ue), 33U); // each 24 to 30 s
    EXPECT_LE(Requests(ue), 42U);
    EXPECT_TRUE(ue.ua.IsFlowProven());
    EXPECT_FALSE(ue.Has(Type::FLOW_FAILED));
    EXPECT_EQ(ue.ua.MalformedCount(), 0U);
}

TEST(StunKeepAliveTest, ASilentFlowFailsAfterTheLastRetransmission)
{
    SipNetwork net;
    auto& ue = AddStunUe(net, 30s);
    net.Schedule(100s, [&] { ue.isCut = true; });
    net.RunUntil(200s);
    ASSERT_TRUE(ue.Has(Type::FLOW_FAILED));
    EXPECT_EQ(ue.Find(Type::FLOW_FAILED)->reason, "no-stun-answer");
    // RFC 8489 6.2.1: 39.5 s after the first request, which goes out within an interval.
    EXPECT_GE(ue.Find(Type::FLOW_FAILED)->time, At(100s + 39500ms));
    EXPECT_LE(ue.Find(Type::FLOW_FAILED)->time, At(100s + 30s + 39500ms));
}

TEST(StunKeepAliveTest, AnotherAddressIsAFailureOfTheFlow)
{
    SipNetwork net;
    auto& ue = AddStunUe(net, 30s);
    net.Schedule(100s, [&] { ue.address = FROM; }); // the NAT forgot, and made a new binding
    net.RunUntil(200s);
    ASSERT_TRUE(ue.Has(Type::FLOW_FAILED));
    EXPECT_EQ(ue.Find(Type::FLOW_FAILED)->reason, "mapped-address-changed");
    EXPECT_EQ(ue.Find(Type::FLOW_FAILED)->detail, "10.0.0.2:5060 became 198.51.100.7:4321");
}

TEST(StunKeepAliveTest, ABindingRequestIsAnsweredWithWhereItCameFrom)
{
    const auto answer = AnswerStun(FROM, BindingRequest());
    ASSERT_TRUE(answer);
    const auto message = stun::Message::Parse(*answer);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->GetXorAddress(stun::attribute::XOR_MAPPED_ADDRESS), FROM);
}

TEST(StunKeepAliveTest, AnUnknownAttributeThatHasToBeUnderstoodGets420)
{
    SeededRandom random(1, 1, "stun");
    const Bytes request = stun::Builder(stun::Method::BINDING,
                                        stun::MessageClass::REQUEST,
                                        stun::TransactionId::Draw(random))
                              .AddU32(0x7abc, 1)
                              .Finish();
    const auto answer = AnswerStun(FROM, request);
    ASSERT_TRUE(answer);
    const auto message = stun::Message::Parse(*answer);
    ASSERT_TRUE(message && message->GetErrorCode());
    EXPECT_EQ(message->GetErrorCode()->code, 420);
}

TEST(StunKeepAliveTest, WhatIsNoBindingRequestIsReportedAndNotAnswered)
{
    const Bytes request = BindingRequest();
    for (std::size_t size = 1; size < request.size(); ++size)
    {
        SipNetwork net;
        net.pcscf.HandleDatagram(net.now, 0, FROM, ByteView(request.data(), size));
        EXPECT_FALSE(net.pcscf.PollTransmit()) << size;
        const auto event = net.pcscf.PollEvent();
        ASSERT_TRUE(event) << size;
        EXPECT_EQ(event->type, PCscfEvent::Type::MALFORMED_MESSAGE);
        EXPECT_EQ(event->reason, "stun");
    }
    SeededRandom random(1, 1, "stun");
    const Bytes allocate = stun::Builder(stun::Method::ALLOCATE,
                                         stun::MessageClass::REQUEST,
                                         stun::TransactionId::Draw(random))
                               .Finish();
    EXPECT_FALSE(AnswerStun(FROM, allocate));
    EXPECT_FALSE(LooksLikeStun(ByteView(std::string_view("REGISTER sip:ims.test SIP/2.0"))));
    EXPECT_FALSE(LooksLikeStun({}));
}

} // namespace imsfw::sip::test
