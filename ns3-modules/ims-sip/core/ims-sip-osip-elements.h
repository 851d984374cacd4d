// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// From libosip2's elements to ours: shared by the sources of the elements. Not for users of the core.
#pragma once

#include "ims-sip-elements.h"
#include "ims-sip-osip.h"

#include <cstdint>
#include <optional>
#include <string>

namespace imsfw::sip
{

/// @return the parameters as they stand, unchecked.
SipParams TakeParams(const osip_list_t& params);

/// @return false where there is a port but no 16-bit number in it.
bool TakePort(const char* text, std::optional<uint16_t>& port);

/// @return "host:port", with brackets around IPv6, without the colon where there is no port.
std::string HostPort(const std::string& host, std::optional<uint16_t> port);

} // namespace imsfw::sip
