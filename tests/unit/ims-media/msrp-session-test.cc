// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Two sessions as a script: binding, chunks, responses, reports, silence, refusals.
#include "msrp-pair.h"

namespace imsfw::msrp
{
namespace tests
{
namespace
{

TEST(MsrpSession, TheActiveSideBindsTheSessionAtOnce)
{
    Pair pair;
    pair.bob.Send(At(0), Text("too early"));
    EXPECT_FALSE(pair.bob.PollTransmit()); // the passive side waits
    pair.alice.Start(At(0));
    pair.bob.Start(At(0));
    EXPECT_FALSE(pair.bob.PollTransmit());
    pair.Exchange(0);
    ASSERT_GE(pair.wire.size(), 4U);
    EXPECT_EQ(pair.wire[0].second.method, "SEND");
    EXPECT_TRUE(pair.wire[0].second.contentType.empty());
    EXPECT_EQ(pair.wire[1].second.code, 200);
    EXPECT_EQ(pair.wire[2].second.body.size(), 9U); // now Bob's message goes
    EXPECT_EQ(Names(Pair::TakeEvents(pair.alice)), (NameList{"bound", "message"}));
    EXPECT_EQ(Names(Pair::TakeEvents(pair.bob)), (NameList{"bound", "accepted"}));
    EXPECT_FALSE(pair.alice.NextTimeout());
}

TEST(MsrpSession, AMessageIsDeliveredAndAccepted)
{
    Pair pair;
    pair.Start(0);
    const std::string id = pair.alice.Send(At(10), Text("hello"));
    EXPECT_FALSE(pair.alice.NextTimeout());
    pair.Exchange(10);
    const auto atBob = Pair::TakeEvents(pair.bob);
    ASSERT_EQ(Names(atBob), (NameList{"message"}));
    EXPECT_EQ(ByteView(atBob[0].body).AsText(), "hello");
    EXPECT_EQ(atBob[0].contentType, "text/plain");
    EXPECT_EQ(atBob[0].messageId, id);
    const auto atAlice = Pair::TakeEvents(pair.alice);
    ASSERT_EQ(Names(atAlice), (NameList{"accepted"}));
    EXPECT_EQ(atAlice[0].messageId, id);
}

TEST(MsrpSession, AFileGoesInChunksThatCanBeInterrupted)
{
    Pair pair;
    pair.Start(0);
    Content file;
    file.contentType = "application/octet-stream";
    file.body = pair.m_random.Draw(100'000);
    pair.alice.Send(At(0), file);
    pair.alice.Send(At(0), Text("and a word in between"));
    const std::size_t before = pair.wire.size();
    pair.Exchange(0);
    const auto events = Pair::TakeEvents(pair.bob);
    ASSERT_EQ(Names(events), (NameList{"message", "message"}));
    EXPECT_EQ(ByteView(events[0].body).AsText(), "and a word in between"); // it overtook
    EXPECT_TRUE(events[1].body == file.body);
    uint64_t next = 1;
    for (std::size_t i = before; i < pair.wire.size(); ++i)
    {
        const Message& message = pair.wire[i].second;
        if (message.contentType == "application/octet-stream")
        {
            EXPECT_LE(message.body.size(), 2048U);
            EXPECT_EQ(message.byteRange->start, next);
            EXPECT_EQ(message.byteRange->total, 100'000U);
            next += message.body.size();
            EXPECT_EQ(message.flag, next > 100'000 ? Flag::LAST : Flag::MORE);
        }
    }
    EXPECT_EQ(pair.alice.GetStatistics().chunksSent, 1U + 49 + 1);
    EXPECT_EQ(pair.bob.GetStatistics().bodyBytesReceived, 100'000U + 21);
    EXPECT_EQ(Names(Pair::TakeEvents(pair.alice)), (NameList{"accepted", "accepted"}));
}

TEST(MsrpSession, SuccessReportsComeForTheWholeMessage)
{
    Pair pair;
    pair.Start(0);
    Content content = Text(std::string(5000, 'x'));
    content.successReport = true;
    const std::string id = pair.alice.Send(At(0), content);
    pair.Exchange(0);
    const auto events = Pair::TakeEvents(pair.alice);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].messageId, id);
    EXPECT_EQ(events[1].messageId, id);
    unsigned reports = 0;
    for (const auto& [who, message] : pair.wire)
    {
        if (message.method == "REPORT")
        {
            ++reports;
            EXPECT_EQ(who, "b");
            EXPECT_EQ(message.byteRange->ToString(), "1-5000/5000");
        }
        // RFC 4975 7.1.2: a REPORT is never answered.
        EXPECT_FALSE(who == "a" && !message.IsRequest());
    }
    EXPECT_EQ(reports, 1U);
}

TEST(MsrpSession, FailureReportNoMeansNoResponses)
{
    Pair pair;
    pair.Start(0);
    const std::size_t before = pair.wire.size();
    Content content = Text(std::string(5000, 'x'));
    content.failureReport = FailureReport::NO;
    pair.alice.Send(At(0), content);
    pair.Exchange(0);
    EXPECT_EQ(pair.wire.size() - before, 3U); // three chunks and nothing else
    EXPECT_FALSE(pair.alice.NextTimeout());
    EXPECT_EQ(Names(Pair::TakeEvents(pair.bob)), (NameList{"message"}));
}

TEST(MsrpSession, SilenceForThirtySecondsIsAFailure)
{
    Pair pair;
    pair.Start(0);
    const std::string id = pair.alice.Send(At(1000), Text(std::string(5000, 'x')));
    ASSERT_TRUE(pair.alice.PollTransmit()); // into the void
    EXPECT_EQ(pair.alice.NextTimeout(), At(31'000));
    pair.alice.HandleTimeout(At(30'999));
    EXPECT_TRUE(Pair::TakeEvents(pair.alice).empty());
    pair.alice.HandleTimeout(At(31'000));
    const auto events = Pair::TakeEvents(pair.alice);
    ASSERT_EQ(Names(events), (NameList{"failure"}));
    EXPECT_EQ(events[0].messageId, id);
    EXPECT_EQ(events[0].code, 408);
    EXPECT_FALSE(pair.alice.NextTimeout());
    // The rest is given up, and Bob is told.
    const auto bytes = pair.alice.PollTransmit();
    ASSERT_TRUE(bytes);
    EXPECT_EQ(ParseMessage(*bytes)->flag, Flag::ABORTED);
    EXPECT_FALSE(pair.alice.PollTransmit());
}

TEST(MsrpSession, NoMoreThanTheBoundWaitsForResponses)
{
    struct Row
    {
        FailureReport report;
        std::size_t bound;
        std::size_t chunks; ///< that leave before any response, of ten
    };

    for (const Row& row : std::vector<Row>{{FailureReport::YES, 0, 10},
                                           {FailureReport::YES, 1, 1},
                                           {FailureReport::YES, 2048, 1},
                                           {FailureReport::YES, 2049, 2},
                                           {FailureReport::YES, 6000, 3},
                                           {FailureReport::NO, 1, 10}, // nothing is answered
                                           {FailureReport::PARTIAL, 1, 10}})
    {
        SessionOptions options = Options(true);
        options.mostUnanswered = row.bound;
        SeededRandom random(1, 1, "msrp");
        Session alice(options, random);
        Session bob(Options(false), random);
        alice.Start(At(0));
        bob.Start(At(0));
        bob.HandleInput(At(0), *alice.PollTransmit()); // binds
        alice.HandleInput(At(0), *bob.PollTransmit());
        Content content = Text(std::string(10 * 2048, 'x'));
        content.failureReport = row.report;
        alice.Send(At(0), content);
        std::vector<Bytes> chunks;
        while (auto chunk = alice.PollTransmit())
        {
            chunks.push_back(std::move(*chunk));
        }
        EXPECT_EQ(chunks.size(), row.chunks) << row.bound;
        if (row.chunks == 10)
        {
            continue;
        }
        // A response lets the next one go; silence gives back what it held.
        bob.HandleInput(At(0), chunks.front());
        alice.HandleInput(At(0), *bob.PollTransmit());
        EXPECT_TRUE(alice.PollTransmit()) << row.bound;
        EXPECT_FALSE(alice.PollTransmit()) << row.bound;
        alice.HandleTimeout(At(30'000));
        alice.Send(At(30'000), content);
        EXPECT_TRUE(alice.PollTransmit()) << "says that the first is given up";
        EXPECT_TRUE(alice.PollTransmit()) << row.bound;
    }
}

TEST(MsrpSession, AnEmptySendBreaksTheSilence)
{
    SessionOptions options = Options(true);
    options.keepAlive = seconds(60);
    SeededRandom random(1, 1, "msrp");
    Session alice(options, random);
    Session bob(Options(false), random);
    alice.Start(At(0));
    bob.Start(At(0));
    bob.HandleInput(At(0), *alice.PollTransmit());
    alice.HandleInput(At(0), *bob.PollTransmit());
    Pair::TakeEvents(alice);
    Pair::TakeEvents(bob);
    for (const int64_t at : {60'000, 120'000})
    {
        EXPECT_EQ(alice.NextTimeout(), At(at));
        alice.HandleTimeout(At(at - 1));
        EXPECT_FALSE(alice.PollTransmit()) << "too early";
        alice.HandleTimeout(At(at));
        const auto bytes = alice.PollTransmit();
        ASSERT_TRUE(bytes) << at;
        EXPECT_TRUE(ParseMessage(*bytes)->body.empty());
        bob.HandleInput(At(at), *bytes);
        alice.HandleInput(At(at), *bob.PollTransmit());
        EXPECT_TRUE(Pair::TakeEvents(alice).empty()) << "it is no message";
        EXPECT_TRUE(Pair::TakeEvents(bob).empty());
    }
    // What is written meanwhile puts it off.
    alice.Send(At(150'000), Text("hello"));
    bob.HandleInput(At(150'000), *alice.PollTransmit());
    alice.HandleInput(At(150'000), *bob.PollTransmit());
    EXPECT_EQ(alice.NextTimeout(), At(210'000));
    Pair::TakeEvents(alice);
    // One that nobody answers ends the session, as RFC 4975 7.1.1 has it for any request.
    alice.HandleTimeout(At(210'000));
    ASSERT_TRUE(alice.PollTransmit());
    alice.HandleTimeout(At(240'000));
    const auto events = Pair::TakeEvents(alice);
    ASSERT_EQ(Names(events), (NameList{"failed"}));
    EXPECT_EQ(events.front().detail, "no-response");
    EXPECT_FALSE(alice.NextTimeout());
}

TEST(MsrpSession, WithPartialReportsSilenceIsConsent)
{
    Pair pair;
    pair.Start(0);
    Content content = Text("x");
    content.failureReport = FailureReport::PARTIAL;
    pair.alice.Send(At(0), content);
    pair.Exchange(0);
    EXPECT_TRUE(Pair::TakeEvents(pair.alice).empty());
    pair.alice.HandleTimeout(At(30'000));
    EXPECT_EQ(Names(Pair::TakeEvents(pair.alice)), (NameList{"accepted"}));
    EXPECT_FALSE(pair.alice.NextTimeout());
}

TEST(MsrpSession, WithPartialReportsErrorsAreTold)
{
    SessionOptions options = Options(false);
    options.acceptTypes = {"text/plain", "image/png"};
    Pair pair(options);
    pair.Start(0);
    for (const FailureReport report :
         {FailureReport::YES, FailureReport::PARTIAL, FailureReport::NO})
    {
        Content content = Text("x");
        content.contentType = "message/cpim";
        content.failureReport = report;
        pair.alice.Send(At(0), content);
        content.contentType = "TEXT/Plain; charset=utf-8"; // accepted
        pair.alice.Send(At(0), content);
        pair.Exchange(0);
        const auto events = Pair::TakeEvents(pair.alice);
        const bool isTold = !events.empty() && events[0].code == 415;
        EXPECT_EQ(isTold, report != FailureReport::NO);
        EXPECT_EQ(Names(Pair::TakeEvents(pair.bob)), (NameList{"message"}));
    }
}

TEST(MsrpSession, ATooLongMessageIsStopped)
{
    SessionOptions options = Options(false);
    options.largestMessage = 10'000;
    Pair pair(options);
    pair.Start(0);
    pair.alice.Send(At(0), Text(std::string(10'000, 'x')));
    pair.Exchange(0);
    EXPECT_EQ(Names(Pair::TakeEvents(pair.bob)), (NameList{"message"}));
    Pair::TakeEvents(pair.alice);
    const std::size_t before = pair.wire.size();
    pair.alice.Send(At(0), Text(std::string(10'001, 'x')));
    pair.Exchange(0);
    const auto events = Pair::TakeEvents(pair.alice);
    ASSERT_EQ(Names(events), (NameList{"failure"}));
    EXPECT_EQ(events[0].code, 413);
    EXPECT_TRUE(Pair::TakeEvents(pair.bob).empty());
    EXPECT_EQ(pair.wire.size() - before, 4U); // chunk, 413, "#" and its 200
}

TEST(MsrpSession, TheSenderMayGiveAMessageUp)
{
    Pair pair;
    pair.Start(0);
    const std::string id = pair.alice.Send(At(0), Text(std::string(100'000, 'x')));
    const auto chunk = pair.alice.PollTransmit();
    pair.bob.HandleInput(At(0), *chunk);
    pair.alice.Abort(At(0), id);
    pair.alice.Abort(At(0), "unknown");
    pair.Exchange(0);
    const auto events = Pair::TakeEvents(pair.bob);
    ASSERT_EQ(Names(events), (NameList{"aborted"}));
    EXPECT_EQ(events[0].messageId, id);
    // Before the first chunk nobody needs to be told.
    const std::size_t before = pair.wire.size();
    pair.alice.Abort(At(0), pair.alice.Send(At(0), Text("x")));
    pair.Exchange(0);
    EXPECT_EQ(pair.wire.size(), before);
    EXPECT_FALSE(pair.alice.NextTimeout());
}

TEST(MsrpSession, AStrangerIsToldThatThereIsNoSuchSession)
{
    SessionOptions options = Options(false);
    options.local = *ParseUri("msrp://10.0.0.2:8888/anothersession;tcp");
    Pair pair(options);
    pair.alice.Start(At(0));
    pair.bob.Start(At(0));
    pair.bob.Send(At(0), Text("secret"));
    pair.Exchange(0);
    EXPECT_EQ(pair.wire.at(1).second.code, 481);
    EXPECT_EQ(pair.wire.size(), 2U); // Bob's message does not go to a stranger
    const auto events = Pair::TakeEvents(pair.alice);
    ASSERT_EQ(Names(events), (NameList{"failed"}));
    EXPECT_TRUE(pair.alice.IsOver());
    EXPECT_FALSE(pair.bob.IsOver());
}

TEST(MsrpSession, AnUnansweredBindingEndsTheSession)
{
    Pair pair;
    pair.alice.Start(At(0));
    ASSERT_TRUE(pair.alice.PollTransmit());
    pair.alice.HandleTimeout(At(30'000));
    const auto events = Pair::TakeEvents(pair.alice);
    ASSERT_EQ(Names(events), (NameList{"failed"}));
    EXPECT_EQ(events[0].detail, "no-response");
}

TEST(MsrpSession, ALostConnectionFailsWhatIsNotThrough)
{
    Pair pair;
    pair.Start(0);
    pair.alice.Send(At(0), Text("one"));
    ASSERT_TRUE(pair.alice.PollTransmit());
    pair.alice.Send(At(0), Text("two"));
    pair.alice.HandleLowerClosed(At(5));
    pair.alice.HandleLowerClosed(At(6));
    EXPECT_EQ(Names(Pair::TakeEvents(pair.alice)), (NameList{"failure", "failure", "failed"}));
    EXPECT_FALSE(pair.alice.PollTransmit());
    EXPECT_FALSE(pair.alice.NextTimeout());
    pair.alice.Send(At(7), Text("three"));
    EXPECT_EQ(Names(Pair::TakeEvents(pair.alice)), (NameList{"failure"}));
}

TEST(MsrpOutgoing, TheEndLineIsNeverInTheBody)
{
    // A source that first draws the very id that stands in the body.
    class Scripted : public RandomSource
    {
      public:
        void
        Fill(uint8_t* target, std::size_t size) override
        {
            for (std::size_t i = 0; i < size; ++i)
            {
                target[i] = m_count++ < 200 ? 0 : 1;
            }
        }

      private:
        unsigned m_count{0};
    };

    Scripted first;
    const std::string unlucky = first.Token(12);
    Scripted second;
    Content content = Text("\r\n-------" + unlucky + "$\r\n");
    Outgoing outgoing("m123", content);
    const Message chunk = outgoing.NextChunk(2048, second);
    EXPECT_NE(chunk.transactionId, unlucky);
}

} // namespace
} // namespace tests
} // namespace imsfw::msrp
