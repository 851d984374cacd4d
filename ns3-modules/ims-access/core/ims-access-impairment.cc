// SPDX-License-Identifier: GPL-2.0-only
#include "ims-access-impairment.h"

#include <algorithm>

namespace imsfw::access
{

double
Uniform(RandomSource& random)
{
    return static_cast<double>(random.U32()) / 4294967296.0;
}

GilbertElliott::GilbertElliott(double loss, double burst, double lossInBad)
    : m_badToGood(1 / burst), m_lossInBad(lossInBad)
{
    // In the long run the share of packets in the bad state is p / (p + r), and loss is that times the loss in it.
    const double inBad = loss / lossInBad;
    m_goodToBad = inBad < 1 ? std::min(1.0, m_badToGood * inBad / (1 - inBad)) : 1;
}

bool
GilbertElliott::Lose(RandomSource& random)
{
    const double change = Uniform(random);
    m_isBad = m_isBad ? change >= m_badToGood : change < m_goodToBad;
    return m_isBad && Uniform(random) < m_lossInBad;
}

Jitter::Jitter(Duration limit, bool reorders) : m_limit(limit), m_reorders(reorders)
{
}

TimePoint
Jitter::Delay(TimePoint arrival, RandomSource& random)
{
    const auto further = static_cast<double>(m_limit.count()) * Uniform(random);
    TimePoint delayed = arrival + Duration(static_cast<Duration::rep>(further));
    if (!m_reorders)
    {
        delayed = std::max(delayed, m_last);
        m_last = delayed;
    }
    return delayed;
}

} // namespace imsfw::access
