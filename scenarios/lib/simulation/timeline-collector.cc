// SPDX-License-Identifier: GPL-2.0-only
#include "timeline-collector.h"

#include "address-plan.h"
#include "identities.h"
#include "server-roles.h"

#include <set>

namespace imsfw::scenario
{

namespace
{

using Json = nlohmann::ordered_json;

/// @return what stands in front of the names of a site's nodes and links.
std::string
PrefixOf(const Site& site)
{
    return site.name.empty() ? "" : site.name + "-";
}

/// Of one couple; events of what it shares with those before it are left out.
class Collector
{
  public:
    /// @param told nodes that are told of already; this one's are added
    /// @param events where its own are added
    Collector(const TimelineSources& sources,
              std::set<std::string>& told,
              std::vector<TimelineEvent>& events)
        : m_sources(sources), m_told(told), m_events(events)
    {
    }

    void
    AddCaller()
    {
        AddSite(m_sources.ue);
    }

    void
    AddCallee()
    {
        if (m_sources.callee.site)
        {
            AddSite(m_sources.callee);
        }
    }

    void
    AddServers()
    {
        const unsigned index = PCscfOf(m_sources.experiment, *m_sources.ue.site);
        const std::string pCscf = identities::Numbered("p-cscf", index);
        if (m_sources.experiment.HasControl())
        {
            AddNode(pCscf, "server", addresses::PCscf(index).host, pCscf, "");
        }
        if (m_sources.experiment.HasMedia())
        {
            AddNode("turn-server", "server", addresses::TURN_SERVER.host, "turn-server", "");
        }
        if (!m_sources.callee.site)
        {
            AddNode("callee", "server", addresses::CALLEE.host, "callee", "");
        }
    }

    void
    AddEvents()
    {
        for (const auto& attempt : m_sources.result.attempts)
        {
            AddAttempt(attempt);
        }
        for (const auto& session : m_sources.tls.GetSessions())
        {
            Add(session.info.established,
                m_sources.ue.name,
                "tls-established",
                {{"plane", session.plane},
                 {"transport", session.way},
                 {"version", session.info.version},
                 {"suite", session.info.suite}});
        }
        AddMessages(m_sources.ue.name, m_sources.probe);
        AddMessages(m_sources.callee.name, m_sources.calleeProbe);
    }

  private:
    void
    Add(TimePoint at, const std::string& node, const char* event, Json details)
    {
        m_events.push_back({at, node, event, std::move(details)});
    }

    /// @return whether the node was not told of yet.
    bool
    AddNode(const std::string& name,
            const char* kind,
            const std::string& address,
            const std::string& link,
            const std::string& firewall,
            const Json& more = Json::object())
    {
        Json details{{"kind", kind}, {"address", address}, {"link", link}, {"behind", firewall}};
        details.update(more);
        const bool isNew = m_told.insert(name).second;
        if (isNew)
        {
            Add(TimePoint{}, name, "node", std::move(details));
        }
        return isNew;
    }

    void
    AddSite(const Party& party)
    {
        const Site& site = m_sources.topology.sites[*party.site];
        const std::string prefix = PrefixOf(site);
        const std::string firewall = prefix + "firewall";
        AddNode(party.name,
                "ue",
                party.host.address.ToString(),
                prefix + AccessLinkOf(party, site),
                firewall,
                {{"couple", m_sources.couple},
                 {"of", m_sources.experiment.ues.count},
                 {"uri", party.uri}});
        const bool isNew = AddNode(
            firewall, "firewall", addresses::Outside(site.number).host, prefix + "internet", "");
        if (site.webProxy)
        {
            AddNode(prefix + "web-proxy",
                    "web-proxy",
                    addresses::WEB_PROXY.host,
                    prefix + "dmz",
                    firewall);
        }
        if (isNew)
        {
            AddDecisions(party);
        }
    }

    static std::string
    AccessLinkOf(const Party& party, const Site& site)
    {
        for (unsigned i = 0; i < site.ues.size(); ++i)
        {
            if (addresses::Ue(i).host == party.host.address.ToString())
            {
                return identities::Numbered("access", i);
            }
        }
        return "access";
    }

    void
    AddAttempt(const AttemptResult& attempt)
    {
        const Json common{{"plane", attempt.plane}, {"transport", attempt.transport}};
        if (attempt.started)
        {
            Add(*attempt.started, m_sources.ue.name, "attempt-started", common);
        }
        if (attempt.ended)
        {
            Json details = common;
            details["outcome"] = attempt.outcome;
            Add(*attempt.ended, m_sources.ue.name, "attempt-ended", details);
        }
    }

    void
    AddMessages(const std::string& node, const UeProbe* probe)
    {
        if (probe == nullptr)
        {
            return;
        }
        for (const auto& flow : probe->GetMeter().GetFlows())
        {
            const std::string tuple = flow->tuple.ToString();
            const bool isTcp = flow->tuple.protocol == IpProtocol::TCP;
            AddMessages(
                node, isTcp ? flow->sent.GetMessages() : flow->datagramsSent, tuple, "sent");
            AddMessages(node,
                        isTcp ? flow->received.GetMessages() : flow->datagramsReceived,
                        tuple,
                        "received");
        }
    }

    void
    AddMessages(const std::string& node,
                const std::vector<StreamMessage>& messages,
                const std::string& flow,
                const char* way)
    {
        for (const auto& message : messages)
        {
            Json details{{"way", way}, {"flow", flow}, {"name", message.name}};
            if (message.count > 1)
            {
                details["count"] = message.count;
                details["until_ms"] = ToMilliseconds(message.last.time_since_epoch());
            }
            if (message.range.to > 0)
            {
                details["from"] = message.range.from;
                details["to"] = message.range.to;
            }
            Add(message.at, node, "message", details);
        }
    }

    void
    AddDecisions(const Party& party)
    {
        const std::string prefix = PrefixOf(m_sources.topology.sites[*party.site]);
        const auto& recorder = *m_sources.sites[*party.site];
        for (const auto& verdict : recorder.GetVerdicts())
        {
            Add(verdict.at,
                prefix + "firewall",
                "verdict",
                {{"action", engine::ToString(verdict.action)},
                 {"rule", verdict.ruleId},
                 {"reason", engine::ToString(verdict.reason)},
                 {"flow", verdict.flow.ToString()},
                 {"size", verdict.size},
                 {"first_of_flow", verdict.firstOfFlow}});
        }
        for (const auto& refusal : recorder.GetRefusals())
        {
            if (refusal.isByProxy)
            {
                Add(refusal.event.at,
                    prefix + "web-proxy",
                    "refused",
                    {{"rule", refusal.event.rule},
                     {"reason", refusal.event.reason},
                     {"flow", refusal.event.flow}});
            }
        }
    }

    const TimelineSources& m_sources;
    std::set<std::string>& m_told;
    std::vector<TimelineEvent>& m_events;
};

} // namespace

std::vector<TimelineEvent>
CollectTimeline(const std::vector<TimelineSources>& couples)
{
    std::vector<TimelineEvent> events;
    std::set<std::string> told;
    std::vector<Collector> collectors;
    for (const auto& couple : couples)
    {
        collectors.emplace_back(couple, told, events);
    }
    // In the order that they are drawn in.
    for (const auto step : {&Collector::AddCaller,
                            &Collector::AddServers,
                            &Collector::AddCallee,
                            &Collector::AddEvents})
    {
        for (auto& collector : collectors)
        {
            (collector.*step)();
        }
    }
    return events;
}

} // namespace imsfw::scenario
