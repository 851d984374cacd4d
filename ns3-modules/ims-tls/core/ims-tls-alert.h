// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Names of TLS alerts, as RFC 8446 6 and IANA's registry "TLS Alerts" write them. OpenSSL's own strings have blanks, and
/// it does not know all of them.
#pragma once

#include <cstdint>
#include <string>

namespace imsfw::tls
{

/// @return "handshake_failure" for 40 and so on; "alert_200" for a number that nobody has named.
std::string AlertName(uint8_t description);

} // namespace imsfw::tls
