// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Validation by analysis of what web proxies and names add: a second proxy behind the first, a proxy that closes after its
/// 407, names that the UE or the proxy resolves. As in phase-formula-test.cc, sizes come from captures and times do not.
#include "phase-flights.h"

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

const CleanPath TO_PROXY{ACCESS, DMZ};
const CleanPath FROM_PROXY{DMZ, INTERNET, CORE}; ///< likewise from the second one
const CleanPath BETWEEN_PROXIES{DMZ};
constexpr std::size_t SYN = 56; // IP 20, TCP 20, options 16: window scale, SACK, timestamps
constexpr Duration RESOLVING = std::chrono::milliseconds(23);

const std::vector<std::string> BASE{
    "transport=solution", "tls.suites=[TLS_RSA_WITH_AES_128_CBC_SHA]", "dns.delay=23ms"};

Duration
RoundTrip(const CleanPath& path, std::size_t there, std::size_t back)
{
    return FlightTime(path, {there}) + FlightTime(Reversed(path), {back});
}

/// A run with captures, and its phases of the control plane.
class ProxyFormulaTest : public testing::Test
{
  protected:
    ProxyFormulaTest() : m_folder(ScratchFolder("proxy-formula"))
    {
    }

    ~ProxyFormulaTest() override
    {
        std::filesystem::remove_all(m_folder);
    }

    void
    Run(std::vector<std::string> settings)
    {
        settings.insert(settings.end(), BASE.begin(), BASE.end());
        m_output = RunWith(OnCleanLinks(std::move(settings)), m_folder);
        m_packets = PacketsOf(m_folder / "access.pcap");
    }

    const Phase&
    PhaseOf(const char* name) const
    {
        const Phase* phase = FindPhase(m_output.result, "control", name);
        EXPECT_NE(phase, nullptr) << name << Why(m_output.result);
        static const Phase NONE{};
        return phase == nullptr ? NONE : *phase;
    }

    /// The UE's flights from the one time to the other, whatever connection they are on.
    Flights
    Between(TimePoint start, TimePoint end) const
    {
        Phase phase;
        phase.start = start;
        phase.end = end;
        std::vector<Seen> packets = m_packets;
        for (auto& packet : packets)
        {
            packet.flow = {};
        }
        return FlightsOf(packets, phase);
    }

    /// The sizes of the packets on another link over that protocol, in their order.
    std::vector<std::size_t>
    SizesOn(const char* link, IpProtocol protocol) const
    {
        std::vector<std::size_t> sizes;
        for (const auto& packet : PacketsOf(m_folder / (std::string(link) + ".pcap")))
        {
            if (packet.flow.protocol == protocol)
            {
                sizes.push_back(packet.size);
            }
        }
        return sizes;
    }

    static void
    Expect(const Phase& phase, Duration expected)
    {
        const Duration took = phase.end - phase.start;
        EXPECT_LE(std::abs((took - expected).count()), MICROSECOND.count())
            << phase.name << " took " << took.count() << " ns, the formula says "
            << expected.count();
    }

    /// Each flight of @p phase over @p path, one after the other.
    void
    ExpectFlights(const Phase& phase, const CleanPath& path, unsigned roundTrips) const
    {
        const auto flights = FlightsOf(m_packets, phase);
        EXPECT_EQ(flights.size(), 2 * roundTrips) << phase.name;
        Duration expected(0);
        for (std::size_t i = 0; i < flights.size(); ++i)
        {
            expected += FlightTime(i % 2 == 0 ? path : Reversed(path), flights[i]);
        }
        Expect(phase, expected);
    }

    RunOutput m_output;
    std::vector<Seen> m_packets;

  private:
    std::filesystem::path m_folder;
};

} // namespace

TEST_F(ProxyFormulaTest, ASecondProxyAddsItsConnectionAndItsConnect)
{
    Run({"firewall.policy=proxy-only", "proxy.chained=true"});
    const Phase& connect = PhaseOf("proxy-connect");
    const auto flights = FlightsOf(m_packets, connect);
    ASSERT_EQ(flights.size(), 2U);
    // SYN, SYN+ACK, ACK, CONNECT, ACK, 200.
    const auto onward = SizesOn("proxies", IpProtocol::TCP);
    ASSERT_GE(onward.size(), 6U);
    Expect(connect,
           FlightTime(TO_PROXY, flights[0]) + RoundTrip(BETWEEN_PROXIES, SYN, SYN) +
               FlightTime(BETWEEN_PROXIES, {onward[2], onward[3]}) +
               RoundTrip(FROM_PROXY, SYN, SYN) + FlightTime(BETWEEN_PROXIES, {onward[5]}) +
               FlightTime(Reversed(TO_PROXY), {flights[1].back()}));
    const CleanPath through = Joined(Joined(TO_PROXY, BETWEEN_PROXIES), FROM_PROXY);
    ExpectFlights(PhaseOf("tls"), through, 2);
    ExpectFlights(PhaseOf("register"), through, 2);
}

TEST_F(ProxyFormulaTest, A407ThatEndsTheConnectionCostsAnotherOne)
{
    Run({"firewall.policy=authenticating-proxy", "proxy.closes_after_407=true"});
    const Phase& connect = PhaseOf("proxy-connect");
    const auto again = std::find_if(m_output.result.phases.begin(),
                                    m_output.result.phases.end(),
                                    [&](const Phase& phase)
                                    { return phase.name == "tcp" && phase.start > connect.start; });
    ASSERT_NE(again, m_output.result.phases.end());
    const auto asked = Between(connect.start, again->start);
    ASSERT_EQ(asked.size(), 2U);
    // The SYN leaves behind the ACKs and the FIN of the connection that has ended.
    const auto opened = Between(again->start, again->end);
    ASSERT_GE(opened.size(), 2U);
    ASSERT_EQ(opened.front().back(), SYN);
    const auto answered = Between(again->end, connect.end);
    ASSERT_EQ(answered.size(), 2U);
    Expect(connect,
           FlightTime(TO_PROXY, asked[0]) + FlightTime(Reversed(TO_PROXY), asked[1]) +
               FlightTime(TO_PROXY, opened.front()) + FlightTime(Reversed(TO_PROXY), {SYN}) +
               FlightTime(TO_PROXY, answered[0]) + RoundTrip(FROM_PROXY, SYN, SYN) +
               FlightTime(Reversed(TO_PROXY), {answered[1].back()}));
}

TEST_F(ProxyFormulaTest, ANameThatTheUeAsksForTakesTheWayToItsFirewallAndTheResolver)
{
    for (const char* policy : {"stateful-nat", "proxy-only"})
    {
        Run({std::string("firewall.policy=") + policy, "dns.resolution=ue"});
        const Phase& asking = PhaseOf("name-resolution");
        const auto flights = FlightsOf(m_packets, asking);
        ASSERT_EQ(flights.size(), 2U) << policy;
        Expect(asking,
               FlightTime({ACCESS}, flights[0]) + RESOLVING + FlightTime({ACCESS}, flights[1]));
    }
}

TEST_F(ProxyFormulaTest, ANameThatTheProxyAsksForIsPartOfConnect)
{
    Run({"firewall.policy=proxy-only", "dns.resolution=proxy"});
    const Phase& connect = PhaseOf("proxy-connect");
    const auto flights = FlightsOf(m_packets, connect);
    ASSERT_EQ(flights.size(), 2U);
    const auto asked = SizesOn("dmz", IpProtocol::UDP);
    ASSERT_GE(asked.size(), 2U);
    Expect(connect,
           FlightTime(TO_PROXY, flights[0]) + FlightTime({DMZ}, {asked[0]}) + RESOLVING +
               FlightTime({DMZ}, {asked[1]}) + RoundTrip(FROM_PROXY, SYN, SYN) +
               FlightTime(Reversed(TO_PROXY), {flights[1].back()}));
}
