// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-core-driver.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/mac48-address.h"
#include "ns3/simulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace ns3
{
namespace imstls
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr imsfw::TimePoint T0{};

TEST(CoreDriverTest, TimesConvertBothWays)
{
    EXPECT_EQ(ToNs3Time(milliseconds(20)), MilliSeconds(20));
    EXPECT_EQ(ToCoreDuration(Seconds(2)), seconds(2));
    EXPECT_EQ(ToCoreDuration(NanoSeconds(1)).count(), 1);
    Simulator::Schedule(MilliSeconds(7), [] { EXPECT_EQ(CoreNow(), T0 + milliseconds(7)); });
    Simulator::Run();
    Simulator::Destroy();
}

TEST(CoreDriverTest, PacketsConvertBothWays)
{
    const imsfw::Bytes bytes{1, 2, 3, 0, 255};
    EXPECT_EQ(ToBytes(ToPacket(bytes)), bytes);
    EXPECT_THAT(ToBytes(ToPacket({})), IsEmpty());
}

TEST(CoreDriverTest, AddressesConvertBothWays)
{
    for (const char* text : {"10.0.0.1:443", "[2001:db8::1]:5060", "0.0.0.0:0"})
    {
        const auto endpoint = imsfw::Endpoint::Parse(text);
        ASSERT_TRUE(endpoint) << text;
        EXPECT_EQ(ToEndpoint(ToNs3Address(*endpoint)), *endpoint) << text;
    }
    EXPECT_EQ(ToEndpoint(InetSocketAddress("10.0.0.1", 443)).ToString(), "10.0.0.1:443");
    EXPECT_EQ(ToEndpoint(Mac48Address("00:00:00:00:00:01")), imsfw::Endpoint{});
    EXPECT_EQ(ToEndpoint(Address()), imsfw::Endpoint{});
}

class CoreTimerTest : public testing::Test
{
  protected:
    void
    TearDown() override
    {
        Simulator::Destroy();
    }

    void
    ArmAt(imsfw::Duration at, std::optional<imsfw::TimePoint> deadline)
    {
        Simulator::Schedule(ToNs3Time(at), [this, deadline] { timer->Arm(deadline); });
    }

    std::vector<int64_t>
    Run()
    {
        Simulator::Run();
        return fired;
    }

    std::vector<int64_t> fired; ///< in milliseconds
    std::unique_ptr<CoreTimer> timer = std::make_unique<CoreTimer>(
        [this] { fired.push_back(Simulator::Now().GetMilliSeconds()); });
};

TEST_F(CoreTimerTest, FiresOnceAtTheDeadline)
{
    ArmAt(milliseconds(0), T0 + milliseconds(50));
    EXPECT_THAT(Run(), ElementsAre(50));
}

TEST_F(CoreTimerTest, ADeadlineMayMoveEitherWay)
{
    ArmAt(milliseconds(0), T0 + milliseconds(50));
    ArmAt(milliseconds(10), T0 + milliseconds(80));
    ArmAt(milliseconds(20), T0 + milliseconds(60));
    EXPECT_THAT(Run(), ElementsAre(60));
}

TEST_F(CoreTimerTest, ADeadlineThatHasPassedFiresAtOnce)
{
    ArmAt(milliseconds(30), T0 + milliseconds(10));
    EXPECT_THAT(Run(), ElementsAre(30));
}

TEST_F(CoreTimerTest, NoDeadlineMeansNever)
{
    ArmAt(milliseconds(0), T0 + milliseconds(50));
    ArmAt(milliseconds(10), std::nullopt);
    EXPECT_THAT(Run(), IsEmpty());
}

TEST_F(CoreTimerTest, ArmedAgainAfterHavingFired)
{
    ArmAt(milliseconds(0), T0 + milliseconds(50));
    ArmAt(milliseconds(60), T0 + milliseconds(70));
    EXPECT_THAT(Run(), ElementsAre(50, 70));
}

TEST_F(CoreTimerTest, ItsEndIsTheEndOfItsEvents)
{
    ArmAt(milliseconds(0), T0 + milliseconds(50));
    Simulator::Schedule(MilliSeconds(10), [this] { timer.reset(); });
    EXPECT_THAT(Run(), IsEmpty());
}

} // namespace
} // namespace imstls
} // namespace ns3
