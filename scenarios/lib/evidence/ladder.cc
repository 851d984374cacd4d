// SPDX-License-Identifier: GPL-2.0-only
#include "ladder.h"

#include "dtls-names.h"
#include "ladder-flows.h"
#include "ladder-hosts.h"
#include "ladder-packets.h"
#include "timeline.h"
#include "workbench/capture-reader.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

namespace imsfw::scenario
{

namespace
{

namespace fs = std::filesystem;

/// An arrow with what it takes to find its packet again.
struct Crossing
{
    LadderArrow arrow;
    FiveTuple flow; ///< from its source to its destination, on that link
};

bool
IsMedia(const std::string& name)
{
    return name.find("RTP") != std::string::npos;
}

class Builder
{
  public:
    Builder(std::string folder, std::vector<TimelineEvent> events, uint64_t couple)
        : m_folder(std::move(folder)), m_events(std::move(events)), m_wanted(couple)
    {
    }

    Result<Ladder, std::string>
    Build()
    {
        for (const auto& event : m_events)
        {
            m_hosts.Add(event);
        }
        if (const std::string error = m_hosts.Choose(m_wanted); !error.empty())
        {
            return Failure{m_folder + ": " + error};
        }
        m_ladder.columns = m_hosts.GetColumns();
        if (std::string error = ReadCaptures(); !error.empty())
        {
            return Failure{std::move(error)};
        }
        if (m_hosts.GetCouple() != 0)
        {
            FindFlows();
        }
        for (const auto& host : m_hosts.Get())
        {
            LearnNames(host);
        }
        for (const auto& host : m_hosts.Get())
        {
            AddCrossings(host);
        }
        std::stable_sort(m_crossings.begin(),
                         m_crossings.end(),
                         [](const Crossing& a, const Crossing& b)
                         { return a.arrow.at < b.arrow.at; });
        // Backwards: of several packets on their way to the firewall the last one is the last decision's.
        std::for_each(m_events.rbegin(),
                      m_events.rend(),
                      [this](const TimelineEvent& event) { AddThought(event); });
        Fold();
        m_ladder.title = fs::path(m_folder).filename().string();
        return std::move(m_ladder);
    }

  private:
    /// Call @p visit(flow, payload) for each packet of a link's capture.
    template <typename Visitor>
    void
    ForEachPacket(const std::string& link, Visitor visit) const
    {
        const auto capture = m_captures.find(link);
        if (capture == m_captures.end())
        {
            return;
        }
        for (const auto& packet : capture->second.packets)
        {
            if (const auto ip = engine::ParseIp(packet.ip))
            {
                visit(ip->tuple.ToFiveTuple(), ByteView(packet.ip).Sub(ip->payloadOffset));
            }
        }
    }

    /// Which flows on shared links are the couple's.
    void
    FindFlows()
    {
        for (const auto& host : m_hosts.Get())
        {
            if (host.couple != 0)
            {
                m_flows.AddHost(host.address);
                m_flows.AddUri(host.uri);
                ForEachPacket(host.link,
                              [&](const FiveTuple&, ByteView payload) { m_flows.AddOwn(payload); });
                continue;
            }
            ForEachPacket(host.link,
                          [&](const FiveTuple& flow, ByteView payload)
                          { m_flows.AddShared(host.link, flow, payload); });
        }
        m_flows.Decide();
    }

    /// @return an error text; empty where the captures of all hosts are at hand.
    std::string
    ReadCaptures()
    {
        for (const auto& host : m_hosts.Get())
        {
            const std::string path = m_folder + "/" + host.link + ".pcapng";
            if (host.kind == "firewall" || !fs::exists(path))
            {
                continue;
            }
            auto capture = workbench::ReadCapture(path);
            if (!capture)
            {
                return capture.Error();
            }
            m_captures.emplace(host.link, std::move(*capture));
        }
        return m_captures.empty() ? m_folder + ": has no captures; run the experiment again with "
                                               "--set evidence.captures=true"
                                  : "";
    }

    /// What the timeline says of the places in a UE's streams is true of the bytes that stand there.
    void
    LearnNames(const LadderHost& host)
    {
        const auto capture = m_captures.find(host.link);
        if (host.kind != "ue" || capture == m_captures.end())
        {
            return;
        }
        PacketNamer namer;
        const KnownBytes nothing;
        for (const auto& packet : capture->second.packets)
        {
            const auto ip = engine::ParseIp(packet.ip);
            if (!ip || !namer.Name(packet.at, *ip, packet.ip, nothing))
            {
                continue;
            }
            const ByteView payload = ByteView(packet.ip).Sub(ip->payloadOffset);
            const bool isTcp = ip->tuple.protocol == IpProtocol::TCP;
            if (!isTcp && !DtlsDataNumber(payload))
            {
                continue; // all else is read as it is
            }
            const FiveTuple flow = ip->tuple.ToFiveTuple();
            const bool isSent = flow.source.address == host.address;
            const std::size_t size = isTcp ? payload.Size() : 1;
            const StreamRange range{namer.GetPlace(), namer.GetPlace() + size};
            const std::string name = NameAt(
                host.name + " " + (isSent ? flow : flow.Reversed()).ToString(), isSent, range);
            if (!payload.IsEmpty() && !name.empty())
            {
                m_known.Learn(payload, name);
            }
        }
    }

    /// @param flow with the node before it
    std::string
    NameAt(const std::string& flow, bool isSent, StreamRange range)
    {
        if (m_messages.empty())
        {
            for (const auto& event : m_events)
            {
                if (event.event == "message")
                {
                    m_messages[event.node + " " + TextOf(event, "flow") + TextOf(event, "way")]
                        .push_back(&event);
                }
            }
        }
        std::string name;
        for (const auto* event : m_messages[flow + (isSent ? "sent" : "received")])
        {
            if (NumberOf(*event, "from") < range.to && NumberOf(*event, "to") > range.from)
            {
                name += (name.empty() ? "" : ", ") + TextOf(*event, "name");
            }
        }
        return name;
    }

    void
    AddCrossings(const LadderHost& host)
    {
        const auto capture = m_captures.find(host.link);
        if (capture == m_captures.end())
        {
            return;
        }
        PacketNamer namer;
        for (const auto& packet : capture->second.packets)
        {
            const auto ip = engine::ParseIp(packet.ip);
            const auto name = ip ? namer.Name(packet.at, *ip, packet.ip, m_known) : std::nullopt;
            if (!name)
            {
                continue;
            }
            const FiveTuple flow = ip->tuple.ToFiveTuple();
            const bool isSent = flow.source.address == host.address;
            if (!isSent && flow.destination.address != host.address)
            {
                continue; // somebody else's, on a radio channel
            }
            if (m_hosts.GetCouple() != 0 && host.couple == 0 && !m_flows.IsOwn(host.link, flow))
            {
                continue;
            }
            const auto other =
                OtherEnd(host, isSent ? flow.destination.address : flow.source.address);
            const bool isToldElsewhere =
                other && !isSent && m_hosts.Get()[*other].kind != "firewall"; // by its sender
            if (!other || isToldElsewhere)
            {
                continue;
            }
            LadderArrow arrow;
            arrow.at = arrow.last = packet.at;
            arrow.from = isSent ? host.column : *other;
            arrow.to = isSent ? *other : host.column;
            arrow.name = *name;
            arrow.size = packet.ip.size();
            m_crossings.push_back({arrow, flow});
        }
    }

    /// @return the column at the other side of the host's link, or beyond it.
    std::optional<std::size_t>
    OtherEnd(const LadderHost& host, const IpAddress& remote) const
    {
        for (const auto& other : m_hosts.Get())
        {
            const bool isItsFirewall = other.name == host.behind;
            if (host.behind.empty() ? other.address == remote : isItsFirewall)
            {
                return other.column;
            }
        }
        return std::nullopt;
    }

    /// What a firewall or a web proxy decided stands at the packet that it decided on: the last one that came to it before.
    void
    AddThought(const TimelineEvent& event)
    {
        const bool isVerdict = event.event == "verdict";
        const auto column = std::find(m_ladder.columns.begin(), m_ladder.columns.end(), event.node);
        if ((!isVerdict && event.event != "refused") || column == m_ladder.columns.end())
        {
            return;
        }
        const auto place = static_cast<std::size_t>(column - m_ladder.columns.begin());
        const std::string flow = TextOf(event, "flow");
        const std::string action = isVerdict ? TextOf(event, "action") : "refused";
        const auto size = NumberOf(event, "size");
        const auto isIt = [&](const Crossing& crossing)
        {
            // Beyond a NAT the flow is another one: there the size has to do.
            const bool isFlow = crossing.flow.ToString() == flow ||
                                crossing.flow.Reversed().ToString() == flow ||
                                m_hosts.Get()[crossing.arrow.from].behind.empty();
            return crossing.arrow.to == place && crossing.arrow.at <= event.at &&
                   crossing.arrow.thought.empty() &&
                   (!isVerdict || (isFlow && crossing.arrow.size == size));
        };
        const auto found = std::find_if(m_crossings.rbegin(), m_crossings.rend(), isIt);
        LadderArrow arrow;
        arrow.at = arrow.last = event.at;
        arrow.from = arrow.to = place;
        arrow.name = flow; // a packet that no capture shows where it came from
        const bool isRefused = action != "allow";
        if (found == m_crossings.rend())
        {
            if (isRefused && IsOfChosen(flow))
            {
                arrow.isRefused = true;
                arrow.thought = action + " by " + TextOf(event, "rule");
                const auto later = std::find_if(m_crossings.begin(),
                                                m_crossings.end(),
                                                [&](const Crossing& crossing)
                                                { return crossing.arrow.at > event.at; });
                m_crossings.insert(later, {arrow, {}});
            }
            return;
        }
        found->arrow.thought = action + " by " + TextOf(event, "rule");
        found->arrow.isRefused = isVerdict && isRefused;
    }

    /// @param flow as text; of a packet that no capture shows
    bool
    IsOfChosen(const std::string& flow) const
    {
        return m_hosts.GetCouple() == 0 ||
               std::any_of(m_hosts.Get().begin(),
                           m_hosts.Get().end(),
                           [&](const LadderHost& host) {
                               return host.couple != 0 &&
                                      flow.find(host.address.ToString() + ":") != std::string::npos;
                           });
    }

    void
    Fold()
    {
        std::map<std::tuple<std::size_t, std::size_t, std::string>, std::size_t> open;
        for (const auto& crossing : m_crossings)
        {
            const LadderArrow& arrow = crossing.arrow;
            const bool isFoldable =
                IsMedia(arrow.name) && arrow.thought.empty() && !arrow.isRefused;
            if (!isFoldable)
            {
                open.clear();
                m_ladder.arrows.push_back(arrow);
                continue;
            }
            const auto [same, isNew] =
                open.emplace(std::tuple(arrow.from, arrow.to, arrow.name), m_ladder.arrows.size());
            if (isNew)
            {
                m_ladder.arrows.push_back(arrow);
                continue;
            }
            auto& first = m_ladder.arrows[same->second];
            first.last = arrow.at;
            ++first.count;
        }
    }

    std::string m_folder;
    std::vector<TimelineEvent> m_events;
    uint64_t m_wanted; ///< couple; 0: as LadderHosts has it
    LadderHosts m_hosts;
    CoupleFlows m_flows;
    std::map<std::string, workbench::Capture> m_captures;                ///< by link
    std::map<std::string, std::vector<const TimelineEvent*>> m_messages; ///< by node, flow, way
    KnownBytes m_known;
    std::vector<Crossing> m_crossings;
    Ladder m_ladder;
};

} // namespace

Result<Ladder, std::string>
ReadLadder(const std::string& folder, uint64_t couple)
{
    std::error_code error;
    if (!fs::is_directory(folder, error))
    {
        return Failure{folder + ": there is no such folder"};
    }
    const std::string timeline = folder + "/timeline.jsonl";
    if (!fs::is_regular_file(timeline, error))
    {
        return Failure{folder + ": is no run folder with a timeline, it has no timeline.jsonl"};
    }
    auto events = ReadTimeline(timeline);
    if (!events)
    {
        return Failure{events.Error()};
    }
    return Builder(folder, std::move(*events), couple).Build();
}

} // namespace imsfw::scenario
