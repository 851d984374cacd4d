// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// MSRP URIs and paths (RFC 4975 6, 9): `msrp://host:port/session-id;tcp`. Left out: reg-names other than host names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::msrp
{

constexpr uint16_t DEFAULT_PORT = 2855; // RFC 4975 15.4

struct MsrpUri
{
    bool isSecure{false}; ///< msrps: over TLS
    std::string user;     ///< with a password, if there was one; empty for none
    std::string host;     ///< IPv6 addresses in their brackets
    std::optional<uint16_t> port;
    std::string sessionId; ///< empty for none
    std::string transport{"tcp"};
    std::string parameters; ///< what follows the transport, with its semicolons

    std::string ToString() const;

    /// RFC 4975 6.1: scheme, host and transport without case, port as written (none equals only none), session-id with
    /// case; user and parameters do not count.
    bool IsSameAs(const MsrpUri& other) const;
};

/// @return nothing where @p text is no MSRP URI.
std::optional<MsrpUri> ParseUri(std::string_view text);

using MsrpPath = std::vector<MsrpUri>;

/// @return the URIs of a To-Path, a From-Path or an SDP path attribute; nothing where one of them is none.
std::optional<MsrpPath> ParsePath(std::string_view text);

std::string ToString(const MsrpPath& path);

} // namespace imsfw::msrp
