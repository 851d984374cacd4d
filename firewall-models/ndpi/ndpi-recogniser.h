// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// nDPI (libndpi 4.2) as a recogniser: what an existing engine says of a flow, its mistakes included.
///
/// Used as its own ndpiReader uses it: packets go in until nDPI has named the flow and wants no more, or until the limit
/// of packets is reached; then it is asked to guess. Packets are handed over with headers made of the flow's first tuple,
/// so that NAT does not confuse it. One factory is one detection module: nDPI remembers some flows while it judges
/// others, as it does in a real firewall, and the same packets in the same order have the same verdicts. (Only its
/// dissectors of BitTorrent and NetFlow read the machine's clock.) Not to be shared between threads.
///
/// Licence: nDPI is LGPL-3.0-or-later; see firewall-models/doc/recognisers.md before distributing what is built of this.
#pragma once

#include "base/result.h"
#include "classify/recogniser.h"

#include <cstdint>
#include <memory>
#include <string>

namespace imsfw::ndpi
{

struct NdpiOptions
{
    /// The instant that TimePoint 0 stands for, in seconds since 1970: certificates are judged by it.
    uint64_t epochSeconds{1767225600};
    unsigned tcpPackets{80}; ///< looked at before nDPI has to guess; ndpiReader's values
    unsigned udpPackets{24};
};

/// @return the factory, or why nDPI could not be started.
Result<std::unique_ptr<classify::RecogniserFactory>, std::string> MakeNdpiFactory(
    const NdpiOptions& options = {});

} // namespace imsfw::ndpi
