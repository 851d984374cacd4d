// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-reliable-provisional.h"

#include "base/text.h"

#include <utility>
#include <vector>

namespace imsfw::sip
{

namespace
{

/// @return the value of RAck with its words parted by one space each (RFC 3262 10: response-num LWS CSeq-num LWS Method).
std::string
NormalizedRack(const SipMessage& prack)
{
    std::vector<std::string> words;
    const std::string value = prack.Header("RAck").value_or("");
    for (std::string_view word : Split(value, ' '))
    {
        if (!Trim(word).empty())
        {
            words.emplace_back(Trim(word));
        }
    }
    return Join(words, " ");
}

} // namespace

void
ReliableProvisional::Start(TimePoint now,
                           SipMessage response,
                           uint32_t number,
                           uint32_t inviteNumber,
                           const SipTimers& timers)
{
    response.Add("Require", "100rel");
    response.Add("RSeq", std::to_string(number));
    m_rack = std::to_string(number) + " " + std::to_string(inviteNumber) + " INVITE";
    m_response = std::move(response);
    // RFC 3262 3: "with an interval that starts at T1 seconds and doubles for each retransmission".
    m_interval = timers.t1;
    m_repeatAt = now + m_interval;
    m_giveUpAt = now + timers.timeout;
}

bool
ReliableProvisional::TakePrack(const SipMessage& prack)
{
    if (!m_response || NormalizedRack(prack) != m_rack)
    {
        return false;
    }
    Stop();
    return true;
}

ReliableProvisional::Action
ReliableProvisional::HandleTimeout(TimePoint now)
{
    if (m_giveUpAt && *m_giveUpAt <= now)
    {
        Stop();
        return Action::GIVE_UP;
    }
    if (m_repeatAt && *m_repeatAt <= now)
    {
        m_interval *= 2;
        m_repeatAt = *m_repeatAt + m_interval;
        return Action::REPEAT;
    }
    return Action::NOTHING;
}

std::optional<TimePoint>
ReliableProvisional::NextTimeout() const
{
    return Earlier(m_repeatAt, m_giveUpAt);
}

void
ReliableProvisional::Stop()
{
    m_response.reset();
    m_repeatAt.reset();
    m_giveUpAt.reset();
}

} // namespace imsfw::sip
