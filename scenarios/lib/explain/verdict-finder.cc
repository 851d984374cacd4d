// SPDX-License-Identifier: GPL-2.0-only
#include "verdict-finder.h"

#include "base/text.h"
#include "data-files.h"
#include "engine/policy/policy-loader.h"
#include "firewall-view.h"

namespace imsfw::scenario
{

namespace
{

std::optional<IpProtocol>
ProtocolOf(std::string_view name)
{
    for (const auto protocol : {IpProtocol::TCP, IpProtocol::UDP, IpProtocol::ICMP})
    {
        if (name == ToString(protocol))
        {
            return protocol;
        }
    }
    return std::nullopt;
}

std::optional<ReplayedDecision>
FindIn(const FirewallView& view,
       const engine::Policy& policy,
       const FiveTuple& flow,
       const std::string& rule,
       const workbench::Sides& sides)
{
    for (auto& verdict : workbench::Replay(policy, view.capture, sides))
    {
        if (verdict.flow == flow && verdict.rule == rule && verdict.explanation != nullptr)
        {
            return ReplayedDecision{view.origins[verdict.packet - 1], {}, std::move(verdict)};
        }
    }
    return std::nullopt;
}

/// The policies that can have made the decision: the network's own, or those of firewalls further out.
std::vector<const engine::Policy*>
DecidingStages(const engine::Policy& policy, const DecidingEvent& event)
{
    if (event.element != NIMSFW_FURTHER_OUT)
    {
        return {&policy};
    }
    std::vector<const engine::Policy*> stages;
    for (const auto* stage = policy.outer.get(); stage != nullptr; stage = stage->outer.get())
    {
        stages.push_back(stage);
    }
    return stages;
}

} // namespace

std::optional<FiveTuple>
ParseFlow(const std::string& text)
{
    const auto words = Split(text, ' ');
    if (words.size() != 4 || words[2] != ">")
    {
        return std::nullopt;
    }
    const auto protocol = ProtocolOf(words[0]);
    const auto source = Endpoint::Parse(words[1]);
    const auto destination = Endpoint::Parse(words[3]);
    if (!protocol || !source || !destination)
    {
        return std::nullopt;
    }
    return FiveTuple{*protocol, *source, *destination};
}

std::optional<ReplayedDecision>
FindDecision(const FinishedRun& run, const DecidingEvent& event, const workbench::Sides& sides)
{
    const auto flow = ParseFlow(event.flow);
    const auto views = FirewallViews(run, sides);
    const std::pair<const char*, std::string> sections[] = {
        {"firewall", run.experiment.firewall.policy}, {"callee", run.experiment.callee.policy}};
    for (const auto& [section, name] : sections)
    {
        const auto policy = engine::LoadPolicy(name, PolicyDirectory());
        if (!flow || name.empty() || !policy)
        {
            continue;
        }
        for (const auto& stage : DecidingStages(*policy, event))
        {
            for (const auto& view : views)
            {
                if (auto found = FindIn(view, *stage, *flow, event.rule, sides))
                {
                    found->section = section;
                    return found;
                }
            }
        }
    }
    return std::nullopt;
}

} // namespace imsfw::scenario
