// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One participant's RTCP (RFC 3550 6.3): when reports leave, what stands in them, and what is learnt from those that
/// come. Sans-IO.
///
/// Timing is that of 6.3 in full (random interval, forward and reverse reconsideration, time-outs of members and senders)
/// but for the back-off of BYE in sessions of 50 and more (6.3.7): here it leaves at once. Left out: SSRC collisions (8.2).
#pragma once

#include "base/random.h"
#include "ims-media-delay-distribution.h"
#include "ims-media-rtcp-interval.h"
#include "ims-media-rtcp-members.h"
#include "ims-media-rtcp-packet.h"

#include <deque>
#include <optional>
#include <string>

namespace imsfw::rtp
{

struct RtcpOptions
{
    std::string cname;               ///< at most 255 bytes
    double sessionBandwidth{80'000}; ///< bit/s; RTCP gets 5 % of it (6.2)
    Duration minimum{std::chrono::seconds(5)};
    std::size_t lowerLayers{
        28}; ///< octets of UDP and IP that count as part of a packet's size (6.2)
};

/// Our stream, as sender reports tell it.
struct RtcpSent
{
    uint32_t timestamp; ///< that of the present moment
    uint32_t packets;
    uint32_t octets;
};

/// Where the session learns about the media when a report is due.
class RtcpMedia
{
  public:
    virtual ~RtcpMedia() = default;

    /// @return nothing before the first packet.
    virtual std::optional<RtcpSent> GetSent(TimePoint now) = 0;

    /// @return a block for each source heard since the last call, without its last two members. At most 31.
    virtual std::vector<ReportBlock> TakeReception() = 0;
};

struct RtcpEvent
{
    enum class Type
    {
        REPORT, ///< somebody tells what came of our stream: `block`, and `roundTrip` where it can be told
        BYE,       ///< `ssrc` left; `reason` may be empty
        TIMED_OUT, ///< `ssrc` was not heard for five intervals
        MALFORMED, ///< not RTCP; `reason` is the RtcpError's name
        LOOPED,    ///< our own SSRC came from outside (8.2)
    };

    Type type;
    uint32_t ssrc{0};
    ReportBlock block;
    std::optional<Duration> roundTrip;
    std::string reason;
};

struct RtcpStatistics
{
    uint64_t sent{0};
    uint64_t received{0};
    uint64_t malformed{0};
    std::optional<ReportBlock> lastReport; ///< the last one about us
    DelayDistribution roundTrips;
};

class RtcpSession
{
  public:
    /// @param media must outlive this, as must @p random
    RtcpSession(const RtcpOptions& options, uint32_t ssrc, RtcpMedia& media, RandomSource& random);

    /// Harmless where it runs already.
    void Start(TimePoint now);

    void NoteRtpSent(TimePoint now);
    void NoteRtpReceived(TimePoint now, uint32_t ssrc);
    void HandleInput(TimePoint now, ByteView bytes);
    void HandleTimeout(TimePoint now);

    /// Say goodbye and send nothing more until the next Start. Who never sent anything says nothing (6.3.7).
    void Leave(TimePoint now, const std::string& reason);

    std::optional<Bytes> PollTransmit();
    std::optional<RtcpEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    const RtcpStatistics&
    GetStatistics() const
    {
        return m_statistics;
    }

  private:
    RtcpIntervalInput IntervalInput() const;
    bool HasSent() const;
    void ExpireMembers(TimePoint now);
    void Reconsider(TimePoint now);
    void SendReport(TimePoint now, const std::optional<Bye>& bye);
    std::vector<ReportBlock> MakeBlocks(TimePoint now);
    void HandlePacket(TimePoint now, const RtcpPacket& packet);
    bool NoteSource(TimePoint now, uint32_t ssrc);
    void HandleBlocks(TimePoint now, uint32_t from, const std::vector<ReportBlock>& blocks);
    void HandleBye(TimePoint now, const Bye& bye);
    void NoteSize(std::size_t octets);

    RtcpOptions m_options;
    uint32_t m_ssrc;
    RtcpMedia& m_media;
    RandomSource& m_random;
    RtcpMembers m_members;
    std::optional<TimePoint> m_next; ///< tn of 6.3
    TimePoint m_lastReport{};        ///< tp
    TimePoint m_reportBefore{};      ///< the one before it
    std::optional<TimePoint> m_lastRtp;
    std::size_t m_membersThen{1}; ///< pmembers
    double m_averageSize;
    bool m_isInitial{true};
    bool m_everSent{false};
    std::deque<Bytes> m_transmits;
    std::deque<RtcpEvent> m_events;
    RtcpStatistics m_statistics;
};

} // namespace imsfw::rtp
