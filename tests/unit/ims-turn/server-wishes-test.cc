// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Wishes of an Allocate that are granted: the port above, the other address family, another server.
#include "client-bench.h"
#include "server-bench.h"

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::Method;
using turntest::AddUdp;
using turntest::At;
using turntest::BenchConfig;
using turntest::ClientBench;
using turntest::ClientBenchConfig;
using turntest::Response;
using turntest::ServerBench;
namespace attribute = stun::attribute;

Endpoint
RelayedOf(const Response& response)
{
    return response.Parse().GetXorAddress(attribute::XOR_RELAYED_ADDRESS).value();
}

/// A client of its own for each allocation.
void
UseClient(ServerBench& bench, uint64_t flow)
{
    bench.client.flow = flow;
    bench.LearnNonce();
}

TEST(TurnServerWishes, ThePortAboveIsKeptForItsTokenAlone)
{
    ServerConfig config = BenchConfig();
    config.minPort = 50000;
    config.maxPort = 50001;
    ServerBench bench(config);
    UseClient(bench, 1);
    const Response first = bench.Ask(
        Method::ALLOCATE,
        [](Builder& b) { b.AddRequestedTransport(17).Add(attribute::EVEN_PORT, Bytes{0x80}); });
    ASSERT_EQ(first.Code(), 0);
    EXPECT_EQ(RelayedOf(first).port, 50000);
    const auto token = first.Parse().GetU64(attribute::RESERVATION_TOKEN);
    ASSERT_TRUE(token);

    UseClient(bench, 2);
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, AddUdp).Code(), 508) << "the other port is kept";
    const auto withToken = [](uint64_t value)
    {
        return [value](Builder& b)
        { b.AddRequestedTransport(17).AddU64(attribute::RESERVATION_TOKEN, value); };
    };
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, withToken(*token ^ 1)).Code(), 508) << "no token of ours";
    const Response second = bench.Ask(Method::ALLOCATE, withToken(*token));
    ASSERT_EQ(second.Code(), 0);
    EXPECT_EQ(RelayedOf(second).port, 50001);
    UseClient(bench, 3);
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, withToken(*token)).Code(), 508) << "it was good once";
}

TEST(TurnServerWishes, AReservationEndsAfterThirtySeconds)
{
    ServerConfig config = BenchConfig();
    config.minPort = 50000;
    config.maxPort = 50001;
    ServerBench bench(config);
    UseClient(bench, 1);
    bench.Ask(Method::ALLOCATE,
              [](Builder& b)
              { b.AddRequestedTransport(17).Add(attribute::EVEN_PORT, Bytes{0x80}); });
    EXPECT_EQ(bench.server.NextTimeout(), At(30));
    UseClient(bench, 2);
    bench.now = At(29.9);
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, AddUdp).Code(), 508);
    bench.now = At(30);
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, AddUdp).Code(), 0) << "anybody may have it now";
}

TEST(TurnServerWishes, AnAddressOfTheFamilyThatIsWanted)
{
    ServerConfig config = BenchConfig();
    config.otherRelayAddress = IpAddress::Parse("2001:db8::1").value();

    struct Row
    {
        std::optional<uint8_t> family;
        uint16_t code;
        const char* address;
    };

    for (const Row& row : {Row{std::nullopt, 0, "203.0.113.1"},
                           Row{uint8_t{1}, 0, "203.0.113.1"},
                           Row{uint8_t{2}, 0, "2001:db8::1"},
                           Row{uint8_t{3}, 440, ""}})
    {
        ServerBench bench(config);
        bench.LearnNonce();
        const Response response = bench.Ask(Method::ALLOCATE,
                                            [&](Builder& b)
                                            {
                                                b.AddRequestedTransport(17);
                                                if (row.family)
                                                {
                                                    b.AddRequestedFamily(*row.family);
                                                }
                                            });
        ASSERT_EQ(response.Code(), row.code);
        if (row.code != 0)
        {
            continue;
        }
        EXPECT_EQ(RelayedOf(response).address.ToString(), row.address);
        EXPECT_EQ(bench.commands.at(0).relayAddress.ToString(), row.address);
        // RFC 8656 10.2, 12.2: peers are of the family of the relayed address.
        const bool isV6 = row.family == 2;
        EXPECT_EQ(bench.Permit("192.0.2.9:1").Code(), isV6 ? 443 : 0);
        EXPECT_EQ(bench.Permit("[2001:db8::9]:1").Code(), isV6 ? 0 : 443);
        EXPECT_EQ(bench.Bind(0x4000, "192.0.2.9:1").Code(), isV6 ? 443 : 0);
        EXPECT_EQ(bench.Bind(0x4001, "[2001:db8::9]:1").Code(), isV6 ? 0 : 443);
        // RFC 8656 8.2: a Refresh for the other family is 443.
        const auto refresh = [&](uint8_t family)
        {
            return bench
                .Ask(Method::REFRESH, [family](Builder& b) { b.AddRequestedFamily(family); })
                .Code();
        };
        EXPECT_EQ(refresh(1), isV6 ? 443 : 0);
        EXPECT_EQ(refresh(2), isV6 ? 0 : 443);
    }
}

TEST(TurnServerWishes, AServerOfIpv6AloneHasNoIpv4)
{
    ServerConfig config = BenchConfig();
    config.relayAddress = IpAddress::Parse("2001:db8::1").value();
    ServerBench bench(config);
    bench.LearnNonce();
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, AddUdp).Code(), 440);
    EXPECT_EQ(bench
                  .Ask(Method::ALLOCATE,
                       [](Builder& b) { b.AddRequestedTransport(17).AddRequestedFamily(2); })
                  .Code(),
              0);
}

TEST(TurnServerWishes, AFullServerNamesAnother)
{
    ServerConfig config = BenchConfig();
    config.redirection = Redirection{At("203.0.113.99:3478"), 1};
    ServerBench bench(config);
    UseClient(bench, 1);
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, AddUdp).Code(), 0) << "one it makes itself";
    UseClient(bench, 2);
    const Response response = bench.Ask(Method::ALLOCATE, AddUdp);
    EXPECT_EQ(response.Code(), 300);
    EXPECT_TRUE(turntest::IsAuthentic(response));
    EXPECT_EQ(response.Parse().GetAddress(attribute::ALTERNATE_SERVER), At("203.0.113.99:3478"));
}

TEST(TurnClientWishes, AreAskedForToTheByte)
{
    ClientConfig config = ClientBenchConfig();
    config.isV6 = true;
    config.wantsNextPort = true;
    ClientBench bench(config);
    bench.client.Start(bench.now);
    const stun::Message request = bench.Next();
    EXPECT_EQ(request.GetU32(attribute::REQUESTED_ADDRESS_FAMILY), 0x02000000U);
    EXPECT_EQ(request.Find(attribute::EVEN_PORT)->ToBytes(), Bytes{0x80});

    ClientConfig second = ClientBenchConfig();
    second.reservationToken = 0x1122334455667788;
    ClientBench other(second);
    other.client.Start(other.now);
    EXPECT_EQ(other.Next().GetU64(attribute::RESERVATION_TOKEN), 0x1122334455667788U);
}

TEST(TurnClientWishes, TheTokenIsTold)
{
    ClientBench bench;
    bench.client.Start(bench.now);
    bench.Challenge(bench.Next(), 401, "nonce-1");
    bench.Succeed(bench.Next(),
                  [](Builder& b)
                  {
                      ClientBench::AddAllocated(b);
                      b.AddU64(attribute::RESERVATION_TOKEN, 77);
                  });
    EXPECT_EQ(bench.Event().reservationToken, 77U);
}

TEST(TurnClientWishes, AnotherServerIsTakenFromAnAuthenticAnswerAlone)
{
    const auto alternate = [](Builder& b)
    { b.AddError(300).AddAddress(attribute::ALTERNATE_SERVER, At("203.0.113.99:3478")); };
    ClientBench bench;
    bench.client.Start(bench.now);
    bench.Challenge(bench.Next(), 401, "nonce-1");
    const stun::Message request = bench.Next();
    bench.Answer(request, stun::MessageClass::ERROR, alternate, {});
    EXPECT_FALSE(bench.client.PollEvent()) << "anybody could have sent that";
    bench.Answer(request, stun::MessageClass::ERROR, alternate, bench.key);
    const ClientEvent event = bench.Event();
    EXPECT_EQ(event.type, ClientEvent::Type::REDIRECTED);
    EXPECT_EQ(event.alternate, At("203.0.113.99:3478"));
    EXPECT_FALSE(bench.client.NextTimeout());

    ClientBench without;
    without.client.Start(without.now);
    without.Challenge(without.Next(), 401, "nonce-1");
    without.Refuse(without.Next(), 300);
    EXPECT_EQ(without.Failure(), "bad-response");
}

} // namespace
} // namespace imsfw::turn
