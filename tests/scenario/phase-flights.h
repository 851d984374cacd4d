// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the tests of phases against formulas share: the links, and the flights of a phase as the UE's capture shows them.
#pragma once

#include "scenario-run.h"
#include "store-and-forward.h"

#include "engine/packet/ip-packet.h"
#include "workbench/capture-reader.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

// Unequal on purpose: an error in one of them shows. The access link is the slowest, so nothing queues behind it.
inline const CleanLink ACCESS{20e6, std::chrono::milliseconds(11)};
inline const CleanLink DMZ{900e6, std::chrono::microseconds(700)};
inline const CleanLink INTERNET{400e6, std::chrono::milliseconds(17)};
inline const CleanLink CORE{700e6, std::chrono::microseconds(1300)};

inline const std::vector<std::string> LINKS = {"links.access.rate=20Mbps",
                                               "links.access.delay=11ms",
                                               "links.dmz.rate=900Mbps",
                                               "links.dmz.delay=700us",
                                               "links.internet.rate=400Mbps",
                                               "links.internet.delay=17ms",
                                               "links.core.rate=700Mbps",
                                               "links.core.delay=1300us",
                                               "call.duration=1s"};

constexpr Duration MICROSECOND = std::chrono::microseconds(1);

inline std::vector<std::string>
OnCleanLinks(std::vector<std::string> settings)
{
    settings.insert(settings.end(), LINKS.begin(), LINKS.end());
    return settings;
}

/// A packet at the UE.
struct Seen
{
    TimePoint at;
    FiveTuple flow; ///< from the UE
    bool isSent;
    std::size_t size;
    bool isBareAck; ///< TCP, without data, SYN or FIN
};

inline std::vector<Seen>
PacketsOf(const std::filesystem::path& capture)
{
    static const IpAddress UE = *IpAddress::Parse("10.1.0.2");
    const auto read = workbench::ReadCapture(capture);
    EXPECT_TRUE(read) << capture;
    std::vector<Seen> packets;
    for (const auto& packet : read ? read->packets : std::vector<workbench::CapturedPacket>())
    {
        const auto ip = engine::ParseIp(packet.ip);
        EXPECT_TRUE(ip);
        const FiveTuple flow = ip->tuple.ToFiveTuple();
        const bool isSent = flow.source.address == UE;
        const bool isBareAck = ip->tuple.protocol == IpProtocol::TCP &&
                               ip->payloadOffset == packet.ip.size() && !ip->Has(engine::TCP_SYN) &&
                               !ip->Has(engine::TCP_FIN);
        packets.push_back(
            {packet.at, isSent ? flow : flow.Reversed(), isSent, packet.ip.size(), isBareAck});
    }
    return packets;
}

using Flights = std::vector<std::vector<std::size_t>>;

/// @return the flights of a phase, beginning with one of the UE's: what went one way before something came the other way.
inline Flights
FlightsOf(const std::vector<Seen>& packets, const Phase& phase)
{
    // The capture dates a packet by the beginning of its serialisation, which is later for the second one of a flight.
    const auto isWithin = [&](const Seen& packet)
    {
        return packet.isSent ? packet.at >= phase.start && packet.at < phase.end
                             : packet.at > phase.start &&
                                   packet.at <= phase.end + std::chrono::nanoseconds(2);
    };
    Flights flights;
    std::optional<FiveTuple> flow;
    bool isSent = false;
    for (const auto& packet : packets)
    {
        if (!isWithin(packet) || (flow && packet.flow != *flow))
        {
            continue;
        }
        flow = packet.flow;
        if (flights.empty() || packet.isSent != isSent)
        {
            flights.emplace_back();
        }
        isSent = packet.isSent;
        flights.back().push_back(packet.size);
    }
    return flights;
}

/// @return the first phase of that name; null where there is none.
inline const Phase*
FindPhase(const RunResult& result, const std::string& plane, const std::string& name)
{
    const auto found = std::find_if(result.phases.begin(),
                                    result.phases.end(),
                                    [&](const Phase& phase)
                                    { return phase.plane == plane && phase.name == name; });
    return found == result.phases.end() ? nullptr : &*found;
}

} // namespace imsfw::scenario
