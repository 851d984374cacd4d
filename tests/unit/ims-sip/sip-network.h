// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A P-CSCF and its user agents in memory, with a delay on each way, for tests: no sockets, no clock but its own.
///
/// Datagrams may be lost by their number; streams are cut into small pieces, so that framing is always at work.
#pragma once

#include "base/random.h"
#include "ims-sip-p-cscf.h"
#include "ims-sip-user-agent.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace imsfw::sip::test
{

using namespace std::chrono_literals;

inline TimePoint
At(Duration offset)
{
    return TimePoint(offset);
}

inline SdpSession
Offer(const std::string& address, uint16_t port)
{
    SdpSession session;
    session.sessionId = 1;
    session.version = 1;
    session.audio = {*IpAddress::Parse(address), port};
    session.codecs = {SdpCodec::AmrWb(), SdpCodec::Pcma(), SdpCodec::Pcmu()};
    return session;
}

class SipNetwork
{
  public:
    struct Agent
    {
        std::string name;
        SeededRandom random;
        UserAgent ua;
        Endpoint address;
        uint32_t channel{0}; ///< of its stream; 0 for datagrams
        bool isCut{false};   ///< nothing of it arrives any more, and nothing arrives at it
        std::vector<UserAgentEvent> events;
        std::vector<std::string> sent; ///< as text, in order

        Agent(const std::string& agentName, const UserAgentConfig& config, Endpoint where)
            : name(agentName), random(7, 1, agentName), ua(config, random), address(where)
        {
        }

        bool
        Has(UserAgentEvent::Type type) const
        {
            return Find(type) != nullptr;
        }

        const UserAgentEvent*
        Find(UserAgentEvent::Type type) const
        {
            for (const auto& event : events)
            {
                if (event.type == type)
                {
                    return &event;
                }
            }
            return nullptr;
        }

        std::size_t
        Count(UserAgentEvent::Type type) const
        {
            std::size_t count = 0;
            for (const auto& event : events)
            {
                count += event.type == type ? 1 : 0;
            }
            return count;
        }
    };

    explicit SipNetwork(PCscfConfig config = Config())
        : m_random(7, 1, "p-cscf"), pcscf(std::move(config), m_random)
    {
    }

    static PCscfConfig
    Config()
    {
        PCscfConfig config;
        config.address = {*IpAddress::Parse("203.0.113.5"), 5060};
        return config;
    }

    static UserAgentConfig
    UeConfig(const std::string& user, const std::string& address, bool isReliable)
    {
        UserAgentConfig config;
        config.publicIdentity = "sip:" + user + "@ims.test";
        config.privateIdentity = user + "@ims.test";
        config.password = "secret-" + user;
        config.local = {*IpAddress::Parse(address), 5060};
        config.proxy = {*IpAddress::Parse("203.0.113.5"), 5060};
        config.isReliable = isReliable;
        config.transport = isReliable ? "TCP" : "UDP";
        return config;
    }

    Agent&
    Add(const std::string& name, const UserAgentConfig& config)
    {
        agents.push_back(std::make_unique<Agent>(name, config, config.local));
        Agent& agent = *agents.back();
        if (config.isReliable)
        {
            agent.channel = m_nextChannel++;
            pcscf.HandleStreamOpened(now, agent.channel, agent.address, config.transport);
        }
        return agent;
    }

    Agent&
    AddUe(const std::string& user, const std::string& address, bool isReliable)
    {
        pcscf.AddUser({user + "@ims.test", "sip:" + user + "@ims.test", "secret-" + user});
        return Add(user, UeConfig(user, address, isReliable));
    }

    /// Do @p action at @p offset from the start.
    void
    Schedule(Duration offset, std::function<void()> action)
    {
        m_queue.emplace(std::make_pair(At(offset), m_nextOrder++), std::move(action));
    }

    /// Run until nothing happens before @p end.
    void
    RunUntil(Duration end)
    {
        while (Step(At(end)))
        {
        }
        now = At(end);
    }

    Duration delay{20ms};
    std::set<int> lost; ///< numbers of the datagrams that do not arrive, from 0
    int datagrams{0};
    TimePoint now{};
    std::vector<PCscfEvent> events;
    std::vector<std::unique_ptr<Agent>> agents;
    std::string trace; ///< who sent what when: one line for each message, for comparisons

  private:
    SeededRandom m_random;

  public:
    PCscf pcscf;

  private:
    bool
    Step(TimePoint end)
    {
        std::optional<TimePoint> next = pcscf.NextTimeout();
        for (const auto& agent : agents)
        {
            next = Earlier(next, agent->ua.NextTimeout());
        }
        const auto queued = m_queue.begin();
        const bool isQueued = queued != m_queue.end() && (!next || queued->first.first <= *next);
        next = isQueued ? queued->first.first : next;
        if (!next || *next > end)
        {
            return false;
        }
        now = std::max(now, *next);
        if (isQueued)
        {
            const auto action = queued->second;
            m_queue.erase(queued);
            action();
        }
        else
        {
            HandleTimeouts();
        }
        Drain();
        return true;
    }

    void
    HandleTimeouts()
    {
        if (IsDue(pcscf.NextTimeout()))
        {
            pcscf.HandleTimeout(now);
        }
        for (const auto& agent : agents)
        {
            if (IsDue(agent->ua.NextTimeout()))
            {
                agent->ua.HandleTimeout(now);
            }
        }
    }

    bool
    IsDue(std::optional<TimePoint> deadline) const
    {
        return deadline && *deadline <= now;
    }

    void
    Drain()
    {
        while (auto out = pcscf.PollTransmit())
        {
            ToAgent(*out);
        }
        while (auto event = pcscf.PollEvent())
        {
            events.push_back(*event);
            if (event->type == PCscfEvent::Type::STREAM_BROKEN)
            {
                pcscf.HandleStreamClosed(now, event->flow.channel); // as the application does
            }
        }
        for (const auto& agent : agents)
        {
            while (auto out = agent->ua.PollTransmit())
            {
                agent->sent.emplace_back(ByteView(*out).AsText());
                ToProxy(*agent, *out);
            }
            while (auto event = agent->ua.PollEvent())
            {
                agent->events.push_back(*event);
            }
        }
    }

    void
    Note(const std::string& who, const Bytes& bytes)
    {
        trace += std::to_string(now.time_since_epoch().count()) + " " + who + "\n" +
                 std::string(ByteView(bytes).AsText()) + "\n";
    }

    void
    ToProxy(Agent& agent, Bytes bytes)
    {
        Note(agent.name, bytes);
        const bool isStream = agent.channel != 0;
        if (agent.isCut || (!isStream && lost.count(datagrams++) != 0))
        {
            return;
        }
        Schedule((now + delay).time_since_epoch(),
                 [this, &agent, bytes = std::move(bytes), isStream]
                 {
                     if (!isStream)
                     {
                         pcscf.HandleDatagram(now, 0, agent.address, bytes);
                         return;
                     }
                     for (std::size_t i = 0; i < bytes.size(); i += 7)
                     {
                         pcscf.HandleStreamInput(now, agent.channel, ByteView(bytes).Sub(i, 7));
                     }
                 });
    }

    void
    ToAgent(const SipTransmit& out)
    {
        Note("p-cscf", out.bytes);
        for (const auto& agent : agents)
        {
            const bool isIt = out.flow.isReliable
                                  ? agent->channel == out.flow.channel
                                  : agent->channel == 0 && agent->address == out.flow.remote;
            if (!isIt)
            {
                continue;
            }
            if (agent->isCut || (!out.flow.isReliable && lost.count(datagrams++) != 0))
            {
                return;
            }
            Schedule((now + delay).time_since_epoch(),
                     [this, target = agent.get(), bytes = out.bytes]
                     {
                         const std::size_t piece = target->channel != 0 ? 7 : bytes.size();
                         for (std::size_t i = 0; i < bytes.size(); i += piece)
                         {
                             target->ua.HandleInput(now, ByteView(bytes).Sub(i, piece));
                         }
                     });
            return;
        }
    }

    std::map<std::pair<TimePoint, uint64_t>, std::function<void()>> m_queue;
    uint64_t m_nextOrder{0};
    uint32_t m_nextChannel{10};
};

} // namespace imsfw::sip::test
