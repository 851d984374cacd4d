// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The server's parts: nonces, ports, expiry, allocations.
#include "ims-turn-allocation-table.h"
#include "ims-turn-expiry-queue.h"
#include "ims-turn-nonce.h"
#include "ims-turn-port-pool.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

namespace imsfw::turn
{
namespace
{

using turntest::At;

TEST(Nonce, IsGoodForOneClientAndALimitedTime)
{
    SeededRandom random(1, 1, "nonce");
    const NonceMaker maker(random, std::chrono::seconds(100));
    const std::string nonce = maker.Make(At(50), "a");
    EXPECT_EQ(nonce.size(), 32U);
    EXPECT_TRUE(maker.IsValid(At(50), "a", nonce));
    EXPECT_TRUE(maker.IsValid(At(149.999), "a", nonce));
    EXPECT_FALSE(maker.IsValid(At(150), "a", nonce));
    EXPECT_FALSE(maker.IsValid(At(50), "b", nonce));
    EXPECT_NE(maker.Make(At(51), "a"), nonce);
    EXPECT_NE(maker.Make(At(50), "b"), nonce);
}

TEST(Nonce, CannotBeMadeUp)
{
    SeededRandom random(1, 1, "nonce");
    const NonceMaker maker(random, std::chrono::seconds(100));
    const std::string nonce = maker.Make(At(50), "a");
    for (std::size_t i = 0; i < nonce.size(); ++i)
    {
        std::string changed = nonce;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_FALSE(maker.IsValid(At(50), "a", changed)) << i;
        EXPECT_FALSE(maker.IsValid(At(50), "a", nonce.substr(0, i))) << i;
    }
    EXPECT_FALSE(maker.IsValid(At(50), "a", nonce + "0"));
    EXPECT_FALSE(maker.IsValid(At(50), "a", std::string(32, 'z')));
    const NonceMaker other(random, std::chrono::seconds(100));
    EXPECT_FALSE(other.IsValid(At(50), "a", nonce)) << "another server's secret";
}

TEST(PortPool, GivesEveryPortOnce)
{
    SeededRandom random(1, 1, "ports");
    PortPool pool(50000, 50009);
    std::set<uint16_t> taken;
    while (const auto port = pool.Take(random))
    {
        EXPECT_GE(*port, 50000);
        EXPECT_LE(*port, 50009);
        EXPECT_TRUE(taken.insert(*port).second);
    }
    EXPECT_EQ(taken.size(), 10U);
    EXPECT_EQ(pool.GetFree(), 0U);
    pool.GiveBack(50004);
    EXPECT_EQ(pool.Take(random), 50004);
}

TEST(PortPool, GivesEvenPortsWhileThereAreAny)
{
    SeededRandom random(1, 1, "ports");
    PortPool pool(50000, 50009);
    for (int i = 0; i < 5; ++i)
    {
        const auto port = pool.TakeEven(random);
        ASSERT_TRUE(port);
        EXPECT_EQ(*port % 2, 0);
    }
    EXPECT_FALSE(pool.TakeEven(random));
    EXPECT_EQ(pool.GetFree(), 5U);
}

TEST(PortPool, GivesPairsWhileThereAreAny)
{
    SeededRandom random(1, 1, "ports");
    PortPool pool(50001, 50006); // two pairs; 50001 and 50006 have no partner
    for (int i = 0; i < 2; ++i)
    {
        const auto even = pool.TakePair(random);
        ASSERT_TRUE(even);
        EXPECT_EQ(*even % 2, 0);
    }
    EXPECT_FALSE(pool.TakePair(random));
    EXPECT_EQ(pool.GetFree(), 2U) << "what had no partner is free still";
    EXPECT_EQ(pool.TakeEven(random), 50006);
}

TEST(PortPool, ReachesTheEndOfTheRange)
{
    SeededRandom random(1, 1, "ports");
    PortPool pool(65535, 65535);
    EXPECT_EQ(pool.Take(random), 65535);
    EXPECT_FALSE(pool.Take(random));
    EXPECT_FALSE(PortPool(65535, 65535).TakeEven(random));
}

TEST(PortPool, DrawsDependOnTheSeed)
{
    SeededRandom one(1, 1, "ports");
    SeededRandom again(1, 1, "ports");
    SeededRandom two(2, 1, "ports");
    const auto drawThree = [](SeededRandom& random)
    {
        PortPool pool(49152, 65535);
        return std::vector<std::optional<uint16_t>>{
            pool.Take(random), pool.Take(random), pool.Take(random)};
    };
    const auto first = drawThree(one);
    EXPECT_EQ(first, drawThree(again));
    EXPECT_NE(first, drawThree(two));
}

TEST(ExpiryQueue, GivesOutInTheOrderOfTheEnds)
{
    ExpiryQueue<int> queue;
    EXPECT_FALSE(queue.Next());
    queue.Set(1, At(10));
    queue.Set(2, At(5));
    queue.Set(3, At(5));
    queue.Set(4, At(1));
    queue.Set(1, At(3)); // moved
    queue.Remove(4);
    queue.Remove(99);
    EXPECT_EQ(queue.GetSize(), 3U);
    EXPECT_EQ(queue.Next(), At(3));
    EXPECT_EQ(queue.GetEnd(2), At(5));
    EXPECT_FALSE(queue.GetEnd(4));
    EXPECT_FALSE(queue.PopEnded(At(2.9)));
    EXPECT_EQ(queue.PopEnded(At(3)), 1);
    EXPECT_EQ(queue.PopEnded(At(6)), 2);
    EXPECT_EQ(queue.PopEnded(At(6)), 3);
    EXPECT_FALSE(queue.PopEnded(At(1000)));
    EXPECT_EQ(queue.GetSize(), 0U);
}

class AllocationTableTest : public testing::Test
{
  protected:
    const Allocation*
    Create(const char* remote, const char* user, double end)
    {
        Allocation fresh;
        fresh.client = {ClientId::Transport::UDP, At(remote), 0};
        fresh.user = user;
        const auto port = table.GetPorts().Take(random);
        if (!port)
        {
            return nullptr;
        }
        fresh.relayed = {*IpAddress::Parse("203.0.113.1"), *port};
        return &table.Create(std::move(fresh), At(end));
    }

    SeededRandom random{1, 1, "table"};
    AllocationTable table{50000, 50001};
    const Endpoint peer = At("192.0.2.9:7000");
};

TEST_F(AllocationTableTest, IsFoundByClientAndPortUntilRemoved)
{
    const Allocation* a = Create("10.0.0.1:1", "alice", 600);
    const Allocation* b = Create("10.0.0.2:1", "alice", 500);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(Create("10.0.0.3:1", "alice", 600), nullptr) << "no port is left";
    EXPECT_EQ(table.Find(a->client), a);
    EXPECT_EQ(table.FindByPort(b->relayed.port), b);
    EXPECT_EQ(table.CountOf("alice"), 2U);
    EXPECT_EQ(table.NextEnd(), At(500));
    const ClientId client = b->client;
    const uint16_t port = b->relayed.port;
    table.Remove(*b);
    EXPECT_EQ(table.Find(client), nullptr);
    EXPECT_EQ(table.FindByPort(port), nullptr);
    EXPECT_EQ(table.CountOf("alice"), 1U);
    const Allocation* next = Create("10.0.0.3:1", "bob", 600);
    ASSERT_TRUE(next) << "the port was given back";
    EXPECT_EQ(next->relayed.port, port);
}

TEST_F(AllocationTableTest, PermissionsAndChannelsEndByThemselves)
{
    const Allocation* a = Create("10.0.0.1:1", "alice", 600);
    table.SetPermission(*a, peer.address, At(300));
    table.SetChannel(*a, 0x4000, peer, At(400));
    EXPECT_EQ(table.NextEnd(), At(300));
    EXPECT_EQ(table.NextEnded(At(299)), nullptr);
    EXPECT_TRUE(a->IsPermitted(peer.address));
    EXPECT_EQ(table.NextEnded(At(300)), nullptr);
    EXPECT_FALSE(a->IsPermitted(peer.address));
    EXPECT_EQ(a->FindPeer(0x4000), peer);
    EXPECT_EQ(a->FindChannel(peer), 0x4000);
    EXPECT_EQ(table.NextEnded(At(400)), nullptr);
    EXPECT_FALSE(a->FindPeer(0x4000));
    EXPECT_FALSE(a->FindChannel(peer));
    EXPECT_EQ(table.NextEnded(At(600)), a);
}

TEST_F(AllocationTableTest, RefreshingMovesTheEnds)
{
    const Allocation* a = Create("10.0.0.1:1", "alice", 600);
    table.SetPermission(*a, peer.address, At(300));
    table.SetPermission(*a, peer.address, At(550));
    table.SetEnd(*a, At(1200));
    EXPECT_EQ(table.GetEnd(*a), At(1200));
    EXPECT_EQ(table.NextEnded(At(549)), nullptr);
    EXPECT_TRUE(a->IsPermitted(peer.address));
}

TEST_F(AllocationTableTest, RemovingLeavesNoEndBehind)
{
    const Allocation* a = Create("10.0.0.1:1", "alice", 600);
    table.SetPermission(*a, peer.address, At(300));
    table.SetChannel(*a, 0x4000, peer, At(400));
    table.Remove(*a);
    EXPECT_FALSE(table.NextEnd());
    EXPECT_EQ(table.GetSize(), 0U);
    EXPECT_EQ(table.CountOf("alice"), 0U);
}

TEST(ClientId, IsAValue)
{
    const ClientId udp{ClientId::Transport::UDP, At("198.51.100.1:40000"), 0};
    const ClientId tls{ClientId::Transport::TLS, At("198.51.100.1:40000"), 7};
    EXPECT_EQ(udp.ToString(), "udp 198.51.100.1:40000 #0");
    EXPECT_EQ(tls.ToString(), "tls 198.51.100.1:40000 #7");
    EXPECT_TRUE(udp < tls);
    EXPECT_FALSE(udp == tls);
    EXPECT_TRUE(tls.IsStream());
    EXPECT_FALSE(udp.IsStream());
    EXPECT_FALSE(ClientId({ClientId::Transport::DTLS, {}, 0}).IsStream());
    EXPECT_NE(ClientIdHash()(udp), ClientIdHash()(tls));
}

} // namespace
} // namespace imsfw::turn
