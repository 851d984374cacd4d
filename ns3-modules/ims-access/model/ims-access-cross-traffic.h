// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Others on the same link: UDP packets at random instants from one end to the other, which loads the link without being
/// anybody's call. It does not react to congestion.
#ifndef IMS_ACCESS_CROSS_TRAFFIC_H
#define IMS_ACCESS_CROSS_TRAFFIC_H

#include "base/random.h"

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/data-rate.h"
#include "ns3/event-id.h"
#include "ns3/socket.h"

#include <memory>

namespace ns3
{
namespace imsaccess
{

class CrossTraffic : public Application
{
  public:
    /// The port that it sends to, and that the other end takes it at (RFC 864: a character generator).
    static constexpr uint16_t PORT = 19;

    static TypeId GetTypeId();

    CrossTraffic();
    ~CrossTraffic() override;

    /// @param remote the other end of the link, whose CrossTraffic takes the packets
    /// @param load the mean share of @p rate that the packets take, headers of the link included; 0: only take packets
    void Configure(const Address& remote,
                   double load,
                   DataRate rate,
                   std::shared_ptr<imsfw::RandomSource> random);

    uint64_t GetSent() const;
    uint64_t GetReceived() const;

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void ScheduleNext();
    void Send();
    void Receive(Ptr<Socket> socket);

    uint32_t m_packetSize;
    Address m_remote;
    double m_load{0};
    DataRate m_rate;
    std::shared_ptr<imsfw::RandomSource> m_random;
    Ptr<Socket> m_socket;
    EventId m_next;
    uint64_t m_sent{0};
    uint64_t m_received{0};
};

} // namespace imsaccess
} // namespace ns3

#endif // IMS_ACCESS_CROSS_TRAFFIC_H
