// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Two applications that find out whether packets of some kind get through a network, and back: one sends them, the
/// other returns them as they are.
///
/// For what has no endpoint of its own in this project: native ESP (IP protocol 50), IKE and ESP in UDP (ports 500 and
/// 4500; RFC 7296, RFC 3948), unsolicited packets from outside. The packets are shaped like the real ones only as far
/// as a firewall could see (protocol, ports, ESP sequence number or IKE SPI); no key is agreed on and nothing encrypted.
#ifndef IMS_FIREWALL_PROBE_H
#define IMS_FIREWALL_PROBE_H

#include "base/bytes.h"

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace imsfirewall
{

/// What a ProbeApplication has found so far.
struct ProbeReport
{
    uint32_t sent{0};
    uint32_t answered{0};   ///< tries that came back, each counted once
    Time firstRoundTrip{0}; ///< of the first answer; zero where there is none
    bool finished{false};   ///< all tries are made and the last one's time is over
    int lastErrno{
        0}; ///< Socket::SocketErrno of the last try that could not be sent; 0 where all could
};

/// Sends N packets and counts those that come back.
class ProbeApplication : public Application
{
  public:
    static TypeId GetTypeId();

    ProbeApplication();
    ~ProbeApplication() override;

    /// @param payload what each packet carries, at least 8 bytes; bytes 4 to 7 are overwritten with the number of the try
    /// (in ESP the sequence number, in IKE the second half of the initiator's SPI).
    void SetPayload(imsfw::ByteView payload);

    ProbeReport GetReport() const;

    /// @param number of the try, from 1
    /// @param roundTrip from sending it to its first return
    typedef void (*AnsweredCallback)(uint32_t number, Time roundTrip);
    typedef void (*FinishedCallback)(const ProbeReport& report);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void SendNext();
    void Finish();
    void Receive(Ptr<Socket> socket);
    void HandleAnswer(imsfw::ByteView packet);
    imsfw::Bytes MakePacket(uint32_t number) const;
    bool IsUdp() const;

    Address m_remote;
    uint8_t m_protocol;
    uint16_t m_localPort;
    uint32_t m_tries;
    Time m_interval;
    imsfw::Bytes m_payload;
    Ptr<Socket> m_socket;
    EventId m_next;
    std::vector<Time> m_sentAt;     ///< by number of the try, from 0
    std::vector<bool> m_isAnswered; ///< likewise
    ProbeReport m_report;
    TracedCallback<uint32_t, Time> m_answeredTrace;
    TracedCallback<const ProbeReport&> m_finishedTrace;
};

/// Returns what it gets to where it came from.
class ProbeResponder : public Application
{
  public:
    static TypeId GetTypeId();

    ProbeResponder();
    ~ProbeResponder() override;

    uint32_t GetReceived() const;

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void Receive(Ptr<Socket> socket);

    uint8_t m_protocol;
    uint16_t m_port;
    uint32_t m_received{0};
    Ptr<Socket> m_socket;
};

} // namespace imsfirewall
} // namespace ns3

#endif // IMS_FIREWALL_PROBE_H
