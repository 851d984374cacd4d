// SPDX-License-Identifier: GPL-2.0-only
#include "engine/policy/rule-terms.h"

#include "base/text.h"

#include <algorithm>

namespace imsfw::engine
{

std::string
ToString(ResetSide side)
{
    switch (side)
    {
    case ResetSide::BOTH:
        return "both";
    case ResetSide::CLIENT:
        return "client";
    case ResetSide::SERVER:
        return "server";
    }
    return "unknown";
}

std::string
ToString(FlowState state)
{
    return state == FlowState::NEW ? "new" : "established";
}

bool
PayloadPattern::IsIn(ByteView text) const
{
    if (regex.IsAsked())
    {
        return regex.Finds(text);
    }
    return std::search(text.begin(), text.end(), bytes.begin(), bytes.end()) != text.end();
}

bool
MatchesPattern(const std::string& pattern, const std::string& text)
{
    const std::string wanted = ToLower(pattern);
    const std::string given = ToLower(text);
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star =
        std::string::npos; // the latest `*`, which takes one character more where the rest fails
    std::size_t taken = 0;
    while (t < given.size())
    {
        if (p < wanted.size() && wanted[p] == '*')
        {
            star = p++;
            taken = t;
        }
        else if (p < wanted.size() && wanted[p] == given[t])
        {
            ++p;
            ++t;
        }
        else if (star != std::string::npos)
        {
            p = star + 1;
            t = ++taken;
        }
        else
        {
            return false;
        }
    }
    return wanted.find_first_not_of('*', p) == std::string::npos;
}

} // namespace imsfw::engine
