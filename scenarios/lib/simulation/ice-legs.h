// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What ICE tried, with the rule that stopped each try.
#pragma once

#include "diagnosis.h"
#include "result.h"

#include "ims-turn-ice-path.h"

#include <string>
#include <vector>

namespace imsfw::scenario
{

/// @param party whose leg it is
/// @return the leg, with the last of @p refusals that one of its packets met.
IceLeg ToIceLeg(const std::string& party,
                const ns3::imsturn::IcePath::Leg& leg,
                const std::vector<Refusal>& refusals);

} // namespace imsfw::scenario
