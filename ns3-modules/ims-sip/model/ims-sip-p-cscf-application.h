// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The P-CSCF with its registrar on a node: UDP and stream listeners around the core's PCscf.
///
/// Decides nothing about SIP. Left out: IPv6 on UDP, more than one address of its own.
#ifndef IMS_SIP_P_CSCF_APPLICATION_H
#define IMS_SIP_P_CSCF_APPLICATION_H

#include "ims-sip-app-common.h"
#include "ims-sip-p-cscf.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-stream.h"

#include "base/random.h"

#include "ns3/application.h"
#include "ns3/ipv4-address.h"
#include "ns3/socket-factory.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace imssip
{

class PCscfApplication : public Application
{
  public:
    using EventHandler = std::function<void(const imsfw::sip::PCscfEvent&)>;

    static TypeId GetTypeId();
    PCscfApplication();
    ~PCscfApplication() override;

    /// Before the application starts. The first one added also carries what goes to and comes from the core's side.
    void AddUdpListener(uint16_t port);
    /// Before the application starts. @param transport what our Via says: "TCP" or "TLS".
    void AddStreamListener(Ptr<SocketFactory> factory,
                           uint16_t port,
                           const std::string& transport = "TLS");
    void AddUser(const std::string& impi, const std::string& impu, const std::string& password);
    /// The same with all that the HSS may know of a user: more identities, keys for AKA.
    void AddUser(const imsfw::sip::SipUser& user);
    /// Requests to @p uri go to @p endpoint over UDP, and what comes from there is trusted.
    void AddStaticRoute(const std::string& uri, const imsfw::Endpoint& endpoint);
    void SetEventHandler(EventHandler handler);
    /// Close all streams of UEs in an orderly way, as a server does before it restarts; listeners stay.
    void CloseStreams();

    /// @return whether the user with that URI has a binding now.
    bool IsRegistered(const std::string& impu) const;

    /// Signature of the trace source Event.
    typedef void (*EventCallback)(const imsfw::sip::PCscfEvent& event);

  protected:
    void DoDispose() override;

  private:
    struct Listener
    {
        Ptr<SocketFactory> factory; ///< null: UDP
        uint16_t port;
        std::string transport;
        Ptr<Socket> socket;
    };

    void StartApplication() override;
    void StopApplication() override;
    void MakeCore();
    imsfw::sip::ServerAuthConfig MakeAuthConfig() const;
    void OpenUdp(uint32_t channel);
    void OpenStreamListener(std::size_t index);
    void HandleUdp(Ptr<Socket> socket);
    void HandleAccept(Ptr<Socket> socket, const std::string& transport);
    void HandleStreamEnd(uint32_t channel);
    void HandleTimeout();
    void Drain();
    void Send(const imsfw::sip::SipTransmit& transmit);
    void Notify(const imsfw::sip::PCscfEvent& event);
    void DropStream(uint32_t channel);

    std::string m_name;
    std::string m_servingName;
    std::string m_realm;
    Ipv4Address m_address;
    SipTimerProfile m_timerProfile;
    Time m_t1;
    uint32_t m_maxExpires;
    uint32_t m_minExpires;
    uint32_t m_keepAlive;
    uint32_t m_flowTimer;
    SipAuthScheme m_authScheme;
    std::string m_algorithms;
    std::string m_qop;
    std::string m_securityMechanisms;
    bool m_requiresSecurity;
    Time m_nonceLifetime;

    std::vector<Listener> m_udp;
    std::vector<Listener> m_listeners;
    std::vector<imsfw::sip::SipUser> m_users;
    std::vector<std::pair<std::string, imsfw::Endpoint>> m_routes;
    std::map<uint32_t, Ptr<imstls::Stream>> m_streams;
    uint32_t m_nextChannel;
    std::unique_ptr<imsfw::SeededRandom> m_random;
    std::unique_ptr<imsfw::sip::PCscf> m_core;
    imstls::CoreTimer m_timer;
    bool m_isDraining{false};
    EventHandler m_handler;

    TracedCallback<const imsfw::sip::PCscfEvent&> m_eventTrace;
};

} // namespace imssip
} // namespace ns3

#endif // IMS_SIP_P_CSCF_APPLICATION_H
