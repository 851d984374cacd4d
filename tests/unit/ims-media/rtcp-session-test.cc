// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Two participants and a path between them, as a script: who reports when, and what is learnt from it.
#include "ims-media-ntp-time.h"
#include "ims-media-rtcp-session.h"
#include "ims-media-rtcp-voice.h"
#include "ims-media-rtp-packet.h"

#include <gtest/gtest.h>

#include <map>

namespace imsfw::rtp
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;
using Type = RtcpEvent::Type;

TimePoint
At(int64_t ms)
{
    return TimePoint(milliseconds(ms));
}

/// Somebody who talks G.711, hears, and reports.
struct Party
{
    explicit Party(const std::string& name, double bandwidth = 80'000)
        : random(1, 1, name),
          sender(*FindCodec("g711"), random),
          media(sender, receiver),
          session({name + "@ims.test", bandwidth, seconds(5), 28}, sender.GetSsrc(), media, random)
    {
    }

    std::vector<RtcpEvent>
    TakeEvents()
    {
        std::vector<RtcpEvent> events;
        while (auto event = session.PollEvent())
        {
            events.push_back(std::move(*event));
        }
        return events;
    }

    SeededRandom random;
    RtpSender sender;
    RtpReceiver receiver{*FindCodec("g711")};
    VoiceRtcpMedia media;
    RtcpSession session;
};

struct Flying
{
    Party* to;
    Bytes bytes;
};

/// Both parties and the datagrams between them, in steps of a millisecond.
class Call
{
  public:
    Call(int64_t delayThere, int64_t delayBack) : m_delayThere(delayThere), m_delayBack(delayBack)
    {
    }

    void
    Run(int64_t untilMs)
    {
        for (; m_now <= untilMs; ++m_now)
        {
            const auto [first, last] = m_flying.equal_range(m_now);
            for (auto it = first; it != last; ++it)
            {
                Deliver(*it->second.to, it->second.bytes);
            }
            m_flying.erase(first, last);
            Step(a, b, m_delayThere);
            Step(b, a, m_delayBack);
        }
    }

    Party a{"a"};
    Party b{"b"};
    unsigned loseEvery{0};                          ///< of the RTP packets towards b
    std::map<Party*, std::vector<int64_t>> reports; ///< by whom, when

  private:
    void
    Deliver(Party& to, const Bytes& bytes)
    {
        if (IsRtcp(bytes))
        {
            to.session.HandleInput(At(m_now), bytes);
            return;
        }
        to.receiver.HandleInput(At(m_now), bytes, std::nullopt);
        to.session.NoteRtpReceived(At(m_now), ParsePacket(bytes)->ssrc);
    }

    void
    Step(Party& from, Party& to, int64_t delay)
    {
        from.sender.HandleTimeout(At(m_now));
        while (auto bytes = from.sender.PollTransmit())
        {
            from.session.NoteRtpSent(At(m_now));
            m_count += &to == &b ? 1 : 0;
            if (loseEvery == 0 || &to != &b || m_count % loseEvery != 0)
            {
                m_flying.emplace(m_now + delay, Flying{&to, std::move(*bytes)});
            }
        }
        from.session.HandleTimeout(At(m_now));
        while (auto bytes = from.session.PollTransmit())
        {
            reports[&from].push_back(m_now);
            m_flying.emplace(m_now + delay, Flying{&to, std::move(*bytes)});
        }
    }

    int64_t m_delayThere;
    int64_t m_delayBack;
    int64_t m_now{0};
    unsigned m_count{0};
    std::multimap<int64_t, Flying> m_flying;
};

TEST(RtcpSession, RoundTripIsThatOfThePath)
{
    Call call(70, 30);
    for (Party* party : {&call.a, &call.b})
    {
        party->session.Start(At(0));
        party->sender.Start(At(0));
    }
    call.Run(60'000);
    for (Party* party : {&call.a, &call.b})
    {
        const auto& statistics = party->session.GetStatistics();
        ASSERT_GT(statistics.roundTrips.GetCount(), 3U);
        EXPECT_NEAR(ToMilliseconds(statistics.roundTrips.GetMin()), 100, 0.05);
        EXPECT_NEAR(ToMilliseconds(statistics.roundTrips.GetMax()), 100, 0.05);
        EXPECT_EQ(statistics.malformed, 0U);
    }
}

TEST(RtcpSession, ReportsComeAtThePaceOf63)
{
    Call call(20, 20);
    for (Party* party : {&call.a, &call.b})
    {
        party->session.Start(At(0));
        party->sender.Start(At(0));
    }
    call.Run(600'000);
    for (const auto& [party, times] : call.reports)
    {
        // The first one after half the minimum; 0.5 to 1.5 times, over 1.21828.
        EXPECT_GE(times.front(), 2500 * 0.5 / 1.21828 - 1);
        EXPECT_LE(times.front(), 2500 * 1.5 / 1.21828 * 2);
        for (std::size_t i = 1; i < times.size(); ++i)
        {
            EXPECT_GE(times[i] - times[i - 1], 5000 * 0.5 / 1.21828 - 1);
            EXPECT_LE(times[i] - times[i - 1], 5000 * 1.5 / 1.21828 + 1);
        }
        // Reconsideration makes the mean the minimum again: 5 s.
        EXPECT_NEAR(static_cast<double>(times.size()), 120, 12);
    }
}

TEST(RtcpSession, ReportsTellTheLossOfTheInterval)
{
    Call call(20, 20);
    for (Party* party : {&call.a, &call.b})
    {
        party->session.Start(At(0));
        party->sender.Start(At(0));
    }
    call.Run(20'000);
    EXPECT_EQ(call.a.session.GetStatistics().lastReport->fractionLost, 0);
    call.loseEvery = 5;
    call.Run(60'000);
    const auto report = call.a.session.GetStatistics().lastReport;
    ASSERT_TRUE(report);
    EXPECT_EQ(report->ssrc, call.a.sender.GetSsrc());
    EXPECT_GT(report->cumulativeLost, 100);
    EXPECT_NEAR(report->fractionLost, 256 / 5, 3);
    EXPECT_EQ(call.b.session.GetStatistics().lastReport->cumulativeLost, 0);
}

/// A party alone, fed by hand.
struct Alone : Party
{
    Alone() : Party("alone")
    {
    }

    void
    Hear(int64_t ms, const std::vector<RtcpPacket>& packets)
    {
        session.HandleInput(At(ms), WriteRtcp(packets));
    }

    /// @return what leaves until then.
    std::vector<RtcpPacket>
    RunUntil(int64_t ms)
    {
        std::vector<RtcpPacket> all;
        while (session.NextTimeout() && *session.NextTimeout() <= At(ms))
        {
            session.HandleTimeout(*session.NextTimeout());
        }
        while (const auto bytes = session.PollTransmit())
        {
            const auto parsed = ParseRtcp(*bytes);
            EXPECT_TRUE(parsed);
            all.insert(all.end(), parsed->begin(), parsed->end());
        }
        return all;
    }
};

TEST(RtcpSession, AReceiverSendsReceiverReportsWithItsName)
{
    Alone alone;
    alone.session.Start(At(0));
    const auto packets = alone.RunUntil(6000);
    ASSERT_GE(packets.size(), 2U);
    EXPECT_TRUE(std::get<ReceiverReport>(packets[0]).blocks.empty());
    EXPECT_EQ(std::get<SourceDescription>(packets[1]).chunks.at(0).items.at(0).text,
              "alone@ims.test");
}

TEST(RtcpSession, ASenderThatFellSilentReportsAsAReceiver)
{
    Alone alone;
    alone.session.Start(At(0));
    alone.sender.Start(At(0));
    alone.session.NoteRtpSent(At(0));
    std::vector<bool> isSender;
    for (int64_t ms = 0; ms < 30'000; ms += 100)
    {
        for (const auto& packet : alone.RunUntil(ms))
        {
            if (!std::holds_alternative<SourceDescription>(packet))
            {
                isSender.push_back(std::holds_alternative<SenderReport>(packet));
            }
        }
    }
    // The report after the packets and one more; then none was sent since the second last report.
    ASSERT_GE(isSender.size(), 4U);
    EXPECT_EQ(std::vector<bool>(isSender.begin(), isSender.begin() + 4),
              (std::vector<bool>{true, true, false, false}));
}

TEST(RtcpSession, ByeAtTheEndAndNothingAfterIt)
{
    Alone alone;
    alone.session.Start(At(0));
    alone.session.NoteRtpSent(At(10));
    alone.session.Leave(At(1000), "call ended");
    const auto packets = alone.RunUntil(100'000);
    ASSERT_EQ(packets.size(), 3U);
    EXPECT_EQ(std::get<Bye>(packets[2]).ssrcs, std::vector<uint32_t>{alone.sender.GetSsrc()});
    EXPECT_EQ(std::get<Bye>(packets[2]).reason, "call ended");
    EXPECT_FALSE(alone.session.NextTimeout());
    alone.session.Leave(At(2000), "");
    EXPECT_TRUE(alone.RunUntil(200'000).empty());
}

TEST(RtcpSession, WhoNeverSentLeavesWithoutAWord)
{
    Alone alone;
    alone.session.Start(At(0));
    alone.session.Leave(At(500), "");
    EXPECT_TRUE(alone.RunUntil(100'000).empty());
}

TEST(RtcpSession, MembersComeAndGo)
{
    Alone alone;
    alone.session.Start(At(0));
    alone.Hear(10, {ReceiverReport{5, {}, {}}, Bye{{6}, std::nullopt}}); // 6 was never here
    EXPECT_TRUE(alone.TakeEvents().empty());
    alone.Hear(20, {ReceiverReport{5, {}, {}}, Bye{{5}, "bored"}});
    const auto events = alone.TakeEvents();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, Type::BYE);
    EXPECT_EQ(events[0].ssrc, 5U);
    EXPECT_EQ(events[0].reason, "bored");
}

TEST(RtcpSession, SilentMembersTimeOutAfterFiveIntervals)
{
    Alone alone;
    alone.session.Start(At(0));
    alone.Hear(10, {ReceiverReport{5, {}, {}}});
    alone.RunUntil(25'000);
    EXPECT_TRUE(alone.TakeEvents().empty());
    alone.RunUntil(25'010 + 6200); // and the next time the timer expires
    const auto events = alone.TakeEvents();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, Type::TIMED_OUT);
    EXPECT_EQ(events[0].ssrc, 5U);
}

TEST(RtcpSession, ManyByesBringTheNextReportNearer)
{
    Alone alone;
    for (uint32_t ssrc = 1; ssrc <= 500; ++ssrc)
    {
        alone.Hear(0, {ReceiverReport{ssrc * 1000, {}, {}}});
    }
    alone.session.Start(At(0)); // 501 members: an interval of about half a minute
    const TimePoint before = *alone.session.NextTimeout();
    ASSERT_GT(before, At(10'000));
    for (uint32_t ssrc = 1; ssrc <= 500; ++ssrc)
    {
        alone.Hear(1000, {ReceiverReport{ssrc * 1000, {}, {}}, Bye{{ssrc * 1000}, std::nullopt}});
    }
    EXPECT_LT(*alone.session.NextTimeout(), At(2000));
}

TEST(RtcpSession, NewcomersPutTheReportOff)
{
    Alone alone;
    alone.session.Start(At(0));
    const TimePoint before = *alone.session.NextTimeout();
    for (uint32_t ssrc = 1; ssrc <= 500; ++ssrc)
    {
        alone.Hear(100, {ReceiverReport{ssrc * 1000, {}, {}}});
    }
    alone.session.HandleTimeout(before);
    EXPECT_FALSE(alone.session.PollTransmit());
    EXPECT_GT(*alone.session.NextTimeout(), before + seconds(10));
}

TEST(RtcpSession, BadInputIsNamedAndCostsNothing)
{
    Alone alone;
    alone.session.Start(At(0));
    alone.session.HandleInput(At(1), ByteView("GET / HTTP/1.1"));
    alone.Hear(2, {SenderReport{alone.sender.GetSsrc(), 0, 0, 0, 0, {}, {}}});
    const auto events = alone.TakeEvents();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].type, Type::MALFORMED);
    EXPECT_EQ(events[0].reason, "bad-version");
    EXPECT_EQ(events[1].type, Type::LOOPED);
    EXPECT_EQ(alone.session.GetStatistics().malformed, 1U);
}

TEST(RtcpSession, ALyingReportHasNoRoundTrip)
{
    Alone alone;
    alone.session.Start(At(0));
    ReportBlock block;
    block.ssrc = alone.sender.GetSsrc();
    alone.Hear(5000, {ReceiverReport{5, {block}, {}}}); // no SR came yet
    block.lastSr = 0x10000;                             // sent at 1 s
    block.delaySinceLastSr = 0x50000;                   // and held for 5 s: would come at 6 s
    alone.Hear(5000, {ReceiverReport{5, {block}, {}}});
    block.delaySinceLastSr = 0x20000;
    alone.Hear(5000, {ReceiverReport{5, {block}, {}}});
    const auto events = alone.TakeEvents();
    ASSERT_EQ(events.size(), 3U);
    EXPECT_FALSE(events[0].roundTrip);
    EXPECT_FALSE(events[1].roundTrip);
    EXPECT_EQ(events[2].roundTrip, seconds(2));
}

TEST(RtcpSession, MadeUpSourcesDoNotFillTheMemory)
{
    RtcpMembers members;
    for (uint32_t ssrc = 0; ssrc < 100'000; ++ssrc)
    {
        members.NoteHeard(At(0), ssrc, false);
    }
    EXPECT_EQ(members.GetCount(), 1000U);
}

TEST(NtpTime, MiddleBitsAreOf15Microseconds)
{
    EXPECT_EQ(ToNtp(At(0)), 0U);
    EXPECT_EQ(ToNtp(At(1500)), 0x0000000180000000U);
    EXPECT_EQ(MiddleOfNtp(ToNtp(At(1500))), 0x00018000U);
    EXPECT_EQ(ToShortNtp(milliseconds(250)), 0x4000U);
    EXPECT_EQ(FromShortNtp(0x4000), milliseconds(250));
    EXPECT_EQ(FromShortNtp(0xffffffff), Duration(65'535'999'984'741));
}

} // namespace
} // namespace imsfw::rtp
