// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How long to wait before a failed flow is formed anew (RFC 5626 4.5), for a UE with one flow.
#pragma once

#include "base/random.h"
#include "base/time.h"

#include <cstdint>

namespace imsfw::sip
{

class FlowRecovery
{
  public:
    struct Config
    {
        Duration base{
            std::chrono::seconds(30)}; ///< where all flows have failed, as one alone always has
        Duration most{std::chrono::seconds(1800)};
    };

    FlowRecovery() = default;

    explicit FlowRecovery(const Config& config) : m_config(config)
    {
    }

    /// A flow failed, or could not be formed. @param wasProven it had been successful in the sense of 4.5.
    /// @return the time to wait at least before the next attempt; none for a flow that was successful until now.
    Duration HandleFailure(bool wasProven, RandomSource& random);

    uint32_t
    ConsecutiveFailures() const
    {
        return m_failures;
    }

  private:
    Config m_config;
    uint32_t m_failures{0};
};

} // namespace imsfw::sip
