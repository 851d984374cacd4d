// SPDX-License-Identifier: GPL-2.0-only
#include "ice-leg-text.h"

namespace imsfw::scenario
{

void
PrintIceLegs(std::ostream& out, const std::vector<IceLeg>& legs)
{
    for (const IceLeg& leg : legs)
    {
        out << "    " << leg.party << ": " << leg.local
            << (leg.remote.empty() ? "" : " to " + leg.remote) << ": " << leg.state;
        if (!leg.element.empty())
        {
            out << ", refused by " << leg.element << (leg.rule.empty() ? "" : ", rule " + leg.rule)
                << " (" << leg.reason << ")";
        }
        else if (!leg.why.empty())
        {
            out << ", " << leg.why;
        }
        out << "\n";
    }
}

} // namespace imsfw::scenario
