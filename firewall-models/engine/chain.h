// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Firewalls and NATs in a row, from the innermost to the outermost: double NAT (RFC 6598), a host firewall before a
/// network's, or just one engine.
///
/// Sans-IO, with the calls of Engine. What one stage sends to its outside comes from the inside for the next, without
/// delay; delays that rules add are added up. Zones other than outside are the innermost stage's.
#pragma once

#include "engine/engine.h"
#include "engine/flow/ring-queue.h"

#include <memory>
#include <vector>

namespace imsfw::engine
{

class Chain
{
  public:
    struct Stage
    {
        Policy policy;
        EngineConfig config;
    };

    /// @param stages at least one, the innermost first
    /// @param random must outlive the chain
    Chain(std::vector<Stage> stages, RandomSource& random);

    /// @param from the side that the packet came from
    /// @param ipPacket a whole IPv4 packet with its header
    void HandlePacket(TimePoint now, Zone from, Bytes ipPacket);
    /// Forget flows whose time is over.
    void HandleTimeout(TimePoint now);
    /// Let every stage lose its state.
    void Reboot(TimePoint now);

    std::optional<TimePoint> NextTimeout() const;
    std::optional<OutPacket> PollTransmit();
    /// @return with VerdictEvent::stage filled in, and the flow as the innermost stage that opened it saw it first
    std::optional<VerdictEvent> PollEvent();

    /// @return the sums over all stages.
    Counters GetCounters() const;
    std::size_t GetFlowCount() const;

    const Engine&
    GetStage(std::size_t number) const
    {
        return *m_engines.at(number);
    }

    std::size_t
    Size() const
    {
        return m_engines.size();
    }

  private:
    void Enter(std::size_t stage, TimePoint now, Zone from, Bytes packet, Duration delay);
    /// Move what a stage has made of a packet on, to the next stage or out.
    void Drain(std::size_t stage, TimePoint now, Duration delay);
    FiveTuple AsInnermostSaw(FiveTuple flow, std::size_t stage) const;

    std::vector<std::unique_ptr<Engine>> m_engines;
    RingQueue<OutPacket> m_transmits;
    RingQueue<VerdictEvent> m_events;
};

} // namespace imsfw::engine
