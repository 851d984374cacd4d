// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-rtcp-members.h"

#include "ims-media-ntp-time.h"

#include <algorithm>

namespace imsfw::rtp
{

namespace
{

constexpr std::size_t MOST_MEMBERS = 1000; // a peer that makes up sources shall not fill the memory

} // namespace

void
RtcpMembers::NoteHeard(TimePoint now, uint32_t ssrc, bool isRtp)
{
    if (m_members.size() >= MOST_MEMBERS && m_members.count(ssrc) == 0)
    {
        return;
    }
    Member& member = m_members[ssrc];
    member.heard = now;
    if (isRtp)
    {
        member.sentRtp = now;
    }
}

void
RtcpMembers::NoteSenderReport(TimePoint now, uint32_t ssrc, uint64_t ntp)
{
    const auto member = m_members.find(ssrc);
    if (member != m_members.end())
    {
        member->second.report = LastReport{MiddleOfNtp(ntp), now};
    }
}

bool
RtcpMembers::Remove(uint32_t ssrc)
{
    return m_members.erase(ssrc) > 0;
}

std::vector<uint32_t>
RtcpMembers::Expire(TimePoint now, Duration silence, Duration idle)
{
    std::vector<uint32_t> forgotten;
    for (auto member = m_members.begin(); member != m_members.end();)
    {
        if (now - member->second.heard > silence)
        {
            forgotten.push_back(member->first);
            member = m_members.erase(member);
            continue;
        }
        if (member->second.sentRtp && now - *member->second.sentRtp > idle)
        {
            member->second.sentRtp.reset();
        }
        ++member;
    }
    return forgotten;
}

std::optional<RtcpMembers::LastReport>
RtcpMembers::GetLastReport(uint32_t ssrc) const
{
    const auto member = m_members.find(ssrc);
    return member == m_members.end() ? std::nullopt : member->second.report;
}

std::size_t
RtcpMembers::GetCount() const
{
    return m_members.size();
}

std::size_t
RtcpMembers::GetSenders() const
{
    return static_cast<std::size_t>(std::count_if(m_members.begin(),
                                                  m_members.end(),
                                                  [](const auto& member)
                                                  { return member.second.sentRtp.has_value(); }));
}

} // namespace imsfw::rtp
