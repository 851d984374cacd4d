// SPDX-License-Identifier: GPL-2.0-only
#include "classify/findings.h"

#include <tuple>

namespace imsfw::classify
{

std::string
ToString(Answer answer)
{
    switch (answer)
    {
    case Answer::YES:
        return "yes";
    case Answer::NO:
        return "no";
    case Answer::UNDECIDED:
        return "undecided";
    }
    return "undecided";
}

std::string
ToString(Direction direction)
{
    return direction == Direction::TO_SERVER ? "to-server" : "to-client";
}

std::string
ToString(GiveUp reason)
{
    switch (reason)
    {
    case GiveUp::NO:
        return "no";
    case GiveUp::REORDER_LIMIT:
        return "reorder-limit";
    case GiveUp::BYTE_LIMIT:
        return "byte-limit";
    case GiveUp::PACKET_LIMIT:
        return "packet-limit";
    case GiveUp::TLS_BROKEN:
        return "tls-broken";
    case GiveUp::HTTP_BROKEN:
        return "http-broken";
    }
    return "no";
}

namespace
{

auto
AsTuple(const Findings& f)
{
    return std::tie(f.firstBytesTls,
                    f.firstBytesHttp,
                    f.connectRequested,
                    f.connectTunnel,
                    f.connectTarget,
                    f.httpRequest,
                    f.tunnelTls,
                    f.tunnelHttp,
                    f.tls,
                    f.outerTls,
                    f.content,
                    f.readable,
                    f.gaveUp,
                    f.giveUp,
                    f.conflictingCopies);
}

} // namespace

bool
operator==(const HttpRequestFacts& a, const HttpRequestFacts& b)
{
    return std::tie(a.method, a.target, a.host) == std::tie(b.method, b.target, b.host);
}

bool
operator==(const Findings& a, const Findings& b)
{
    return AsTuple(a) == AsTuple(b);
}

} // namespace imsfw::classify
