// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-rtcp-session.h"

#include "ims-media-ntp-time.h"

#include <algorithm>

namespace imsfw::rtp
{

namespace
{

constexpr double RTCP_SHARE =
    0.05; // RFC 3550 6.2: "It is RECOMMENDED that the fraction ... be fixed at 5%"
constexpr int SILENT_INTERVALS = 5;   // 6.3.5: M
constexpr int IDLE_INTERVALS = 2;     // 6.3.5
constexpr double PROBABLE_SIZE = 100; // of the first packet, before any was sent (6.3.2)

} // namespace

RtcpSession::RtcpSession(const RtcpOptions& options,
                         uint32_t ssrc,
                         RtcpMedia& media,
                         RandomSource& random)
    : m_options(options),
      m_ssrc(ssrc),
      m_media(media),
      m_random(random),
      m_averageSize(PROBABLE_SIZE)
{
}

void
RtcpSession::Start(TimePoint now)
{
    if (m_next)
    {
        return;
    }
    m_lastReport = m_reportBefore = now;
    m_isInitial = true;
    m_membersThen = m_members.GetCount() + 1;
    m_next = now + RandomRtcpInterval(IntervalInput(), m_random);
}

RtcpIntervalInput
RtcpSession::IntervalInput() const
{
    RtcpIntervalInput input;
    input.members = m_members.GetCount() + 1;
    input.senders = m_members.GetSenders() + (HasSent() ? 1 : 0);
    input.bandwidth = m_options.sessionBandwidth * RTCP_SHARE / 8;
    input.weSent = HasSent();
    input.averageSize = m_averageSize;
    input.isInitial = m_isInitial;
    input.minimum = m_options.minimum;
    return input;
}

bool
RtcpSession::HasSent() const
{
    // 6.3: "since the 2nd previous RTCP report was transmitted".
    return m_lastRtp && *m_lastRtp >= m_reportBefore;
}

void
RtcpSession::NoteRtpSent(TimePoint now)
{
    m_lastRtp = now;
    m_everSent = true;
}

void
RtcpSession::NoteRtpReceived(TimePoint now, uint32_t ssrc)
{
    m_members.NoteHeard(now, ssrc, true);
}

void
RtcpSession::HandleTimeout(TimePoint now)
{
    if (!m_next || *m_next > now)
    {
        return;
    }
    ExpireMembers(now);
    // 6.3.6, forward reconsideration: the interval is drawn again before the packet leaves.
    const TimePoint due = m_lastReport + RandomRtcpInterval(IntervalInput(), m_random);
    m_membersThen = m_members.GetCount() + 1;
    if (due > now)
    {
        m_next = due;
        return;
    }
    SendReport(now, std::nullopt);
    m_reportBefore = m_lastReport;
    m_lastReport = now;
    m_isInitial = false;
    m_next = now + RandomRtcpInterval(IntervalInput(), m_random);
}

void
RtcpSession::ExpireMembers(TimePoint now)
{
    RtcpIntervalInput input = IntervalInput();
    input.isInitial = false;
    const Duration interval = DeterministicRtcpInterval(input);
    const auto forgotten =
        m_members.Expire(now, SILENT_INTERVALS * interval, IDLE_INTERVALS * interval);
    for (const uint32_t ssrc : forgotten)
    {
        m_events.push_back({RtcpEvent::Type::TIMED_OUT, ssrc, {}, {}, {}});
    }
    if (!forgotten.empty())
    {
        Reconsider(now);
    }
}

void
RtcpSession::Reconsider(TimePoint now)
{
    const std::size_t members = m_members.GetCount() + 1;
    if (!m_next || members >= m_membersThen)
    {
        return;
    }
    // 6.3.4, reverse reconsideration: tn and tp come nearer as the group shrinks.
    const double ratio = static_cast<double>(members) / static_cast<double>(m_membersThen);
    const auto scale = [&](Duration duration)
    { return Duration(static_cast<int64_t>(static_cast<double>(duration.count()) * ratio)); };
    m_next = now + scale(*m_next - now);
    m_lastReport = now - scale(now - m_lastReport);
    m_membersThen = members;
}

void
RtcpSession::SendReport(TimePoint now, const std::optional<Bye>& bye)
{
    std::vector<RtcpPacket> packets;
    const auto sent = HasSent() ? m_media.GetSent(now) : std::nullopt;
    if (sent)
    {
        packets.emplace_back(SenderReport{
            m_ssrc, ToNtp(now), sent->timestamp, sent->packets, sent->octets, MakeBlocks(now), {}});
    }
    else
    {
        packets.emplace_back(ReceiverReport{m_ssrc, MakeBlocks(now), {}});
    }
    // 6.1: "An SDES packet containing a CNAME item MUST be included in each compound RTCP packet".
    SourceDescription description;
    description.chunks.push_back({m_ssrc, {{SourceDescription::CNAME, m_options.cname}}});
    packets.emplace_back(std::move(description));
    if (bye)
    {
        packets.emplace_back(*bye);
    }
    m_transmits.push_back(WriteRtcp(packets));
    NoteSize(m_transmits.back().size());
    m_everSent = true;
    ++m_statistics.sent;
}

std::vector<ReportBlock>
RtcpSession::MakeBlocks(TimePoint now)
{
    auto blocks = m_media.TakeReception();
    for (ReportBlock& block : blocks)
    {
        if (const auto report = m_members.GetLastReport(block.ssrc))
        {
            block.lastSr = report->middleOfNtp;
            block.delaySinceLastSr = ToShortNtp(now - report->arrival);
        }
    }
    return blocks;
}

void
RtcpSession::HandleInput(TimePoint now, ByteView bytes)
{
    const auto packets = ParseRtcp(bytes);
    if (!packets)
    {
        ++m_statistics.malformed;
        m_events.push_back({RtcpEvent::Type::MALFORMED, 0, {}, {}, ToString(packets.Error())});
        return;
    }
    ++m_statistics.received;
    NoteSize(bytes.Size());
    for (const RtcpPacket& packet : *packets)
    {
        HandlePacket(now, packet);
    }
}

void
RtcpSession::HandlePacket(TimePoint now, const RtcpPacket& packet)
{
    if (const auto* sr = std::get_if<SenderReport>(&packet))
    {
        if (NoteSource(now, sr->ssrc))
        {
            m_members.NoteSenderReport(now, sr->ssrc, sr->ntp);
            HandleBlocks(now, sr->ssrc, sr->blocks);
        }
    }
    else if (const auto* rr = std::get_if<ReceiverReport>(&packet))
    {
        if (NoteSource(now, rr->ssrc))
        {
            HandleBlocks(now, rr->ssrc, rr->blocks);
        }
    }
    else if (const auto* bye = std::get_if<Bye>(&packet))
    {
        HandleBye(now, *bye);
    }
}

bool
RtcpSession::NoteSource(TimePoint now, uint32_t ssrc)
{
    if (ssrc == m_ssrc)
    {
        m_events.push_back({RtcpEvent::Type::LOOPED, ssrc, {}, {}, {}});
        return false;
    }
    m_members.NoteHeard(now, ssrc, false);
    return true;
}

void
RtcpSession::HandleBlocks(TimePoint now, uint32_t from, const std::vector<ReportBlock>& blocks)
{
    for (const ReportBlock& block : blocks)
    {
        if (block.ssrc != m_ssrc)
        {
            continue;
        }
        RtcpEvent event{RtcpEvent::Type::REPORT, from, block, {}, {}};
        // 6.4.1: A - LSR - DLSR, modulo 2^32; half a unit of rounding each way may make it just negative.
        const uint32_t roundTrip = MiddleOfNtp(ToNtp(now)) - block.lastSr - block.delaySinceLastSr;
        if (block.lastSr != 0 && roundTrip < 0x80000000)
        {
            event.roundTrip = FromShortNtp(roundTrip);
            m_statistics.roundTrips.Add(*event.roundTrip);
        }
        m_statistics.lastReport = block;
        m_events.push_back(event);
    }
}

void
RtcpSession::HandleBye(TimePoint now, const Bye& bye)
{
    for (const uint32_t ssrc : bye.ssrcs)
    {
        if (m_members.Remove(ssrc))
        {
            m_events.push_back({RtcpEvent::Type::BYE, ssrc, {}, {}, bye.reason.value_or("")});
        }
    }
    Reconsider(now);
}

void
RtcpSession::NoteSize(std::size_t octets)
{
    // 6.3.3: avg_rtcp_size = (1/16) * packet_size + (15/16) * avg_rtcp_size
    m_averageSize += (static_cast<double>(octets + m_options.lowerLayers) - m_averageSize) / 16;
}

void
RtcpSession::Leave(TimePoint now, const std::string& reason)
{
    if (!m_next)
    {
        return;
    }
    // 6.3.7: "A participant which never sent an RTP or RTCP packet MUST NOT send a BYE packet".
    if (m_everSent)
    {
        SendReport(now, Bye{{m_ssrc}, reason.empty() ? std::nullopt : std::optional(reason)});
    }
    m_next.reset();
}

std::optional<Bytes>
RtcpSession::PollTransmit()
{
    if (m_transmits.empty())
    {
        return std::nullopt;
    }
    Bytes bytes = std::move(m_transmits.front());
    m_transmits.pop_front();
    return bytes;
}

std::optional<RtcpEvent>
RtcpSession::PollEvent()
{
    if (m_events.empty())
    {
        return std::nullopt;
    }
    RtcpEvent event = std::move(m_events.front());
    m_events.pop_front();
    return event;
}

std::optional<TimePoint>
RtcpSession::NextTimeout() const
{
    return m_next;
}

} // namespace imsfw::rtp
