// SPDX-License-Identifier: GPL-2.0-only
#include "explain-output.h"

#include "base/text.h"
#include "ice-leg-text.h"

#include <cstdio>

namespace imsfw::scenario
{

namespace
{

using engine::RuleFate;

std::string
Milliseconds(TimePoint time)
{
    char text[32];
    std::snprintf(text, sizeof(text), "%.3f ms", ToMilliseconds(time.time_since_epoch()));
    return text;
}

void
PrintRules(std::ostream& out, const ReplayedDecision& decision, const Paint& paint)
{
    const auto& verdict = decision.verdict;
    out << "  " << decision.packet << ", from " << ToString(verdict.from) << " to "
        << ToString(verdict.to) << "; the rules in order:\n";
    std::vector<std::string> notReached;
    for (const auto& account : verdict.explanation->rules)
    {
        if (account.fate == RuleFate::NOT_REACHED)
        {
            notReached.push_back(account.id);
            continue;
        }
        const bool matched = account.fate == RuleFate::MATCHED;
        out << "    " << (matched ? paint.Bad(account.id) : account.id) << ": "
            << ToString(account.fate) << (matched ? "" : ", " + account.why) << "\n";
    }
    if (verdict.explanation->decidedBy == "default")
    {
        out << "    " << paint.Bad("default") << ": no rule matched\n";
    }
    if (!notReached.empty())
    {
        out << "    not reached: " << Join(notReached, ", ") << "\n";
    }
}

void
PrintPlane(std::ostream& out,
           const std::string& name,
           const PlaneResult& plane,
           const ExplainedRun& explained,
           const Paint& paint)
{
    const std::string word = ToString(plane.verdict);
    out << name << ": " << (plane.verdict == Verdict::FAIL ? paint.Bad(word) : word) << "\n";
    if (plane.verdict != Verdict::FAIL || !plane.decidedBy)
    {
        return;
    }
    const auto& event = *plane.decidedBy;
    out << "  decided at " << Milliseconds(event.at) << " by " << paint.Strong(event.element)
        << (event.rule.empty() ? "" : ", rule " + paint.Strong(event.rule)) << " (" << event.reason
        << (event.detail.empty() ? "" : ": " + event.detail) << ")\n";
    if (!event.flow.empty())
    {
        out << "  on " << event.flow
            << (event.firstBytes.empty() ? "" : ", begins " + event.firstBytes) << "\n";
    }
    if (name == "media_udp" && !explained.run.iceLegs.empty())
    {
        out << "  what ICE tried, and what stopped it:\n";
        PrintIceLegs(out, explained.run.iceLegs);
    }
    const auto decision = explained.decisions.find(name);
    if (decision != explained.decisions.end())
    {
        PrintRules(out, decision->second, paint);
    }
    else if (event.IsByFirewall())
    {
        out << "  the run's captures do not show this decision again, so the rules are not "
               "listed\n";
    }
}

void
PrintChange(std::ostream& out, const TriedChange& tried, std::size_t number, const Paint& paint)
{
    const auto& change = tried.change;
    out << "  " << number << ". " << ToString(change.kind) << ": " << paint.Good(change.title)
        << "\n";
    if (change.kind != ChangeKind::POLICY)
    {
        for (const auto& setting : change.settings)
        {
            out << "       --set '" << setting << "'\n";
        }
        out << (change.withoutTls ? "       without the experiment's section `tls`, if it has one\n"
                                  : "");
    }
    out << "     run again: " << tried.outcome << "\n";
}

void
PrintChanges(std::ostream& out, const SearchResult& changes, const Paint& paint)
{
    out << "\n" << paint.Strong("What would have let it pass, the smallest change first") << "\n";
    std::size_t number = 0;
    for (const auto& tried : changes.confirmed)
    {
        PrintChange(out, tried, ++number, paint);
    }
    if (number == 0)
    {
        out << "  nothing that was tried\n";
    }
    if (!changes.failed.empty())
    {
        out << "\nTried in vain\n";
        for (const auto& tried : changes.failed)
        {
            out << "  " << tried.change.title << ": " << tried.outcome << "\n";
        }
    }
    if (!changes.ruledOut.empty())
    {
        out << "\nRuled out by the policy, without a run\n";
        for (const auto& change : changes.ruledOut)
        {
            out << "  " << change.title << ": " << change.ruledOut << "\n";
        }
    }
}

} // namespace

void
PrintText(std::ostream& out, const ExplainedRun& explained, const Paint& paint)
{
    const auto& run = explained.run;
    out << paint.Strong(run.experiment.name) << ": policy " << run.experiment.firewall.policy
        << (run.experiment.transport.empty() ? "" : ", transport " + run.experiment.transport)
        << "\n";
    for (const auto& [name, plane] : run.Planes())
    {
        PrintPlane(out, name, plane, explained, paint);
    }
    if (!run.HasFailed())
    {
        out << "\nNothing failed in this run: there is nothing to explain.\n";
        return;
    }
    if (explained.changes)
    {
        PrintChanges(out, *explained.changes, paint);
    }
}

} // namespace imsfw::scenario
