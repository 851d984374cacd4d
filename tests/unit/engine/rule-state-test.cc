// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What rules ask of a flow's history and of the clock, and what they leave on it: expressions, rate, schedule, tags, pages.
#include "policy-table.h"

#include "engine/flow/rate-meter.h"
#include "engine/rules/explanation.h"

#include <functional>

namespace imsfw::engine
{

namespace
{

using namespace std::chrono_literals;
using classify::Text;

Rule
Named(const std::string& id, Action action)
{
    Rule rule;
    rule.id = id;
    rule.action = action;
    return rule;
}

Policy
With(std::vector<Rule> rules)
{
    Policy policy = AllowOut();
    policy.rules.insert(policy.rules.begin(), rules.begin(), rules.end());
    return policy;
}

ByteRegex
Regex(const std::string& pattern)
{
    const auto regex = ByteRegex::Parse(pattern);
    EXPECT_TRUE(regex.IsOk()) << (regex ? "" : regex.Error());
    return regex ? *regex : ByteRegex{};
}

TEST(ByteRegex, MatchesBytes)
{
    struct Row
    {
        const char* pattern;
        Bytes text;
        bool finds;
    };

    const Row rows[] = {
        {"^REGISTER sips?:", Text("REGISTER sip:x"), true},
        {"^REGISTER sips?:", Text("xREGISTER sip:x"), false},
        {"(?i)register", Text("ReGiStEr"), true},
        {"register", Text("REGISTER"), false},
        {"\\x00\\xff", Bytes{1, 0, 255, 1}, true},
        {"a.b", Bytes{'a', '\n', 'b'}, true}, // a dot is any byte
        {"^.{3}$",
         Bytes{0xc3, 0xa9, 0x41},
         true}, // three bytes, though they are two characters of UTF-8
        {"", Bytes{}, true},
        {"a", Bytes{}, false},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(Regex(row.pattern).Finds(row.text), row.finds) << row.pattern;
    }
    EXPECT_FALSE(ByteRegex().Finds(Text("a")));
    for (const char* bad : {"(", "[z-a]", "\\1", "(?=a)", "*"})
    {
        EXPECT_FALSE(ByteRegex::Parse(bad).IsOk()) << bad;
    }
}

TEST(ByteRegex, TakesLinearTime)
{
    // (a*)*b makes a backtracking matcher try 2^n ways.
    const Bytes text(100'000, 'a');
    EXPECT_FALSE(Regex("(a*)*b$").Finds(text));
}

TEST(RuleState, OfExpressions)
{
    Rule rule = Named("asked", Action::DROP);
    PayloadPattern pattern;
    pattern.regex = Regex("^(REGISTER|INVITE) sips?:");
    rule.payload = {pattern};
    const Policy policy = With({rule});
    EXPECT_EQ(Play(policy, Tcp("SIP", 9, {Client(REGISTER)})).verdict, "asked/payload");
    const Talk inTwo = {Client(Text("INV")), Client(Text("ITE sip:a"))};
    EXPECT_EQ(Play(policy, Tcp("in two segments", 9, inTwo)).said, 1U);
    EXPECT_TRUE(Play(policy, Tcp("not at the start", 9, {Client(Text("x INVITE sip:a"))})).passes);
}

TEST(RateMeter, SlidesOverASecond)
{
    RateMeter meter;
    const TimePoint start(10s);
    EXPECT_EQ(meter.BitsPerSecond(start), 0U);
    meter.Add(start, 1000);
    EXPECT_EQ(meter.BitsPerSecond(start), 8000U);
    EXPECT_EQ(meter.BitsPerSecond(start + 999ms), 8000U);
    EXPECT_EQ(meter.BitsPerSecond(start + 1250ms), 6000U);
    meter.Add(start + 1250ms, 500);
    EXPECT_EQ(meter.BitsPerSecond(start + 1250ms), 10000U);
    EXPECT_EQ(meter.BitsPerSecond(start + 5s), 0U);
}

TEST(RuleState, OfTheConnection)
{
    const auto request = UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2"));
    const auto answerIn = [&](Rig& rig)
    { return UdpPacket(rig.Leaves(Zone::INSIDE, request).value().Reversed()); };
    Rule rule = Named("asked", Action::DROP);
    rule.meter.state = FlowState::ESTABLISHED;
    Rig answered(With({rule}));
    const auto answer = answerIn(answered);
    EXPECT_TRUE(answered.Passes(Zone::INSIDE, request)) << "still nothing has come back";
    EXPECT_FALSE(answered.Passes(Zone::OUTSIDE, answer)) << "the first answer";
    EXPECT_EQ(answered.LastVerdict(), "asked/meter");

    // As an administrator writes it: what is new may come so far, what is established may go on.
    Rule fresh = Named("fresh", Action::ALLOW);
    fresh.from = Zone::INSIDE;
    fresh.meter.state = FlowState::NEW;
    Rig onlyNew(With({fresh, Named("rest", Action::DROP)}));
    EXPECT_FALSE(onlyNew.Passes(Zone::OUTSIDE, answerIn(onlyNew)));
    EXPECT_EQ(onlyNew.LastVerdict(), "rest/rule");
    Rig both(With({fresh}));
    EXPECT_TRUE(both.Passes(Zone::OUTSIDE, answerIn(both)));
    EXPECT_TRUE(both.Passes(Zone::INSIDE, request));
    EXPECT_EQ(both.LastVerdict(), "out/rule");
}

TEST(RuleState, OfTheConnectionIsExplained)
{
    Rule rule = Named("asked", Action::DROP);
    rule.meter.state = FlowState::ESTABLISHED;
    EngineConfig config = RigConfig();
    config.explains = true;
    Rig rig(With({rule}), config);
    const auto seen = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2")));
    EXPECT_EQ(rig.events.back().explanation->rules[0].why, "nothing has come back yet");
    rig.Send(Zone::OUTSIDE, UdpPacket(seen.value().Reversed()));
    EXPECT_EQ(rig.events.back().explanation->decidedBy, "asked");
}

TEST(RuleState, OfRate)
{
    Rule rule = Named("asked", Action::DROP);
    rule.meter.rateAbove = 10'000;
    Rig rig(With({rule}));
    const auto packet = UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2"), Bytes(372)); // 400 bytes
    for (int i = 0; i < 10; ++i) // one each second: never too fast
    {
        EXPECT_TRUE(rig.Passes(Zone::INSIDE, packet)) << i;
        rig.Wait(1s);
    }
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, packet));
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, packet));
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, packet));
    EXPECT_EQ(rig.LastVerdict(), "asked/meter");
}

TEST(Schedule, HoldsWithinItsHours)
{
    const auto at = [](const char* text) { return *ParseWeekTime(text); };
    Schedule office{0x1f, 8h, 18h}; // Monday to Friday
    EXPECT_TRUE(office.Holds(at("mon 08:00")));
    EXPECT_TRUE(office.Holds(at("fri 17:59")));
    EXPECT_TRUE(office.Holds(at("tue 12:00") + 7 * 24h * 3));
    EXPECT_FALSE(office.Holds(at("mon 07:59")));
    EXPECT_FALSE(office.Holds(at("fri 18:00")));
    EXPECT_FALSE(office.Holds(at("sat 12:00")));
    const Schedule night{0x10, 22h, 6h}; // begins on Friday
    EXPECT_TRUE(night.Holds(at("fri 23:00")));
    EXPECT_TRUE(night.Holds(at("sat 05:59")));
    EXPECT_FALSE(night.Holds(at("fri 05:00")));
    EXPECT_FALSE(night.Holds(at("sat 06:00")));
    const Schedule sunday{0x40, 22h, 6h};
    EXPECT_TRUE(sunday.Holds(at("mon 01:00"))); // over the end of the week
    EXPECT_TRUE((Schedule{0x7f, 0h, 24h}).Holds(at("wed 23:59")));
    EXPECT_EQ(office.ToString(), "mon,tue,wed,thu,fri 08:00-18:00");
    EXPECT_EQ(WeekTimeText(at("sun 09:05") + 7s), "sun 09:05:07");
}

TEST(Schedule, BadTextsAreNamed)
{
    for (const char* bad :
         {"", "mon", "mon 24:00", "mon 8", "moon 08:00", "mon 08:60", "mon 8:0", "mon 08:00 x"})
    {
        EXPECT_FALSE(ParseWeekTime(bad).IsOk()) << bad;
    }
    for (const char* bad :
         {"", "08:00", "08:00-", "08:00-08:00", "24:01-02:00", "a-b", "1:00-2:00-3:00"})
    {
        EXPECT_FALSE(ParseHours(bad, Schedule{0x7f}).IsOk()) << bad;
    }
}

/// What happens to a flow that begins at this time of the week.
std::string
At(const Policy& policy, const char* weekTime)
{
    EngineConfig config = RigConfig();
    config.weekStart = *ParseWeekTime(weekTime);
    Rig rig(policy, config);
    rig.now = TimePoint(0s);
    rig.Passes(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2")));
    return ToString(rig.events.back().action) + " " + rig.LastVerdict();
}

TEST(RuleState, OfTime)
{
    Rule closed = Named("closed", Action::DROP);
    closed.schedule = {0x1f, 8h, 18h};
    EXPECT_EQ(At(With({closed}), "mon 09:00"), "drop closed/schedule");
    EXPECT_EQ(At(With({closed}), "mon 18:00"), "allow out/rule");
    Rule open = Named("open", Action::ALLOW);
    open.schedule = {0x1f, 8h, 18h};
    Policy onlyThen;
    onlyThen.rules = {open};
    EXPECT_EQ(At(onlyThen, "mon 09:00"), "allow open/schedule");
    EXPECT_EQ(At(onlyThen, "sun 09:00"), "drop default/default");
}

TEST(RuleState, AFlowKeepsTheTimeAtWhichItBegan)
{
    Rule open = Named("open", Action::ALLOW);
    open.schedule = {0x7f, 8h, 18h};
    Policy policy;
    policy.rules = {open};
    EngineConfig config = RigConfig();
    config.weekStart = *ParseWeekTime("mon 17:59");
    Rig rig(policy, config);
    rig.now = TimePoint(0s);
    const auto packet = UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2"));
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, packet));
    rig.Wait(2min);
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, packet));
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:3", "192.0.2.1:2"))));
}

Rule
Tagging(const std::string& id, const std::string& tag)
{
    Rule rule = Named(id, Action::TAG);
    rule.tag = tag;
    return rule;
}

TEST(RuleState, TagsAreSeenByLaterRules)
{
    Rule web = Tagging("web", "browser");
    web.protocol = IpProtocol::TCP;
    web.ports = {{80, 443}};
    Rule fast = Named("fast", Action::ALLOW);
    fast.tagged.values = {"browser", "other"};
    Rule rest = Named("rest", Action::RESET);
    rest.protocol = IpProtocol::TCP;
    rest.tagged = {{"browser"}, true};
    const Policy policy = With({web, fast, rest});
    EXPECT_EQ(Play(policy, Tcp("tagged", 80, {Client(GET)})).verdict, "fast/tagged");
    EXPECT_EQ(Play(policy, Tcp("not tagged", 25, {Client(GET)})).verdict, "rest/tagged");
    EXPECT_EQ(Play(policy, Udp("neither", 25, {Client(GET)})).verdict, "out/rule");
    // A rule that stands before the one that tags does not see its tag.
    EXPECT_EQ(Play(With({fast, web}), Tcp("too early", 80, {Client(GET)})).verdict, "out/rule");
}

TEST(RuleState, ATagStays)
{
    Rule burst = Tagging("burst", "heavy");
    burst.meter.rateAbove = 8 * 1000;
    Rule late = Named("late", Action::DROP);
    late.tagged.values = {"heavy"};
    late.meter.ageAbove = 30s;
    EngineConfig config = RigConfig();
    config.explains = true;
    Rig rig(With({burst, late}), config);
    const auto packet = UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2"), Bytes(1200));
    const auto small = UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2"));
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, packet)); // fast for a moment
    rig.Wait(20s);
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, small));
    rig.Wait(11s);
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, small));
    EXPECT_EQ(rig.LastVerdict(), "late/meter");
    const auto& told = *rig.events.back().explanation;
    EXPECT_EQ(told.decidedBy, "late");
    EXPECT_EQ(told.rules[0].fate, RuleFate::TAGGED);
}

/// Packets that answer what the client of @p connection sends.
std::vector<OutPacket>
Answers(Rig& rig, Connection& connection, const Bytes& payload)
{
    return rig.Send(Zone::INSIDE, connection.NextPacket(0, payload));
}

TEST(RuleActions, APageAnswersARequest)
{
    Rule rule = Named("page", Action::HTTP_403);
    rule.http.method.values = {"GET"};
    Rig rig(With({rule}));
    Connection connection(rig, TcpFlow("10.0.0.2:1", "192.0.2.1:80"));
    ASSERT_TRUE(connection.Open());
    const auto out = Answers(rig, connection, GET);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].to, Zone::INSIDE);
    const auto page = ParseIp(out[0].packet);
    ASSERT_TRUE(page);
    EXPECT_TRUE(HasGoodChecksums(out[0].packet));
    EXPECT_TRUE(page->Has(TCP_FIN) && page->Has(TCP_ACK) && !page->Has(TCP_RST));
    EXPECT_EQ(page->tuple, TcpFlow("192.0.2.1:80", "10.0.0.2:1"));
    const auto text = ByteView(out[0].packet).Sub(page->payloadOffset).ToBytes();
    const std::string http(text.begin(), text.end());
    EXPECT_EQ(http.rfind("HTTP/1.1 403 Forbidden\r\n", 0), 0U);
    EXPECT_EQ(out[1].to, Zone::OUTSIDE); // the server is reset
    EXPECT_TRUE(ParseIp(out[1].packet)->Has(TCP_RST));
    EXPECT_EQ(rig.LastVerdict(), "page/http");
    // The client acknowledges in silence, closes and is acknowledged; a lost page comes again.
    const auto flow = TcpFlow("10.0.0.2:1", "192.0.2.1:80");
    EXPECT_TRUE(rig.Send(Zone::INSIDE, TcpPacket(flow, {TCP_ACK})).empty());
    const auto closing = rig.Send(Zone::INSIDE, TcpPacket(flow, {TCP_ACK | TCP_FIN}));
    ASSERT_EQ(closing.size(), 1U);
    EXPECT_EQ(ParseIp(closing[0].packet)->flags, TCP_ACK);
    EXPECT_EQ(rig.Send(Zone::INSIDE, TcpPacket(flow, {TCP_ACK, 0, 0, GET})).size(), 1U);
    EXPECT_TRUE(rig.Send(Zone::INSIDE, TcpPacket(flow, {TCP_RST})).empty());
}

TEST(RuleActions, APageIsAResetWhereThereIsNoRequest)
{
    Rule rule = Named("page", Action::HTTP_403);
    Rig syn(With({rule}));
    const auto out =
        syn.Send(Zone::INSIDE, TcpPacket(TcpFlow("10.0.0.2:1", "192.0.2.1:80"), {TCP_SYN}));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_TRUE(ParseIp(out[0].packet)->Has(TCP_RST));
    rule.payload = {{Text("SSH-"), true, true}};
    Rig ssh(With({rule}));
    Connection connection(ssh, TcpFlow("10.0.0.2:1", "192.0.2.1:80"));
    ASSERT_TRUE(connection.Open());
    const auto both = Answers(ssh, connection, SSH);
    ASSERT_EQ(both.size(), 2U);
    EXPECT_TRUE(ParseIp(both[0].packet)->Has(TCP_RST) && ParseIp(both[1].packet)->Has(TCP_RST));
}

} // namespace

} // namespace imsfw::engine
