// SPDX-License-Identifier: GPL-2.0-only
#include "proxy-selection.h"

#include "base/text.h"

#include <algorithm>
#include <fnmatch.h>

namespace imsfw::scenario
{

namespace
{

constexpr std::string_view BY_ADDRESS = "PROXY ";

std::optional<ProxyChoice>
ParseChoice(std::string_view text)
{
    if (text == "DIRECT")
    {
        return ProxyChoice{true, std::nullopt};
    }
    if (text == "PROXY")
    {
        return ProxyChoice{};
    }
    if (text.compare(0, BY_ADDRESS.size(), BY_ADDRESS) != 0)
    {
        return std::nullopt;
    }
    const auto proxy = Endpoint::Parse(text.substr(BY_ADDRESS.size()));
    return proxy && proxy->port != 0 ? std::optional(ProxyChoice{false, *proxy}) : std::nullopt;
}

} // namespace

std::optional<ProxyRule>
ParseProxyRule(const std::string& rule)
{
    const auto space = rule.find(' ');
    if (space == 0 || space == std::string::npos)
    {
        return std::nullopt;
    }
    ProxyRule parsed{rule.substr(0, space), {}};
    for (const auto text : Split(std::string_view(rule).substr(space + 1), ';'))
    {
        const auto choice = ParseChoice(Trim(text));
        if (!choice)
        {
            return std::nullopt;
        }
        parsed.choices.push_back(*choice);
    }
    return parsed;
}

std::vector<ProxyChoice>
SelectProxies(const std::vector<std::string>& rules, const std::string& host)
{
    for (const auto& text : rules)
    {
        const auto rule = ParseProxyRule(text);
        if (rule && fnmatch(rule->pattern.c_str(), host.c_str(), FNM_CASEFOLD) == 0)
        {
            return rule->choices;
        }
    }
    return {};
}

std::size_t
MostChoices(const std::vector<std::string>& rules)
{
    std::size_t most = 1;
    for (const auto& text : rules)
    {
        const auto rule = ParseProxyRule(text);
        most = std::max(most, rule ? rule->choices.size() : 0);
    }
    return most;
}

} // namespace imsfw::scenario
