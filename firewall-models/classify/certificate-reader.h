// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Whom a TLS server's certificate names: RFC 5280 4.1 in DER, names written as RFC 4514 says.
///
/// A firewall reads it in passing and verifies nothing. Left out: everything but subject, issuer and the DNS names of
/// subjectAltName. Limit: a name of more than NAME_LIMIT bytes of text is cut there.
#pragma once

#include "base/bytes.h"
#include "classify/tls-findings.h"

#include <optional>

namespace imsfw::classify
{

constexpr std::size_t CERTIFICATE_NAME_LIMIT = 1024;

/// @param message the body of a TLS 1.2 Certificate message (RFC 5246 7.4.2), or as much of it as holds the first
/// certificate
/// @return nothing where the first certificate is not there whole, or is not one.
std::optional<CertificateFacts> ReadCertificateMessage(ByteView message);

/// @param der one certificate
std::optional<CertificateFacts> ReadCertificate(ByteView der);

} // namespace imsfw::classify
