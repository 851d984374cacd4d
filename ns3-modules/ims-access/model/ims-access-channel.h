// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A point-to-point channel whose two directions lose packets in bursts and delay them unevenly.
#ifndef IMS_ACCESS_CHANNEL_H
#define IMS_ACCESS_CHANNEL_H

#include "ims-access-impairment.h"

#include "ns3/point-to-point-channel.h"
#include "ns3/traced-callback.h"

#include <array>
#include <memory>
#include <optional>

namespace ns3
{
namespace imsaccess
{

/// What one direction does; each part of it may be left out.
struct Impairment
{
    std::optional<imsfw::access::GilbertElliott> loss;
    std::optional<imsfw::access::Jitter> jitter;
    std::shared_ptr<imsfw::RandomSource>
        random; ///< of this direction alone; needed where there is either
};

class ImpairedChannel : public PointToPointChannel
{
  public:
    static TypeId GetTypeId();

    ImpairedChannel();
    ~ImpairedChannel() override;

    /// @param from 0: what the first device attached sends; 1: the second one
    void Impair(std::size_t from, Impairment impairment);

    bool TransmitStart(Ptr<const Packet> packet,
                       Ptr<PointToPointNetDevice> source,
                       Time transmission) override;

    /// Signature of Lost.
    typedef void (*LostCallback)(Ptr<const Packet> packet);

  private:
    std::array<Impairment, 2> m_impairments;
    TracedCallback<Ptr<const Packet>> m_lost;
};

} // namespace imsaccess
} // namespace ns3

#endif // IMS_ACCESS_CHANNEL_H
