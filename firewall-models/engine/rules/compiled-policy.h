// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A policy made ready to decide: which rule's verdict holds for a flow, from what is known of it now.
///
/// The first rule that matches decides. Rules that ask for addresses and ports only are found through an index when a
/// flow begins; those that ask for payload, and stand before that first one, are kept with the flow and tried again
/// when its bytes have told more.
#pragma once

#include "engine/rules/explanation.h"
#include "engine/rules/flow-facts.h"
#include "engine/rules/rule-index.h"
#include "engine/rules/verdict.h"

#include <string_view>

namespace imsfw::engine
{

class CompiledPolicy
{
  public:
    explicit CompiledPolicy(Policy policy);
    CompiledPolicy(const CompiledPolicy&) = delete;
    CompiledPolicy& operator=(const CompiledPolicy&) = delete;

    const Policy&
    Get() const
    {
        return m_policy;
    }

    /// What is known of a flow from its first packet's headers.
    struct Opening
    {
        Verdict base; ///< holds as long as no rule of `conditional` does
        std::vector<RuleNumber>
            conditional; ///< in the policy's order; they fit the headers and ask for payload
        FlowHeader header;
    };

    Opening Open(const Ip4Tuple& flow, Zone from, Zone to) const;

    /// @return what holds now. Rules that tag the flow are added to the facts' taggers.
    Verdict Judge(const Verdict& base,
                  const std::vector<RuleNumber>& conditional,
                  FlowFacts facts) const;

    /// @return what became of every rule, by the conditions that Open and Judge decide by.
    Explanation Explain(const Opening& opening, FlowFacts facts) const;

    /// @return the rule behind a verdict; nullptr where it is none of the policy's.
    const Rule* RuleOf(RuleNumber number) const;

    /// @return true where some rule delays or throttles what it allows.
    bool
    HasShaping() const
    {
        return m_hasShaping;
    }

    /// @return the id of a rule, or what stands for none: "default", "nat-mapping", "unsolicited".
    std::string_view NameOf(RuleNumber number) const;

    /// @return @p action, or the policy's refusal where it is REFUSE.
    Action Resolve(Action action) const;

  private:
    Verdict VerdictOf(RuleNumber number) const;
    /// @return as FindObstacle; a rule that has tagged the flow once always does.
    Condition ObstacleOf(RuleNumber number, const FlowFacts& facts) const;

    Policy m_policy;
    std::vector<RuleNumber> m_oneByOne;
    RuleIndex m_index; ///< of the other rules
    bool m_hasShaping;
};

} // namespace imsfw::engine
