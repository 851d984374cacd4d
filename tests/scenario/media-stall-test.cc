// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A peer that falls silent, media's turn: after so many bytes of a connection nothing comes through any more, whatever step
/// that is: handshakes, Allocate, permission, Connect, ConnectionBind, checks, the stream. Each run ends in time, and says
/// where and why.
#include "policy-file.h"

#include <algorithm>
#include <set>

namespace imsfw::scenario
{
namespace
{

struct Row
{
    const char* name;
    const char* protocol; ///< of the flows that fall silent
    std::vector<std::string> settings;
    bool isMessages;
    std::size_t steps; ///< so many different ends are told at least
};

/// @return the plane's end: "pass", or what had become of the way to an address before ("failed", "won").
std::string
EndOf(const Row& row, unsigned bytes)
{
    const PolicyFile policy(StallingAfter(bytes, false, row.protocol));
    std::vector<std::string> settings{"firewall.policy=" + policy.Path(),
                                      "control.transport=none",
                                      "evidence.captures=false",
                                      "evidence.timeline=false",
                                      "call.duration=3s"};
    settings.insert(settings.end(), row.settings.begin(), row.settings.end());
    const auto result = RunWith(settings).result;
    const auto& plane = row.isMessages ? result.mediaTcp : result.mediaUdp;
    // Gathering and each attempt have limits.attempt, 10 s; ICE gives up after 39.5 s (RFC 8863), TURN after as many.
    EXPECT_LE(result.simulatedEnd, TimePoint(std::chrono::seconds(90))) << row.name << bytes;
    if (plane.verdict == Verdict::PASS)
    {
        return "pass";
    }
    EXPECT_EQ(plane.verdict, Verdict::FAIL) << row.name << " " << bytes;
    if (!plane.decidedBy)
    {
        ADD_FAILURE() << row.name << " " << bytes << ": nothing is told";
        return "";
    }
    EXPECT_EQ(plane.decidedBy->rule, "stalls")
        << row.name << " " << bytes << plane.decidedBy->detail;
    EXPECT_FALSE(plane.decidedBy->reason.empty()) << row.name << " " << bytes;
    const std::string name = row.isMessages ? "messages" : "media";
    const auto attempt = std::find_if(result.attempts.begin(),
                                      result.attempts.end(),
                                      [&](const auto& tried) { return tried.plane == name; });
    return attempt == result.attempts.end() ? "" : attempt->outcome;
}

TEST(MediaStallTest, WhateverStepAPeerFallsSilentAtTheRunSaysSo)
{
    const std::vector<Row> rows{
        {"direct", "udp", {"media.path=direct", "media.peer_latches=true"}, false, 1},
        {"TURN over UDP", "udp", {"media.transport=udp", "media.port=3478"}, false, 2},
        {"TURN over DTLS", "udp", {"media.transport=dtls"}, false, 2},
        {"TURN over TCP", "tcp", {"media.transport=tcp", "media.port=80"}, false, 2},
        {"TURN over TLS", "tcp", {"media.transport=tls"}, false, 2},
        {"ICE", "udp", {"media.path=ice", "media.ice.servers=[udp:3478]"}, false, 2},
        {"MSRP over RFC 6062",
         "tcp",
         {"media.path=none",
          "messages.enabled=true",
          "messages.path=relay",
          "media.transport=tcp",
          "media.port=80"},
         true,
         2},
        {"MSRP over RFC 6062 by TLS",
         "tcp",
         {"media.path=none", "messages.enabled=true", "messages.path=relay", "media.transport=tls"},
         true,
         2},
        {"MSRP directly",
         "tcp",
         {"media.path=none", "messages.enabled=true", "messages.path=direct"},
         true,
         1},
    };
    for (const Row& row : rows)
    {
        std::set<std::string> ends;
        for (const unsigned bytes : {0U, 150U, 400U, 700U, 1100U, 1700U, 2500U, 3500U})
        {
            ends.insert(EndOf(row, bytes));
        }
        ends.erase("pass");
        EXPECT_GE(ends.size(), row.steps) << row.name;
    }
}

} // namespace
} // namespace imsfw::scenario
