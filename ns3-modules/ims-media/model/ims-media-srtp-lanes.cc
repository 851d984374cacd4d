// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-srtp-lanes.h"

#include "ims-media-rtcp-packet.h"
#include "ims-media-srtp-work.h"

#include <utility>

namespace ns3
{
namespace imsmedia
{

void
SrtpLanes::Install(Ptr<Node> node, std::optional<imsfw::rtp::SrtpProfile> profile)
{
    m_profile = profile;
    m_sent.SetProcessor(imscpu::Processor::Of(node));
    m_received.SetProcessor(imscpu::Processor::Of(node));
}

void
SrtpLanes::Send(imsfw::ByteView packet, Then then)
{
    Do(m_sent, true, packet, std::move(then));
}

void
SrtpLanes::Receive(imsfw::ByteView packet, Then then)
{
    Do(m_received, false, packet, std::move(then));
}

void
SrtpLanes::Do(imscpu::Lane& lane, bool isSent, imsfw::ByteView packet, Then then) const
{
    if (!m_profile || !lane.HasProcessor())
    {
        then(packet);
        return;
    }
    const bool isRtcp = imsfw::rtp::IsRtcp(packet);
    lane.Do({imsfw::rtp::SrtpWork(*m_profile, isSent, packet.Size(), isRtcp)},
            [bytes = packet.ToBytes(), then = std::move(then)] { then(bytes); });
}

SrtpComputed
SrtpLanes::GetComputed() const
{
    return {m_sent.GetCost(), m_received.GetCost()};
}

void
SrtpLanes::Clear()
{
    m_sent.Clear();
    m_received.Clear();
}

} // namespace imsmedia
} // namespace ns3
