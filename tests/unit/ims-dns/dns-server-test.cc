// SPDX-License-Identifier: GPL-2.0-only
#include "ims-dns-server.h"

#include <gtest/gtest.h>

namespace imsfw::dns
{
namespace
{

using std::chrono::milliseconds;

constexpr TimePoint T0{};
const Endpoint CLIENT{*IpAddress::Parse("10.1.0.2"), 40000};
const IpAddress ADDRESS = *IpAddress::Parse("192.0.2.2");

Message
Query(const std::string& name, uint16_t type = TYPE_A)
{
    Message query;
    query.id = 7;
    query.name = name;
    query.type = type;
    return query;
}

std::optional<Message>
Answer(Server& server)
{
    const auto sent = server.PollTransmit();
    if (!sent)
    {
        return std::nullopt;
    }
    EXPECT_EQ(sent->first, CLIENT);
    const auto answer = Parse(sent->second);
    return answer ? std::optional(*answer) : std::nullopt;
}

TEST(DnsServerTest, AnswersWhatItKnowsAfterItsDelay)
{
    Server server({milliseconds(30), 60, ServerFailure::NONE});
    server.Add("ims.test", ADDRESS);
    server.HandleInput(T0, CLIENT, Query("IMS.test").Write());
    EXPECT_FALSE(Answer(server));
    EXPECT_EQ(server.NextTimeout(), T0 + milliseconds(30));
    server.HandleTimeout(T0 + milliseconds(30));
    const auto answer = Answer(server);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->id, 7);
    EXPECT_EQ(answer->addresses, std::vector<IpAddress>{ADDRESS});
    EXPECT_EQ(answer->ttlS, 60U);
    EXPECT_FALSE(server.NextTimeout());
}

TEST(DnsServerTest, FailuresTable)
{
    struct Row
    {
        ServerFailure failure;
        std::string name;
        uint16_t type;
        std::optional<ResponseCode> code;
        std::size_t addresses;
    };

    const Row rows[] = {
        {ServerFailure::NONE, "ims.test", TYPE_A, ResponseCode::NO_ERROR, 1},
        {ServerFailure::NONE, "ims.test", 28, ResponseCode::NO_ERROR, 0},
        {ServerFailure::NONE, "ims.example", TYPE_A, ResponseCode::NAME_ERROR, 0},
        {ServerFailure::NAME_ERROR, "ims.test", TYPE_A, ResponseCode::NAME_ERROR, 0},
        {ServerFailure::SERVER_FAILURE, "ims.test", TYPE_A, ResponseCode::SERVER_FAILURE, 0},
        {ServerFailure::SILENT, "ims.test", TYPE_A, std::nullopt, 0},
    };
    for (const auto& row : rows)
    {
        Server server({milliseconds(0), 60, row.failure});
        server.Add("ims.test", ADDRESS);
        server.HandleInput(T0, CLIENT, Query(row.name, row.type).Write());
        const auto answer = Answer(server);
        ASSERT_EQ(answer.has_value(), row.code.has_value());
        if (answer)
        {
            EXPECT_EQ(answer->code, *row.code);
            EXPECT_EQ(answer->addresses.size(), row.addresses);
            EXPECT_EQ(answer->type, row.type);
        }
    }
}

TEST(DnsServerTest, WhatIsNoQueryGetsNoAnswer)
{
    Server server({});
    Message response = Query("ims.test");
    response.isResponse = true; // two servers would answer each other for ever
    for (const Bytes& bytes : {response.Write(), Bytes(), Bytes(12, 0), Bytes(600, 0xff)})
    {
        server.HandleInput(T0, CLIENT, bytes);
        EXPECT_FALSE(server.PollTransmit());
    }
    EXPECT_EQ(server.IgnoredCount(), 4U);
}

} // namespace
} // namespace imsfw::dns
