// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How far from its operator may a UE be for a call to be set up within two seconds, by transport?
///
/// Each transport's answer is found by bisection: every run decides where the next one looks, which a sweep cannot do.
/// Prints CSV. An argument names another policy than stateful-nat:  ./imsfw script longest-round-trip proxy-only
#include "or-exit.h"

using namespace imsfw::scenario;

namespace
{

constexpr auto WANTED = std::chrono::seconds(2);
constexpr int LONGEST_MS = 1000;

/// @return whether a call is set up in time where the internet takes @p delayMs each way.
bool
IsInTime(const std::string& transport, const std::string& policy, int delayMs)
{
    const Experiment experiment =
        LoadOrExit("",
                   {"transport=" + transport,
                    "firewall.policy=" + policy,
                    "call.duration=1s",
                    "links.internet.delay=" + std::to_string(delayMs) + "ms"});
    const RunResult result = RunOrExit(experiment);
    return result.control.verdict == Verdict::PASS && result.callSetup &&
           *result.callSetup <= WANTED;
}

/// @return the longest delay in milliseconds that is in time; -1 where none is.
int
LongestDelay(const std::string& transport, const std::string& policy)
{
    int good = -1;
    int bad = LONGEST_MS + 1;
    while (bad - good > 1)
    {
        const int middle = good + (bad - good) / 2;
        (IsInTime(transport, policy, middle) ? good : bad) = middle;
    }
    return good;
}

} // namespace

int
main(int argc, char** argv)
{
    const std::string policy = argc > 1 ? argv[1] : "stateful-nat";
    std::cout << "transport,longest_one_way_delay_ms\n";
    for (const char* transport : {"sip-udp", "sip-tcp", "sip-tls-5061", "solution"})
    {
        const int delay = LongestDelay(transport, policy);
        std::cout << transport << "," << (delay < 0 ? "none" : std::to_string(delay)) << std::endl;
    }
}
