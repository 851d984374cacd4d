// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Validation by analysis, with CPUs: on clean links each phase takes its round trips, the serialisation of its packets and
/// what is computed on its critical path, to the microsecond, for each TLS version, resumption and way through a web proxy.
///
/// Prices are those of a table made here, large enough that whoever computes has got the whole flight before it is done with
/// the first packet: so a flight costs the way of its first packet, and all that its receiver computes. Bare ACKs leave
/// meanwhile, in nobody's way.
#include "handshake-work.h"
#include "phase-flights.h"

#include <cmath>
#include <fstream>
#include <map>
#include <numeric>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

/// How the UE gets to its servers.
struct Way
{
    const char* policy;
    bool viaProxy;
    bool isAsked; ///< for credentials
};

/// A policy that asks for Basic where the library's asks for Digest.
void
WriteBasic(const std::filesystem::path& file)
{
    std::ofstream(file) << "id: basic-proxy\ntitle: Basic\ntype: \"8\"\ndescription: for a test\n"
                           "extends: authenticating-proxy\nproxy: {authentication: basic}\n";
}

/// A link whose far end is a node that computes for each packet.
CleanLink
Into(CleanLink link, Duration computed)
{
    link.delay += computed;
    return link;
}

/// UE to server and back, firewalls and proxy included.
struct Route
{
    CleanPath up;
    CleanPath down;
};

Route
RouteOf(bool viaProxy)
{
    if (!viaProxy)
    {
        return {{Into(ACCESS, FIREWALL), INTERNET, CORE}, {CORE, Into(INTERNET, FIREWALL), ACCESS}};
    }
    return {{Into(ACCESS, FIREWALL), Into(DMZ, PROXY), Into(DMZ, FIREWALL), INTERNET, CORE},
            {CORE, Into(INTERNET, FIREWALL), Into(DMZ, PROXY), Into(DMZ, FIREWALL), ACCESS}};
}

/// @return when the first packet of the flight is there.
Duration
FirstOf(const CleanPath& path, const std::vector<std::size_t>& flight)
{
    return FlightTime(path, {flight.front()});
}

Flights
DataFlights(const std::vector<Seen>& packets, const Phase& phase)
{
    std::vector<Seen> data;
    std::copy_if(packets.begin(),
                 packets.end(),
                 std::back_inserter(data),
                 [](const Seen& packet) { return !packet.isBareAck; });
    return FlightsOf(data, phase);
}

Duration
Sum(const Work& work)
{
    return std::accumulate(work.begin(), work.end(), Duration(0));
}

Duration
TimeOf(const Flights& flights, const Route& route, const Work& work)
{
    Duration time = Sum(work);
    for (std::size_t i = 0; i < flights.size(); ++i)
    {
        time += FirstOf(i % 2 == 0 ? route.up : route.down, flights[i]);
    }
    return time;
}

class PhaseComputingTest : public testing::Test
{
  protected:
    PhaseComputingTest() : m_folder(ScratchFolder("phase-computing"))
    {
        std::ofstream(m_folder / "primes.yaml") << Table();
        WriteBasic(m_folder / "basic.yaml");
    }

    ~PhaseComputingTest() override
    {
        std::filesystem::remove_all(m_folder);
    }

    void
    Run(std::vector<std::string> settings)
    {
        for (const char* node : {"ue", "p_cscf", "proxy", "turn", "firewall"})
        {
            settings.push_back(std::string("cpu.") + node +
                               ".table=" + (m_folder / "primes.yaml").string());
        }
        m_output = RunWith(OnCleanLinks(std::move(settings)), m_folder);
        m_packets = PacketsOf(m_folder / "access.pcap");
    }

    const std::filesystem::path&
    Folder() const
    {
        return m_folder;
    }

    std::string
    PolicyOf(const Way& way) const
    {
        const bool isFile = std::string(way.policy) == "basic";
        return "firewall.policy=" + (isFile ? (m_folder / "basic.yaml").string() : way.policy);
    }

    /// Hold the time of @p phase against @p expected.
    void
    Expect(const std::string& what, const Phase& phase, Duration expected) const
    {
        const Duration took = phase.end - phase.start;
        EXPECT_LE(std::abs((took - expected).count()), MICROSECOND.count())
            << what << ": took " << took.count() << " ns, the formula says " << expected.count();
    }

    void
    ExpectComputed(const std::string& what,
                   const Phase& phase,
                   const Work& work,
                   Duration meanwhile = Duration(0)) const
    {
        Duration ours = meanwhile;
        for (std::size_t i = 0; i < work.size(); i += 2)
        {
            ours += work[i];
        }
        ASSERT_TRUE(phase.computed) << what;
        EXPECT_EQ(phase.computed->count(), ours.count()) << what << ": the UE's part";
    }

    void
    CheckTcp(const std::string& what, const std::string& plane, const Way& way)
    {
        if (way.viaProxy)
        {
            return; // part of proxy-connect
        }
        const auto* phase = FindPhase(m_output.result, plane, "tcp");
        ASSERT_NE(phase, nullptr) << what << Why(m_output.result);
        Expect(what + " tcp", *phase, TimeOf(DataFlights(m_packets, *phase), RouteOf(false), {}));
    }

    /// CONNECT, (407, CONNECT,) the proxy's own SYN and SYN+ACK, 200. The proxy computes for what it sends to the UE.
    void
    CheckConnect(const std::string& what, const std::string& plane, const Way& way)
    {
        if (!way.viaProxy)
        {
            return;
        }
        const auto* phase = FindPhase(m_output.result, plane, "proxy-connect");
        ASSERT_NE(phase, nullptr) << what << Why(m_output.result);
        auto flights = DataFlights(m_packets, *phase);
        ASSERT_EQ(flights.size(), way.isAsked ? 4U : 2U) << what;
        constexpr std::size_t SYN = 56;
        flights.front().insert(flights.front().begin(),
                               52); // the ACK of SYN+ACK, which nobody computes
        const Route toProxy{{Into(ACCESS, FIREWALL), DMZ}, {Into(DMZ, FIREWALL), ACCESS}};
        const CleanPath onward{Into(DMZ, FIREWALL), INTERNET, CORE};
        const CleanPath back{CORE, Into(INTERNET, FIREWALL), DMZ};
        Duration expected = FlightTime(onward, {SYN}) + FlightTime(back, {SYN});
        for (std::size_t i = 0; i < flights.size(); ++i)
        {
            expected += i % 2 == 0 ? FlightTime(toProxy.up, flights[i])
                                   : PROXY + FlightTime(toProxy.down, flights[i]);
        }
        Expect(what + " proxy-connect", *phase, expected);
    }

    void
    CheckHandshake(const std::string& what,
                   const std::string& plane,
                   const Way& way,
                   const Work& work)
    {
        const auto* phase = FindPhase(m_output.result, plane, "tls");
        ASSERT_NE(phase, nullptr) << what << Why(m_output.result);
        const auto flights = DataFlights(m_packets, *phase);
        ASSERT_EQ(flights.size(), work.size() - 1) << what;
        Expect(what + " tls", *phase, TimeOf(flights, RouteOf(way.viaProxy), work));
        ExpectComputed(what + " tls", *phase, work);
    }

    void
    CheckTransactions(const std::string& what,
                      const char* plane,
                      const char* name,
                      const Way& way,
                      bool isTls13,
                      Duration server)
    {
        const auto* phase = FindPhase(m_output.result, plane, name);
        ASSERT_NE(phase, nullptr) << what << Why(m_output.result);
        const auto flights = DataFlights(m_packets, *phase);
        ASSERT_EQ(flights.size(), 4U) << what;
        const auto work =
            isTls13 ? TransactionsWorkBehindFinished(server) : TransactionsWork(server);
        Expect(what + " " + name, *phase, TimeOf(flights, RouteOf(way.viaProxy), work));
        const Duration meanwhile = isTls13 ? SEAL : Duration(0);
        ExpectComputed(what + " " + name, *phase, work, meanwhile);
    }

    RunOutput m_output;
    std::vector<Seen> m_packets;

  private:
    std::filesystem::path m_folder;
};

const Way WAYS[] = {{"stateful-nat", false, false},
                    {"proxy-only", true, false},
                    {"basic", true, true},
                    {"authenticating-proxy", true, true}};

} // namespace

TEST_F(PhaseComputingTest, FullHandshakesAndWhatFollowsThem)
{
    for (const auto& suite : SUITES)
    {
        for (const auto& way : WAYS)
        {
            const std::string what = std::string(suite.name) + " " + way.policy;
            Run({"transport=solution",
                 PolicyOf(way),
                 std::string("tls.suites=[") + suite.name + "]"});
            for (const char* plane : {"control", "media"})
            {
                CheckTcp(what + " " + plane, plane, way);
                CheckConnect(what + " " + plane, plane, way);
                CheckHandshake(what + " " + plane, plane, way, HandshakeWork(suite, false));
            }
            CheckTransactions(what, "control", "register", way, suite.isTls13, Duration(0));
            CheckTransactions(what, "media", "turn-allocate", way, suite.isTls13, RELAY);
        }
    }
}

TEST_F(PhaseComputingTest, ResumedHandshakes)
{
    for (const auto& suite : SUITES)
    {
        for (const auto& way : WAYS)
        {
            for (const char* kind : {"tickets", "ids"})
            {
                const std::string what = std::string(suite.name) + " " + way.policy + " by " + kind;
                Run({"transport=solution",
                     PolicyOf(way),
                     std::string("tls.suites=[") + suite.name + "]",
                     std::string("tls.resumption=") + kind,
                     "tls.known_servers=true",
                     "call.enabled=false",
                     "media.path=none"});
                ASSERT_EQ(m_output.result.tls.size(), 1U) << what << Why(m_output.result);
                ASSERT_TRUE(m_output.result.tls[0].isResumed) << what;
                CheckConnect(what, "control", way);
                CheckHandshake(what, "control", way, HandshakeWork(suite, true));
            }
        }
    }
}

TEST_F(PhaseComputingTest, DtlsComputesAsTlsDoes)
{
    const auto& way = WAYS[0];
    for (const auto& suite : SUITES)
    {
        if (suite.isTls13)
        {
            continue; // DTLS 1.2 is all that there is
        }
        Run({"transport=turn-dtls-443",
             PolicyOf(way),
             std::string("tls.suites=[") + suite.name + "]"});
        CheckHandshake(suite.name, "media", way, DtlsWork(suite));
        CheckTransactions(suite.name, "media", "turn-allocate", way, false, RELAY);
    }
}

TEST_F(PhaseComputingTest, WithoutTlsOnlyTheFirewallAndTheRelayCompute)
{
    struct Row
    {
        const char* transport;
        const char* path;
        const char* plane;
        const char* phase;
        std::size_t flights;
        Duration server; ///< for each answer
    };

    const Route route = RouteOf(false);
    for (const Row& row : {Row{"sip-udp", "relay", "control", "register", 4, Duration(0)},
                           {"sip-tcp", "relay", "control", "register", 4, Duration(0)},
                           {"sip-udp", "relay", "media", "turn-allocate", 4, RELAY},
                           {"sip-udp", "direct", "media", "stun-binding", 2, RELAY}})
    {
        const std::string what = std::string(row.transport) + " " + row.phase;
        Run({std::string("transport=") + row.transport,
             std::string("media.path=") + row.path,
             "media.transport=udp"});
        const auto* phase = FindPhase(m_output.result, row.plane, row.phase);
        ASSERT_NE(phase, nullptr) << what << Why(m_output.result);
        const auto flights = FlightsOf(m_packets, *phase); // ACKs too: nobody computes
        ASSERT_EQ(flights.size(), row.flights) << what;
        Duration expected(0);
        for (std::size_t i = 0; i < flights.size(); ++i)
        {
            expected += i % 2 == 0 ? FlightTime(route.up, flights[i])
                                   : row.server + FlightTime(route.down, flights[i]);
        }
        Expect(what, *phase, expected);
        EXPECT_EQ(phase->computed->count(), 0) << what;
    }
}

TEST_F(PhaseComputingTest, RingingIsSealedAndOpenedOnEachSideOfThePCscf)
{
    // Between P-CSCF and callee there is UDP. The 100 (Trying) is sealed while the INVITE is on its way there.
    const CleanPath inCore{CORE, CORE};
    for (const auto& suite : SUITES)
    {
        Run({"transport=solution", std::string("tls.suites=[") + suite.name + "]"});
        const auto* phase = FindPhase(m_output.result, "control", "invite-to-ringing");
        ASSERT_NE(phase, nullptr) << suite.name << Why(m_output.result);
        const auto flights = DataFlights(m_packets, *phase);
        ASSERT_EQ(flights.size(), 2U) << suite.name;
        std::vector<std::size_t> sip; // at the callee: INVITE, 180
        for (const auto& packet : PacketsOf(Folder() / "callee.pcap"))
        {
            if (packet.flow.destination.port == 5060 || packet.flow.source.port == 5060)
            {
                sip.push_back(packet.size);
            }
        }
        ASSERT_GE(sip.size(), 2U) << suite.name;
        const Route route = RouteOf(false);
        Expect(suite.name,
               *phase,
               SEAL + FlightTime(route.up, flights[0]) + OPEN + FlightTime(inCore, {sip[0]}) +
                   FlightTime(inCore, {sip[1]}) + SEAL +
                   FlightTime(route.down, {flights[1].back()}) + OPEN);
    }
}

TEST_F(PhaseComputingTest, RelayedVoiceIsSealedOpenedAndCopied)
{
    for (const auto& suite : SUITES)
    {
        Run({"transport=solution", std::string("tls.suites=[") + suite.name + "]"});
        ASSERT_TRUE(m_output.result.voiceUp) << suite.name << Why(m_output.result);
        std::size_t voice = 0; // the most frequent size that the UE sends is its voice's
        std::map<std::size_t, int> sizes;
        for (const auto& packet : m_packets)
        {
            voice = packet.isSent && ++sizes[packet.size] > sizes[voice] && !packet.isBareAck
                        ? packet.size
                        : voice;
        }
        const Duration expected = SEAL + FlightTime(RouteOf(false).up, {voice}) + OPEN + RELAY +
                                  FlightTime({CORE, CORE}, {200});
        EXPECT_NEAR(m_output.result.voiceUp->delayP95Ms, ToMilliseconds(expected), 0.001)
            << suite.name;
    }
}
