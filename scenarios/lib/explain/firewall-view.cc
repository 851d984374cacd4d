// SPDX-License-Identifier: GPL-2.0-only
#include "firewall-view.h"

#include "engine/packet/ip-packet.h"
#include "engine/packet/packet-rewriter.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

namespace imsfw::scenario
{

namespace
{

namespace fs = std::filesystem;
using engine::Ip4Tuple;
using engine::Zone;

const std::string OUTSIDE_LINK = "internet.pcapng";

/// What a NAT leaves as it is: enough to know a packet again behind it.
using Unchanged = std::tuple<IpProtocol, uint32_t, uint16_t, uint32_t, Bytes>;
/// Protocol, address and port.
using End = std::tuple<IpProtocol, uint32_t, uint16_t>;

struct SeenPacket
{
    TimePoint at;
    Bytes ip;
    std::string origin;
};

Unchanged
UnchangedOf(const engine::IpPacket& packet, const Bytes& ip)
{
    const auto& tuple = packet.tuple;
    return {tuple.protocol,
            tuple.destination,
            tuple.destinationPort,
            packet.sequence,
            ByteView(ip).Sub(packet.payloadOffset).ToBytes()};
}

/// One firewall's packets, while they are put together.
class Assembly
{
  public:
    Assembly(const FinishedRun& run, const workbench::Sides& sides, std::string prefix)
        : m_run(run), m_sides(sides), m_prefix(std::move(prefix))
    {
    }

    FirewallView
    Assemble(const std::vector<std::string>& names)
    {
        const auto& links = m_run.experiment.links;
        for (const auto& name : names)
        {
            if (name.rfind(m_prefix + "access", 0) == 0)
            {
                AddFrom(name, Zone::INSIDE, links.access.delay);
            }
            if (name == m_prefix + "dmz.pcapng")
            {
                AddFrom(name, Zone::DMZ, links.dmz.delay);
            }
        }
        AddOutside(m_prefix + OUTSIDE_LINK);
        std::stable_sort(m_packets.begin(),
                         m_packets.end(),
                         [](const SeenPacket& a, const SeenPacket& b) { return a.at < b.at; });
        FirewallView view;
        for (auto& packet : m_packets)
        {
            view.capture.packets.push_back({packet.at, std::move(packet.ip)});
            view.origins.push_back(std::move(packet.origin));
        }
        return view;
    }

  private:
    /// Call @p visit(packet, header, origin) for each packet of a capture.
    template <typename Visitor>
    void
    ForEach(const std::string& name, Visitor&& visit) const
    {
        auto capture = workbench::ReadCapture(m_run.folder + "/" + name);
        std::size_t number = 0;
        for (auto& packet : capture ? capture->packets : std::vector<workbench::CapturedPacket>{})
        {
            ++number;
            if (const auto header = engine::ParseIp(packet.ip); header && !header->isFragment)
            {
                visit(packet, *header, "packet " + std::to_string(number) + " of " + name);
            }
        }
    }

    /// Packets that hosts of @p zone sent. Captures are taken at the hosts, @p delay away from the firewall.
    void
    AddFrom(const std::string& name, Zone zone, Duration delay)
    {
        ForEach(name,
                [&](workbench::CapturedPacket& packet,
                    const engine::IpPacket& header,
                    std::string origin)
                {
                    const auto source = IpAddress::V4(header.tuple.source);
                    if (m_sides.ZoneOf(source) == zone)
                    {
                        m_sent.emplace(UnchangedOf(header, packet.ip), header.tuple);
                        m_packets.push_back(
                            {packet.at + delay, std::move(packet.ip), std::move(origin)});
                    }
                });
    }

    /// Packets to the NAT's address, by what it had translated before.
    void
    AddOutside(const std::string& name)
    {
        std::map<End, End> inside;
        ForEach(name,
                [&](workbench::CapturedPacket& packet,
                    const engine::IpPacket& header,
                    std::string origin)
                {
                    const Ip4Tuple& tuple = header.tuple;
                    const auto sent = m_sent.find(UnchangedOf(header, packet.ip));
                    if (sent != m_sent.end())
                    {
                        const Ip4Tuple& before = sent->second;
                        inside[{tuple.protocol, tuple.source, tuple.sourcePort}] = {
                            before.protocol, before.source, before.sourcePort};
                        return;
                    }
                    const auto known =
                        inside.find({tuple.protocol, tuple.destination, tuple.destinationPort});
                    if (known == inside.end())
                    {
                        return;
                    }
                    Ip4Tuple arrived = tuple;
                    std::tie(std::ignore, arrived.destination, arrived.destinationPort) =
                        known->second;
                    engine::Rewrite(packet.ip, header, arrived);
                    m_packets.push_back({packet.at, std::move(packet.ip), std::move(origin)});
                });
    }

    const FinishedRun& m_run;
    const workbench::Sides& m_sides;
    std::string m_prefix; ///< of the captures' names; empty for the first network
    std::map<Unchanged, Ip4Tuple> m_sent;
    std::vector<SeenPacket> m_packets;
};

} // namespace

std::vector<FirewallView>
FirewallViews(const FinishedRun& run, const workbench::Sides& sides)
{
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(run.folder, error), end; !error && it != end;
         it.increment(error))
    {
        names.push_back(it->path().filename().string());
    }
    std::sort(names.begin(), names.end());
    std::vector<FirewallView> views;
    for (const auto& name : names)
    {
        const bool isOutside =
            name.size() >= OUTSIDE_LINK.size() &&
            name.compare(name.size() - OUTSIDE_LINK.size(), OUTSIDE_LINK.size(), OUTSIDE_LINK) == 0;
        if (isOutside)
        {
            const std::string prefix = name.substr(0, name.size() - OUTSIDE_LINK.size());
            views.push_back(Assembly(run, sides, prefix).Assemble(names));
        }
    }
    return views;
}

} // namespace imsfw::scenario
