// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What rules ask beyond addresses, and how they act, through the whole engine: rows that fit beside rows that do not.
#include "policy-table.h"

#include "classify/fingerprint.h"
#include "classify/tls-tracker.h"
#include "engine/rules/rule-conditions.h"

#include <functional>

namespace imsfw::engine
{

namespace
{

using namespace std::chrono_literals;
using classify::HANDSHAKE;
using classify::Hex;
using classify::Record;
using classify::Text;

/// Everything goes out, but for what @p terms say.
Policy
Refusing(const std::function<void(Rule&)>& terms, Action action = Action::DROP)
{
    Policy policy = AllowOut();
    Rule rule;
    rule.id = "asked";
    rule.action = action;
    terms(rule);
    policy.rules.insert(policy.rules.begin(), rule);
    return policy;
}

TEST(RuleTerms, Patterns)
{
    EXPECT_TRUE(MatchesPattern("", ""));
    EXPECT_TRUE(MatchesPattern("*", ""));
    EXPECT_TRUE(MatchesPattern("WWW.example", "www.EXAMPLE"));
    EXPECT_TRUE(MatchesPattern("*.example", "a.b.example"));
    EXPECT_TRUE(MatchesPattern("a*b*c", "aXbYbZc"));
    EXPECT_TRUE(MatchesPattern("192.0.2.*:443", "192.0.2.7:443"));
    EXPECT_FALSE(MatchesPattern("", "a"));
    EXPECT_FALSE(MatchesPattern("*.example", "example"));
    EXPECT_FALSE(MatchesPattern("a*b*c", "aXbYbZcd"));
    EXPECT_FALSE(MatchesPattern("a", "ab"));
}

struct TlsRow
{
    const char* what;
    std::function<void(TlsCondition&)> terms;
    bool holds;
};

/// @return what a tracker makes of a ClientHello.
classify::TlsFindings
FindingsOf(const Bytes& hello)
{
    classify::TlsTracker tracker;
    tracker.Push(classify::Direction::TO_SERVER, Record(HANDSHAKE, hello, 0x0301));
    return tracker.GetFindings();
}

TEST(RuleTerms, OfTls)
{
    const Bytes hello = classify::ClientHello(
        Hex("002f 0002"), classify::ServerName("a.test") + classify::Protocols("sip"));
    const std::string ja3 = classify::Ja3(FindingsOf(hello));
    const std::string ja4 = classify::Ja4(FindingsOf(hello));
    const TlsRow rows[] = {
        {"version", [](auto& t) { t.version.values = {0x0303}; }, true},
        {"another version",
         [](auto& t) {
             t.version.values = {0x0304, 0x0302};
         },
         false},
        {"not this version",
         [](auto& t) {
             t.version = {{0x0304}, true};
         },
         true},
        {"suite",
         [](auto& t) {
             t.suite.values = {0xc02f, 0x002f};
         },
         true},
        {"another suite", [](auto& t) { t.suite.values = {0xc02f}; }, false},
        {"suite that is only offered", [](auto& t) { t.suite.values = {0x0002}; }, false},
        {"offered suite", [](auto& t) { t.offers.values = {0x0002}; }, true},
        {"suite that is not offered", [](auto& t) { t.offers.values = {0x1301}; }, false},
        {"not offered",
         [](auto& t) {
             t.offers = {{0x1301}, true};
         },
         true},
        {"SNI",
         [](auto& t) {
             t.sni.values = {"x", "*.test"};
         },
         true},
        {"another SNI", [](auto& t) { t.sni.values = {"b.test"}; }, false},
        {"not this SNI",
         [](auto& t) {
             t.sni = {{"b.test"}, true};
         },
         true},
        {"ALPN", [](auto& t) { t.alpn.values = {"sip"}; }, true},
        {"another ALPN", [](auto& t) { t.alpn.values = {"h2"}; }, false},
        {"long hello", [](auto& t) { t.helloAbove = 50; }, true},
        {"short hello", [](auto& t) { t.helloAbove = 5000; }, false},
        {"spread over records", [](auto& t) { t.recordsAbove = 0; }, true},
        {"in one record", [](auto& t) { t.recordsAbove = 1; }, false},
        {"spread over segments", [](auto& t) { t.segmentsAbove = 0; }, true},
        {"in one segment", [](auto& t) { t.segmentsAbove = 1; }, false},
        {"JA3", [&](auto& t) { t.ja3.values = {ja3}; }, true},
        {"another JA3", [&](auto& t) { t.ja3.values = {std::string(32, '0')}; }, false},
        {"not this JA3",
         [&](auto& t) {
             t.ja3 = {{ja3}, true};
         },
         false},
        {"JA4",
         [&](auto& t) {
             t.ja4.values = {"x", ja4};
         },
         true},
        {"another JA4", [](auto& t) { t.ja4.values = {"x"}; }, false},
        {"a certificate that is not seen", [](auto& t) { t.certificate.values = {"*"}; }, false},
        {"both",
         [](auto& t)
         {
             t.sni.values = {"a.test"};
             t.suite.values = {0x002f};
         },
         true},
        {"one of both",
         [](auto& t)
         {
             t.sni.values = {"a.test"};
             t.suite.values = {0xc02f};
         },
         false},
    };
    const Talk talk = {Client(Record(HANDSHAKE, hello, 0x0301)),
                       Server(Record(HANDSHAKE, classify::ServerHello(Hex("002f")))),
                       Client(Bytes(1, 20))};
    for (const TlsRow& row : rows)
    {
        SCOPED_TRACE(row.what);
        const Policy policy = Refusing([&](Rule& rule) { row.terms(rule.tls); });
        const auto outcome = Play(policy, Tcp("TLS", 443, talk));
        EXPECT_EQ(outcome.passes, !row.holds);
        EXPECT_EQ(outcome.verdict, row.holds ? "asked/tls" : "out/rule");
        EXPECT_TRUE(Play(policy, Tcp("no TLS", 443, {Client(SSH)})).passes);
    }
}

TEST(RuleTerms, OfCertificates)
{
    Rule rule;
    rule.tls.certificate.values = {"CN=*.example*"};
    classify::Findings findings;
    findings.tls.emplace().clientHello = true;
    const std::vector<RuleNumber> none;
    const auto obstacle = [&] { return FindObstacle(rule, 0, {findings, 0, Duration(0), none}); };
    EXPECT_EQ(obstacle(), Condition::CERTIFICATE);
    findings.tls->certificate = {"CN=pcscf.example,O=Test", "CN=root", {}};
    EXPECT_EQ(obstacle(), Condition::NONE);
    rule.tls.certificate.negated = true;
    EXPECT_EQ(obstacle(), Condition::CERTIFICATE_SUBJECT);
    findings.tls->certificate->subject = "CN=pcscf.test";
    EXPECT_EQ(obstacle(), Condition::NONE);
}

TEST(RuleTerms, OfHttp)
{
    const Talk get = {Client(GET), Server(OK_RESPONSE)};
    const auto method = [](const OneOf<std::string>& list)
    { return Refusing([&](Rule& rule) { rule.http.method = list; }); };
    EXPECT_EQ(Play(method({{"GET"}}), Tcp("GET", 80, get)).verdict, "asked/http");
    EXPECT_TRUE(Play(method({{"POST"}}), Tcp("GET", 80, get)).passes);
    EXPECT_FALSE(Play(method({{"POST"}, true}), Tcp("GET", 80, get)).passes);
    const auto target = [](const OneOf<std::string>& list)
    { return Refusing([&](Rule& rule) { rule.http.connectTarget = list; }); };
    const Script connect = Tcp("CONNECT", 3128, Connect("a.test:443"));
    EXPECT_EQ(Play(target({{"*:443"}}), connect).verdict, "asked/http");
    EXPECT_FALSE(Play(target({{"*.example:443"}, true}), connect).passes);
    EXPECT_TRUE(Play(target({{"b.test:*"}}), connect).passes);
    EXPECT_TRUE(Play(target({{"b.test:*"}, true}), Tcp("GET", 80, get)).passes); // no CONNECT
}

TEST(RuleTerms, OfPayload)
{
    const auto policy = [](bool toServer, bool toClient) {
        return Refusing([&](Rule& rule) { rule.payload = {{Text("secret"), toServer, toClient}}; });
    };
    const Talk inTwo = {Client(Text("a sec")), Client(Text("ret"))};
    EXPECT_EQ(Play(policy(true, false), Tcp("cut in two", 9, inTwo)).verdict, "asked/payload");
    EXPECT_TRUE(Play(policy(false, true), Tcp("the other way", 9, inTwo)).passes);
    EXPECT_FALSE(Play(policy(false, true), Tcp("answer", 9, {Server(Text("secret"))})).passes);
    const Bytes late(PayloadPattern::PREFIX - 5, 'x');
    EXPECT_TRUE(
        Play(policy(true, true), Tcp("too late", 9, {Client(late + Text("secret"))})).passes);
    EXPECT_FALSE(
        Play(policy(true, true), Udp("datagram", 9, {Client(Text("x")), Client(Text("secret"))}))
            .passes);
    EXPECT_TRUE(Play(policy(true, true), Udp("cut datagrams", 9, inTwo)).passes);
}

TEST(RuleTerms, OfVolumeAndAge)
{
    const Policy large = Refusing([](Rule& rule) { rule.meter.bytesAbove = 1000; });
    const Talk talk = {Client(Bytes(400)), Server(Bytes(400)), Client(Bytes(400))};
    const auto outcome = Play(large, Udp("large", 9, talk));
    EXPECT_EQ(outcome.said, 2U);
    EXPECT_EQ(outcome.verdict, "asked/meter");
    Rig rig(Refusing([](Rule& rule) { rule.meter.ageAbove = 10s; }));
    const auto flow = UdpFlow("10.0.0.2:1", "192.0.2.1:2");
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, UdpPacket(flow)));
    rig.Wait(10s);
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, UdpPacket(flow)));
    rig.Wait(1ns);
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, UdpPacket(flow)));
}

/// @return to which zones RSTs go where a connection is cut.
std::string
ToldWith(ResetSide side)
{
    Rig rig(Refusing(
        [&](Rule& rule)
        {
            rule.payload = {{Text("secret"), true, true}};
            rule.resetSide = side;
        },
        Action::RESET));
    Connection connection(rig, TcpFlow("10.0.0.2:1", "192.0.2.1:2"));
    EXPECT_TRUE(connection.Open());
    std::string told;
    for (const auto& out : rig.Send(Zone::INSIDE, connection.NextPacket(0, Text("secret"))))
    {
        told += ToString(out.to) + " ";
    }
    return told;
}

TEST(RuleActions, ResetOneSideOrBoth)
{
    EXPECT_EQ(ToldWith(ResetSide::BOTH), "inside outside ");
    EXPECT_EQ(ToldWith(ResetSide::CLIENT), "inside ");
    EXPECT_EQ(ToldWith(ResetSide::SERVER), "outside ");
}

TEST(RuleActions, IcmpCode)
{
    Rig rig(Refusing([](Rule& rule) { rule.icmpCode = 3; }, Action::ICMP));
    const auto out = rig.Send(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2")));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].packet[20], 3);
    EXPECT_EQ(out[0].packet[21], 3);
}

TEST(RuleActions, Delay)
{
    Policy policy = AllowOut();
    policy.rules[0].delay = 50ms;
    Rig rig(policy);
    const auto out = rig.Send(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2")));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].delay, 50ms);
}

TEST(RuleActions, Throttle)
{
    Policy policy = AllowOut();
    policy.rules[0].bitsPerSecond = 8000; // a packet of 100 bytes in 100 ms
    Rig rig(policy);
    const Bytes packet = UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2"), Bytes(72));
    for (int i = 1; i <= 11; ++i)
    {
        const auto out = rig.Send(Zone::INSIDE, packet);
        ASSERT_EQ(out.size(), 1U) << i;
        EXPECT_EQ(out[0].delay, i * 100ms);
    }
    EXPECT_TRUE(rig.Send(Zone::INSIDE, packet).empty()); // more than a second waits
    EXPECT_EQ(rig.engine.GetCounters().throttled, 1U);
    const auto other = UdpFlow("10.0.0.3:1", "192.0.2.1:2");
    EXPECT_EQ(rig.Send(Zone::INSIDE, UdpPacket(other, Bytes(72))).at(0).delay, 100ms);
    rig.Wait(200ms);
    EXPECT_EQ(rig.Send(Zone::INSIDE, packet).size(), 1U);
}

} // namespace

} // namespace imsfw::engine
