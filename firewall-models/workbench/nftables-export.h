// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The part of a policy that nftables can express, as a file that `nft -f` loads.
///
/// Looks at bytes go to `@ih` (the start of the TCP payload, nftables 1.0.1 and later): each packet is looked at by
/// itself, where the engine looks at the reassembled stream. What cannot be said is listed, never left out silently.
#pragma once

#include "engine/policy/policy.h"

#include <string>
#include <vector>

namespace imsfw::workbench
{

struct NftablesExport
{
    std::string text;
    std::vector<std::string> left; ///< what nftables cannot express, for people
};

NftablesExport ExportToNftables(const engine::Policy& policy);

} // namespace imsfw::workbench
