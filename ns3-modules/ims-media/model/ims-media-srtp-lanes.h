// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// SRTP's share of a node's CPU: what an application sends leaves, and what it gets is heard of, when the CPU has done the
/// work (ims-cpu). Sending and receiving do not wait for each other but where all cores are busy.
///
/// A packet that SRTP is going to refuse costs what any costs.
#ifndef IMS_MEDIA_SRTP_LANES_H
#define IMS_MEDIA_SRTP_LANES_H

#include "base/bytes.h"
#include "base/time.h"
#include "ims-cpu-processor.h"
#include "ims-media-srtp-session.h"

#include "ns3/node.h"
#include "ns3/ptr.h"

#include <functional>
#include <optional>

namespace ns3
{
namespace imsmedia
{

/// CPU time of both directions, without waits; zero where nothing is charged.
struct SrtpComputed
{
    imsfw::Duration protect{};
    imsfw::Duration unprotect{};
};

class SrtpLanes
{
  public:
    using Then = std::function<void(imsfw::ByteView packet)>;

    /// Charge @p node's CPU, where it has one. @param profile nothing: packets are not protected, and cost nothing
    void Install(Ptr<Node> node, std::optional<imsfw::rtp::SrtpProfile> profile);

    /// @param packet as it goes on the wire. @param then called with it; at once where it costs nothing
    void Send(imsfw::ByteView packet, Then then);
    /// @param packet as it came off the wire. @param then likewise
    void Receive(imsfw::ByteView packet, Then then);

    SrtpComputed GetComputed() const;

    /// Forget what is not done yet.
    void Clear();

  private:
    void Do(imscpu::Lane& lane, bool isSent, imsfw::ByteView packet, Then then) const;

    std::optional<imsfw::rtp::SrtpProfile> m_profile;
    imscpu::Lane m_sent;
    imscpu::Lane m_received;
};

} // namespace imsmedia
} // namespace ns3

#endif // IMS_MEDIA_SRTP_LANES_H
