// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The links of an experiment and how its hosts run TCP, as plain values; what they mean stands in
/// scenarios/experiment.schema.json.
#pragma once

#include "base/time.h"

#include <string>

namespace imsfw::scenario
{

/// What holds packets that wait for a link.
enum class QueueDiscipline
{
    FIFO,
    PFIFO_FAST,
    CODEL,
    FQ_CODEL,
};

/// What a link is made of.
enum class LinkMedium
{
    WIRE, ///< a point-to-point link
    WIFI, ///< a station and an access point of IEEE 802.11
};

/// A link; all but the rate is the same in both directions.
struct Link
{
    std::string rate{"100Mbps"};
    Duration delay{};
    double loss{0};
    LinkMedium medium{LinkMedium::WIRE};
    std::string rateUp{}; ///< from the host; empty: as rate
    Duration jitter{};    ///< the longest further delay of a packet
    bool reorder{false};
    double burst{1};       ///< packets that a bad spell lasts, in the mean
    double lossInBurst{1}; ///< of packets in a bad spell
    QueueDiscipline queue{QueueDiscipline::FIFO};
    unsigned queueSize{1000}; ///< packets; Linux's txqueuelen of an Ethernet device
    double crossTraffic{0};   ///< a share of the rate
};

/// Whose programs ask for keep-alives of TCP (SO_KEEPALIVE).
enum class TcpKeepAlive
{
    NONE,
    UES,
    ALL, ///< servers and web proxies too
};

/// How hosts run TCP.
struct TcpSettings
{
    std::string variant{"cubic"};
    unsigned initialWindow{10}; ///< segments
    Duration delayedAck{std::chrono::milliseconds(40)};
    unsigned delayedAckSegments{2};
    bool nagle{false};
    bool sack{true};
    Duration minRto{std::chrono::milliseconds(200)};
    Duration connectTimeout{std::chrono::seconds(1)}; ///< of the first SYN
    unsigned synRetries{6};
    TcpKeepAlive keepAlive{TcpKeepAlive::NONE};
    Duration keepAliveTime{std::chrono::hours(2)}; ///< of silence, before the first probe
    Duration keepAliveInterval{std::chrono::seconds(75)};
    unsigned keepAliveProbes{9}; ///< unanswered, before the connection is given up
};

} // namespace imsfw::scenario
