// SPDX-License-Identifier: GPL-2.0-only
#include "ims-dns-resolver.h"

#include <gtest/gtest.h>

namespace imsfw::dns
{
namespace
{

using std::chrono::seconds;

constexpr TimePoint T0{};
const IpAddress ADDRESS = *IpAddress::Parse("192.0.2.2");

class ResolverTest : public testing::Test
{
  protected:
    /// @return the query that goes out, read.
    Message
    Sent()
    {
        const auto bytes = resolver.PollTransmit();
        EXPECT_TRUE(bytes);
        const auto query = bytes ? Parse(*bytes) : Parse({});
        EXPECT_TRUE(query);
        return query ? *query : Message{};
    }

    static Message
    AnswerTo(Message query, uint32_t ttlS = 300)
    {
        query.isResponse = true;
        query.addresses = {ADDRESS};
        query.ttlS = ttlS;
        return query;
    }

    /// @return what was told: "name address" or "name reason".
    std::string
    Told()
    {
        const auto event = resolver.PollEvent();
        if (!event)
        {
            return "";
        }
        return event->name + " " +
               (event->address ? event->address->ToString() : event->failure.reason);
    }

    SeededRandom random{1, 1, "dns"};
    Resolver resolver{{seconds(5), 2}, random};
};

TEST_F(ResolverTest, AnAnswerIsToldAndRemembered)
{
    resolver.Resolve(T0, "P-CSCF.ims.test");
    const Message query = Sent();
    EXPECT_EQ(query.name, "p-cscf.ims.test");
    resolver.HandleInput(T0, AnswerTo(query).Write());
    EXPECT_EQ(Told(), "p-cscf.ims.test 192.0.2.2");
    EXPECT_FALSE(resolver.NextTimeout());
    resolver.Resolve(T0 + seconds(299), "p-cscf.ims.test");
    EXPECT_FALSE(resolver.PollTransmit());
    EXPECT_EQ(Told(), "p-cscf.ims.test 192.0.2.2");
    resolver.Resolve(T0 + seconds(300), "p-cscf.ims.test");
    EXPECT_TRUE(resolver.PollTransmit());
}

TEST_F(ResolverTest, SilenceEndsAfterTheLastAttempt)
{
    resolver.Resolve(T0, "ims.test");
    const uint16_t first = Sent().id;
    EXPECT_EQ(resolver.NextTimeout(), T0 + seconds(5));
    resolver.HandleTimeout(T0 + seconds(4));
    EXPECT_FALSE(resolver.PollTransmit());
    resolver.HandleTimeout(T0 + seconds(5));
    EXPECT_NE(Sent().id, first);
    EXPECT_EQ(Told(), "");
    resolver.HandleTimeout(T0 + seconds(10));
    EXPECT_FALSE(resolver.PollTransmit());
    EXPECT_EQ(Told(), "ims.test timeout");
    EXPECT_FALSE(resolver.NextTimeout());
}

TEST_F(ResolverTest, WhatAServerSaysIsTheReason)
{
    const std::pair<ResponseCode, const char*> rows[] = {
        {ResponseCode::NAME_ERROR, "ims.test name-error"},
        {ResponseCode::SERVER_FAILURE, "ims.test server-failure"},
        {ResponseCode::FORMAT_ERROR, "ims.test server-failure"},
        {ResponseCode::NOT_IMPLEMENTED, "ims.test server-failure"},
        {ResponseCode::REFUSED, "ims.test refused"},
        {static_cast<ResponseCode>(11), "ims.test server-failure"},
        {ResponseCode::NO_ERROR, "ims.test no-address"},
    };
    for (const auto& [code, told] : rows)
    {
        resolver.Resolve(T0, "ims.test");
        Message answer = AnswerTo(Sent());
        answer.addresses.clear();
        answer.code = code;
        resolver.HandleInput(T0, answer.Write());
        EXPECT_EQ(Told(), told);
    }
}

TEST_F(ResolverTest, WhatAnswersNoQueryIsIgnored)
{
    resolver.Resolve(T0, "ims.test");
    const Message query = Sent();
    Message other = AnswerTo(query);
    other.id ^= 1;
    Message name = AnswerTo(query);
    name.name = "ims.example";
    Message type = AnswerTo(query);
    type.type = 28;
    Message echo = query;
    for (const Bytes& wrong :
         {other.Write(), name.Write(), type.Write(), echo.Write(), Bytes{1, 2}})
    {
        resolver.HandleInput(T0, wrong);
        EXPECT_EQ(Told(), "");
    }
    EXPECT_EQ(resolver.IgnoredCount(), 5U);
    resolver.HandleInput(T0, AnswerTo(query).Write());
    EXPECT_EQ(Told(), "ims.test 192.0.2.2");
    resolver.HandleInput(T0, AnswerTo(query).Write()); // twice
    EXPECT_EQ(resolver.IgnoredCount(), 6U);
}

TEST_F(ResolverTest, UsersOfOneNameShareAQuery)
{
    resolver.Resolve(T0, "ims.test");
    resolver.Resolve(T0, "ims.test");
    Sent();
    EXPECT_FALSE(resolver.PollTransmit());
}

TEST_F(ResolverTest, ANameThatCannotBeAskedForFailsAtOnce)
{
    resolver.Resolve(T0, "ims..test");
    EXPECT_FALSE(resolver.PollTransmit());
    EXPECT_EQ(Told(), "ims..test bad-name");
}

} // namespace
} // namespace imsfw::dns
