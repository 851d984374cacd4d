// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The addresses of the one topology. Public ones are from the documentation ranges (RFC 5737).
///
///     UE 10.1.0.2 -- .1 NIMSFW 198.51.100.2 -- .1 internet .1 -- P-CSCF 192.0.2.2
///                       | 10.3.0.1                         .5 -- TURN   192.0.2.6
///                 web proxy 10.3.0.2                       .9 -- callee 192.0.2.10
#pragma once

namespace imsfw::scenario::addresses
{

inline constexpr const char* UE = "10.1.0.2";
inline constexpr const char* FIREWALL_INSIDE = "10.1.0.1";
inline constexpr const char* INSIDE_NETWORK = "10.1.0.0/24";
inline constexpr const char* WEB_PROXY = "10.3.0.2";
inline constexpr const char* FIREWALL_DMZ = "10.3.0.1";
inline constexpr const char* DMZ_NETWORK = "10.3.0.0/24";
inline constexpr const char* FIREWALL_OUTSIDE = "198.51.100.2";
inline constexpr const char* INTERNET_ACCESS = "198.51.100.1";
inline constexpr const char* P_CSCF = "192.0.2.2";
inline constexpr const char* INTERNET_P_CSCF = "192.0.2.1";
inline constexpr const char* TURN_SERVER = "192.0.2.6";
inline constexpr const char* INTERNET_TURN = "192.0.2.5";
inline constexpr const char* CALLEE = "192.0.2.10";
inline constexpr const char* INTERNET_CALLEE = "192.0.2.9";

} // namespace imsfw::scenario::addresses
