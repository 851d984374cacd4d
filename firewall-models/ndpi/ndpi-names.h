// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// nDPI's names as policies write them: "HTTP_Connect" is "http-connect", "Weak TLS Cipher" is "tls-weak-cipher".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace imsfw::ndpi
{

/// @return @p name in lower case, with hyphens for all that is neither letter nor digit.
std::string PolicyName(std::string_view name);

/// @return the name of a bit of nDPI's risk mask; empty where it has none.
std::string_view RiskName(unsigned risk);

/// @return the names of the bits that are set, sorted.
std::vector<std::string> RiskNames(unsigned long long mask);

/// @return all of them, sorted.
std::vector<std::string> AllRiskNames();

} // namespace imsfw::ndpi
