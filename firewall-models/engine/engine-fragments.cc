// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The engine's way of fragments (RFC 4787 11): the first one is judged as a packet, the others go where it went.
#include "engine/engine-core.h"

#include "engine/packet/packet-fields.h"
#include "engine/packet/packet-rewriter.h"

#include <utility>

namespace imsfw::engine
{

namespace
{

FragmentKey
FragmentKeyOf(const Arrival& arrival)
{
    constexpr std::size_t IDENTIFICATION = 4; // in the header of RFC 791
    const auto& tuple = arrival.packet.tuple;
    return {tuple.source, tuple.destination, tuple.protocol, Get16(arrival.bytes, IDENTIFICATION)};
}

} // namespace

void
Engine::Core::HandleFragment(Arrival& arrival)
{
    const auto behaviour = m_policy.Get().nat.fragments;
    const FragmentKey key = FragmentKeyOf(arrival);
    const auto first = ParseFirstFragment(arrival.bytes);
    const auto* way = m_fragments.Find(key, arrival.now);
    if (behaviour == FragmentBehaviour::REFUSE)
    {
        RefuseStray(arrival, Reason::FRAGMENT);
    }
    else if (first)
    {
        arrival.packet = *first;
        HandleFirstFragment(std::move(arrival), key);
    }
    else if (way != nullptr && way->isAllowed)
    {
        ForwardFragment(arrival, *way);
    }
    else if (way != nullptr || behaviour == FragmentBehaviour::IN_ORDER ||
             !m_fragments.Hold(key, arrival))
    {
        RefuseStray(arrival, Reason::FRAGMENT);
    }
}

void
Engine::Core::HandleFirstFragment(Arrival arrival, const FragmentKey& key)
{
    const auto tuple = arrival.packet.tuple;
    const TimePoint now = arrival.now;
    HandleWhole(arrival, arrival.packet.tuple.Hash());
    const auto found = m_flows.Find(tuple);
    FragmentTable::Way way;
    way.isAllowed = found.flow != nullptr && found.flow->IsAllowed();
    if (way.isAllowed)
    {
        way.leaving = found.flow->Leaving(found.direction);
        way.to = found.flow->Target(found.direction);
    }
    m_fragments.Learn(key, way, now);
    for (Arrival& held : m_fragments.TakeHeld(key))
    {
        way.isAllowed ? ForwardFragment(held, way) : RefuseStray(held, Reason::FRAGMENT);
    }
}

void
Engine::Core::ForwardFragment(Arrival& arrival, const FragmentTable::Way& way)
{
    RewriteAddresses(arrival.bytes, arrival.packet, way.leaving);
    m_outbox.Forward(way.to, std::move(arrival.bytes));
}

} // namespace imsfw::engine
