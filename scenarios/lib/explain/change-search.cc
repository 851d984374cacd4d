// SPDX-License-Identifier: GPL-2.0-only
#include "change-search.h"

#include "data-files.h"
#include "engine/policy/policy-loader.h"
#include "experiment-loader.h"
#include "policy-change.h"

#include <algorithm>
#include <fstream>
#include <map>

namespace imsfw::scenario
{

namespace
{

/// Runs of one kind of change before it is given up: the nearest ones have been tried then.
constexpr std::size_t MOST_RUNS = 8;

std::string
Describe(const char* name, const PlaneResult& plane)
{
    std::string text = std::string(name) + " " + ToString(plane.verdict);
    if (!plane.decidedBy)
    {
        return text;
    }
    const auto& event = *plane.decidedBy;
    return text + " (" + event.element +
           (event.rule.empty() ? ", " + event.reason : " rule " + event.rule) + ")";
}

/// The first failed plane's decision; nothing where no rule decided.
const DecidingEvent*
DeciderOf(const PlaneResult& control, const PlaneResult& mediaUdp)
{
    for (const auto* plane : {&control, &mediaUdp})
    {
        if (plane->verdict == Verdict::FAIL && plane->decidedBy)
        {
            return &*plane->decidedBy;
        }
    }
    return nullptr;
}

/// @return nullptr where no rule has this id.
const engine::Rule*
FindRule(const engine::Policy& policy, const std::string& id)
{
    const auto rule = std::find_if(policy.rules.begin(),
                                   policy.rules.end(),
                                   [&](const engine::Rule& r) { return r.id == id; });
    return rule == policy.rules.end() ? nullptr : &*rule;
}

/// @return whether a decision under that name can be the policy's; every policy has a default.
bool
Has(const engine::Policy& policy, const std::string& rule)
{
    return rule == "default" || FindRule(policy, rule) != nullptr;
}

class Search
{
  public:
    Search(const FinishedRun& run, const SearchTools& tools) : m_run(run), m_tools(tools)
    {
    }

    SearchResult
    Find()
    {
        const auto* decider = DeciderOf(m_run.control, m_run.mediaUdp);
        const auto policy = engine::LoadPolicy(m_run.experiment.firewall.policy, PolicyDirectory());
        if (decider == nullptr || !policy)
        {
            return std::move(m_result);
        }
        FindDecidingPolicy(*policy, *decider);
        for (auto& change : Candidates(*policy, *decider))
        {
            Consider(std::move(change));
        }
        if (decider->IsByFirewall())
        {
            EditPolicies(*decider);
        }
        return std::move(m_result);
    }

  private:
    /// The callee's firewall decided where only its policy has the rule.
    void
    FindDecidingPolicy(const engine::Policy& own, const DecidingEvent& decider)
    {
        m_deciding = own;
        if (TakeDeciding(own, decider) || m_run.experiment.callee.policy.empty())
        {
            return;
        }
        const auto callee = engine::LoadPolicy(m_run.experiment.callee.policy, PolicyDirectory());
        m_isCallees = callee && TakeDeciding(*callee, decider);
    }

    /// @return false where no firewall of the network, of those that the decision can come from, has its rule
    bool
    TakeDeciding(const engine::Policy& innermost, const DecidingEvent& decider)
    {
        const bool isFurtherOut = decider.element == NIMSFW_FURTHER_OUT;
        std::size_t depth = isFurtherOut ? 1 : 0;
        const auto* stage = isFurtherOut ? innermost.outer.get() : &innermost;
        while (isFurtherOut && stage != nullptr && !Has(*stage, decider.rule))
        {
            stage = stage->outer.get();
            ++depth;
        }
        if (stage == nullptr || !Has(*stage, decider.rule))
        {
            return false;
        }
        m_deciding = *stage;
        m_depth = depth;
        return true;
    }

    std::vector<Change>
    Candidates(const engine::Policy& policy, const DecidingEvent& decider) const
    {
        auto changes = SuiteChanges(m_run, FindRule(m_deciding, decider.rule));
        for (auto more : {ProxyChanges(m_run, policy, m_tools.places),
                          TransportChanges(m_run, policy, m_tools.places)})
        {
            changes.insert(changes.end(), more.begin(), more.end());
        }
        std::stable_sort(changes.begin(),
                         changes.end(),
                         [](const Change& a, const Change& b)
                         { return std::tie(a.size, a.kind) < std::tie(b.size, b.kind); });
        return changes;
    }

    void
    Consider(Change change)
    {
        const auto& confirmed = m_result.confirmed;
        const bool isDone =
            std::any_of(confirmed.begin(),
                        confirmed.end(),
                        [&](const TriedChange& tried) { return tried.change.kind == change.kind; });
        if (!change.ruledOut.empty())
        {
            m_result.ruledOut.push_back(std::move(change));
        }
        else if (!isDone && m_runs[change.kind] < MOST_RUNS)
        {
            Try(std::move(change));
        }
    }

    /// @return the run's result; nothing where it could not be run
    std::optional<RunResult>
    Try(Change change)
    {
        auto settings = change.settings;
        settings.emplace_back("evidence.captures=false");
        Experiment before = m_run.experiment;
        if (change.withoutTls)
        {
            before.tls = {};
        }
        const auto experiment =
            LoadExperimentText(m_run.folder + "/experiment.yaml", before.ToYaml(), settings);
        if (!experiment)
        {
            m_result.failed.push_back(
                {std::move(change), "cannot be tried: " + experiment.Error().front().message});
            return std::nullopt;
        }
        ++m_runs[change.kind];
        auto result = m_tools.runner(*experiment);
        if (!result)
        {
            m_result.failed.push_back({std::move(change), "cannot be run: " + result.Error()});
            return std::nullopt;
        }
        const std::string outcome =
            Describe("control", result->control) + ", " + Describe("media", result->mediaUdp);
        auto& list = LetsPass(m_run, *result) ? m_result.confirmed : m_result.failed;
        list.push_back({std::move(change), outcome});
        return *result;
    }

    /// Take out the rule that decided; where another one decides then, that one too.
    void
    EditPolicies(const DecidingEvent& first)
    {
        PolicyEdit edit;
        std::optional<DecidingEvent> decider = first;
        while (decider && edit.Size() < MOST_RUNS && Extend(edit, *decider))
        {
            const auto change = WritePolicy(edit);
            const auto result = change ? Try(*change) : std::nullopt;
            decider = result ? NextRefusal(*result, edit) : std::nullopt;
        }
    }

    /// @return the firewall's part in a failure that remains. What the web proxy says of it is the later symptom: a
    /// connection that is cut behind it fails at the proxy too.
    std::optional<DecidingEvent>
    NextRefusal(const RunResult& result, const PolicyEdit& edit) const
    {
        const auto isOpen = [&](const DecidingEvent& event)
        {
            return event.IsByFirewall() && event.rule != "unsolicited" &&
                   std::count(edit.without.begin(), edit.without.end(), event.rule) == 0;
        };
        const auto& refusals = result.refusals;
        const auto last = std::find_if(refusals.rbegin(), refusals.rend(), isOpen);
        const bool hasPassed = LetsPass(m_run, result);
        return last == refusals.rend() || hasPassed ? std::nullopt : std::optional(*last);
    }

    /// @return false where no edit of the policy answers @p decider.
    bool
    Extend(PolicyEdit& edit, const DecidingEvent& decider) const
    {
        const bool isKnown = std::count(edit.without.begin(), edit.without.end(), decider.rule) > 0;
        if (decider.rule.empty() || decider.rule == "unsolicited" || isKnown)
        {
            return false;
        }
        if (decider.rule != "default")
        {
            edit.without.push_back(decider.rule);
            return true;
        }
        const auto flow = ParseFlow(decider.flow);
        const auto isSame = [&](const Opening& opening)
        {
            return flow && opening.flow.protocol == flow->protocol &&
                   opening.flow.destination.port == flow->destination.port;
        };
        if (std::any_of(edit.openings.begin(), edit.openings.end(), isSame))
        {
            return false;
        }
        if (flow)
        {
            edit.openings.push_back({*flow,
                                     m_tools.sides.ZoneOf(flow->source.address),
                                     m_tools.sides.ZoneOf(flow->destination.address)});
        }
        return flow.has_value();
    }

    std::optional<Change>
    WritePolicy(const PolicyEdit& edit) const
    {
        const auto& e = m_run.experiment;
        const auto file =
            WriteChain(m_isCallees ? e.callee.policy : e.firewall.policy, m_depth, edit);
        if (!file)
        {
            return std::nullopt;
        }
        const std::string whose = m_isCallees ? "the callee's policy " : "the policy ";
        return Change{
            ChangeKind::POLICY,
            whose + (m_depth > 0 ? "further out " : "") + edit.ToString(),
            {std::string(m_isCallees ? "callee" : "firewall") + ".policy=\"" + *file + "\""},
            edit.Size(),
            {}};
    }

    /// Write a policy with @p edit in the one that stands @p depth further out. @return the file to name in its place
    std::optional<std::string>
    WriteChain(const std::string& policy, std::size_t depth, const PolicyEdit& edit) const
    {
        PolicyEdit own = edit;
        if (depth > 0)
        {
            const auto loaded = engine::LoadPolicy(policy, PolicyDirectory());
            const auto outer = loaded ? WriteChain(loaded->behind, depth - 1, edit) : std::nullopt;
            if (!outer)
            {
                return std::nullopt;
            }
            own = {{}, {}, *outer};
        }
        const auto text = EditPolicy(policy, own);
        const std::string file = m_tools.scratch + "/policy-" + std::to_string(edit.Size()) + "-" +
                                 std::to_string(depth) + ".yaml";
        return text && (std::ofstream(file) << *text) ? std::optional(file) : std::nullopt;
    }

    const FinishedRun& m_run;
    const SearchTools& m_tools;
    engine::Policy m_deciding; ///< of the firewall that decided
    std::size_t m_depth{0};    ///< how many firewalls stand between it and the network
    bool m_isCallees{false};
    std::map<ChangeKind, std::size_t> m_runs;
    SearchResult m_result;
};

} // namespace

bool
LetsPass(const FinishedRun& before, const RunResult& now)
{
    const auto holds = [](const PlaneResult& was, const PlaneResult& is)
    {
        return was.verdict == Verdict::NOT_ATTEMPTED ? is.verdict != Verdict::FAIL
                                                     : is.verdict == Verdict::PASS;
    };
    return holds(before.control, now.control) && holds(before.mediaUdp, now.mediaUdp);
}

SearchResult
FindChanges(const FinishedRun& run, const SearchTools& tools)
{
    return Search(run, tools).Find();
}

} // namespace imsfw::scenario
