// SPDX-License-Identifier: GPL-2.0-only
#include "phase-collector.h"

#include "phase-tree.h"

#include "ims-tls-core-driver.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

using ns3::imstls::ToCoreDuration;

/// One try of one plane, with what its flows are known by.
struct Try
{
    std::string plane;
    std::string way;
    const Attempt& attempt;
    std::vector<Endpoint> locals;
};

bool
Has(const std::vector<Endpoint>& endpoints, const Endpoint& wanted)
{
    return std::find(endpoints.begin(), endpoints.end(), wanted) != endpoints.end();
}

std::vector<Endpoint>
ServersOf(const ControlEnd& end)
{
    return {end.server};
}

std::vector<Endpoint>
ServersOf(const MediaEnd& end)
{
    return end.servers;
}

/// @param end a ControlEnd or a MediaEnd
template <typename End>
bool
GoesThere(const End& end, const MeteredFlow& flow)
{
    const auto& remote = flow.tuple.destination;
    // Only TCP goes through a web proxy; ICE uses UDP beside it.
    const bool isTcp = flow.tuple.protocol == IpProtocol::TCP;
    return end.viaProxy && isTcp ? remote == end.proxy : Has(ServersOf(end), remote);
}

class Collector
{
  public:
    explicit Collector(const PhaseSources& sources) : m_sources(sources)
    {
        const auto& controls = sources.ue.controls;
        const auto& medias = sources.ue.medias;
        m_mediaAttempts = sources.flow.GetUeMedia().GetAttempts();
        for (std::size_t i = 0; i < controls.size(); ++i)
        {
            const auto& end = controls[i];
            const auto& attempt = sources.flow.GetUeControl().GetAttempts()[i];
            m_tries.push_back({"control", end.way.name, attempt, {}});
            if (end.sip)
            {
                m_tries.back().locals = end.sip->GetLocalEndpoints(); // one more for each recovery
            }
        }
        for (std::size_t i = 0; i < medias.size(); ++i)
        {
            const auto& end = medias[i];
            m_tries.push_back({"media", end.way.name, m_mediaAttempts[i], {}});
            if (end.path)
            {
                m_tries.back().locals = end.path->GetLocalEndpoints();
            }
        }
        const auto& messages = sources.flow.GetMessages().GetUe();
        if (messages.Exists())
        {
            m_tries.push_back({"messages",
                               messages.GetEnd().way.name,
                               messages.GetAttempt(),
                               messages.GetLocalEndpoints()});
        }
        for (std::size_t i = 0; i < controls.size(); ++i)
        {
            ClaimOthers(m_tries[i], controls[i]);
        }
        for (std::size_t i = 0; i < medias.size(); ++i)
        {
            ClaimOthers(m_tries[controls.size() + i], medias[i]);
        }
    }

    std::vector<Phase>
    Collect()
    {
        for (const auto& made : m_tries)
        {
            AddAttempt(made);
        }
        AddApplications();
        AddMessages();
        for (const auto& session : m_sources.tls.GetSessions())
        {
            Add(session.plane, session.way, "tls", session.info.started, session.info.established);
        }
        AddFirstMedia();
        return Nest(std::move(m_phases));
    }

  private:
    /// What a try opened to where it goes, beside the flows from its known endpoints: a connection that was never
    /// answered, or that the proxy closed after a 407; and the questions that it asked a resolver.
    template <typename End>
    void
    ClaimOthers(Try& made, const End& end)
    {
        if (m_sources.probe == nullptr || made.attempt.state == AttemptState::WAITING)
        {
            return;
        }
        for (const auto& flow : m_sources.probe->GetMeter().GetFlows())
        {
            const auto& own = flow->tuple.source;
            const bool isIts = flow->IsDns() ? !QueriesOf(made, *flow).empty()
                                             : flow->opening && IsDuring(made, *flow->opening) &&
                                                   GoesThere(end, *flow) && !IsClaimed(own);
            if (isIts && !Has(made.locals, own))
            {
                made.locals.push_back(own);
            }
        }
    }

    static bool
    IsDuring(const Try& made, TimePoint at)
    {
        return at >= made.attempt.started && at < made.attempt.ended;
    }

    /// @return when a try asked a resolver, and when it was answered. Tries share the flow to it.
    static std::vector<std::pair<TimePoint, TimePoint>>
    QueriesOf(const Try& made, const MeteredFlow& flow)
    {
        std::vector<std::pair<TimePoint, TimePoint>> queries;
        for (const auto& query : flow.datagramsSent)
        {
            const auto& answers = flow.datagramsReceived;
            const auto answer =
                std::find_if(answers.begin(),
                             answers.end(),
                             [&](const StreamMessage& one) { return one.at >= query.at; });
            const bool isRepeated = !queries.empty() && query.at < queries.back().second;
            if (IsDuring(made, query.at) && answer != answers.end() && !isRepeated)
            {
                queries.emplace_back(query.at, answer->at);
            }
        }
        return queries;
    }

    bool
    IsClaimed(const Endpoint& local) const
    {
        return std::any_of(m_tries.begin(),
                           m_tries.end(),
                           [&](const Try& made) { return Has(made.locals, local); });
    }

    void
    AddAttempt(const Try& made)
    {
        if (made.attempt.state == AttemptState::WAITING)
        {
            return;
        }
        if (made.attempt.state != AttemptState::RUNNING)
        {
            Add(made.plane, made.way, "attempt", made.attempt.started, made.attempt.ended);
        }
        if (m_sources.probe == nullptr)
        {
            return;
        }
        std::optional<TimePoint> wanted;
        for (const auto& flow : m_sources.probe->GetMeter().GetFlows())
        {
            if (flow->IsDns())
            {
                for (const auto& [asked, answered] : QueriesOf(made, *flow))
                {
                    Add(made.plane, made.way, "name-resolution", asked, answered);
                }
                continue;
            }
            // A connection from before is another's, at whose port there may be a path over UDP.
            const bool isIts = flow->opening && flow->open &&
                               Has(made.locals, flow->tuple.source) &&
                               *flow->opening >= made.attempt.started;
            if (!isIts)
            {
                continue;
            }
            Add(made.plane, made.way, "tcp", *flow->opening, *flow->open);
            if (!wanted && flow->sent.GetConnect())
            {
                wanted = flow->open; // kept: a 407 may cost the connection
            }
            if (wanted && flow->received.GetConnect())
            {
                Add(made.plane, made.way, "proxy-connect", *wanted, *flow->received.GetConnect());
                wanted.reset();
            }
        }
    }

    void
    AddApplications()
    {
        for (const auto& end : m_sources.ue.controls)
        {
            for (const auto& phase :
                 end.sip ? end.sip->GetPhases() : std::vector<ns3::imssip::SipPhase>())
            {
                Add("control",
                    end.way.name,
                    phase.name,
                    TimePoint(ToCoreDuration(phase.start)),
                    TimePoint(ToCoreDuration(phase.end)));
            }
        }
        for (const auto& end : m_sources.ue.medias)
        {
            for (const auto& phase :
                 end.path ? end.path->GetPhases() : std::vector<ns3::imsturn::MediaPath::Phase>())
            {
                Add("media", end.way.name, phase.name, phase.start, phase.end);
            }
        }
    }

    void
    AddMessages()
    {
        const auto& messages = m_sources.flow.GetMessages().GetUe();
        for (const auto& phase : messages.GetPhases())
        {
            Add("messages", messages.GetEnd().way.name, phase.name, phase.start, phase.end);
        }
    }

    void
    AddFirstMedia()
    {
        const auto talk = m_sources.flow.GetTalkStarted();
        const auto way = m_sources.flow.GetUeMedia().GetTakenWay();
        if (!talk || !way)
        {
            return;
        }
        const auto addOne = [&](const char* name, const Party& receiver)
        {
            const auto statistics = receiver.voice->GetStatistics();
            if (statistics.received > 0)
            {
                Add("media", *way, name, *talk, std::max(*talk, statistics.first));
                m_phases.back().isLeaf = true;
            }
        };
        addOne("first-media-up", m_sources.callee);
        addOne("first-media-down", m_sources.ue);
    }

    void
    Add(const std::string& plane,
        const std::string& way,
        const std::string& name,
        TimePoint start,
        TimePoint end)
    {
        Phase phase{plane, way, name, start, end};
        const auto made =
            std::find_if(m_tries.begin(),
                         m_tries.end(),
                         [&](const Try& one) { return one.plane == plane && one.way == way; });
        if (m_sources.probe != nullptr && made != m_tries.end())
        {
            phase.traffic = m_sources.probe->GetMeter().Measure(made->locals, start, end);
        }
        m_phases.push_back(std::move(phase));
    }

    const PhaseSources& m_sources;
    std::vector<Attempt> m_mediaAttempts;
    std::vector<Try> m_tries;
    std::vector<Phase> m_phases;
};

} // namespace

std::vector<Phase>
CollectPhases(const PhaseSources& sources)
{
    return Collector(sources).Collect();
}

} // namespace imsfw::scenario
