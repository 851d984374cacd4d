// SPDX-License-Identifier: GPL-2.0-only
#include "engine/engine.h"

#include "engine/engine-core.h"

namespace imsfw::engine
{

Engine::Engine(Policy policy, EngineConfig config, RandomSource& random)
    : m_core(std::make_unique<Core>(std::move(policy), std::move(config), random))
{
}

Engine::~Engine() = default;

void
Engine::HandlePacket(TimePoint now, Zone from, Bytes ipPacket)
{
    m_core->HandlePacket(now, from, std::move(ipPacket));
}

void
Engine::HandlePackets(TimePoint now, std::vector<InPacket>& packets)
{
    m_core->HandlePackets(now, packets);
}

void
Engine::HandleTimeout(TimePoint now)
{
    m_core->HandleTimeout(now);
}

void
Engine::Reboot(TimePoint now)
{
    m_core->Reboot(now);
}

std::optional<TimePoint>
Engine::NextTimeout() const
{
    return m_core->Flows().NextExpiry();
}

std::optional<OutPacket>
Engine::PollTransmit()
{
    return m_core->Output().PollTransmit();
}

std::optional<VerdictEvent>
Engine::PollEvent()
{
    return m_core->Output().PollEvent();
}

Counters
Engine::GetCounters() const
{
    Counters counters = m_core->Output().counters;
    counters.flows = m_core->Flows().InsertedCount();
    return counters;
}

std::size_t
Engine::GetFlowCount() const
{
    return m_core->Flows().Size();
}

std::optional<FiveTuple>
Engine::FindOpener(const FiveTuple& leaving) const
{
    if (!leaving.source.address.IsV4() || !leaving.destination.address.IsV4())
    {
        return std::nullopt;
    }
    const auto found = m_core->Flows().Find(Ip4Tuple::From(leaving).Reversed());
    const bool isItsAnswer =
        found.flow != nullptr && found.direction == classify::Direction::TO_CLIENT;
    return isItsAnswer ? std::optional(found.flow->original.ToFiveTuple()) : std::nullopt;
}

} // namespace imsfw::engine
