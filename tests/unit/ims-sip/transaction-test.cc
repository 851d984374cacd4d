// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Timers A to M of the four machines, to the millisecond, for both profiles and both kinds of transport.
#include "ims-sip-client-transaction.h"
#include "ims-sip-server-transaction.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <vector>

namespace imsfw::sip::test
{

using namespace std::chrono_literals;
using State = TransactionState;

namespace
{

TimePoint
At(Duration offset)
{
    return TimePoint(offset);
}

/// Lets a machine run until nothing is armed or @p end; notes in milliseconds when it sent and what it said.
struct Log
{
    std::vector<int64_t> sent;
    std::vector<int64_t> timedOut;
    std::optional<int64_t> terminated;
    std::vector<int> messages;

    void
    Take(SipTransaction& machine, TimePoint now)
    {
        const int64_t ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
        while (machine.PollTransmit())
        {
            sent.push_back(ms);
        }
        while (const auto event = machine.PollEvent())
        {
            if (event->type == TransactionEvent::Type::TIMED_OUT)
            {
                timedOut.push_back(ms);
            }
            else
            {
                messages.push_back(event->message->Status());
            }
        }
        if (machine.IsTerminated() && !terminated)
        {
            terminated = ms;
        }
    }

    void
    Run(SipTransaction& machine, Duration end)
    {
        while (const auto next = machine.NextTimeout())
        {
            if (*next > At(end))
            {
                break;
            }
            machine.HandleTimeout(*next);
            Take(machine, *next);
        }
    }
};

struct Profile
{
    const char* name;
    SipTimers timers;
};

const Profile PROFILES[] = {{"rfc3261", SipTimers::Rfc3261()}, {"3gpp", SipTimers::ThreeGpp()}};

using Times = std::vector<int64_t>;

/// @return the sending times of a request: at once, then doubling intervals from T1, at most @p t2 apart, before @p end.
Times
Doubling(int64_t t1, int64_t most, int64_t end)
{
    Times times{0};
    int64_t interval = t1;
    for (int64_t at = t1; at < end; at += interval)
    {
        times.push_back(at);
        interval = std::min(2 * interval, most);
    }
    return times;
}

int64_t
Ms(Duration duration)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

} // namespace

TEST(TimerProfiles, AreThoseOfTheTables)
{
    const SipTimers rfc = SipTimers::Rfc3261();
    EXPECT_EQ(rfc.t1, 500ms);
    EXPECT_EQ(rfc.t2, 4s);
    EXPECT_EQ(rfc.t4, 5s);
    EXPECT_EQ(rfc.timeout, 64 * rfc.t1);
    const SipTimers threeGpp = SipTimers::ThreeGpp();
    EXPECT_EQ(threeGpp.t1, 2s);
    EXPECT_EQ(threeGpp.t2, 16s);
    EXPECT_EQ(threeGpp.t4, 17s);
    EXPECT_EQ(threeGpp.timeout, 128s);
    EXPECT_EQ(rfc.WithT1(100ms).timeout, 6400ms);
    EXPECT_EQ(rfc.WithT1(100ms).waitD, 32s); // "at least 32 seconds"
}

TEST(InviteClient, TimersAAndBOnDatagrams)
{
    for (const Profile& profile : PROFILES)
    {
        InviteClientTransaction machine(MakeRequest("INVITE"), profile.timers, false);
        Log log;
        machine.Start(At(0ms));
        log.Take(machine, At(0ms));
        log.Run(machine, 1000s);
        const int64_t b = Ms(profile.timers.timeout);
        EXPECT_EQ(log.sent, Doubling(Ms(profile.timers.t1), INT64_MAX / 4, b)) << profile.name;
        EXPECT_EQ(log.sent.size(), 7U) << profile.name;
        EXPECT_EQ(log.timedOut, Times{b}) << profile.name;
        EXPECT_EQ(log.terminated, b) << profile.name;
    }
}

TEST(InviteClient, TimerBAloneOnStreams)
{
    for (const Profile& profile : PROFILES)
    {
        InviteClientTransaction machine(MakeRequest("INVITE"), profile.timers, true);
        Log log;
        machine.Start(At(0ms));
        log.Take(machine, At(0ms));
        log.Run(machine, 1000s);
        EXPECT_EQ(log.sent, Times{0}) << profile.name;
        EXPECT_EQ(log.timedOut, Times{Ms(profile.timers.timeout)}) << profile.name;
    }
}

TEST(InviteClient, AProvisionalResponseStopsAAndB)
{
    InviteClientTransaction machine(MakeRequest("INVITE"), SipTimers::Rfc3261(), false);
    Log log;
    machine.Start(At(0ms));
    machine.HandleMessage(At(100ms), MakeResponse(MakeRequest("INVITE"), 100));
    machine.HandleMessage(At(200ms), MakeResponse(MakeRequest("INVITE"), 180));
    log.Take(machine, At(200ms));
    EXPECT_EQ(machine.State(), State::PROCEEDING);
    EXPECT_FALSE(machine.NextTimeout());
    EXPECT_EQ(log.messages, (std::vector<int>{100, 180}));
    EXPECT_EQ(log.sent.size(), 1U);
}

TEST(InviteClient, TimerDAfterAFailureWithAnAckForEach)
{
    struct Row
    {
        bool isReliable;
        int64_t terminated;
    };

    for (const Profile& profile : PROFILES)
    {
        const int64_t d = Ms(profile.timers.waitD);
        for (const Row& row : {Row{false, 1000 + d}, Row{true, 1000}})
        {
            const SipMessage invite = MakeRequest("INVITE");
            InviteClientTransaction machine(invite, profile.timers, row.isReliable);
            Log log;
            machine.Start(At(0ms));
            log.Take(machine, At(0ms));
            log.sent.clear();
            machine.HandleMessage(At(1s), MakeResponse(invite, 486));
            log.Take(machine, At(1s));
            if (!row.isReliable)
            {
                machine.HandleMessage(At(2s), MakeResponse(invite, 486));
                log.Take(machine, At(2s));
                EXPECT_EQ(log.sent, (Times{1000, 2000})) << profile.name;
            }
            log.Run(machine, 1000s);
            EXPECT_EQ(log.messages, std::vector<int>{486}) << profile.name;
            EXPECT_EQ(log.terminated, row.terminated) << profile.name;
            EXPECT_TRUE(log.timedOut.empty());
        }
    }
}

TEST(InviteClient, TheAckOfAFailureIsMadeAsTheRfcSays)
{
    SipMessage invite = MakeRequest("INVITE");
    invite.Add("Route", "<sip:203.0.113.5;lr>");
    InviteClientTransaction machine(invite, SipTimers::Rfc3261(), true);
    machine.Start(At(0ms));
    machine.PollTransmit();
    machine.HandleMessage(At(1s), MakeResponse(invite, 404, "totag"));
    const auto bytes = machine.PollTransmit();
    ASSERT_TRUE(bytes);
    const auto ack = SipMessage::Parse(*bytes);
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->Method(), "ACK");
    EXPECT_EQ(ack->TopVia().Branch(), invite.TopVia().Branch());
    EXPECT_EQ(ack->To().Tag(), "totag");
    EXPECT_EQ(ack->CSeq().ToString(), "1 ACK");
    EXPECT_EQ(ack->Header("Route"), "<sip:203.0.113.5;lr>");
}

TEST(InviteClient, TimerMLetsOther2xxThrough)
{
    for (const bool isReliable : {false, true})
    {
        const SipMessage invite = MakeRequest("INVITE");
        InviteClientTransaction machine(invite, SipTimers::Rfc3261(), isReliable);
        Log log;
        machine.Start(At(0ms));
        machine.HandleMessage(At(1s), MakeResponse(invite, 200));
        machine.HandleMessage(At(2s), MakeResponse(invite, 200));
        machine.HandleMessage(At(2s), MakeResponse(invite, 486));
        log.Take(machine, At(2s));
        EXPECT_EQ(machine.State(), State::ACCEPTED);
        EXPECT_EQ(log.messages, (std::vector<int>{200, 200}));
        log.Run(machine, 1000s);
        EXPECT_EQ(log.terminated, 33000);
        EXPECT_EQ(log.sent.size(), 1U); // the INVITE; ACKs are the user's
    }
}

TEST(NonInviteClient, TimersEAndF)
{
    for (const Profile& profile : PROFILES)
    {
        const int64_t f = Ms(profile.timers.timeout);
        for (const bool isReliable : {false, true})
        {
            NonInviteClientTransaction machine(MakeRequest("REGISTER"), profile.timers, isReliable);
            Log log;
            machine.Start(At(0ms));
            log.Take(machine, At(0ms));
            log.Run(machine, 1000s);
            EXPECT_EQ(log.sent,
                      isReliable ? Times{0}
                                 : Doubling(Ms(profile.timers.t1), Ms(profile.timers.t2), f))
                << profile.name;
            EXPECT_EQ(log.timedOut, Times{f}) << profile.name;
        }
    }
    // 17.1.2.2's own example.
    EXPECT_EQ(Doubling(500, 4000, 32000),
              (Times{0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500}));
}

TEST(NonInviteClient, AfterAProvisionalResponseEIsT2)
{
    NonInviteClientTransaction machine(MakeRequest("BYE"), SipTimers::Rfc3261(), false);
    Log log;
    machine.Start(At(0ms));
    log.Take(machine, At(0ms));
    machine.HandleMessage(At(100ms), MakeResponse(MakeRequest("BYE"), 100));
    log.Run(machine, 1000s);
    EXPECT_EQ(log.sent, (Times{0, 500, 4500, 8500, 12500, 16500, 20500, 24500, 28500}));
    EXPECT_EQ(log.timedOut, Times{32000});
}

TEST(NonInviteClient, TimerK)
{
    for (const Profile& profile : PROFILES)
    {
        for (const bool isReliable : {false, true})
        {
            NonInviteClientTransaction machine(MakeRequest("BYE"), profile.timers, isReliable);
            Log log;
            machine.Start(At(0ms));
            machine.HandleMessage(At(1s), MakeResponse(MakeRequest("BYE"), 200));
            machine.HandleMessage(At(1s), MakeResponse(MakeRequest("BYE"), 200)); // absorbed
            log.Take(machine, At(1s));
            log.Run(machine, 1000s);
            EXPECT_EQ(log.messages, std::vector<int>{200});
            EXPECT_EQ(log.terminated, 1000 + (isReliable ? 0 : Ms(profile.timers.t4)))
                << profile.name;
        }
    }
}

TEST(InviteServer, Sends100After200Milliseconds)
{
    const SipMessage invite = MakeRequest("INVITE");
    InviteServerTransaction silent(At(0ms), invite, SipTimers::Rfc3261(), false);
    Log log;
    log.Run(silent, 1000s);
    EXPECT_EQ(log.sent, Times{200});
    silent.HandleMessage(At(1s), invite);
    log.Take(silent, At(1s));
    EXPECT_EQ(log.sent, (Times{200, 1000}));

    InviteServerTransaction quick(At(0ms), invite, SipTimers::Rfc3261(), false);
    quick.Respond(At(100ms), MakeResponse(invite, 180));
    EXPECT_FALSE(quick.NextTimeout());
}

TEST(InviteServer, TimersGAndH)
{
    for (const Profile& profile : PROFILES)
    {
        const int64_t h = Ms(profile.timers.timeout);
        for (const bool isReliable : {false, true})
        {
            const SipMessage invite = MakeRequest("INVITE");
            InviteServerTransaction machine(At(0ms), invite, profile.timers, isReliable);
            Log log;
            machine.Respond(At(0ms), MakeResponse(invite, 404));
            log.Take(machine, At(0ms));
            log.Run(machine, 1000s);
            EXPECT_EQ(log.sent,
                      isReliable ? Times{0}
                                 : Doubling(Ms(profile.timers.t1), Ms(profile.timers.t2), h))
                << profile.name;
            EXPECT_EQ(log.timedOut, Times{h}) << profile.name;
            EXPECT_EQ(log.terminated, h) << profile.name;
        }
    }
}

TEST(InviteServer, TimerIAfterTheAck)
{
    for (const Profile& profile : PROFILES)
    {
        for (const bool isReliable : {false, true})
        {
            const SipMessage invite = MakeRequest("INVITE");
            InviteServerTransaction machine(At(0ms), invite, profile.timers, isReliable);
            Log log;
            machine.Respond(At(0ms), MakeResponse(invite, 404));
            machine.HandleMessage(At(100ms), invite); // answered again
            machine.HandleMessage(At(200ms), MakeRequest("ACK"));
            log.Take(machine, At(200ms));
            log.Run(machine, 1000s);
            EXPECT_EQ(log.sent.size(), 2U);
            EXPECT_EQ(log.terminated, 200 + (isReliable ? 0 : Ms(profile.timers.t4)))
                << profile.name;
            EXPECT_TRUE(log.timedOut.empty());
        }
    }
}

TEST(InviteServer, TimerLKeepsA2xxAlive)
{
    for (const bool isReliable : {false, true})
    {
        const SipMessage invite = MakeRequest("INVITE");
        InviteServerTransaction machine(At(0ms), invite, SipTimers::Rfc3261(), isReliable);
        Log log;
        machine.Respond(At(0ms), MakeResponse(invite, 200));
        machine.HandleMessage(At(100ms), invite);              // absorbed
        machine.Respond(At(500ms), MakeResponse(invite, 200)); // the user's retransmission
        machine.Respond(At(500ms), MakeResponse(invite, 486)); // too late
        log.Take(machine, At(500ms));
        EXPECT_EQ(log.sent.size(), 2U);
        log.Run(machine, 1000s);
        EXPECT_EQ(log.terminated, 32000);
        EXPECT_TRUE(log.timedOut.empty());
    }
}

TEST(NonInviteServer, TimerJAbsorbsRetransmissions)
{
    for (const Profile& profile : PROFILES)
    {
        for (const bool isReliable : {false, true})
        {
            const SipMessage request = MakeRequest("REGISTER");
            NonInviteServerTransaction machine(profile.timers, isReliable);
            Log log;
            machine.HandleMessage(At(0ms), request); // nothing to say yet
            machine.Respond(At(100ms), MakeResponse(request, 200));
            machine.HandleMessage(At(200ms), request);
            machine.Respond(At(300ms), MakeResponse(request, 500)); // one final response only
            log.Take(machine, At(300ms));
            EXPECT_EQ(log.sent.size(), isReliable ? 1U : 2U);
            log.Run(machine, 1000s);
            EXPECT_EQ(log.terminated, isReliable ? 300 : 100 + Ms(profile.timers.timeout))
                << profile.name;
        }
    }
}

TEST(NonInviteServer, RepeatsAProvisionalResponse)
{
    const SipMessage request = MakeRequest("OPTIONS");
    NonInviteServerTransaction machine(SipTimers::Rfc3261(), false);
    Log log;
    machine.Respond(At(0ms), MakeResponse(request, 100));
    machine.HandleMessage(At(500ms), request);
    log.Take(machine, At(500ms));
    EXPECT_EQ(machine.State(), State::PROCEEDING);
    EXPECT_EQ(log.sent.size(), 2U);
    EXPECT_FALSE(machine.NextTimeout());
}

TEST(TransactionStates, HaveNames)
{
    for (int i = 0; i <= static_cast<int>(State::TERMINATED); ++i)
    {
        EXPECT_NE(ToString(static_cast<State>(i)), "unknown");
    }
}

} // namespace imsfw::sip::test
