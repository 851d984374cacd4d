// SPDX-License-Identifier: GPL-2.0-only
#include "ladder-packets.h"
#include "ladder-text.h"
#include "timeline.h"
#include "tls-names.h"

#include "../engine/packets.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace imsfw;
using namespace imsfw::scenario;
using namespace imsfw::engine;
namespace fs = std::filesystem;

namespace
{

fs::path
Scratch(const std::string& name)
{
    const auto path =
        fs::path(testing::TempDir()) / ("ladder-" + std::to_string(getpid()) + "-" + name);
    fs::remove_all(path);
    fs::create_directories(path);
    return path;
}

Bytes
Record(uint8_t type, const Bytes& content)
{
    ByteWriter w;
    w.U8(type);
    w.U16(0x0303);
    w.U16(static_cast<uint16_t>(content.size()));
    w.Put(content);
    return w.Finish();
}

Bytes
Message(uint8_t type, std::size_t size)
{
    Bytes message = {type, 0, static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size)};
    message.resize(4 + size, 7);
    return message;
}

Bytes
Joined(std::initializer_list<Bytes> parts)
{
    Bytes all;
    for (const auto& part : parts)
    {
        Append(all, part);
    }
    return all;
}

} // namespace

TEST(TlsNamesTest, HandshakesAreNamedHoweverTheyAreCut)
{
    struct Row
    {
        const char* what;
        Bytes bytes;
        const char* names;
    };

    const Bytes certificate = Message(11, 50);
    const Row rows[] = {
        {"a hello", Record(22, Message(1, 200)), "ClientHello"},
        {"three messages in one record",
         Record(22, Joined({Message(2, 70), Message(11, 900), Message(14, 0)})),
         "ServerHello, Certificate, ServerHelloDone"},
        {"one message in two records",
         Joined({Record(22, ByteView(certificate).Sub(0, 20).ToBytes()),
                 Record(22, ByteView(certificate).Sub(20).ToBytes())}),
         "Certificate"},
        {"what is encrypted has no name of its own",
         Joined({Record(22, Message(16, 30)), Record(20, {1}), Record(22, Bytes(40, 9))}),
         "ClientKeyExchange, ChangeCipherSpec, encrypted handshake"},
        {"data and an alert",
         Joined({Record(23, Bytes(9, 1)), Record(21, {1, 0})}),
         "application data, alert"},
        {"an empty record", Record(23, {}), "application data"},
        {"a message nobody knows", Record(22, Message(99, 1)), "handshake 99"},
        {"a record nobody knows", Record(77, {1, 2}), "record 77"},
        {"less than a header", {22, 3, 3}, ""},
    };
    for (const auto& row : rows)
    {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{6}, row.bytes.size()})
        {
            TlsNames reader;
            std::vector<std::string> names;
            for (std::size_t at = 0; at < row.bytes.size(); at += piece)
            {
                const auto some = reader.Push(ByteView(row.bytes).Sub(at, piece));
                names.insert(names.end(), some.begin(), some.end());
            }
            EXPECT_EQ(Join(names, ", "), row.names) << row.what << " in pieces of " << piece;
        }
    }
}

TEST(PacketNamerTest, SegmentsAreNamedByFlagsMessagesAndWhatIsKnownOfTheirBytes)
{
    const auto flow = TcpFlow("10.1.0.2:50000", "192.0.2.2:443");
    const Bytes secret = Record(23, Bytes(40, 5));
    KnownBytes known;
    known.Learn(secret, "REGISTER");

    struct Row
    {
        const char* what;
        bool isSent;
        Segment segment;
        const char* name;
    };

    const Row rows[] = {
        {"a SYN", true, {TCP_SYN, 99, 0, {}}, "SYN"},
        {"its answer", false, {TCP_SYN | TCP_ACK, 49, 100, {}}, "SYN ACK"},
        {"a bare ACK", true, {TCP_ACK, 100, 50, {}}, nullptr},
        {"a hello", true, {TCP_ACK, 100, 50, Record(22, Message(1, 10))}, "ClientHello"},
        {"the same once more", true, {TCP_ACK, 100, 50, Record(22, Message(1, 10))}, "again"},
        {"data that somebody knows", true, {TCP_ACK, 119, 50, secret}, "REGISTER"},
        {"data that nobody knows",
         true,
         {TCP_ACK, 164, 50, Record(23, Bytes(40, 6))},
         "application data"},
        {"an end", true, {TCP_FIN | TCP_ACK, 209, 50, {}}, "FIN"},
        {"a reset", false, {TCP_RST, 50, 0, {}}, "RST"},
        {"a new connection from the same port", true, {TCP_SYN, 7, 0, {}}, "SYN"},
        {"its first message", true, {TCP_ACK, 8, 1, Record(22, Message(1, 3))}, "ClientHello"},
    };
    PacketNamer namer;
    for (const auto& row : rows)
    {
        const Bytes packet = TcpPacket(row.isSent ? flow : flow.Reversed(), row.segment);
        const auto name = namer.Name({}, *ParseIp(packet), packet, known);
        EXPECT_EQ(name.value_or("-"), row.name == nullptr ? "-" : row.name) << row.what;
    }
}

TEST(TimelineTest, WhatIsWrittenIsReadBackInTheOrderOfTime)
{
    const auto file = (Scratch("timeline") / "timeline.jsonl").string();
    const auto at = [](int time) { return TimePoint(std::chrono::microseconds(time)); };
    std::ofstream(file) << ToJsonLines({{at(2500), "ue", "b", {{"flow", "x > \xff"}}},
                                        {at(1), "ue", "a", {}},
                                        {at(2500), "firewall", "c", {{"size", 7}}}});
    const auto events = ReadTimeline(file);
    ASSERT_TRUE(events) << events.Error();
    ASSERT_EQ(events->size(), 3U);
    EXPECT_EQ((*events)[0].event + (*events)[1].event + (*events)[2].event, "abc");
    EXPECT_EQ((*events)[1].at, at(2500));
    EXPECT_EQ((*events)[2].details["size"], 7);
}

TEST(TimelineTest, ALineThatIsNoEventIsNamed)
{
    const auto folder = Scratch("bad-timeline");
    const char* const lines[] = {"no json",
                                 "[]",
                                 "{}",
                                 "{\"at_ms\": \"1\", \"node\": \"ue\", \"event\": \"a\"}",
                                 "{\"at_ms\": -1, \"node\": \"ue\", \"event\": \"a\"}",
                                 "{\"at_ms\": 1e300, \"node\": \"ue\", \"event\": \"a\"}",
                                 "{\"at_ms\": 1, \"node\": 3, \"event\": \"a\"}",
                                 "{\"at_ms\": 1, \"node\": \"ue\"}"};
    for (const auto* line : lines)
    {
        const auto file = (folder / "timeline.jsonl").string();
        std::ofstream(file) << "{\"at_ms\": 0, \"node\": \"ue\", \"event\": \"a\"}\n"
                            << line << "\n";
        const auto events = ReadTimeline(file);
        ASSERT_FALSE(events) << line;
        EXPECT_EQ(events.Error(), file + ":2: is no event of a run") << line;
        EXPECT_FALSE(ReadLadder(folder.string())) << line;
    }
    EXPECT_FALSE(ReadTimeline((folder / "none").string()));
}

TEST(LadderTest, FoldersWithoutWhatItTakesAreNamed)
{
    const auto folder = Scratch("folders");
    EXPECT_NE(ReadLadder((folder / "none").string()).Error().find("no such folder"),
              std::string::npos);
    EXPECT_NE(ReadLadder(folder.string()).Error().find("timeline.jsonl"), std::string::npos);
    const TimelineEvent ue{
        {}, "ue", "node", {{"kind", "ue"}, {"address", "10.1.0.2"}, {"link", "access"}}};
    std::ofstream(folder / "timeline.jsonl") << ToJsonLines({ue});
    EXPECT_NE(ReadLadder(folder.string()).Error().find("evidence.captures=true"),
              std::string::npos);
    std::ofstream(folder / "access.pcapng") << "no capture";
    EXPECT_NE(ReadLadder(folder.string()).Error().find("access.pcapng"), std::string::npos);
}

TEST(LadderTest, TextAndSvgSayTheSame)
{
    const auto at = [](int time) { return TimePoint(std::chrono::milliseconds(time)); };
    Ladder ladder{"a & b", {"ue", "firewall", "p-cscf"}, {}};
    ladder.arrows.push_back({at(1), at(1), 0, 1, "SYN", 56, 1, "allow by web", false});
    ladder.arrows.push_back({at(2), at(9), 1, 0, "RTP <up>", 200, 5, "", false});
    ladder.arrows.push_back({at(3), at(3), 2, 1, "SIP", 99, 1, "drop by no-udp", true});
    ladder.arrows.push_back({at(4), at(4), 1, 1, "udp a > b", 0, 1, "drop by late", true});
    std::ostringstream text;
    PrintLadder(text, ladder);
    EXPECT_EQ(text.str(),
              "ms               ue        firewall      p-cscf\n"
              "1.000             |----------->|            |     SYN  56 B  [allow by web]\n"
              "2.000             |<-----------|            |     RTP <up>  200 B x5 until 9.000\n"
              "3.000             |            X------------|     SIP  99 B  [drop by no-udp]\n"
              "4.000             |            X            |     udp a > b  [drop by late]\n");
    const std::string svg = ToSvg(ladder);
    for (const char* part : {"<title>a &amp; b</title>",
                             ">SYN  56 B<",
                             ">RTP &lt;up&gt;  200 B x5 until 9.000<",
                             ">drop by no-udp<",
                             "class=\"arrow bad\"",
                             "</svg>"})
    {
        EXPECT_NE(svg.find(part), std::string::npos) << part;
    }
    EXPECT_EQ(svg.find("<up>"), std::string::npos);
}
