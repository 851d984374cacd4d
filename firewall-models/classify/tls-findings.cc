// SPDX-License-Identifier: GPL-2.0-only
#include "classify/tls-findings.h"

#include <tuple>

namespace imsfw::classify
{

std::string
ToString(TlsDefect defect)
{
    switch (defect)
    {
    case TlsDefect::NONE:
        return "none";
    case TlsDefect::BAD_TYPE:
        return "bad-type";
    case TlsDefect::BAD_VERSION:
        return "bad-version";
    case TlsDefect::RECORD_TOO_LONG:
        return "record-too-long";
    case TlsDefect::EMPTY_RECORD:
        return "empty-record";
    case TlsDefect::RECORD_TOO_SHORT:
        return "record-too-short";
    case TlsDefect::HELLO_TOO_LONG:
        return "hello-too-long";
    case TlsDefect::HELLO_SYNTAX:
        return "hello-syntax";
    case TlsDefect::MISPLACED_HELLO:
        return "misplaced-hello";
    }
    return "none";
}

namespace
{

auto
Negotiated(const TlsFindings& f)
{
    return std::tie(f.clientHello,
                    f.serverHello,
                    f.helloRetry,
                    f.version,
                    f.suite,
                    f.nullSuite,
                    f.alpnChosen,
                    f.resumptionOffered,
                    f.resumed,
                    f.certificate,
                    f.handshakes,
                    f.protectedToServer,
                    f.protectedToClient,
                    f.malformed,
                    f.defect);
}

auto
Offered(const TlsFindings& f)
{
    return std::tie(f.sni,
                    f.offered,
                    f.alpn,
                    f.clientHelloSize,
                    f.clientHelloRecords,
                    f.recordVersion,
                    f.helloVersion,
                    f.supportedVersions,
                    f.extensions,
                    f.groups,
                    f.pointFormats,
                    f.signatureAlgorithms);
}

} // namespace

bool
operator==(const CertificateFacts& a, const CertificateFacts& b)
{
    return std::tie(a.subject, a.issuer, a.dnsNames) == std::tie(b.subject, b.issuer, b.dnsNames);
}

bool
operator==(const TlsFindings& a, const TlsFindings& b)
{
    return Negotiated(a) == Negotiated(b) && Offered(a) == Offered(b);
}

} // namespace imsfw::classify
