// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How a UE chooses between web proxies and the direct way, by rules as those of proxy auto-configuration (PAC): a pattern,
/// and what a PAC script would return for it, "PROXY 10.3.0.9:8080; PROXY; DIRECT".
///
/// Left out: SOCKS and HTTPS proxies; a proxy's name in place of its address; and that a proxy which failed is not asked
/// again for some minutes.
#pragma once

#include "base/address.h"

#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// One of the choices that a rule has.
struct ProxyChoice
{
    bool isDirect{false};
    std::optional<Endpoint> proxy; ///< nothing: the network's own

    friend bool
    operator==(const ProxyChoice& a, const ProxyChoice& b)
    {
        return a.isDirect == b.isDirect && a.proxy == b.proxy;
    }
};

/// A rule: what it is for, and what is tried in that order.
struct ProxyRule
{
    std::string pattern; ///< * stands for any text and ? for any character
    std::vector<ProxyChoice> choices;
};

/// @return the rule "PATTERN CHOICE; CHOICE...", a choice being DIRECT, PROXY or "PROXY ADDRESS:PORT"; nothing where it is none.
std::optional<ProxyRule> ParseProxyRule(const std::string& rule);

/// @param rules those that cannot be read are passed over
/// @param host the server's name, or its address where it has none
/// @return the choices of the first rule that fits; none where none fits.
std::vector<ProxyChoice> SelectProxies(const std::vector<std::string>& rules,
                                       const std::string& host);

/// @return how many choices the rule with the most of them has; at least 1.
std::size_t MostChoices(const std::vector<std::string>& rules);

} // namespace imsfw::scenario
