// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The mixed traffic that recognisers are timed on: the captures of real programs, web pages over HTTP and TLS, SIP and
/// TURN over TCP and UDP.
#pragma once

#include "../unit/classify/flow-player.h"

#include <string>
#include <vector>

namespace imsfw::bench
{

struct BenchFlow
{
    std::string name;
    FiveTuple tuple;
    std::vector<classify::OwnedPacket> packets;
    std::string probes; ///< what our probes must call it
    std::string ndpi;   ///< what nDPI 4.2 must call it
};

/// @return one flow of each kind.
std::vector<BenchFlow> MakeFlows();

/// The packets of many flows, taken from each in turn.
struct Traffic
{
    struct Packet
    {
        std::size_t flow;
        classify::FlowPacket packet; ///< its payload belongs to the flows that this was made of
    };

    std::vector<FiveTuple> tuples;
    std::vector<std::size_t> kinds; ///< of each flow, an index into what it was made of
    std::vector<Packet> packets;
};

/// @param copies how often each flow appears, each time from another client
/// @param flows must outlive what is made of them
Traffic Mix(const std::vector<BenchFlow>& flows, std::size_t copies);

} // namespace imsfw::bench
