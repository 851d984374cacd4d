// SPDX-License-Identifier: GPL-2.0-only
#include "traffic.h"

#include <numeric>

namespace imsfw::scenario
{

std::string
ToString(Layer layer)
{
    switch (layer)
    {
    case Layer::IP:
        return "ip";
    case Layer::TCP:
        return "tcp";
    case Layer::UDP:
        return "udp";
    case Layer::RETRANSMITTED:
        return "retransmitted";
    case Layer::HTTP:
        return "http";
    case Layer::TLS:
        return "tls";
    case Layer::DNS:
        return "dns";
    case Layer::SIP:
        return "sip";
    case Layer::TURN:
        return "turn";
    case Layer::RTP:
        return "rtp";
    case Layer::MSRP:
        return "msrp";
    case Layer::PAYLOAD:
        return "payload";
    case Layer::OTHER:
        return "other";
    }
    return {};
}

uint64_t
Traffic::Total() const
{
    return std::accumulate(bytes.begin(), bytes.end(), uint64_t{0});
}

} // namespace imsfw::scenario
