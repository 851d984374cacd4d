// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// All that crosses one host's interface, by flow, time and layer: what a stretch of time cost in bytes and round trips.
///
/// IPv4. Every packet is counted as it passes; nothing is computed from what should have been sent.
#pragma once

#include "base/address.h"
#include "dtls-meter.h"
#include "engine/packet/ip-packet.h"
#include "result.h"
#include "stream-meter.h"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace imsfw::scenario
{

/// A flow as the host sees it: from its own endpoint to the other one.
struct MeteredFlow
{
    FiveTuple tuple;
    StreamMeter sent;                         ///< TCP
    StreamMeter received;                     ///< TCP
    std::vector<StreamMessage> datagramsSent; ///< UDP; ranges are empty, but of DTLS
    std::vector<StreamMessage> datagramsReceived;
    bool isDtls{false}; ///< what its datagrams hold is told apart from them
    DtlsMeter dtlsSent;
    DtlsMeter dtlsReceived;
    std::optional<TimePoint> opening; ///< TCP: the first SYN was sent; DNS: the first query
    std::optional<TimePoint> open;    ///< TCP: its SYN+ACK came; DNS: the first response

    /// @return whether the flow is one of queries to a resolver.
    bool
    IsDns() const
    {
        return tuple.protocol == IpProtocol::UDP && tuple.destination.port == 53; // RFC 1035 4.2.1
    }
};

class TrafficMeter
{
  public:
    /// @param packet with its IPv4 header
    void HandlePacket(TimePoint now, bool isSent, ByteView packet);

    /// @param local the host's end of the connection or association, @param remote the other, as the host has it
    void HandleTls(TimePoint now,
                   const tls::TrafficPiece& piece,
                   const Endpoint& local,
                   const Endpoint& remote);

    /// What the flows from @p locals cost between two events. What is sent at the very moment of the first one belongs
    /// to it, what is received then does not; at the last one it is the other way round.
    /// @return a round trip wherever something was received after something was sent (bare ACKs are neither)
    PhaseTraffic Measure(const std::vector<Endpoint>& locals, TimePoint from, TimePoint to) const;

    /// @return in the order of their first packets.
    const std::vector<std::unique_ptr<MeteredFlow>>&
    GetFlows() const
    {
        return m_flows;
    }

  private:
    struct Noted
    {
        TimePoint at;
        const MeteredFlow* flow;
        bool isSent;
        bool isSubstance; ///< not a bare ACK
        bool isFirst;     ///< the packet's first entry
        uint16_t ipHeader;
        uint16_t transportHeader;
        uint32_t repeated;
        StreamRange stream;    ///< TCP
        std::vector<Run> runs; ///< everything else
    };

    MeteredFlow& FlowOf(const engine::Ip4Tuple& tuple);
    void HandleTcp(Noted noted, MeteredFlow& flow, const engine::IpPacket& ip, ByteView payload);
    void HandleDatagram(Noted noted, MeteredFlow& flow, ByteView payload);
    void HandleDtls(Noted noted, MeteredFlow& flow, ByteView payload);
    /// Take what became known of the datagrams of one direction.
    void TakeKnown(MeteredFlow& flow, bool isSent);
    static void Add(const Noted& noted, Traffic& traffic);

    std::vector<std::unique_ptr<MeteredFlow>> m_flows;
    std::unordered_map<engine::Ip4Tuple, MeteredFlow*> m_index;
    std::vector<Noted> m_noted;
};

} // namespace imsfw::scenario
