// SPDX-License-Identifier: GPL-2.0-only
#include "engine/chain.h"

#include "engine/output/counter-sum.h"

namespace imsfw::engine
{

Chain::Chain(std::vector<Stage> stages, RandomSource& random)
{
    for (Stage& stage : stages)
    {
        m_engines.push_back(
            std::make_unique<Engine>(std::move(stage.policy), std::move(stage.config), random));
    }
}

void
Chain::HandlePacket(TimePoint now, Zone from, Bytes ipPacket)
{
    const std::size_t stage = from == Zone::OUTSIDE ? m_engines.size() - 1 : 0;
    Enter(stage, now, from, std::move(ipPacket), Duration(0));
}

void
Chain::Enter(std::size_t stage, TimePoint now, Zone from, Bytes packet, Duration delay)
{
    m_engines[stage]->HandlePacket(now, from, std::move(packet));
    Drain(stage, now, delay);
}

void
Chain::Drain(std::size_t stage, TimePoint now, Duration delay)
{
    while (auto event = m_engines[stage]->PollEvent())
    {
        event->stage = static_cast<unsigned>(stage);
        event->flow = AsInnermostSaw(event->flow, stage);
        m_events.Push(std::move(*event));
    }
    while (auto out = m_engines[stage]->PollTransmit())
    {
        out->delay += delay;
        if (out->to == Zone::OUTSIDE && stage + 1 < m_engines.size())
        {
            Enter(stage + 1, now, Zone::INSIDE, std::move(out->packet), out->delay);
        }
        else if (out->to != Zone::OUTSIDE && stage > 0)
        {
            Enter(stage - 1, now, Zone::OUTSIDE, std::move(out->packet), out->delay);
        }
        else
        {
            m_transmits.Push(std::move(*out));
        }
    }
}

FiveTuple
Chain::AsInnermostSaw(FiveTuple flow, std::size_t stage) const
{
    for (std::size_t inner = stage; inner > 0; --inner)
    {
        flow = m_engines[inner - 1]->FindOpener(flow).value_or(flow);
    }
    return flow;
}

void
Chain::HandleTimeout(TimePoint now)
{
    for (const auto& engine : m_engines)
    {
        engine->HandleTimeout(now);
    }
}

void
Chain::Reboot(TimePoint now)
{
    for (const auto& engine : m_engines)
    {
        engine->Reboot(now);
    }
}

std::optional<TimePoint>
Chain::NextTimeout() const
{
    std::optional<TimePoint> next;
    for (const auto& engine : m_engines)
    {
        next = Earlier(next, engine->NextTimeout());
    }
    return next;
}

std::optional<OutPacket>
Chain::PollTransmit()
{
    return m_transmits.Pop();
}

std::optional<VerdictEvent>
Chain::PollEvent()
{
    return m_events.Pop();
}

Counters
Chain::GetCounters() const
{
    Counters sum;
    for (const auto& engine : m_engines)
    {
        sum += engine->GetCounters();
    }
    return sum;
}

std::size_t
Chain::GetFlowCount() const
{
    std::size_t count = 0;
    for (const auto& engine : m_engines)
    {
        count += engine->GetFlowCount();
    }
    return count;
}

} // namespace imsfw::engine
