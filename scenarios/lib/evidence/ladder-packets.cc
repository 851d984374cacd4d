// SPDX-License-Identifier: GPL-2.0-only
#include "ladder-packets.h"

#include "base/text.h"
#include "dtls-names.h"

namespace imsfw::scenario
{

void
KnownBytes::Learn(ByteView payload, const std::string& name)
{
    m_names.emplace(payload.AsText(), name);
}

std::optional<std::string>
KnownBytes::Find(ByteView payload) const
{
    const auto found = m_names.find(std::string(payload.AsText()));
    return found == m_names.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string>
PacketNamer::Name(TimePoint at,
                  const engine::IpPacket& ip,
                  ByteView packet,
                  const KnownBytes& known)
{
    const ByteView payload = packet.Sub(ip.payloadOffset);
    if (ip.isFragment)
    {
        return "fragment";
    }
    if (ip.tuple.protocol == IpProtocol::TCP)
    {
        return NameSegment(at, ip, payload, known);
    }
    if (ip.tuple.protocol == IpProtocol::UDP)
    {
        m_place = DtlsDataNumber(payload).value_or(0);
        const auto content = ReadDatagram(payload);
        const auto own = content.names.empty() ? "datagram" : Join(content.names, ", ");
        return known.Find(payload).value_or(own);
    }
    return ip.icmp == engine::IcmpKind::ERROR ? "ICMP error" : ToUpper(ToString(ip.tuple.protocol));
}

std::optional<std::string>
PacketNamer::NameSegment(TimePoint at,
                         const engine::IpPacket& ip,
                         ByteView payload,
                         const KnownBytes& known)
{
    std::vector<std::string> names;
    for (const auto& [flag, name] : {std::pair(engine::TCP_SYN, "SYN"),
                                     std::pair(engine::TCP_FIN, "FIN"),
                                     std::pair(engine::TCP_RST, "RST")})
    {
        if (ip.Has(flag))
        {
            names.emplace_back(name);
        }
    }
    if (ip.Has(engine::TCP_SYN) && ip.Has(engine::TCP_ACK))
    {
        names.emplace_back("ACK");
    }
    if (ip.Has(engine::TCP_SYN) && !ip.Has(engine::TCP_ACK))
    {
        m_streams.erase(ip.tuple); // a new connection from an old port
        m_streams.erase(ip.tuple.Reversed());
    }
    Direction& stream = m_streams[ip.tuple];
    const auto fresh =
        stream.meter.HandleSegment(at, ip.sequence, ip.Has(engine::TCP_SYN), payload);
    m_place = fresh.empty() ? 0 : fresh.front().from;
    if (!payload.IsEmpty())
    {
        const std::string own = fresh.empty() ? "again" : NameNew(stream, payload);
        names.push_back(known.Find(payload).value_or(own));
    }
    return names.empty() ? std::nullopt : std::optional(Join(names, " "));
}

std::string
PacketNamer::NameNew(Direction& stream, ByteView payload)
{
    std::vector<std::string> names;
    const auto& messages = stream.meter.GetMessages();
    for (; stream.told < messages.size(); ++stream.told)
    {
        names.push_back(messages[stream.told].name);
    }
    if (names.empty() && stream.meter.IsTls())
    {
        names = stream.tls.Push(payload);
    }
    else if (names.empty() && !messages.empty() && messages.back().count > 1)
    {
        names.push_back(messages.back().name);
    }
    return names.empty() ? "(continued)" : Join(names, ", ");
}

} // namespace imsfw::scenario
