// SPDX-License-Identifier: GPL-2.0-only
#include "proxy-selection.h"

#include <fnmatch.h>

namespace imsfw::scenario
{

std::optional<bool>
SelectsProxy(const std::vector<std::string>& rules, const std::string& host)
{
    for (const auto& rule : rules)
    {
        const auto space = rule.find(' ');
        const std::string pattern = rule.substr(0, space);
        if (fnmatch(pattern.c_str(), host.c_str(), FNM_CASEFOLD) == 0)
        {
            return space != std::string::npos && rule.substr(space + 1) == "PROXY";
        }
    }
    return std::nullopt;
}

} // namespace imsfw::scenario
