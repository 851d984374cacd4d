// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What one session makes of requests, reports and bytes that no good peer would send.
#include "msrp-pair.h"

namespace imsfw::msrp
{
namespace tests
{
namespace
{

/// A request to Bob, written by hand.
std::string
Request(const std::string& method, const std::string& more, const std::string& id = "tran1")
{
    return "MSRP " + id + " " + method + "\r\nTo-Path: " + BOB.ToString() +
           "\r\nFrom-Path: " + ALICE.ToString() + "\r\n" + more + "-------" + id + "$\r\n";
}

uint16_t
CodeFor(Session& session, const std::string& request)
{
    session.HandleInput(At(0), ByteView(request));
    const auto bytes = session.PollTransmit();
    return bytes ? ParseMessage(*bytes)->code : uint16_t{0};
}

TEST(MsrpSession, OddRequestsAreAnsweredByCode)
{
    SeededRandom random(1, 1, "msrp");
    Session bob(Options(false), random);
    bob.Start(At(0));
    EXPECT_EQ(CodeFor(bob, Request("NICKNAME", "")), 501);
    EXPECT_EQ(CodeFor(bob, Request("SEND", "")), 400); // no Message-ID
    EXPECT_EQ(CodeFor(bob, Request("SEND", "Message-ID: m123\r\n")), 200);
    const std::string body = "Content-Type: a/b\r\n\r\nxyz\r\n";
    EXPECT_EQ(CodeFor(bob, Request("SEND", "Message-ID: m123\r\nByte-Range: 1-2/2\r\n" + body)),
              400);
    EXPECT_EQ(
        CodeFor(bob, Request("SEND", "Message-ID: m124\r\nByte-Range: 1-3/99999999999\r\n" + body)),
        413);
    EXPECT_EQ(CodeFor(bob, Request("SEND", "Message-ID: m125\r\n" + body)),
              200); // no range: the whole
    EXPECT_EQ(CodeFor(bob, Request("REPORT", "Message-ID: m126\r\nStatus: 000 200 OK\r\n")), 0);
    EXPECT_EQ(CodeFor(bob, Request("REPORT", "")), 0);
    EXPECT_EQ(bob.GetStatistics().strays, 2U);
    EXPECT_FALSE(bob.IsOver());
}

TEST(MsrpSession, ALateFailureReportIsTold)
{
    Pair pair;
    pair.Start(0);
    Content content = Text("x");
    content.successReport = true;
    const std::string id = pair.alice.Send(At(0), content);
    ASSERT_TRUE(pair.alice.PollTransmit());
    const std::string report =
        "MSRP rep1 REPORT\r\nTo-Path: " + ALICE.ToString() + "\r\nFrom-Path: " + BOB.ToString() +
        "\r\nMessage-ID: " + id +
        "\r\nByte-Range: 1-1/1\r\nStatus: 000 403 Forbidden\r\n-------rep1$\r\n";
    pair.alice.HandleInput(At(10), ByteView(report));
    const auto events = Pair::TakeEvents(pair.alice);
    ASSERT_EQ(Names(events), (NameList{"failure"}));
    EXPECT_EQ(events[0].code, 403);
    EXPECT_EQ(events[0].detail, "Forbidden");
    pair.alice.HandleInput(At(11), ByteView(report)); // once is enough
    EXPECT_TRUE(Pair::TakeEvents(pair.alice).empty());
}

TEST(MsrpSession, ChunksMayComeInAnyOrderAndTwice)
{
    SeededRandom random(1, 1, "msrp");
    Session bob(Options(false), random);
    bob.Start(At(0));
    const auto chunk = [](const std::string& range, const std::string& text, char flag)
    {
        std::string request = Request("SEND",
                                      "Message-ID: m123\r\nByte-Range: " + range +
                                          "\r\nContent-Type: a/b\r\n\r\n" + text + "\r\n");
        request[request.size() - 3] = flag;
        return request;
    };
    EXPECT_EQ(CodeFor(bob, chunk("7-*/9", "ghi", '$')), 200);
    EXPECT_EQ(CodeFor(bob, chunk("1-3/9", "abc", '+')), 200);
    EXPECT_EQ(CodeFor(bob, chunk("1-*/9", "ab", '+')), 200);
    EXPECT_EQ(Names(Pair::TakeEvents(bob)), (NameList{"bound"}));
    EXPECT_EQ(CodeFor(bob, chunk("3-7/9", "cdefg", '+')), 200);
    const auto events = Pair::TakeEvents(bob);
    ASSERT_EQ(Names(events), (NameList{"message"}));
    EXPECT_EQ(ByteView(events[0].body).AsText(), "abcdefghi");
    // And what contradicts itself:
    EXPECT_EQ(CodeFor(bob, chunk("1-3/9", "abc", '+')), 200);
    EXPECT_EQ(CodeFor(bob, chunk("4-6/8", "def", '+')), 400);
}

TEST(MsrpSession, ManyOpenMessagesAreRefused)
{
    SeededRandom random(1, 1, "msrp");
    Session bob(Options(false), random);
    bob.Start(At(0));
    unsigned refused = 0;
    for (int i = 0; i < 20; ++i)
    {
        const std::string id = "m" + std::to_string(1000 + i);
        refused +=
            CodeFor(bob,
                    Request("SEND",
                            "Message-ID: " + id +
                                "\r\nByte-Range: 1-1/2\r\nContent-Type: a/b\r\n\r\nx\r\n")) == 413;
    }
    EXPECT_EQ(refused, 12U);
}

TEST(MsrpSession, BadBytesEndItByName)
{
    struct Row
    {
        std::string bytes;
        const char* detail;
    };

    for (const Row& row : {Row{"HTTP/1.1 400 Bad Request\r\n\r\n", "not-msrp"},
                           Row{"MSRP abcd SEND\r\n-------abcd$\r\n", "bad-path"},
                           Row{Request("SEND", "Byte-Range: 0-0/0\r\n"), "bad-header"}})
    {
        Pair pair;
        pair.Start(0);
        pair.alice.Send(At(0), Text("x"));
        pair.alice.HandleInput(At(0), ByteView(row.bytes));
        const auto events = Pair::TakeEvents(pair.alice);
        ASSERT_EQ(Names(events), (NameList{"failure", "failed"}));
        EXPECT_EQ(events[1].detail, row.detail);
    }
}

TEST(MsrpSession, NoiseNeverDoesMoreThanEndIt)
{
    SeededRandom random(1, 1, "session-noise");
    for (int i = 0; i < 500; ++i)
    {
        Pair pair;
        pair.Start(0);
        Content content = Text(std::string(300, 'x'));
        content.successReport = true;
        pair.alice.Send(At(0), content);
        for (int round = 0; round < 3; ++round)
        {
            for (auto [from, to] : {std::pair{&pair.alice, &pair.bob}, {&pair.bob, &pair.alice}})
            {
                while (auto bytes = from->PollTransmit())
                {
                    (*bytes)[random.Below(static_cast<uint32_t>(bytes->size()))] ^= 1;
                    to->HandleInput(At(0), *bytes);
                }
            }
        }
        pair.alice.HandleTimeout(At(60'000));
        bool isTold = false;
        for (const auto& event : Pair::TakeEvents(pair.alice))
        {
            isTold = isTold || event.type != Type::BOUND;
        }
        EXPECT_TRUE(isTold) << i; // no end without an event
        EXPECT_FALSE(pair.alice.NextTimeout());
    }
}

} // namespace
} // namespace tests
} // namespace imsfw::msrp
