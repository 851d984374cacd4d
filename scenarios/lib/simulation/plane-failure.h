// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How a plane failed, as the UE saw it.
#pragma once

#include "base/stream-layer.h"
#include "base/time.h"

#include <string>

namespace imsfw::scenario
{

struct PlaneFailure
{
    std::string
        step; ///< "register", "call", "hang-up", "incoming-call"; "gather", "talk"; "messages"
    StreamFailure failure;
    TimePoint at;
    TimePoint since{}; ///< when what failed was begun: what was refused before had been got over
};

} // namespace imsfw::scenario
