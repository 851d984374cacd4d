// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A stateful port filter with NAT whose flow table is full of live flows: what the firewall's benchmarks put packets into.
#pragma once

#include "base/random.h"
#include "engine/engine.h"
#include "engine/packet/ip4-tuple.h"

#include <vector>

namespace imsfw::bench
{

constexpr std::size_t TOGETHER =
    32; ///< packets in a call: the burst that drivers usually hand over

/// End the program with status 1 unless @p holds.
void Require(bool holds, const char* what);

engine::EngineConfig Config(std::size_t flows);
engine::Rule PortRule(const std::string& id,
                      IpProtocol protocol,
                      uint16_t port,
                      engine::Action action);

/// Put a packet in and take what comes out; the bytes' memory goes round.
/// @return whether it was forwarded
bool PassOn(engine::Engine& engine, TimePoint now, engine::Zone from, Bytes& packet);
void DrainEvents(engine::Engine& engine);

/// Flows of inside hosts to one port; 50,000 inside endpoints at most, as one external address has no more ports.
class LiveFlows
{
  public:
    explicit LiveFlows(std::size_t count);

    static engine::Ip4Tuple TupleOf(std::size_t index);

    /// One packet of @p flow, out of a buffer that is kept.
    /// @return whether it was forwarded
    bool Send(std::size_t flow, Bytes& buffer);

    /// TOGETHER packets, one of each of the flows that @p flows points at, in one call, out of buffers that are kept.
    /// @return whether all were forwarded
    bool SendTogether(const uint32_t* flows, std::vector<engine::InPacket>& packets);

    /// @return buffers for SendTogether.
    static std::vector<engine::InPacket> MakeBuffers();

    std::size_t
    Count() const
    {
        return m_count;
    }

  private:
    std::size_t m_count;
    SeededRandom m_random;
    TimePoint m_now{std::chrono::seconds(1)};
    engine::Engine m_engine;
};

} // namespace imsfw::bench
