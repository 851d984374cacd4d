// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Who the people of an experiment are, and what the servers know of them.
#pragma once

#include <cstdint>
#include <string>

namespace imsfw::scenario::identities
{

inline constexpr const char* REALM = "ims.test";
inline constexpr const char* SIP_PASSWORD = "sip secret";
inline constexpr const char* TURN_USER = "ue";
inline constexpr const char* TURN_PASSWORD = "turn secret";
inline constexpr const char* PROXY_USER = "employee";
inline constexpr const char* PROXY_PASSWORD = "correct horse";

inline constexpr const char* P_CSCF_NAME = "p-cscf.ims.test";
inline constexpr const char* TURN_SERVER_NAME = "turn.ims.test";

inline constexpr uint16_t DNS_PORT = 53;
inline constexpr uint16_t SIP_PORT = 5060;
inline constexpr uint16_t STUN_PORT = 3478;
inline constexpr uint16_t RTP_PORT = 40000;
inline constexpr uint16_t MSRP_PORT = 2855; ///< RFC 4975 15.4
inline constexpr uint16_t DISCARD_PORT = 9; ///< RFC 863: where nobody listens

/// @return "ue" for number 0, then "ue-2", "ue-3", ...: the name of one of several.
inline std::string
Numbered(const std::string& role, unsigned index)
{
    return index == 0 ? role : role + "-" + std::to_string(index + 1);
}

inline std::string
PublicIdentity(const std::string& name)
{
    return "sip:" + name + "@" + REALM;
}

inline std::string
PrivateIdentity(const std::string& name)
{
    return name + "@" + REALM;
}

} // namespace imsfw::scenario::identities
