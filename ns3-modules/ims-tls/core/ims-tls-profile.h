// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Named sets of TLS settings: what a deployment of a time would offer and accept.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace imsfw::tls
{

struct Profile
{
    std::string name;
    std::string reference; ///< the document that it follows
    std::string minVersion;
    std::string maxVersion;
    std::vector<std::string> suites; ///< IANA's names, in the client's order of preference
    std::vector<std::string> groups;
    bool encryptThenMac; ///< RFC 7366 is of 2014
    std::string
        nullClause; ///< what the reference says against NULL encryption; empty where it admits it
};

/// @return "2012" (what the contribution's time allowed: TLS 1.2, CBC and NULL) or "current" (RFC 9325: AEAD with forward
/// secrecy, TLS 1.2 and 1.3); nullptr for any other name.
const Profile* FindProfile(const std::string& name);

/// @param suite a known one, by either name
/// @return why @p profile forbids it, with the clause; nothing where it is admitted.
std::optional<std::string> WhyForbidden(const Profile& profile, const std::string& suite);

} // namespace imsfw::tls
