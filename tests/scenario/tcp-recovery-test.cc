// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Validation by analysis: what a lost segment costs voice over TCP. Frames of 20 ms on a clean link, one segment dropped
/// by its number; the delay of that frame against its formula. With the TCP settings of every experiment.
#include "host-defaults.h"

#include "base/time.h"

#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-factory.h"

#include <gtest/gtest.h>

#include <map>

namespace
{

using namespace ns3;

constexpr uint32_t FRAME = 176;
constexpr double FRAME_MS = 20;
constexpr double ONE_WAY_MS = 25;

/// Drops the data segments of the numbers given, each once, as they arrive.
class DropByNumber : public ErrorModel
{
  public:
    explicit DropByNumber(std::set<unsigned> numbers) : m_numbers(std::move(numbers))
    {
    }

  private:
    bool
    DoCorrupt(Ptr<Packet> packet) override
    {
        return packet->GetSize() > FRAME && m_numbers.erase(m_count++) > 0;
    }

    void
    DoReset() override
    {
    }

    std::set<unsigned> m_numbers;
    unsigned m_count{0};
};

/// Frames one after the other over one TCP connection; when each of them was readable at the other end.
class Talk
{
  public:
    Talk(std::set<unsigned> lost, std::vector<double> sendAtMs) : m_sendAtMs(std::move(sendAtMs))
    {
        imsfw::scenario::ApplyHostDefaults();
        NodeContainer nodes(2);
        InternetStackHelper().Install(nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
        link.SetChannelAttribute("Delay", TimeValue(MilliSeconds(static_cast<int>(ONE_WAY_MS))));
        const auto devices = link.Install(nodes);
        Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.252");
        const auto interfaces = addresses.Assign(devices);
        devices.Get(1)->SetAttribute("ReceiveErrorModel",
                                     PointerValue(Create<DropByNumber>(std::move(lost))));
        m_listener = nodes.Get(1)->GetObject<TcpSocketFactory>()->CreateSocket();
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 5000));
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&Talk::HandleAccept, this));
        m_listener->Listen();
        m_sender = nodes.Get(0)->GetObject<TcpSocketFactory>()->CreateSocket();
        Simulator::Schedule(Seconds(0),
                            [this, to = InetSocketAddress(interfaces.GetAddress(1), 5000)]
                            { m_sender->Connect(to); });
        for (const double at : m_sendAtMs)
        {
            Simulator::Schedule(MicroSeconds(static_cast<int64_t>(at * 1000)),
                                [this] { m_sender->Send(Create<Packet>(FRAME)); });
        }
        Simulator::Stop(Seconds(30));
        Simulator::Run();
        m_listener = m_sender = m_accepted = nullptr;
        Simulator::Destroy();
    }

    /// @return from the call of Send to the frame being readable, milliseconds.
    double
    DelayMs(std::size_t frame) const
    {
        return m_arrivedMs.at(frame) - m_sendAtMs.at(frame);
    }

    std::size_t
    Arrived() const
    {
        return m_arrivedMs.size();
    }

  private:
    void
    HandleAccept(Ptr<Socket> socket, const Address&)
    {
        m_accepted = socket;
        socket->SetRecvCallback(MakeCallback(&Talk::HandleData, this));
    }

    void
    HandleData(Ptr<Socket> socket)
    {
        while (const auto packet = socket->Recv())
        {
            m_received += packet->GetSize();
        }
        while (m_arrivedMs.size() < m_received / FRAME)
        {
            m_arrivedMs.push_back(static_cast<double>(Simulator::Now().GetNanoSeconds()) / 1e6);
        }
    }

    std::vector<double> m_sendAtMs;
    std::vector<double> m_arrivedMs;
    uint64_t m_received{0};
    Ptr<Socket> m_listener;
    Ptr<Socket> m_sender;
    Ptr<Socket> m_accepted;
};

std::vector<double>
Frames(std::size_t count, double from = 1000)
{
    std::vector<double> times;
    for (std::size_t i = 0; i < count; ++i)
    {
        times.push_back(from + FRAME_MS * static_cast<double>(i));
    }
    return times;
}

constexpr double SLACK_MS = 0.01; // serialisation at 10 Gbit/s

} // namespace

TEST(TcpRecoveryTest, WithoutLossAFrameTakesTheOneWayDelay)
{
    const Talk talk({}, Frames(100));
    ASSERT_EQ(talk.Arrived(), 100U);
    for (std::size_t i = 0; i < 100; ++i)
    {
        EXPECT_NEAR(talk.DelayMs(i), ONE_WAY_MS, SLACK_MS) << i;
    }
}

TEST(TcpRecoveryTest, ALossAmongFramesCostsThreeFramesAndARoundTrip)
{
    // RFC 5681 3.2: the third duplicate ACK, for the third frame behind the lost one, sends it again. So it comes three
    // frame times and a round trip late, and what was sent meanwhile waits for it: each 20 ms less.
    const std::size_t lost = 60;
    const Talk talk({lost}, Frames(120));
    ASSERT_EQ(talk.Arrived(), 120U);
    const double late = 3 * FRAME_MS + 2 * ONE_WAY_MS;
    for (std::size_t behind = 0; FRAME_MS * static_cast<double>(behind) < late; ++behind)
    {
        EXPECT_NEAR(talk.DelayMs(lost + behind),
                    ONE_WAY_MS + late - FRAME_MS * static_cast<double>(behind),
                    SLACK_MS)
            << behind << " frames behind the lost one";
    }
    EXPECT_NEAR(talk.DelayMs(lost + 6), ONE_WAY_MS, SLACK_MS) << "nothing waits any more";
}

TEST(TcpRecoveryTest, ALossWithNothingBehindItCostsTheRetransmissionTimeOut)
{
    // RFC 6298 2: RTO = max(SRTT + 4 RTTVAR, its minimum), which is 200 ms here as in Linux, and above what a steady
    // round trip of 50 ms would give.
    auto times = Frames(100);
    times.push_back(5000); // alone
    const Talk talk({100}, times);
    ASSERT_EQ(talk.Arrived(), 101U);
    EXPECT_NEAR(talk.DelayMs(100), 200 + ONE_WAY_MS, SLACK_MS);
}

TEST(TcpRecoveryTest, ARepeatedLossDoublesTheTimeOut)
{
    // RFC 6298 5.5: "The host MUST set RTO <- RTO * 2".
    auto times = Frames(100);
    times.push_back(5000);
    const Talk talk({100, 101}, times);
    ASSERT_EQ(talk.Arrived(), 101U);
    EXPECT_NEAR(talk.DelayMs(100), 200 + 400 + ONE_WAY_MS, SLACK_MS);
}
