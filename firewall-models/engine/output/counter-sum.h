// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Counters of several engines together.
#pragma once

#include "engine/output/out-packet.h"

namespace imsfw::engine
{

inline Counters&
operator+=(Counters& sum, const Counters& one)
{
    sum.allowed += one.allowed;
    sum.refused += one.refused;
    sum.malformed += one.malformed;
    sum.fragments += one.fragments;
    sum.evicted += one.evicted;
    sum.expired += one.expired;
    sum.generated += one.generated;
    sum.throttled += one.throttled;
    sum.lost += one.lost;
    sum.flows += one.flows;
    sum.inspected += one.inspected;
    sum.inspectedBytes += one.inspectedBytes;
    return sum;
}

} // namespace imsfw::engine
