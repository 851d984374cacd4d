// SPDX-License-Identifier: GPL-2.0-only
#include "calibration.h"

#include "ims-media-rtp-packet.h"
#include "ims-media-srtp-work.h"

#include <algorithm>

namespace imsfw::calibrate
{

namespace
{

using rtp::SrtpProfile;
using rtp::SrtpSession;

constexpr std::size_t FEW = 64;
constexpr std::size_t MANY = 1400; // what fits into a packet
constexpr std::size_t AT_ONCE = 256;

struct PacketTimes
{
    double protectNs;
    double unprotectNs;
};

/// Both directions of a stream. Replays are refused, so that each packet is protected anew.
class Stream
{
  public:
    Stream(SrtpProfile profile, std::size_t size)
        : m_key(rtp::SrtpKeyLength(profile), 7),
          m_out(Make(profile, SrtpSession::Direction::OUTBOUND)),
          m_in(Make(profile, SrtpSession::Direction::INBOUND)),
          m_payload(size - RTP_HEADER, 'x')
    {
    }

    PacketTimes
    TimeBatch(uint64_t batchNs)
    {
        uint64_t protectNs = 0;
        uint64_t unprotectNs = 0;
        std::size_t packets = 0;
        while (std::min(protectNs, unprotectNs) < batchNs)
        {
            const uint64_t start = ThreadNs();
            Protect();
            const uint64_t between = ThreadNs();
            Unprotect();
            protectNs += between - start;
            unprotectNs += ThreadNs() - between;
            packets += AT_ONCE;
            Prepare();
        }
        const auto each = [&](uint64_t ns)
        { return static_cast<double>(ns) / static_cast<double>(packets); };
        return {each(protectNs), each(unprotectNs)};
    }

    void
    Prepare()
    {
        m_plain.clear();
        for (std::size_t i = 0; i < AT_ONCE; ++i)
        {
            m_plain.push_back(rtp::WritePacket({false, 96, m_sequence++, 0, 1, m_payload}));
        }
        m_secured.clear();
    }

  private:
    static constexpr std::size_t RTP_HEADER = 12;

    std::unique_ptr<SrtpSession>
    Make(SrtpProfile profile, SrtpSession::Direction direction) const
    {
        auto session = SrtpSession::Create(profile, direction, m_key);
        Require(session.IsOk(), std::string("no SRTP with ") + rtp::ToString(profile));
        return std::move(*session);
    }

    void
    Protect()
    {
        for (const auto& packet : m_plain)
        {
            auto secured = m_out->Protect(packet);
            Require(secured.IsOk(), "SRTP protects nothing");
            m_secured.push_back(std::move(*secured));
        }
    }

    void
    Unprotect()
    {
        for (const auto& packet : m_secured)
        {
            Require(m_in->Unprotect(packet).IsOk(), "SRTP opens nothing of its own");
        }
    }

    Bytes m_key;
    std::unique_ptr<SrtpSession> m_out;
    std::unique_ptr<SrtpSession> m_in;
    Bytes m_payload;
    uint16_t m_sequence{0};
    std::vector<Bytes> m_plain;
    std::vector<Bytes> m_secured;
};

/// The median over batches of packets of @p size bytes before protection.
PacketTimes
TimePackets(SrtpProfile profile, std::size_t size, const Effort& effort)
{
    Stream stream(profile, size);
    stream.Prepare();
    std::vector<double> protect;
    std::vector<double> unprotect;
    for (unsigned batch = 0; batch < effort.batches; ++batch)
    {
        const PacketTimes times = stream.TimeBatch(effort.batchNs);
        protect.push_back(times.protectNs);
        unprotect.push_back(times.unprotectNs);
    }
    return {Median(protect), Median(unprotect)};
}

void
Measure(SrtpProfile profile, const Effort& effort, Operations& operations)
{
    const PacketTimes few = TimePackets(profile, FEW, effort);
    const PacketTimes many = TimePackets(profile, MANY, effort);
    operations[rtp::SrtpOperation(profile, true)] =
        LineThrough(few.protectNs, FEW, many.protectNs, MANY);
    operations[rtp::SrtpOperation(profile, false)] =
        LineThrough(few.unprotectNs, FEW, many.unprotectNs, MANY);
}

} // namespace

std::vector<Step>
SrtpSteps()
{
    std::vector<Step> steps;
    for (const std::string& name : rtp::SrtpProfileNames())
    {
        const SrtpProfile profile = *rtp::FindSrtpProfile(name);
        steps.push_back({"packets " + name,
                         [profile](const Effort& effort, Operations& operations)
                         { Measure(profile, effort, operations); }});
    }
    return steps;
}

} // namespace imsfw::calibrate
