// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Validation by analysis: on clean links, with computing free, each phase takes its round trips, each of them its
/// propagation and the serialisation of its packets, to the microsecond. The sizes come from the capture; the times do
/// not. analysis/VALIDATION.md tells what this shows.
#include "phase-flights.h"

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

/// UE to server; UE to web proxy; web proxy to server.
const CleanPath DIRECT{ACCESS, INTERNET, CORE};
const CleanPath TO_PROXY{ACCESS, DMZ};
const CleanPath FROM_PROXY{DMZ, INTERNET, CORE};

struct Row
{
    const char* what;
    std::vector<std::string> settings;
    const char* plane;
    const char* phase;
    unsigned roundTrips; ///< standards: see beside each row
    bool viaProxy;
};

const char* const NULL_SHA = "tls.suites=[TLS_RSA_WITH_NULL_SHA]";
const char* const AES = "tls.suites=[TLS_RSA_WITH_AES_128_CBC_SHA]";
const char* const ECDHE = "tls.suites=[TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]";
const char* const TLS13 = "tls.suites=[TLS_AES_128_GCM_SHA256]";
const char* const UDP = "transport=sip-udp";
const char* const TCP = "transport=sip-tcp";
const char* const SOLUTION = "transport=solution";
const char* const DTLS = "transport=turn-dtls-443";
const char* const TLS_5061 = "transport=sip-tls-5061";
const char* const TURN_TCP = "transport=turn-tcp-80";
const char* const KNOWN = "tls.known_servers=true";
const char* const TICKETS = "tls.resumption=tickets";
const char* const IDS = "tls.resumption=ids";
const char* const ASKED = "tls.client_certificate=true";
const char* const PROXY = "firewall.policy=proxy-only";
const char* const DIGEST = "firewall.policy=authenticating-proxy";

const Row ROWS[] = {
    // REGISTER, 401, REGISTER, 200 (RFC 3261 22.2): two transactions, whatever carries them.
    {"register over UDP", {UDP}, "control", "register", 2, false},
    {"register over TCP", {TCP}, "control", "register", 2, false},
    {"register over TLS 1.2, NULL", {SOLUTION, NULL_SHA}, "control", "register", 2, false},
    {"register over TLS 1.2, CBC", {SOLUTION, AES}, "control", "register", 2, false},
    {"register over TLS 1.2, GCM", {SOLUTION, ECDHE}, "control", "register", 2, false},
    {"register over TLS 1.3", {SOLUTION, TLS13}, "control", "register", 2, false},
    {"register by CONNECT", {SOLUTION, AES, PROXY}, "control", "register", 2, true},
    {"register by CONNECT, TLS 1.3", {SOLUTION, TLS13, DIGEST}, "control", "register", 2, true},
    {"register to 5061", {TLS_5061, AES}, "control", "register", 2, false},
    {"register, resumed", {SOLUTION, ECDHE, IDS, KNOWN}, "control", "register", 2, false},
    {"register, resumed, TLS 1.3", {SOLUTION, TLS13, IDS, KNOWN}, "control", "register", 2, false},
    // SYN, SYN+ACK (RFC 9293 3.5).
    {"TCP", {TCP}, "control", "tcp", 1, false},
    {"TCP of media", {SOLUTION, AES}, "media", "tcp", 1, false},
    // Two flights each way (RFC 5246 7.3), one with TLS 1.3 (RFC 8446 2), whose client is done with the server's.
    {"TLS 1.2, NULL", {SOLUTION, NULL_SHA}, "control", "tls", 2, false},
    {"TLS 1.2, CBC", {SOLUTION, AES}, "control", "tls", 2, false},
    {"TLS 1.2, ECDHE", {SOLUTION, ECDHE}, "control", "tls", 2, false},
    {"TLS 1.3", {SOLUTION, TLS13}, "control", "tls", 1, false},
    {"TLS 1.2 of media", {SOLUTION, AES}, "media", "tls", 2, false},
    {"TLS 1.3 of media", {SOLUTION, TLS13}, "media", "tls", 1, false},
    {"TLS 1.2 by CONNECT", {SOLUTION, AES, PROXY}, "control", "tls", 2, true},
    {"TLS 1.3 by CONNECT", {SOLUTION, TLS13, PROXY}, "control", "tls", 1, true},
    {"TLS 1.2 by CONNECT, ECDHE", {SOLUTION, ECDHE, DIGEST}, "media", "tls", 2, true},
    {"TLS 1.2 to 5061", {TLS_5061, AES}, "control", "tls", 2, false},
    {"TLS 1.2 to 5349", {TLS_5061, AES}, "media", "tls", 2, false},
    {"TLS 1.3 to 5349", {TLS_5061, TLS13}, "media", "tls", 1, false},
    {"TLS 1.2, both certificates", {SOLUTION, ECDHE, ASKED}, "control", "tls", 2, false},
    // RFC 5246 7.3 and 8446 2.2, resumed: one, whatever remembers the session.
    {"TLS 1.2 by ticket", {SOLUTION, AES, TICKETS, KNOWN}, "control", "tls", 1, false},
    {"TLS 1.2 by id", {SOLUTION, AES, IDS, KNOWN}, "control", "tls", 1, false},
    {"TLS 1.2, NULL, by ticket", {SOLUTION, NULL_SHA, TICKETS, KNOWN}, "media", "tls", 1, false},
    {"TLS 1.2, ECDHE, by id", {SOLUTION, ECDHE, IDS, KNOWN}, "media", "tls", 1, false},
    {"TLS 1.3 by PSK", {SOLUTION, TLS13, TICKETS, KNOWN}, "control", "tls", 1, false},
    {"TLS 1.3 by PSK, media", {SOLUTION, TLS13, IDS, KNOWN}, "media", "tls", 1, false},
    {"TLS 1.2 by id, CONNECT", {SOLUTION, AES, IDS, KNOWN, PROXY}, "control", "tls", 1, true},
    {"TLS 1.3 by PSK, CONNECT", {SOLUTION, TLS13, IDS, KNOWN, DIGEST}, "media", "tls", 1, true},
    // RFC 6347 4.2: HelloVerifyRequest first, then as TLS 1.2.
    {"DTLS 1.2", {DTLS, AES}, "media", "tls", 3, false},
    // Allocate, 401, Allocate, success (RFC 8656 7, RFC 8489 9.2).
    {"TURN over UDP", {TCP}, "media", "turn-allocate", 2, false},
    {"TURN over TLS", {SOLUTION, AES}, "media", "turn-allocate", 2, false},
    {"TURN over TLS 1.3", {SOLUTION, TLS13}, "media", "turn-allocate", 2, false},
    {"TURN by CONNECT", {SOLUTION, AES, DIGEST}, "media", "turn-allocate", 2, true},
    {"TURN over DTLS", {DTLS, AES}, "media", "turn-allocate", 2, false},
    {"TURN over TCP 80", {TURN_TCP, AES}, "media", "turn-allocate", 2, false},
    {"TURN over TLS 5349", {TLS_5061, ECDHE}, "media", "turn-allocate", 2, false},
    {"TURN over a resumed TLS", {SOLUTION, AES, IDS, KNOWN}, "media", "turn-allocate", 2, false},
    // One request and its answer (RFC 8489 12).
    {"STUN", {UDP}, "media", "stun-binding", 1, false},
};

/// One flight after the other; the web proxy takes each packet whole and sends what was in it on.
Duration
TimeOf(const Flights& flights, bool viaProxy)
{
    const CleanPath path = viaProxy ? Joined(TO_PROXY, FROM_PROXY) : DIRECT;
    Duration time(0);
    for (std::size_t i = 0; i < flights.size(); ++i)
    {
        time += FlightTime(i % 2 == 0 ? path : Reversed(path), flights[i]);
    }
    return time;
}

} // namespace

TEST(PhaseFormulaTest, APhaseTakesItsRoundTripsAndTheSerialisationOfItsPackets)
{
    const auto folder = ScratchFolder("phase-formula");
    for (const auto& row : ROWS)
    {
        const auto output = RunWith(OnCleanLinks(row.settings), folder);
        const Phase* phase = FindPhase(output.result, row.plane, row.phase);
        ASSERT_NE(phase, nullptr) << row.what << ": " << Why(output.result);
        EXPECT_EQ(phase->traffic->roundTrips, row.roundTrips) << row.what;
        const auto flights = FlightsOf(PacketsOf(folder / "access.pcap"), *phase);
        EXPECT_EQ(flights.size(), 2 * row.roundTrips) << row.what;
        const Duration expected = TimeOf(flights, row.viaProxy);
        const Duration took = phase->end - phase->start;
        EXPECT_LE(std::abs((took - expected).count()), MICROSECOND.count())
            << row.what << ": took " << took.count() << " ns, the formula says "
            << expected.count();
    }
    std::filesystem::remove_all(folder);
}

TEST(PhaseFormulaTest, ConnectTakesTheProxysOwnConnectionToo)
{
    // CONNECT and its answer on the way to the proxy, between them SYN and SYN+ACK on the way from it (RFC 9110 9.3.6);
    // a 407 (RFC 9110 15.5.8) costs one more round trip to the proxy.
    const auto folder = ScratchFolder("connect-formula");
    for (const bool isAuthenticating : {false, true})
    {
        const auto output =
            RunWith(OnCleanLinks({SOLUTION, AES, isAuthenticating ? DIGEST : PROXY}), folder);
        const Phase* phase = FindPhase(output.result, "control", "proxy-connect");
        ASSERT_NE(phase, nullptr) << Why(output.result);
        EXPECT_EQ(phase->traffic->roundTrips, isAuthenticating ? 2U : 1U);
        auto flights = FlightsOf(PacketsOf(folder / "access.pcap"), *phase);
        ASSERT_EQ(flights.size(), isAuthenticating ? 4U : 2U);
        flights.back() = {flights.back().back()}; // an ACK before the answer went long before it
        constexpr std::size_t SYN = 56; // IP 20, TCP 20, options 16: window scale, SACK, timestamps
        Duration expected = FlightTime(FROM_PROXY, {SYN}) + FlightTime(Reversed(FROM_PROXY), {SYN});
        for (std::size_t i = 0; i < flights.size(); ++i)
        {
            expected += FlightTime(i % 2 == 0 ? TO_PROXY : Reversed(TO_PROXY), flights[i]);
        }
        EXPECT_LE(std::abs((phase->end - phase->start - expected).count()), MICROSECOND.count())
            << isAuthenticating << ": took " << (phase->end - phase->start).count()
            << " ns, the formula says " << expected.count();
    }
    std::filesystem::remove_all(folder);
}

TEST(PhaseFormulaTest, AResumedHandshakeTakesOneRoundTrip)
{
    // RFC 5246 7.3, abbreviated: the server's Finished comes with its first flight; RFC 8446 2.2: a PSK saves no round
    // trip, but the certificate. The proxy closes the idle tunnel, and the UE forms its flow anew.
    const auto folder = ScratchFolder("resumption-formula");
    for (const auto& [suite, way] : {std::pair(AES, "tickets"),
                                     std::pair(AES, "ids"),
                                     std::pair(ECDHE, "tickets"),
                                     std::pair(TLS13, "tickets")})
    {
        const auto output = RunWith(OnCleanLinks({SOLUTION,
                                                  DIGEST,
                                                  suite,
                                                  std::string("tls.resumption=") + way,
                                                  "sip.recover=true",
                                                  "call.idle=200s"}),
                                    folder);
        ASSERT_EQ(output.result.tls.size(), 3U) << Why(output.result);
        ASSERT_TRUE(output.result.tls.back().isResumed) << suite << " " << way;
        const auto phase = std::find_if(output.result.phases.rbegin(),
                                        output.result.phases.rend(),
                                        [](const Phase& one)
                                        { return one.plane == "control" && one.name == "tls"; });
        ASSERT_NE(phase, output.result.phases.rend());
        EXPECT_EQ(phase->traffic->roundTrips, 1U) << suite << " " << way;
        const auto flights = FlightsOf(PacketsOf(folder / "access.pcap"), *phase);
        ASSERT_EQ(flights.size(), 2U) << suite << " " << way;
        const Duration expected = TimeOf(flights, true);
        EXPECT_LE(std::abs((phase->end - phase->start - expected).count()), MICROSECOND.count())
            << suite << " " << way << ": took " << (phase->end - phase->start).count()
            << " ns, the formula says " << expected.count();
    }
    std::filesystem::remove_all(folder);
}

TEST(PhaseFormulaTest, RingingTakesTheWayToTheCalleeAndBack)
{
    // INVITE to the P-CSCF and on to the callee, 180 (Ringing) the same way back; both core links lie between.
    const CleanPath inCore{CORE, CORE};
    const auto folder = ScratchFolder("ringing-formula");
    for (const auto& settings : {std::vector<std::string>{UDP}, {TCP}, {SOLUTION, AES}})
    {
        const auto output = RunWith(OnCleanLinks(settings), folder);
        const Phase* phase = FindPhase(output.result, "control", "invite-to-ringing");
        ASSERT_NE(phase, nullptr) << Why(output.result);
        const auto flights = FlightsOf(PacketsOf(folder / "access.pcap"), *phase);
        ASSERT_EQ(flights.size(), 2U);
        const auto atCallee = PacketsOf(folder / "callee.pcap");
        std::vector<std::size_t> sip; // INVITE, 180
        for (const auto& packet : atCallee)
        {
            if (packet.flow.destination.port == 5060 || packet.flow.source.port == 5060)
            {
                sip.push_back(packet.size);
            }
        }
        ASSERT_GE(sip.size(), 2U);
        // Over UDP the P-CSCF's 100 (Trying) leaves before the INVITE, by the same link.
        const bool isBehindTrying = settings.front() == UDP;
        const Duration behind =
            isBehindTrying ? SerialisationOf(flights[1].front(), CORE) : Duration(0);
        const Duration expected = FlightTime(DIRECT, flights[0]) + behind +
                                  FlightTime(inCore, {sip[0]}) + FlightTime(inCore, {sip[1]}) +
                                  FlightTime(Reversed(DIRECT), {flights[1].back()});
        EXPECT_LE(std::abs((phase->end - phase->start - expected).count()), MICROSECOND.count())
            << settings.front() << ": took " << (phase->end - phase->start).count()
            << " ns, the formula says " << expected.count();
    }
    std::filesystem::remove_all(folder);
}

TEST(PhaseFormulaTest, VoiceTakesItsWayAndNothingElse)
{
    // RTP 12, G.711 160 in UDP and IP 28; over the relay ChannelData 4, TCP 32 with timestamps, TLS by its formula.
    struct Case
    {
        std::vector<std::string> settings;
        CleanPath path;
        std::size_t size;
    };

    const auto relayed = [](std::size_t record) { return 20 + 32 + record; };
    const std::size_t channel = 4 + 12 + 160;
    const Case cases[] = {
        {{UDP}, {ACCESS, INTERNET, CORE}, 200},
        {{SOLUTION, NULL_SHA}, DIRECT, relayed(5 + channel + 20)},
        {{SOLUTION, AES}, DIRECT, relayed(5 + 16 + (channel + 16) / 16 * 16 + 20)},
        {{SOLUTION, ECDHE}, DIRECT, relayed(5 + 8 + channel + 16)},
        {{SOLUTION, TLS13}, DIRECT, relayed(5 + channel + 1 + 16)},
    };
    for (const auto& one : cases)
    {
        const auto output = RunWith(OnCleanLinks(one.settings));
        ASSERT_TRUE(output.result.voiceUp) << Why(output.result);
        Duration expected = FlightTime(one.path, {one.size});
        if (one.settings.size() > 1)
        {
            expected += FlightTime({CORE, CORE}, {200}); // from the relay to the callee
        }
        // Not the mean: the first packet waits behind the ACK.
        EXPECT_NEAR(output.result.voiceUp->delayP95Ms, ToMilliseconds(expected), 0.001)
            << one.settings.back();
    }
}
