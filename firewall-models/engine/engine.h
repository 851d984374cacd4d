// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A stateful firewall with NAT: IPv4 packets in, packets and verdicts out.
///
/// Sans-IO. Flows are judged by the policy's rules in the direction in which they were opened, and again whenever
/// their bytes tell more. NAT after RFC 4787, 5382 and 5508. Left out: IPv6, reassembly of fragments (refused),
/// hairpinning, application layer gateways.
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "engine/policy.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::engine
{

struct EngineConfig
{
    IpAddress externalAddress; ///< of the NAT, and the source of ICMP errors
    std::vector<IpPrefix> inside;
    std::vector<IpPrefix> dmz;
    std::size_t maxFlows{65536}; ///< beyond, the flow nearest to its expiry gives way
};

/// Why a verdict fell.
enum class Reason : uint8_t
{
    RULE,        ///< addresses, ports, protocol
    DEFAULT,     ///< no rule matched
    FIRST_BYTES, ///< the stream's first bytes
    NULL_SUITE,  ///< TLS without encryption
    CONTENT,     ///< an application recognised in readable data
    NO_STATE,    ///< not the first packet of a flow, and of none that is known
    NO_MAPPING,  ///< unsolicited, to the NAT's address
    FILTERED,    ///< a mapping is there, but not for this remote endpoint
    NO_PORT,     ///< the NAT has no port left
    FRAGMENT,
    UNSUPPORTED, ///< an ICMP message that starts no flow
};

/// @return "first-bytes", "no-state", ...
std::string ToString(Reason reason);

/// The first verdict of a flow, each change of it, and every refusal.
struct VerdictEvent
{
    TimePoint at{};
    Action action{Action::DROP};
    std::string ruleId; ///< "default" and "unsolicited" where no rule stands behind it
    Reason reason{Reason::DEFAULT};
    FiveTuple flow; ///< as first seen, before NAT
    Zone from{Zone::INSIDE};
    Zone to{Zone::OUTSIDE};
    uint64_t flowId{0}; ///< 0 where the packet belongs to no flow
    Bytes firstBytes;   ///< of this packet's payload, at most 16
    std::size_t size{0};
    bool firstOfFlow{false};
};

enum class TransmitKind : uint8_t
{
    FORWARDED,
    GENERATED, ///< an RST or ICMP error of the engine's own
};

struct OutPacket
{
    Zone to{Zone::INSIDE};
    Bytes packet;
    bool isGenerated{false};
    TransmitKind kind{TransmitKind::FORWARDED}; ///< says the same as isGenerated
    Duration delay{0};                          ///< before sending; the engine adds none so far
};

using Transmit = OutPacket;

struct Counters
{
    uint64_t allowed{0};
    uint64_t refused{0};
    uint64_t malformed{0};
    uint64_t fragments{0};
    uint64_t evicted{0};
    uint64_t expired{0};
    uint64_t generated{0};
    uint64_t flows{0}; ///< ever made
};

class Engine
{
  public:
    /// @param random must outlive the engine
    Engine(Policy policy, EngineConfig config, RandomSource& random);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// @param ipPacket a whole IPv4 packet with its header
    void HandlePacket(TimePoint now, Zone from, Bytes ipPacket);
    void HandleTimeout(TimePoint now);
    std::optional<TimePoint> NextTimeout() const;
    std::optional<OutPacket> PollTransmit();
    std::optional<VerdictEvent> PollEvent();
    Counters GetCounters() const;
    std::size_t GetFlowCount() const;

  private:
    class Core;
    std::unique_ptr<Core> m_core;
};

} // namespace imsfw::engine
