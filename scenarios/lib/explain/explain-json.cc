// SPDX-License-Identifier: GPL-2.0-only
#include "explained-run.h"

#include "event-json.h"
#include "media-json.h"

#include <nlohmann/json.hpp>

namespace imsfw::scenario
{

namespace
{

using Json = nlohmann::ordered_json;

Json
RulesOf(const engine::Explanation& explanation)
{
    Json rules = Json::array();
    for (const auto& account : explanation.rules)
    {
        rules.push_back(
            {{"id", account.id}, {"fate", ToString(account.fate)}, {"why", account.why}});
    }
    return rules;
}

Json
ToJson(const ReplayedDecision& decision)
{
    const auto& verdict = decision.verdict;
    return {
        {"packet", decision.packet},
        {"policy_of", decision.section},
        {"from", ToString(verdict.from)},
        {"to", ToString(verdict.to)},
        {"decided_by", verdict.explanation->decidedBy},
        {"rules", RulesOf(*verdict.explanation)},
    };
}

Json
PlanesOf(const ExplainedRun& explained)
{
    Json planes = Json::object();
    for (const auto& [name, plane] : explained.run.Planes())
    {
        Json json{{"verdict", ToString(plane.verdict)}};
        if (plane.decidedBy)
        {
            json["decided_by"] = ToJson(*plane.decidedBy);
        }
        const auto decision = explained.decisions.find(name);
        if (decision != explained.decisions.end())
        {
            json["explanation"] = ToJson(decision->second);
        }
        planes[name] = json;
    }
    return planes;
}

Json
ToJson(const Change& change)
{
    Json json{{"kind", ToString(change.kind)}, {"title", change.title}, {"size", change.size}};
    // The edited policy's file is gone by now; the title says what was edited.
    json["settings"] = change.kind == ChangeKind::POLICY ? Json::array() : Json(change.settings);
    json["without_tls_section"] = change.withoutTls;
    return json;
}

Json
ListOf(const std::vector<TriedChange>& changes)
{
    Json list = Json::array();
    for (const auto& tried : changes)
    {
        Json json = ToJson(tried.change);
        json["outcome"] = tried.outcome;
        list.push_back(json);
    }
    return list;
}

Json
LegsOf(const std::vector<IceLeg>& legs)
{
    Json list = Json::array();
    for (const IceLeg& leg : legs)
    {
        list.push_back(ToJson(leg));
    }
    return list;
}

} // namespace

std::string
ToJson(const ExplainedRun& explained)
{
    const SearchResult found = explained.changes.value_or(SearchResult{});
    Json ruledOut = Json::array();
    for (const auto& change : found.ruledOut)
    {
        Json json = ToJson(change);
        json["why"] = change.ruledOut;
        ruledOut.push_back(json);
    }
    const Json json{
        {"run", explained.run.folder},
        {"policy", explained.run.experiment.firewall.policy},
        {"transport", explained.run.experiment.transport},
        {"failed", explained.run.HasFailed()},
        {"planes", PlanesOf(explained)},
        {"ice_legs", LegsOf(explained.run.iceLegs)},
        {"changes", ListOf(found.confirmed)},
        {"tried_in_vain", ListOf(found.failed)},
        {"ruled_out", ruledOut},
    };
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace imsfw::scenario
