// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Takes the application data that TLS records of a NULL suite show, in order: what a second recogniser may look at.
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"

namespace imsfw::classify
{

class PlaintextSink
{
  public:
    virtual ~PlaintextSink() = default;

    /// @param bytes valid during the call only. Of NULL suites within one another each hands on its own data, the outer
    /// one first. It must not call the inspector.
    virtual void TakePlaintext(Direction direction, ByteView bytes) = 0;
};

} // namespace imsfw::classify
