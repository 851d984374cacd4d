// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// When somebody talks and when he is silent: talkspurts and pauses of exponential length, one after the other.
///
/// The default means are those of ITU-T P.59, table 1 (1.004 s and 1.587 s: talking about 39 % of the time). Left out: mutual
/// silence and double talk, which P.59 makes out of both parties' states together.
#pragma once

#include "base/random.h"
#include "base/time.h"

namespace imsfw::rtp
{

struct TalkspurtMeans
{
    Duration spurt{std::chrono::milliseconds(1004)};
    Duration pause{std::chrono::milliseconds(1587)};
};

class TalkspurtModel
{
  public:
    /// Begins with a talkspurt at @p start. @pre both means above 0
    TalkspurtModel(const TalkspurtMeans& means, RandomSource& random, TimePoint start);

    /// @pre @p now never goes back
    bool IsTalking(TimePoint now);

  private:
    Duration DrawLength(Duration mean);

    TalkspurtMeans m_means;
    RandomSource& m_random;
    bool m_isTalking{true};
    TimePoint m_until;
};

} // namespace imsfw::rtp
