// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The policy's rules over a stream that an intercepting proxy has decrypted: those that ask for `decrypted`, and no others.
///
/// Flows are judged by where the proxy takes them (from the DMZ to outside). A recogniser other than our own probes is not
/// asked: it wants packets, and here are none.
#pragma once

#include "engine/flow/flow-watch.h"

#include <memory>
#include <string>

namespace imsfw::engine
{

class DecryptedWatch
{
  public:
    /// @param flow from the proxy to the server; IPv4
    /// @param weekTime at which it began, since Monday 00:00
    DecryptedWatch(std::shared_ptr<const CompiledPolicy> policy,
                   const FiveTuple& flow,
                   TimePoint now,
                   Duration weekTime);

    /// Look at the next bytes of one direction.
    /// @return the id of the rule that refuses the stream; nothing where it may go on
    std::optional<std::string> Handle(TimePoint now, classify::Direction direction, ByteView bytes);

  private:
    std::shared_ptr<const CompiledPolicy> m_policy;
    Ip4Tuple m_flow;
    FlowWatch m_watch;
    std::array<uint32_t, 2> m_next{}; ///< sequence numbers, as if the stream were TCP
};

} // namespace imsfw::engine
