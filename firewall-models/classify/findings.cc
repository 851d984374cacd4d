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

namespace
{

auto
AsTuple(const TlsFindings& f)
{
    return std::tie(f.clientHello,
                    f.serverHello,
                    f.helloRetry,
                    f.version,
                    f.suite,
                    f.nullSuite,
                    f.sni,
                    f.offered,
                    f.alpn,
                    f.alpnChosen,
                    f.clientHelloSize,
                    f.protectedToServer,
                    f.protectedToClient,
                    f.malformed);
}

auto
AsTuple(const Findings& f)
{
    return std::tie(f.firstBytesTls,
                    f.firstBytesHttp,
                    f.connectRequested,
                    f.connectTunnel,
                    f.connectTarget,
                    f.tunnelTls,
                    f.tunnelHttp,
                    f.tls,
                    f.content,
                    f.readable,
                    f.gaveUp);
}

} // namespace

bool
operator==(const TlsFindings& a, const TlsFindings& b)
{
    return AsTuple(a) == AsTuple(b);
}

bool
operator==(const Findings& a, const Findings& b)
{
    return AsTuple(a) == AsTuple(b);
}

} // namespace imsfw::classify
