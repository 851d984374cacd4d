// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An engine on a bench: packets are put in on one side, what comes out is looked at.
///
/// Inside is 10.0.0.0/8 but for the DMZ 10.9.0.0/16; the external address is 203.0.113.1.
#pragma once

#include "engine/engine.h"
#include "packets.h"

#include <gtest/gtest.h>

namespace imsfw::engine
{

inline const std::string EXTERNAL = "203.0.113.1";
inline const std::string POLICIES = std::string(IMSFW_SOURCE_DIR) + "/firewall-models/policies";

inline EngineConfig
RigConfig()
{
    EngineConfig config;
    config.externalAddress = *IpAddress::Parse(EXTERNAL);
    config.inside = {*IpPrefix::Parse("10.0.0.0/16")};
    config.dmz = {*IpPrefix::Parse("10.9.0.0/16")};
    return config;
}

/// A policy that lets everything out, with NAT.
inline Policy
AllowOut()
{
    Policy policy;
    policy.id = "test";
    policy.nat.enabled = true;
    Rule out;
    out.id = "out";
    out.from = Zone::INSIDE;
    out.to = Zone::OUTSIDE;
    out.action = Action::ALLOW;
    policy.rules = {out};
    return policy;
}

class Rig
{
  public:
    explicit Rig(Policy policy, EngineConfig config = RigConfig())
        : engine(std::move(policy), std::move(config), m_random)
    {
    }

    /// @return what the engine sends because of this packet.
    std::vector<OutPacket>
    Send(Zone from, const Bytes& packet)
    {
        engine.HandlePacket(now, from, packet);
        std::vector<OutPacket> out;
        while (auto one = engine.PollTransmit())
        {
            out.push_back(std::move(*one));
        }
        while (auto event = engine.PollEvent())
        {
            events.push_back(std::move(*event));
        }
        return out;
    }

    /// @return the one packet that is forwarded; nothing where none is.
    std::optional<Bytes>
    Forwarded(Zone from, const Bytes& packet)
    {
        std::optional<Bytes> forwarded;
        for (auto& out : Send(from, packet))
        {
            if (out.kind == TransmitKind::FORWARDED)
            {
                EXPECT_FALSE(forwarded) << "forwarded twice";
                forwarded = out.packet;
            }
        }
        return forwarded;
    }

    bool
    Passes(Zone from, const Bytes& packet)
    {
        return Forwarded(from, packet).has_value();
    }

    /// @return the addresses with which @p packet leaves.
    std::optional<Ip4Tuple>
    Leaves(Zone from, const Bytes& packet)
    {
        const auto forwarded = Forwarded(from, packet);
        if (!forwarded)
        {
            return std::nullopt;
        }
        EXPECT_TRUE(HasGoodChecksums(*forwarded));
        return ParseIp(*forwarded)->tuple;
    }

    void
    Wait(Duration duration)
    {
        now += duration;
        engine.HandleTimeout(now);
    }

    /// @return "rule/reason" of the latest event.
    std::string
    LastVerdict() const
    {
        return events.empty() ? "" : events.back().ruleId + "/" + ToString(events.back().reason);
    }

    TimePoint now{std::chrono::seconds(100)};
    std::vector<VerdictEvent> events;

  private:
    SeededRandom m_random{1, 1, "test"};

  public:
    Engine engine;
};

} // namespace imsfw::engine
