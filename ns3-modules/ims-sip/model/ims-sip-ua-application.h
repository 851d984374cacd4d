// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A SIP user agent on a node: the IMS UE, or the callee at the core's side.
///
/// Moves bytes between a UDP socket or a stream of any kind (TCP, TLS, TLS through CONNECT: a factory makes it) and the
/// core's UserAgent, and reports what that says. It decides nothing about SIP. Left out: IPv6 on UDP, a second flow.
#ifndef IMS_SIP_UA_APPLICATION_H
#define IMS_SIP_UA_APPLICATION_H

#include "ims-sip-app-common.h"
#include "ims-sip-flow-recovery.h"
#include "ims-sip-user-agent.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-stream.h"

#include "base/random.h"

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/socket-factory.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace imssip
{

/// A part of the way to a call, with its simulated times.
struct SipPhase
{
    std::string name; ///< "connect", "register", "invite-to-ringing", "invite-to-answer"
    Time start;
    Time end;
};

class SipUaApplication : public Application
{
  public:
    using EventHandler = std::function<void(const imsfw::sip::UserAgentEvent&)>;

    static TypeId GetTypeId();
    SipUaApplication();
    ~SipUaApplication() override;

    /// @param factory makes the stream socket of the flow; null (the default) is UDP. Before Connect.
    void SetTransport(Ptr<SocketFactory> factory);
    /// Called for every event, after the core has finished with it; may call any method here.
    void SetEventHandler(EventHandler handler);

    /// Open the flow to the P-CSCF (on UDP: bind). A flow that failed may be opened anew.
    void Connect();
    /// Register as soon as the flow is open; opens it if needed.
    void Register();
    /// Give the registration up. Ignored without an open flow.
    void Deregister();
    /// Call @p uri with the offer @p sdp. Ignored without an open flow.
    void Call(const std::string& uri, const imsfw::sip::SdpSession& sdp);
    void Answer(const imsfw::sip::SdpSession& sdp);
    /// The offer of an incoming call cannot be answered.
    void Refuse();
    /// Offer another description in the established call. Ignored without one.
    void ChangeSession(const imsfw::sip::SdpSession& sdp);
    void Hangup();
    void Options();
    /// Close the flow in an orderly way; nothing is reported any more.
    void Close();

    bool IsConnected() const;
    bool IsRegistered() const;
    /// @return the flow's own endpoint, before any NAT; 0.0.0.0:0 before it is open.
    imsfw::Endpoint GetLocalEndpoint() const;
    /// @return the own endpoints of all flows that were open so far, the latest last.
    const std::vector<imsfw::Endpoint>& GetLocalEndpoints() const;
    /// @return the phases completed so far, in the order of their ends.
    const std::vector<SipPhase>& GetPhases() const;
    /// @return why the flow could not be opened or broke; nothing while it is well.
    const std::optional<imsfw::StreamFailure>& GetFlowFailure() const;

    /// Signature of the trace source Event.
    typedef void (*EventCallback)(const imsfw::sip::UserAgentEvent& event);
    /// Signature of the trace sources Tx and Rx: the bytes of one message, or of a part of the stream.
    typedef void (*BytesCallback)(imsfw::ByteView bytes);
    /// Signature of the trace source FlowFailed.
    typedef void (*FailureCallback)(const imsfw::StreamFailure& failure);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void OpenUdp();
    void OpenStream();
    /// The flow is open: make the core, for it has to know its own address.
    void HandleConnected();
    void HandleUdp(Ptr<Socket> socket);
    void HandleIcmp(Ipv4Address from, uint8_t ttl, uint8_t type, uint8_t code, uint32_t info);
    void HandleBytes(imsfw::ByteView bytes);
    void HandleFlowFailure(const imsfw::StreamFailure& failure);
    void HandleTimeout();
    /// Transmits, then events, then the timer; the one place where something leaves the core.
    void Drain();
    void Send(imsfw::ByteView bytes);
    void Notify(const imsfw::sip::UserAgentEvent& event);
    void NotePhases(const imsfw::sip::UserAgentEvent& event);
    void BeginPhase(const std::string& name);
    void EndPhase(const std::string& name);
    void DropPhase(const std::string& name);
    imsfw::sip::UserAgentConfig MakeConfig();
    imsfw::RandomSource& Random();
    /// @return the ISIM where the attribute AuthScheme wants one, the same for all flows; else null.
    imsfw::sip::Isim* MakeIsim();
    /// RFC 5626 4.5: a flow that failed is formed anew, after a while that the core knows.
    void PlanRecovery(const imsfw::sip::UserAgentEvent& event);
    void Recover();

    std::string m_publicIdentity;
    std::string m_privateIdentity;
    std::string m_password;
    SipAuthScheme m_authScheme;
    bool m_prefersIntegrity;
    std::string m_akaKey;
    std::string m_akaOpc;
    uint64_t m_akaSqn;
    std::string m_securityMechanisms;
    std::string m_realm;
    Address m_pCscf;
    uint16_t m_localPort;
    std::string m_transport;
    SipTimerProfile m_timerProfile;
    Time m_t1;
    uint32_t m_expires;
    Time m_ringDelay;
    Time m_answerDelay;
    Time m_answerTimeout;
    bool m_reliableProvisional;
    Time m_keepAlive;
    bool m_stunKeepAlive;
    bool m_recovers;
    Time m_recoveryBase;
    Time m_recoveryMax;
    std::string m_accessNetworkInfo;
    std::string m_userAgentName;
    std::string m_instanceId;
    bool m_autoRegister;
    bool m_autoConnect;

    Ptr<SocketFactory> m_factory;
    EventHandler m_handler;
    std::unique_ptr<imsfw::SeededRandom> m_random;
    std::unique_ptr<imsfw::sip::Isim> m_isim;
    std::unique_ptr<imsfw::sip::UserAgent> m_core;
    imsfw::sip::FlowRecovery m_recovery;
    EventId m_recoveryTimer;
    Ptr<Socket> m_udp;
    Ptr<imstls::Stream> m_stream;
    Ptr<imstls::Stream> m_retired; ///< the last one closed: its own handler may be what closed it
    imstls::CoreTimer m_timer;
    imsfw::Endpoint m_local;
    std::vector<imsfw::Endpoint> m_locals; ///< of all flows
    bool m_isOpening{false};
    bool m_isOpen{false}; ///< the flow is up, and m_core is the one made for it
    bool m_registerWhenOpen{false};
    bool m_isDraining{false};
    std::vector<SipPhase> m_running;
    std::vector<SipPhase> m_phases;
    std::optional<imsfw::StreamFailure> m_failure;

    TracedCallback<const imsfw::sip::UserAgentEvent&> m_eventTrace;
    TracedCallback<imsfw::ByteView> m_txTrace;
    TracedCallback<imsfw::ByteView> m_rxTrace;
    TracedCallback<const imsfw::StreamFailure&> m_failureTrace;
};

} // namespace imssip
} // namespace ns3

#endif // IMS_SIP_UA_APPLICATION_H
