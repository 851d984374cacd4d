// SPDX-License-Identifier: GPL-2.0-only
#include "traffic-meter.h"

#include "base/text.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

/// Fragments and ICMP errors have no port: they are counted for all flows of their host.
bool
IsOf(const MeteredFlow& flow, const std::vector<Endpoint>& locals)
{
    const auto& own = flow.tuple.source;
    return std::any_of(locals.begin(),
                       locals.end(),
                       [&](const Endpoint& local) {
                           return local.address == own.address &&
                                  (local.port == own.port || own.port == 0);
                       });
}

} // namespace

MeteredFlow&
TrafficMeter::FlowOf(const engine::Ip4Tuple& tuple)
{
    MeteredFlow*& flow = m_index[tuple];
    if (flow == nullptr)
    {
        m_flows.push_back(std::make_unique<MeteredFlow>());
        flow = m_flows.back().get();
        flow->tuple = tuple.ToFiveTuple();
    }
    return *flow;
}

void
TrafficMeter::HandlePacket(TimePoint now, bool isSent, ByteView packet)
{
    const auto ip = engine::ParseIp(packet);
    if (!ip)
    {
        return; // the host's IP drops it, too
    }
    MeteredFlow& flow = FlowOf(isSent ? ip->tuple : ip->tuple.Reversed());
    Noted noted{now, &flow, isSent, true, true, 0, 0, 0, {}, {}};
    noted.ipHeader = static_cast<uint16_t>(ip->headerSize);
    noted.transportHeader = static_cast<uint16_t>(ip->payloadOffset - ip->headerSize);
    const ByteView payload = packet.Sub(ip->payloadOffset);
    if (ip->tuple.protocol == IpProtocol::TCP && !ip->isFragment)
    {
        HandleTcp(std::move(noted), flow, *ip, payload);
    }
    else
    {
        HandleDatagram(std::move(noted), flow, payload);
    }
}

void
TrafficMeter::HandleTcp(Noted noted,
                        MeteredFlow& flow,
                        const engine::IpPacket& ip,
                        ByteView payload)
{
    const bool isSyn = ip.Has(engine::TCP_SYN);
    if (isSyn && noted.isSent && !flow.opening)
    {
        flow.opening = noted.at;
    }
    if (isSyn && !noted.isSent && !flow.open)
    {
        flow.open = noted.at;
    }
    auto& stream = noted.isSent ? flow.sent : flow.received;
    const auto fresh = stream.HandleSegment(noted.at, ip.sequence, isSyn, payload);
    std::size_t count = 0;
    for (const auto& range : fresh)
    {
        count += range.to - range.from;
    }
    noted.isSubstance = isSyn || !payload.IsEmpty();
    noted.repeated = static_cast<uint32_t>(payload.Size() - count);
    noted.stream = fresh.empty() ? StreamRange() : fresh.front();
    m_noted.push_back(noted);
    for (std::size_t i = 1; i < fresh.size(); ++i)
    {
        m_noted.push_back({noted.at, &flow, noted.isSent, true, false, 0, 0, 0, fresh[i], {}});
    }
}

void
TrafficMeter::HandleDatagram(Noted noted, MeteredFlow& flow, ByteView payload)
{
    if (flow.tuple.protocol != IpProtocol::UDP)
    {
        // An error is about a flow, not of it; so is an echo.
        noted.runs = {{Layer::OTHER, noted.transportHeader + payload.Size()}};
        noted.transportHeader = 0;
        m_noted.push_back(std::move(noted));
        return;
    }
    if (flow.isDtls)
    {
        HandleDtls(std::move(noted), flow, payload);
        return;
    }
    Content content = ReadDatagram(payload);
    if (flow.IsDns())
    {
        content = {{{Layer::DNS, payload.Size()}}, {noted.isSent ? "DNS query" : "DNS response"}};
        auto& first = noted.isSent ? flow.opening : flow.open;
        first = first ? first : noted.at;
    }
    const std::string name = content.names.empty() ? "datagram" : Join(content.names, ", ");
    AppendMessage(noted.isSent ? flow.datagramsSent : flow.datagramsReceived,
                  {noted.at, noted.at, 1, {}, name});
    noted.runs = std::move(content.runs);
    m_noted.push_back(std::move(noted));
}

void
TrafficMeter::HandleDtls(Noted noted, MeteredFlow& flow, ByteView payload)
{
    (noted.isSent ? flow.dtlsSent : flow.dtlsReceived)
        .HandleDatagram(noted.at, m_noted.size(), payload);
    const bool isSent = noted.isSent;
    noted.runs = ReadDatagram(payload).runs; // until more is known
    m_noted.push_back(std::move(noted));
    TakeKnown(flow, isSent);
}

void
TrafficMeter::TakeKnown(MeteredFlow& flow, bool isSent)
{
    auto& meter = isSent ? flow.dtlsSent : flow.dtlsReceived;
    while (auto known = meter.Poll())
    {
        m_noted[known->number].runs = std::move(known->runs);
        AppendMessage(isSent ? flow.datagramsSent : flow.datagramsReceived,
                      std::move(known->message));
    }
}

void
TrafficMeter::HandleTls(TimePoint now,
                        const tls::TrafficPiece& piece,
                        const Endpoint& local,
                        const Endpoint& remote)
{
    if (piece.isDatagram)
    {
        MeteredFlow& flow = FlowOf(engine::Ip4Tuple::From({IpProtocol::UDP, local, remote}));
        flow.isDtls = true;
        (piece.isSent ? flow.dtlsSent : flow.dtlsReceived).HandlePiece(piece);
        TakeKnown(flow, piece.isSent);
        return;
    }
    // The last connection from that port: earlier ones are over.
    const auto found = std::find_if(m_flows.rbegin(),
                                    m_flows.rend(),
                                    [&](const auto& flow) {
                                        return flow->tuple.source == local &&
                                               flow->tuple.protocol == IpProtocol::TCP;
                                    });
    if (found != m_flows.rend())
    {
        auto& stream = piece.isSent ? (*found)->sent : (*found)->received;
        stream.HandleTls(now, piece);
    }
}

void
TrafficMeter::Add(const Noted& noted, Traffic& traffic)
{
    const bool isTcp = noted.flow->tuple.protocol == IpProtocol::TCP;
    traffic.packets += noted.isFirst ? 1 : 0;
    traffic[Layer::IP] += noted.ipHeader;
    traffic[isTcp ? Layer::TCP : Layer::UDP] += noted.transportHeader;
    traffic[Layer::RETRANSMITTED] += noted.repeated;
    (noted.isSent ? noted.flow->sent : noted.flow->received).AddLayers(noted.stream, traffic);
    for (const auto& run : noted.runs)
    {
        traffic[run.layer] += run.size;
    }
}

PhaseTraffic
TrafficMeter::Measure(const std::vector<Endpoint>& locals, TimePoint from, TimePoint to) const
{
    PhaseTraffic measured;
    bool isAwaited = false;
    const auto begin =
        std::lower_bound(m_noted.begin(),
                         m_noted.end(),
                         from,
                         [](const Noted& noted, TimePoint at) { return noted.at < at; });
    for (auto noted = begin; noted != m_noted.end() && noted->at <= to; ++noted)
    {
        const bool isWithin = noted->isSent ? noted->at < to : noted->at > from;
        if (!isWithin || !IsOf(*noted->flow, locals))
        {
            continue;
        }
        Add(*noted, noted->isSent ? measured.sent : measured.received);
        if (noted->isSubstance)
        {
            measured.roundTrips += !noted->isSent && isAwaited ? 1 : 0;
            isAwaited = noted->isSent;
        }
    }
    return measured;
}

} // namespace imsfw::scenario
