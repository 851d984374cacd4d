// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Two agents of ICE and what may lie between them: NATs that filter, losses, relays, connections.
#pragma once

#include "base/random.h"
#include "ims-turn-ice-agent.h"
#include "turn-samples.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace imsfw::icetest
{

using namespace ice;
using turntest::At;

/// What stands at an end's door.
struct Door
{
    std::optional<IpAddress> publicAddress; ///< nothing: no NAT
    bool isSymmetric{false};                ///< RFC 4787 4.1: address and port-dependent mapping
    bool isClosedToUdp{false};              ///< nothing but the relay gets through
};

class World;

/// One end: an agent with the bases that it was given.
class End
{
  public:
    End(World& world, const AgentConfig& config, Door door, std::string seed)
        : m_world(&world), door(door), random(1, 1, seed), agent(config, random)
    {
    }

    /// @return the base's number
    std::size_t AddHost(const Endpoint& address, CandidateTransport transport = {});
    /// The candidate that a STUN server would have told of. @pre the door has a NAT
    void AddReflexive(std::size_t base, const Endpoint& stunServer);
    std::size_t AddRelay(const Endpoint& relayed, uint16_t preference = 65535);
    /// Give out what the agent has to say.
    void Drain();

    struct Base
    {
        Endpoint address;
        CandidateTransport transport{};
        bool isRelay{false};
    };

    World* m_world;
    Door door;
    SeededRandom random;
    Agent agent;
    std::vector<Base> bases;
    std::vector<AgentEvent> events;
    std::vector<std::string> data;
    std::vector<Transmit> sent; ///< everything, in order
};

class World
{
  public:
    explicit World(AgentConfig left = AgentConfig::For(Profile::RFC8445),
                   AgentConfig right = AgentConfig::For(Profile::RFC8445),
                   Door leftDoor = {},
                   Door rightDoor = {})
        : left(*this, left, leftDoor, "left"), right(*this, AsControlled(right), rightDoor, "right")
    {
    }

    static AgentConfig
    AsControlled(AgentConfig config)
    {
        config.isControlling = !config.isControlling;
        return config;
    }

    /// Both have the other's description at once.
    void
    Connect()
    {
        const Description offer = left.agent.GetLocalDescription();
        const Description answer = right.agent.GetLocalDescription();
        right.agent.SetRemote(now, offer);
        right.Drain();
        left.agent.SetRemote(now, answer);
        left.Drain();
    }

    void
    RunUntil(double seconds)
    {
        const TimePoint end = At(seconds);
        while (const auto next = NextMoment())
        {
            if (*next > end)
            {
                break;
            }
            now = std::max(now, *next);
            Step();
        }
        now = end;
    }

    /// @p bytes leave @p from's @p base for @p to.
    void
    Carry(End& from, std::size_t index, const Endpoint& to, Bytes bytes)
    {
        if (lossPercent != 0 && chance.Below(100) < lossPercent &&
            !IsTcp(from.bases[index].transport))
        {
            return;
        }
        const auto source = SourceOf(from, index, to);
        if (source)
        {
            End& other = &from == &left ? right : left;
            m_flying.emplace(now + delay,
                             [this, &other, source = *source, to, bytes = std::move(bytes)]
                             { Arrive(other, source, to, bytes); });
        }
    }

    TimePoint now{};
    Duration delay{std::chrono::milliseconds(20)};
    unsigned lossPercent{0};
    SeededRandom chance{7, 1, "loss"};
    bool isCut{false};                 ///< nothing arrives any more
    std::function<void(Bytes&)> spoil; ///< changes what arrives
    End left;
    End right;

  private:
    friend class End;

    /// @return what the other end sees as source; nothing where it may not leave.
    std::optional<Endpoint>
    SourceOf(End& from, std::size_t index, const Endpoint& to)
    {
        const End::Base& base = from.bases[index];
        if (base.isRelay)
        {
            return base.address;
        }
        if (base.transport == CandidateTransport::TCP_ACTIVE)
        {
            auto [port, isNew] = m_connections.emplace(
                std::pair(base.address.address, to),
                Endpoint{base.address.address,
                         static_cast<uint16_t>(40000 + m_connections.size())});
            return port->second;
        }
        if (IsTcp(base.transport))
        {
            return base.address;
        }
        if (from.door.isClosedToUdp)
        {
            return std::nullopt;
        }
        if (!from.door.publicAddress)
        {
            return base.address;
        }
        const Endpoint mapped = Map(from.door, base.address, to);
        m_opened.insert({mapped, to});
        return mapped;
    }

    Endpoint
    Map(const Door& door, const Endpoint& inner, const Endpoint& to)
    {
        const Endpoint key = door.isSymmetric ? to : Endpoint{};
        const auto port = static_cast<uint16_t>(20000 + m_mappings.size());
        const auto mapped =
            m_mappings.emplace(std::pair(inner, key), Endpoint{*door.publicAddress, port});
        return mapped.first->second;
    }

    void
    Arrive(End& at, const Endpoint& source, const Endpoint& to, Bytes bytes)
    {
        const auto base = BaseOf(at, source, to);
        if (!base || isCut)
        {
            return;
        }
        if (spoil)
        {
            spoil(bytes);
        }
        if (!at.agent.HandleInput(now, *base, source, bytes) && at.agent.AcceptsData(*base, source))
        {
            at.data.emplace_back(ByteView(bytes).AsText());
        }
        at.Drain();
    }

    std::optional<std::size_t>
    BaseOf(End& at, const Endpoint& source, const Endpoint& to)
    {
        for (std::size_t i = 0; i < at.bases.size(); ++i)
        {
            const End::Base& base = at.bases[i];
            if (base.isRelay || base.transport == CandidateTransport::TCP_PASSIVE)
            {
                if (base.address == to)
                {
                    return i;
                }
                continue;
            }
            if (base.transport == CandidateTransport::TCP_ACTIVE)
            {
                const auto found = m_connections.find({base.address.address, source});
                if (found != m_connections.end() && found->second == to)
                {
                    return i;
                }
                continue;
            }
            if (at.door.isClosedToUdp)
            {
                continue;
            }
            if (!at.door.publicAddress && base.address == to)
            {
                return i;
            }
            // RFC 4787 5: address and port-dependent filtering
            for (const auto& [key, mapped] : m_mappings)
            {
                if (key.first == base.address && mapped == to &&
                    m_opened.count({mapped, source}) != 0)
                {
                    return i;
                }
            }
        }
        return std::nullopt;
    }

    std::optional<TimePoint>
    NextMoment() const
    {
        auto next = Earlier(left.agent.NextTimeout(), right.agent.NextTimeout());
        return m_flying.empty() ? next : Earlier(next, m_flying.begin()->first);
    }

    void
    Step()
    {
        while (!m_flying.empty() && m_flying.begin()->first <= now)
        {
            const auto arrive = std::move(m_flying.begin()->second);
            m_flying.erase(m_flying.begin());
            arrive();
        }
        for (End* end : {&left, &right})
        {
            const auto due = end->agent.NextTimeout();
            if (due && *due <= now)
            {
                end->agent.HandleTimeout(now);
                end->Drain();
            }
        }
    }

    std::multimap<TimePoint, std::function<void()>> m_flying;
    std::map<std::pair<Endpoint, Endpoint>, Endpoint> m_mappings;
    std::set<std::pair<Endpoint, Endpoint>> m_opened;
    std::map<std::pair<IpAddress, Endpoint>, Endpoint> m_connections;
};

inline std::size_t
End::AddHost(const Endpoint& address, CandidateTransport transport)
{
    bases.push_back({address, transport, false});
    Gathered host;
    host.transport = transport;
    host.address = host.baseAddress = address;
    host.base = bases.size() - 1;
    agent.AddLocal(host);
    return host.base;
}

inline void
End::AddReflexive(std::size_t base, const Endpoint& stunServer)
{
    Gathered reflexive;
    reflexive.type = CandidateType::SERVER_REFLEXIVE;
    reflexive.address = m_world->Map(door, bases[base].address, stunServer);
    reflexive.base = base;
    reflexive.baseAddress = bases[base].address;
    reflexive.related = bases[base].address;
    reflexive.server = "udp " + stunServer.address.ToString();
    agent.AddLocal(reflexive);
}

inline std::size_t
End::AddRelay(const Endpoint& relayed, uint16_t preference)
{
    bases.push_back({relayed, CandidateTransport::UDP, true});
    Gathered relay;
    relay.type = CandidateType::RELAYED;
    relay.address = relay.baseAddress = relayed;
    relay.base = bases.size() - 1;
    relay.localPreference = preference;
    relay.related = At("192.0.2.99:9");
    relay.server = "tls 203.0.113.9";
    agent.AddLocal(relay);
    return relay.base;
}

inline void
End::Drain()
{
    while (auto transmit = agent.PollTransmit())
    {
        sent.push_back(*transmit);
        m_world->Carry(*this, transmit->base, transmit->to, std::move(transmit->bytes));
    }
    while (auto event = agent.PollEvent())
    {
        events.push_back(std::move(*event));
    }
}

/// @return the pair that @p end has selected last; a test without one fails by the exception.
inline SelectedPair
SelectedOf(const End& end)
{
    return end.agent.GetSelected(1).value();
}

/// @return why @p end failed, empty where it did not.
inline std::string
WhyFailed(const End& end)
{
    for (const auto& event : end.events)
    {
        if (event.type == AgentEvent::Type::FAILED)
        {
            return event.failure.layer + " " + event.failure.reason;
        }
    }
    return "";
}

} // namespace imsfw::icetest
