// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Every error code that RFC 8489, 8656 and 6062 let a server give to a request, reached once each.
#include "server-bench.h"

#include <functional>
#include <set>

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::Method;
using turntest::AddUdp;
using turntest::At;
using turntest::BenchConfig;
using turntest::ServerBench;
namespace attribute = stun::attribute;

struct Row
{
    uint16_t code;
    const char* name; ///< of the code, as in failures
    std::function<void(ServerConfig&)> configure;
    std::function<uint16_t(ServerBench&)> ask;
};

const auto AS_IT_IS = [](ServerConfig&) {};

uint16_t
AllocateAs(ServerBench& bench, const char* user, const char* password)
{
    return bench.Exchange(bench.Make(Method::ALLOCATE, AddUdp, user, password)).Code();
}

/// A TCP allocation with a connection that is being opened to @p peer.
uint32_t
BeginConnect(ServerBench& bench, const char* peer)
{
    bench.client = {ClientId::Transport::TCP, At("198.51.100.7:40000"), 1};
    bench.LearnNonce();
    bench.Ask(Method::ALLOCATE, [](Builder& b) { b.AddRequestedTransport(6); });
    const auto add = [peer](Builder& b) { b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At(peer)); };
    bench.server.HandleClientInput(
        bench.now, bench.client, bench.Make(Method::CONNECT, add, "alice", "secret"));
    bench.Drain();
    return bench.commands.at(0).connection;
}

std::vector<Row>
MakeRows()
{
    constexpr const char* PEER = "192.0.2.9:1";
    return {
        {300,
         "try-alternate",
         [](ServerConfig& c) {
             c.redirection = Redirection{At("203.0.113.99:3478"), 0};
         },
         [](ServerBench& b) { return AllocateAs(b, "alice", "secret"); }},
        {400,
         "bad-request",
         AS_IT_IS,
         [](ServerBench& b) { return b.Ask(Method::ALLOCATE).Code(); }},
        {401,
         "unauthorized",
         AS_IT_IS,
         [](ServerBench& b) { return AllocateAs(b, "alice", "wrong"); }},
        {403,
         "forbidden",
         [](ServerConfig& c) { c.deniedPeers = {*IpPrefix::Parse("192.0.2.0/24")}; },
         [](ServerBench& b)
         {
             b.Allocate();
             return b.Permit(PEER).Code();
         }},
        {420,
         "unknown-attribute",
         AS_IT_IS,
         [](ServerBench& b)
         {
             return b
                 .Ask(Method::ALLOCATE,
                      [](Builder& r) { r.AddRequestedTransport(17).AddU32(0x7FFF, 1); })
                 .Code();
         }},
        {437,
         "allocation-mismatch",
         AS_IT_IS,
         [](ServerBench& b)
         {
             b.Allocate();
             return AllocateAs(b, "alice", "secret");
         }},
        {438,
         "stale-nonce",
         AS_IT_IS,
         [](ServerBench& b)
         {
             b.now = b.now + std::chrono::hours(1);
             return AllocateAs(b, "alice", "secret");
         }},
        {440,
         "address-family-not-supported",
         AS_IT_IS,
         [](ServerBench& b)
         {
             return b
                 .Ask(Method::ALLOCATE,
                      [](Builder& r) { r.AddRequestedTransport(17).AddRequestedFamily(2); })
                 .Code();
         }},
        {441,
         "wrong-credentials",
         AS_IT_IS,
         [](ServerBench& b)
         {
             b.Allocate();
             return b
                 .Exchange(b.Make(
                     Method::REFRESH, [](Builder&) {}, "bob", "hidden"))
                 .Code();
         }},
        {442,
         "unsupported-transport-protocol",
         [](ServerConfig& c) { c.hasTcpAllocations = false; },
         [](ServerBench& b) {
             return b.Ask(Method::ALLOCATE, [](Builder& r) { r.AddRequestedTransport(6); }).Code();
         }},
        {443,
         "peer-address-family-mismatch",
         AS_IT_IS,
         [](ServerBench& b)
         {
             b.Allocate();
             return b.Permit("[2001:db8::9]:1").Code();
         }},
        {446,
         "connection-already-exists",
         AS_IT_IS,
         [](ServerBench& b)
         {
             BeginConnect(b, PEER);
             return b
                 .Ask(Method::CONNECT,
                      [](Builder& r) { r.AddXorAddress(attribute::XOR_PEER_ADDRESS, At(PEER)); })
                 .Code();
         }},
        {447,
         "connection-timeout-or-failure",
         AS_IT_IS,
         [](ServerBench& b)
         {
             b.server.HandlePeerConnectFailed(b.now, BeginConnect(b, PEER));
             b.Drain();
             return turntest::Response(b.commands.at(0).data).Code();
         }},
        {486,
         "allocation-quota-reached",
         [](ServerConfig& c) { c.userQuota = 1; },
         [](ServerBench& b)
         {
             b.Allocate();
             b.client.flow = 7;
             b.LearnNonce();
             return AllocateAs(b, "alice", "secret");
         }},
        {508,
         "insufficient-capacity",
         [](ServerConfig& c) { c.minPort = c.maxPort = 50001; },
         [](ServerBench& b)
         {
             b.Allocate();
             b.client.flow = 7;
             b.LearnNonce();
             return AllocateAs(b, "alice", "secret");
         }},
    };
}

TEST(TurnErrorCodes, EveryOneIsReachedAndNamed)
{
    std::set<uint16_t> reached;
    for (const Row& row : MakeRows())
    {
        ServerConfig config = BenchConfig();
        row.configure(config);
        ServerBench bench(config);
        bench.LearnNonce();
        EXPECT_EQ(row.ask(bench), row.code);
        EXPECT_EQ(stun::ReasonName(row.code), row.name);
        reached.insert(row.code);
    }
    // RFC 8489 18.3, RFC 8656 19, RFC 6062 6.3; 405 belongs to mobility and 500 to a server that failed in itself.
    EXPECT_EQ(reached,
              (std::set<uint16_t>{
                  300, 400, 401, 403, 420, 437, 438, 440, 441, 442, 443, 446, 447, 486, 508}));
}

} // namespace
} // namespace imsfw::turn
