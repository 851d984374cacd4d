// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Fingerprints of TLS clients, made of what their ClientHello lists: JA3 and JA4.
///
/// JA3: J. Althouse, J. Atkinson, J. Atkins, "TLS Fingerprinting with JA3 and JA3S", Salesforce 2019 (salesforce/ja3).
/// JA4: FoxIO, "JA4: TLS Client Fingerprinting", technical_details/JA4.md of FoxIO-LLC/ja4 (BSD-3-Clause; the other
/// fingerprints of that family are under another licence and are not here). Lists that TlsFindings cut at their limits
/// are fingerprinted as they stand there.
#pragma once

#include "classify/tls-findings.h"

#include <string>

namespace imsfw::classify
{

/// What a ClientHello came over.
enum class HelloTransport : uint8_t
{
    TCP,
    QUIC,
    DTLS,
};

/// @return the text that is hashed: version, suites, extensions, groups and point formats in decimal, GREASE left out.
/// @pre hello.clientHello
std::string Ja3Text(const TlsFindings& hello);
/// @return its MD5 in hexadecimal; empty where there is no ClientHello yet.
std::string Ja3(const TlsFindings& hello);

/// @return such as "t13d1516h2_8daaf6152771_e5627efa2ab1"; empty where there is no ClientHello yet.
std::string Ja4(const TlsFindings& hello, HelloTransport transport = HelloTransport::TCP);

} // namespace imsfw::classify
