// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Flows for which it was measured where firewalls cut them: SIP and TURN in the clear, SIP over TLS of our own.
#pragma once

#include "flow-player.h"
#include "tls-talk.h"

#include <string>
#include <vector>

namespace imsfw::classify
{

/// What is said over TLS is said as a client and a server of ours say it; AES128-SHA, NULL-SHA, GCM, TLS 1.3.
inline Talk
OverTls(const std::string& suite,
        const std::string& version,
        const std::string& asked = "REGISTER sip:ims.example SIP/2.0\r\nCSeq: 1 REGISTER\r\n\r\n",
        const std::string& answered = "SIP/2.0 200 OK\r\nCSeq: 1 REGISTER\r\n\r\n")
{
    return TalkOverTls(suite, version, {{asked, answered}});
}

inline Talk
SipTalk()
{
    return {Client(Text("REGISTER sip:ims.test SIP/2.0\r\nVia: SIP/2.0/TCP 10.1.0.2\r\n"
                        "Call-ID: a\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n")),
            Server(Text("SIP/2.0 401 Unauthorized\r\nCSeq: 1 REGISTER\r\n\r\n"))};
}

struct MeasuredFlow
{
    std::string name;
    uint16_t port;
    std::vector<OwnedPacket> packets;
};

inline std::vector<MeasuredFlow>
MeasuredFlows()
{
    return {
        {"sip tcp80", 80, AsTcp(SipTalk())},
        {"tls AES", 443, AsTcp(OverTls("TLS_RSA_WITH_AES_128_CBC_SHA", "1.2"))},
        {"tls GCM", 443, AsTcp(OverTls("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "1.2"))},
        {"tls NULL", 443, AsTcp(OverTls("TLS_RSA_WITH_NULL_SHA", "1.2"))},
        {"tls 1.3", 443, AsTcp(OverTls("TLS_AES_128_GCM_SHA256", "1.3"))},
        {"turn tcp443", 443, AsTcp(TurnTalk(100))},
    };
}

} // namespace imsfw::classify
