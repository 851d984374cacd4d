// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Finds IP packets in frames of IEEE 802.11, with or without a radiotap header (radiotap.org) in front of them.
///
/// Data frames whose body is LLC and SNAP (RFC 1042). A frame that is sent again counts once. Left out: encrypted bodies,
/// A-MSDUs, fragments.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <map>
#include <optional>

namespace imsfw::workbench
{

/// @return the frame behind its radiotap header; nothing where that is none, or longer than the frame.
std::optional<ByteView> AfterRadiotap(ByteView frame);

/// Of one capture, in its order.
class WifiFrames
{
  public:
    /// @param frame as IEEE 802.11-2020 9.2.3 has it, at most with its frame check sequence
    /// @return the EtherType and what follows; nothing in frames without data, and in repetitions
    std::optional<ByteView> FindPayload(ByteView frame);

  private:
    std::map<Bytes, uint32_t>
        m_last; ///< by transmitter and traffic class: sequence control of the frame before
};

} // namespace imsfw::workbench
