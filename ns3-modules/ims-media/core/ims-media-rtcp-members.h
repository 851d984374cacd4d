// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Who takes part in an RTP session, as one participant knows it (RFC 3550 6.2.1, 6.3.3 to 6.3.5).
#pragma once

#include "base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace imsfw::rtp
{

class RtcpMembers
{
  public:
    /// The last sender report of a member.
    struct LastReport
    {
        uint32_t middleOfNtp;
        TimePoint arrival;
    };

    /// A packet of @p ssrc came. Strangers beyond 1,000 members are not remembered.
    void NoteHeard(TimePoint now, uint32_t ssrc, bool isRtp);
    void NoteSenderReport(TimePoint now, uint32_t ssrc, uint64_t ntp);

    /// @return whether it was a member.
    bool Remove(uint32_t ssrc);

    /// Forget who was not heard for @p silence; who sent no RTP for @p idle is no sender any more.
    /// @return who was forgotten.
    std::vector<uint32_t> Expire(TimePoint now, Duration silence, Duration idle);

    std::optional<LastReport> GetLastReport(uint32_t ssrc) const;
    std::size_t GetCount() const; ///< without ourselves
    std::size_t GetSenders() const;

  private:
    struct Member
    {
        TimePoint heard;
        std::optional<TimePoint> sentRtp;
        std::optional<LastReport> report;
    };

    std::map<uint32_t, Member> m_members;
};

} // namespace imsfw::rtp
