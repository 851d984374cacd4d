// SPDX-License-Identifier: GPL-2.0-only
// Datagrams of DTLS: their names, and what the session tells of them.
#include "dtls-meter.h"
#include "dtls-names.h"
#include "traffic-meter.h"

#include "../engine/packets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace imsfw;
using namespace imsfw::scenario;
using namespace imsfw::engine;
using testing::ElementsAre;

namespace
{

TimePoint
At(int milliseconds)
{
    return TimePoint(std::chrono::milliseconds(milliseconds));
}

/// A record as RFC 6347 4.1 has it.
Bytes
Record(uint8_t type, uint16_t epoch, uint32_t number, const Bytes& content)
{
    ByteWriter w;
    w.U8(type);
    w.U16(0xfefd);
    w.U16(epoch);
    w.U16(0);
    w.U32(number);
    w.U16(static_cast<uint16_t>(content.size()));
    w.Put(content);
    return w.Finish();
}

/// A fragment of a handshake message (RFC 6347 4.2.2).
Bytes
Message(uint8_t type, uint32_t offset)
{
    ByteWriter w;
    w.U8(type);
    w.U24(100);
    w.U16(0);
    w.U24(offset);
    w.U24(4);
    w.Zeros(4);
    return w.Finish();
}

Bytes
Data(uint32_t number, std::size_t size)
{
    return Record(23, 1, number, Bytes(size));
}

Bytes
Join(Bytes one, const Bytes& other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

struct Row
{
    Bytes datagram;
    std::vector<std::string> names; ///< none: no DTLS
    std::optional<uint64_t> number;
};

TEST(DtlsNamesTest, NamesWhatCanBeSeen)
{
    const std::vector<Row> rows{
        {Record(22, 0, 0, Message(1, 0)), {"ClientHello"}, {}},
        {Record(22, 0, 0, Message(3, 0)), {"HelloVerifyRequest"}, {}},
        {Record(22, 0, 0, Message(77, 0)), {"handshake 77"}, {}},
        {Record(22, 0, 0, Bytes(3)), {"handshake"}, {}},
        {Record(22, 0, 4, Message(11, 50)), {"(continued)"}, {}},
        {Join(Record(22, 0, 1, Message(2, 0)), Record(22, 0, 2, Message(11, 0))),
         {"ServerHello", "Certificate"},
         {}},
        {Join(Record(20, 0, 3, Bytes(1)), Record(22, 1, 0, Bytes(40))),
         {"ChangeCipherSpec", "encrypted handshake"},
         {}},
        {Record(21, 1, 9, Bytes(2)), {"alert"}, {}},
        {Data(5, 100), {"application data"}, 5},
        {Join(Record(21, 1, 9, Bytes(2)), Data(10, 7)), {"alert", "application data"}, 10},
        {{}, {}, {}},
        {Record(19, 0, 0, Bytes(4)), {}, {}},
        {Record(24, 0, 0, Bytes(4)), {}, {}},
        {Join(Data(5, 100), Bytes{22}), {}, 5},
    };
    for (const auto& row : rows)
    {
        EXPECT_EQ(IsDtls(row.datagram), !row.names.empty());
        if (!row.names.empty())
        {
            EXPECT_EQ(DtlsNames(row.datagram), row.names);
        }
        EXPECT_EQ(DtlsDataNumber(row.datagram), row.number);
    }
    Bytes tls = Data(5, 100);
    tls[1] = 3;
    EXPECT_FALSE(IsDtls(tls)) << "a version of TLS";
}

TEST(DtlsNamesTest, TruncationAnywhereIsNoDtls)
{
    const Bytes whole = Record(22, 0, 0, Message(1, 0));
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
    {
        const ByteView part(whole.data(), cut);
        EXPECT_FALSE(IsDtls(part)) << cut;
        EXPECT_FALSE(DtlsDataNumber(part)) << cut;
    }
}

tls::TrafficPiece
Piece(bool isSent, std::size_t size, const Bytes& plaintext = {})
{
    return {isSent, true, size, plaintext};
}

TEST(DtlsMeterTest, TheFirstToldIsOfTheFirstSeenWhicheverComesFirst)
{
    const Bytes sip = ByteView(std::string_view("no message")).ToBytes();
    for (const bool isToldFirst : {true, false})
    {
        DtlsMeter meter;
        const Bytes hello = Record(22, 0, 0, Message(1, 0));
        const Bytes data = Data(1, 40);
        if (!isToldFirst)
        {
            meter.HandleDatagram(At(1), 10, hello);
            meter.HandleDatagram(At(2), 11, data);
            EXPECT_FALSE(meter.Poll());
        }
        meter.HandlePiece(Piece(true, hello.size()));
        meter.HandlePiece(Piece(true, data.size(), Bytes(10)));
        if (isToldFirst)
        {
            EXPECT_FALSE(meter.Poll());
            meter.HandleDatagram(At(1), 10, hello);
            meter.HandleDatagram(At(2), 11, data);
        }
        const auto first = meter.Poll();
        const auto second = meter.Poll();
        ASSERT_TRUE(first && second);
        EXPECT_EQ(first->number, 10U);
        EXPECT_EQ(first->message.name, "ClientHello");
        ASSERT_EQ(first->runs.size(), 1U);
        EXPECT_EQ(first->runs[0].layer, Layer::TLS);
        EXPECT_EQ(first->runs[0].size, hello.size());
        EXPECT_EQ(second->number, 11U);
        EXPECT_EQ(second->message.range.from, 1U);
        EXPECT_EQ(second->message.range.to, 2U);
        EXPECT_EQ(second->message.at, At(2));
        ASSERT_EQ(second->runs.size(), 2U);
        EXPECT_EQ(second->runs[0].size, data.size() - 10);
        EXPECT_EQ(second->runs[1].layer, Layer::OTHER);
        EXPECT_FALSE(meter.Poll());
    }
}

TEST(DtlsMeterTest, FindsItsPlaceAgainWhereOneSideLacksSomething)
{
    DtlsMeter meter;
    meter.HandleDatagram(At(1), 1, Data(1, 40)); // never reached the session
    meter.HandleDatagram(At(2), 2, Data(2, 80));
    meter.HandlePiece(Piece(false, Data(2, 80).size(), Bytes(50)));
    const auto known = meter.Poll();
    ASSERT_TRUE(known);
    EXPECT_EQ(known->number, 2U);
    meter.HandlePiece(Piece(false, 3000, Bytes(2900))); // its datagram went in fragments
    meter.HandleDatagram(At(3), 3, Data(4, 60));
    meter.HandlePiece(Piece(false, Data(4, 60).size(), Bytes(30)));
    const auto next = meter.Poll();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->number, 3U);
}

/// A Binding request (RFC 8489 5), as TURN's clients send them.
Bytes
Binding()
{
    ByteWriter w;
    w.U16(0x0001);
    w.U16(0);
    w.U32(0x2112a442);
    w.Zeros(12);
    return w.Finish();
}

TEST(DtlsMeterTest, BytesOfAFlowAreThoseOfItsLayers)
{
    const auto local = *Endpoint::Parse("10.1.0.2:50000");
    const auto remote = *Endpoint::Parse("192.0.2.2:443");
    const FiveTuple out{IpProtocol::UDP, local, remote};
    TrafficMeter meter;
    const Bytes hello = Record(22, 0, 0, Message(1, 0));
    const Bytes request = Data(1, 20 + 29); // what is protected, and what protects it
    const Bytes answer = Data(1, 20 + 29);
    meter.HandleTls(At(0), Piece(true, hello.size()), local, remote);
    meter.HandlePacket(At(0), true, UdpPacket(Ip4Tuple::From(out), hello));
    meter.HandleTls(At(5), Piece(true, request.size(), Binding()), local, remote);
    meter.HandlePacket(At(7), true, UdpPacket(Ip4Tuple::From(out), request));
    meter.HandlePacket(At(9), false, UdpPacket(Ip4Tuple::From(out.Reversed()), answer));
    meter.HandleTls(At(12), Piece(false, answer.size(), Binding()), local, remote);
    const auto traffic = meter.Measure({local}, At(0), At(20));
    EXPECT_EQ(traffic.sent[Layer::TLS], hello.size() + 13 + 29);
    EXPECT_EQ(traffic.sent[Layer::TURN], 20U);
    EXPECT_EQ(traffic.sent[Layer::OTHER], 0U);
    EXPECT_EQ(traffic.received[Layer::TLS], 13U + 29);
    EXPECT_EQ(traffic.received[Layer::TURN], 20U);
    EXPECT_EQ(traffic.roundTrips, 1U);
    ASSERT_EQ(meter.GetFlows().size(), 1U);
    const auto& flow = *meter.GetFlows()[0];
    ASSERT_EQ(flow.datagramsSent.size(), 2U);
    EXPECT_EQ(flow.datagramsSent[0].name, "ClientHello");
    EXPECT_EQ(flow.datagramsSent[1].name, "Binding");
    EXPECT_EQ(flow.datagramsSent[1].at, At(7)) << "when it passed, not when it was made";
    ASSERT_EQ(flow.datagramsReceived.size(), 1U);
    EXPECT_EQ(flow.datagramsReceived[0].at, At(9));
}

} // namespace
