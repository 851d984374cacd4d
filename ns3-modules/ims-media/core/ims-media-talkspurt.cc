// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-talkspurt.h"

#include <algorithm>
#include <cmath>

namespace imsfw::rtp
{

TalkspurtModel::TalkspurtModel(const TalkspurtMeans& means, RandomSource& random, TimePoint start)
    : m_means(means), m_random(random), m_until(start + DrawLength(means.spurt))
{
}

bool
TalkspurtModel::IsTalking(TimePoint now)
{
    while (m_until <= now)
    {
        m_isTalking = !m_isTalking;
        m_until += DrawLength(m_isTalking ? m_means.spurt : m_means.pause);
    }
    return m_isTalking;
}

Duration
TalkspurtModel::DrawLength(Duration mean)
{
    // A uniform number in (0, 1], so that its logarithm is finite.
    const double uniform = (static_cast<double>(m_random.U32()) + 1) / 4294967296.0;
    const double length = -std::log(uniform) * static_cast<double>(mean.count());
    return std::max(Duration(1), Duration(std::llround(length)));
}

} // namespace imsfw::rtp
