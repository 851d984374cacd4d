// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What one direction of a bad link does to packets: losses in bursts, and delays that vary.
///
/// Losses follow Gilbert's model as Elliott extended it (E. N. Gilbert, Bell Syst. Tech. J. 39 (1960); E. O. Elliott, 42 (1963)):
/// two states, in the bad one packets are lost with some probability, in the good one none is. The state changes from
/// packet to packet, not with time. Left out: losses in the good state, corrupted bits.
#pragma once

#include "base/random.h"
#include "base/time.h"

namespace imsfw::access
{

/// A number in [0, 1).
double Uniform(RandomSource& random);

class GilbertElliott
{
  public:
    /// @param loss the mean share of packets lost, 0 to below @p lossInBad
    /// @param burst the mean number of packets that the bad state lasts, at least 1
    /// @param lossInBad the share of packets lost in the bad state, above 0 to 1
    GilbertElliott(double loss, double burst, double lossInBad);

    /// The next packet. @return whether it is lost
    bool Lose(RandomSource& random);

    /// @return the probability to go from good to bad.
    double
    GetGoodToBad() const
    {
        return m_goodToBad;
    }

    /// @return the probability to go from bad to good.
    double
    GetBadToGood() const
    {
        return m_badToGood;
    }

  private:
    double m_goodToBad;
    double m_badToGood;
    double m_lossInBad;
    bool m_isBad{false};
};

/// Adds to each packet's delay a time between 0 and a limit, all equally likely.
class Jitter
{
  public:
    /// @param limit the longest further delay
    /// @param reorders whether a packet may overtake those before it; without, it waits for them
    Jitter(Duration limit, bool reorders);

    /// @param arrival when the packet would arrive without jitter
    /// @return when it arrives
    TimePoint Delay(TimePoint arrival, RandomSource& random);

  private:
    Duration m_limit;
    bool m_reorders;
    TimePoint m_last{};
};

} // namespace imsfw::access
