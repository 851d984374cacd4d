// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the firewall keeps of a flow that it looks into: the rules that wait for more, and what its bytes have told.
#pragma once

#include "classify/stream-inspector.h"
#include "engine/compiled-policy.h"
#include "engine/ip-packet.h"

namespace imsfw::engine
{

class FlowWatch
{
  public:
    /// @param opening of a flow that is allowed so far
    explicit FlowWatch(CompiledPolicy::Opening opening)
        : m_opening(std::move(opening)), m_verdict(m_opening.base)
    {
    }

    /// Look at one more packet.
    /// @return the verdict that holds with it
    Verdict Handle(const CompiledPolicy& policy,
                   classify::Direction direction,
                   const IpPacket& packet,
                   ByteView payload);

    /// @return true once further packets cannot change the verdict.
    bool IsSettled() const;

  private:
    CompiledPolicy::Opening m_opening;
    classify::StreamInspector m_inspector;
    uint32_t m_generation{0}; ///< of the findings that were judged last
    Verdict m_verdict;
};

} // namespace imsfw::engine
