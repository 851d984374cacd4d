// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the firewall keeps of a flow that it looks into: the rules that wait for more, and what its packets have told.
#pragma once

#include "classify/stream-inspector.h"
#include "engine/flow/rate-meter.h"
#include "engine/packet/arrival.h"
#include "engine/rules/compiled-policy.h"

#include <array>

namespace imsfw::engine
{

class FlowWatch
{
  public:
    /// What is known when a flow begins.
    struct Start
    {
        CompiledPolicy::Opening opening;
        Verdict verdict; ///< that holds before any payload
        TimePoint now{};
        Duration weekTime{0};            ///< since Monday 00:00
        std::vector<RuleNumber> taggers; ///< rules that tag it already
        bool isDecrypted{false};         ///< an intercepting proxy has decrypted its bytes
    };

    /// @param policy must outlive the watch
    /// @param start of a flow that is allowed so far
    /// @param recognisers makes the recogniser where a rule asks for its verdict; null where there is none; outlives this
    FlowWatch(const CompiledPolicy& policy, Start start, classify::RecogniserFactory* recognisers);

    /// Look at one more packet.
    /// @return the verdict that holds with it
    Verdict Handle(classify::Direction direction, const Arrival& arrival);

    /// @return whether an HTTP request has been read in the clear.
    bool HasHttpRequest() const;

    /// @return why the verdict of the latest packet, which came at @p now, is what it is.
    Explanation Explain(TimePoint now) const;

    /// @return true once further packets cannot change the verdict.
    bool IsSettled() const;

  private:
    /// The beginning of one direction's stream, as far as its segments come in order.
    struct Beginning
    {
        Bytes bytes;
        std::optional<uint32_t> next; ///< sequence number
    };

    /// @param taggers outlives what is returned
    FlowFacts Facts(TimePoint now, std::vector<RuleNumber>& taggers) const;
    void Inspect(classify::Direction direction, const Arrival& arrival);
    /// @return true where the recogniser's verdict is another one now.
    bool Recognise(classify::Direction direction, const Arrival& arrival);
    void LookForPatterns(classify::Direction direction, const Arrival& arrival);
    /// @return what to look for patterns in.
    ByteView Extend(classify::Direction direction, const Arrival& arrival);

    const CompiledPolicy& m_policy;
    CompiledPolicy::Opening m_opening;
    classify::StreamInspector m_inspector;
    uint32_t m_generation{0};                           ///< of the findings that were judged last
    std::unique_ptr<classify::Recogniser> m_recogniser; ///< where some rule asks for its verdict
    TimePoint m_since;
    Duration m_weekTime;
    bool m_isDecrypted;
    bool m_isAnswered{false}; ///< something has come back
    RateMeter m_rate;
    std::vector<RuleNumber> m_taggers;
    uint64_t m_bytes{0};
    bool m_hasPatterns{false}; ///< some rule asks for them
    bool m_hasMeters{false};   ///< some rule asks for what changes with any packet
    bool m_asksState{false};   ///< some rule asks whether the flow has been answered
    std::array<Beginning, 2> m_beginnings;
    std::vector<RuleNumber> m_matched; ///< rules of whose patterns one has been seen
    Verdict m_verdict;
};

} // namespace imsfw::engine
