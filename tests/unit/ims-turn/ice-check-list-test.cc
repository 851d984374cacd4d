// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The check list (RFC 8445 6.1.2, 6.1.4.2), and packets on streams (RFC 4571 2).
#include "ims-turn-ice-check-list.h"
#include "ims-turn-packet-framer.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

namespace imsfw::ice
{
namespace
{

using turntest::At;

Candidate
Make(const std::string& line)
{
    return Candidate::Parse(line).Value();
}

const Candidate HOST = Make("1 1 UDP 2130706431 10.0.0.1 5000 typ host");
const Candidate HOST2 = Make("1 2 UDP 2130706430 10.0.0.1 5001 typ host");
const Candidate SRFLX =
    Make("2 1 UDP 1694498815 192.0.2.1 6000 typ srflx raddr 10.0.0.1 rport 5000");
const Candidate RELAY =
    Make("3 1 UDP 16777215 192.0.2.9 7000 typ relay raddr 192.0.2.1 rport 6000");
const Candidate PEER = Make("1 1 UDP 2130706431 10.9.0.1 5000 typ host");
const Candidate PEER2 = Make("1 2 UDP 2130706430 10.9.0.1 5001 typ host");
const Candidate PEER_RELAY =
    Make("7 1 UDP 16777215 192.0.2.9 8000 typ relay raddr 192.0.2.2 rport 6000");

TEST(IceCheckListTest, ReflexiveCandidatesAreReplacedByTheirBaseAndPruned)
{
    CheckList list(Profile::RFC8445, 100);
    list.Form({{HOST, 0}, {SRFLX, 0}, {RELAY, 1}}, {PEER, PEER_RELAY}, true);
    ASSERT_EQ(list.Pairs().size(), 4U);
    std::vector<std::pair<std::size_t, std::size_t>> order;
    for (const auto& pair : list.Pairs())
    {
        order.emplace_back(pair.local, pair.remote);
    }
    const std::vector<std::pair<std::size_t, std::size_t>> wanted = {
        {0, 0}, {0, 1}, {2, 0}, {2, 1}};
    EXPECT_EQ(order, wanted) << "highest priority first";
}

TEST(IceCheckListTest, ComponentsAndFamiliesDoNotMix)
{
    CheckList list(Profile::RFC8445, 100);
    const Candidate ipv6 = Make("5 1 UDP 2130706431 2001:db8::1 5000 typ host");
    list.Form({{HOST, 0}, {HOST2, 1}}, {PEER, PEER2, ipv6}, true);
    EXPECT_EQ(list.Pairs().size(), 2U);
}

TEST(IceCheckListTest, OfOneFoundationOnePairWaitsFirst)
{
    CheckList list(Profile::RFC8445, 100);
    list.Form({{HOST, 0}, {HOST2, 1}, {RELAY, 2}}, {PEER, PEER2, PEER_RELAY}, true);
    for (const auto& pair : list.Pairs())
    {
        EXPECT_EQ(pair.state, pair.component == 2 ? PairState::FROZEN : PairState::WAITING)
            << pair.foundation;
    }
    const auto first = list.TakeNext();
    ASSERT_TRUE(first);
    EXPECT_EQ(list.Pairs()[*first].foundation, "1:1");
    list.Pairs()[*first].state = PairState::SUCCEEDED;
    list.Unfreeze(*first);
    for (const auto& pair : list.Pairs())
    {
        EXPECT_NE(pair.state, PairState::FROZEN);
    }
}

TEST(IceCheckListTest, AFrozenPairThawsWhenItsFoundationIsIdle)
{
    for (const Profile profile : {Profile::RFC8445, Profile::RFC5245})
    {
        CheckList list(profile, 100);
        list.Form({{HOST, 0}, {HOST2, 1}}, {PEER, PEER2}, true);
        const auto first = list.TakeNext();
        ASSERT_TRUE(first);
        list.Pairs()[*first].state = PairState::IN_PROGRESS;
        EXPECT_EQ(list.HasNext(), profile == Profile::RFC5245) << ToString(profile);
        list.Pairs()[*first].state = PairState::FAILED;
        const auto second = list.TakeNext();
        ASSERT_TRUE(second);
        EXPECT_EQ(list.Pairs()[*second].component, 2U);
    }
}

TEST(IceCheckListTest, TheListIsCutAtItsEnd)
{
    CheckList list(Profile::RFC8445, 2);
    list.Form({{HOST, 0}, {RELAY, 1}}, {PEER, PEER_RELAY}, true);
    ASSERT_EQ(list.Pairs().size(), 2U);
    EXPECT_EQ(list.Pairs()[0].local, 0U);
    const std::vector<LocalCandidate> locals = {{HOST, 0}, {RELAY, 1}};
    std::vector<Candidate> remotes(8, PEER);
    EXPECT_TRUE(list.Add(locals, remotes, true, 0, 2));
    EXPECT_TRUE(list.Add(locals, remotes, true, 0, 3));
    EXPECT_FALSE(list.Add(locals, remotes, true, 0, 4)) << "a peer cannot make it grow for ever";
}

TEST(IceCheckListTest, TriggeredChecksComeFirstAndOnce)
{
    CheckList list(Profile::RFC8445, 100);
    list.Form({{HOST, 0}, {RELAY, 1}}, {PEER, PEER_RELAY}, true);
    list.Trigger(3);
    list.Trigger(1);
    list.Trigger(3);
    EXPECT_EQ(list.TakeNext(), 3U);
    EXPECT_EQ(list.TakeNext(), 1U);
    EXPECT_EQ(list.TakeNext(), 0U);
}

TEST(IceCheckListTest, NothingUncheckedIsLeftAfterTheSelection)
{
    CheckList list(Profile::RFC8445, 100);
    list.Form({{HOST, 0}, {RELAY, 1}}, {PEER, PEER_RELAY}, true);
    list.Pairs()[0].state = PairState::IN_PROGRESS;
    list.Trigger(2);
    EXPECT_EQ(list.CountActive(), 4U);
    list.RemoveUnchecked(1);
    EXPECT_FALSE(list.HasNext());
    EXPECT_EQ(list.CountActive(), 1U);
    EXPECT_TRUE(list.HasUnfinished(1, 0));
    EXPECT_FALSE(list.HasUnfinished(1, list.Pairs()[0].priority));
}

TEST(IceCheckListTest, PassiveCandidatesWaitForThePeer)
{
    const Candidate active = Make("4 1 TCP 1518149375 10.0.0.1 9 typ host tcptype active");
    const Candidate passive = Make("4 1 TCP 1513955071 10.0.0.1 5000 typ host tcptype passive");
    CheckList list(Profile::RFC8445, 100);
    list.Form({{active, 0}, {passive, 1}}, {active, passive}, true);
    ASSERT_EQ(list.Pairs().size(), 1U);
    EXPECT_EQ(list.Pairs()[0].local, 0U);
    EXPECT_EQ(list.Pairs()[0].remote, 1U);
}

TEST(IceCheckListTest, StatesHaveNames)
{
    EXPECT_EQ(ToString(PairState::FROZEN), "frozen");
    EXPECT_EQ(ToString(PairState::WAITING), "waiting");
    EXPECT_EQ(ToString(PairState::IN_PROGRESS), "in-progress");
    EXPECT_EQ(ToString(PairState::SUCCEEDED), "succeeded");
    EXPECT_EQ(ToString(PairState::FAILED), "failed");
    EXPECT_EQ(ToString(Profile::RFC8445), "rfc8445");
}

TEST(PacketFramerTest, PacketsComeOutAsTheyWentInWhateverTheSplit)
{
    const std::vector<std::string> packets = {"", "a", std::string(300, 'x'), "end"};
    Bytes stream;
    for (const auto& packet : packets)
    {
        Append(stream, PacketFramer::Frame(ByteView(packet)));
    }
    for (std::size_t piece = 1; piece <= stream.size(); ++piece)
    {
        PacketFramer framer;
        std::vector<std::string> got;
        for (std::size_t at = 0; at < stream.size(); at += piece)
        {
            framer.Push(ByteView(stream).Sub(at, piece));
            while (const auto packet = framer.Next())
            {
                got.emplace_back(packet->AsText());
            }
        }
        EXPECT_EQ(got, packets) << piece;
        EXPECT_EQ(framer.GetBuffered(), 0U);
    }
}

TEST(PacketFramerTest, APacketThatIsCutIsWaitedFor)
{
    const Bytes whole = PacketFramer::Frame(ByteView("hello"));
    EXPECT_EQ(whole, turntest::Hex("0005 68656c6c6f"));
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        PacketFramer framer;
        framer.Push(turntest::Cut(whole, size));
        EXPECT_FALSE(framer.Next()) << size;
        EXPECT_EQ(framer.GetBuffered(), size);
    }
}

} // namespace
} // namespace imsfw::ice
