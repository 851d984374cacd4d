// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The network's side of SIP in one element: P-CSCF (a stateful, record-routing proxy) with the registrar behind it.
///
/// Sans-IO with the five calls. RFC 3261 16 (proxy), RFC 3327 (Path), RFC 3608 (Service-Route), RFC 5626 5 (requests to
/// a UE go over the flow on which it registered), TS 24.229 5.2 (what a P-CSCF adds and checks). UEs are served over
/// datagram listeners and streams; the core's side (static routes) over UDP on channel 0. Left out: forking, DNS (hosts in
/// URIs are addresses), separate I- and S-CSCF.
#pragma once

#include "base/queue.h"
#include "ims-sip-deadlines.h"
#include "ims-sip-framer.h"
#include "ims-sip-registrar.h"
#include "ims-sip-security-agreement.h"
#include "ims-sip-transaction-layer.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::sip
{

struct PCscfConfig
{
    Endpoint address; ///< our own, for Via, Record-Route, Path
    std::vector<IpAddress>
        otherAddresses; ///< of the same machine, in Routes of those who reach it there
    std::string name{"pcscf.ims.test"};        ///< a host name that is ours as well
    std::string servingName{"scscf.ims.test"}; ///< the S-CSCF's, in Service-Route; ours as well
    SipTimers timers{SipTimers::Rfc3261()};
    RegistrarConfig registrar;
    std::vector<std::string>
        securityMechanisms; ///< for the agreement of RFC 3329; none: not taken part in
    bool requiresSecurityAgreement{false}; ///< of every UE that registers
    uint32_t keepAliveS{
        0}; ///< recommended to UEs in the `keep` parameter (RFC 6223); 0: their own choice
};

struct PCscfEvent
{
    enum class Type
    {
        REGISTERED,           ///< `user`, `flow`
        CHALLENGED,           ///< `user`
        REGISTRATION_REFUSED, ///< `user`, `reason`
        DEREGISTERED,         ///< `user`; `reason`: "removed", "expired" or "flow-lost"
        REQUEST_FORWARDED,    ///< `method`, from `flow` to `target`
        REQUEST_REFUSED,      ///< `method`, `status`, `reason`
        MALFORMED_MESSAGE,    ///< `reason`: the parse error
        STREAM_BROKEN, ///< close the stream of `flow`; `reason`: the framing error, "stalled" or "no-keep-alive"
    };

    Type type;
    TimePoint time{};
    SipFlow flow;
    SipFlow target;
    std::string user;
    std::string method;
    std::string reason;
    int status{0};
};

std::string_view ToString(PCscfEvent::Type type);

class PCscf
{
  public:
    /// @param random outlives the element.
    PCscf(PCscfConfig config, RandomSource& random);
    PCscf(const PCscf&) = delete;
    PCscf& operator=(const PCscf&) = delete;

    void AddUser(const SipUser& user);
    /// Requests to @p uri ("sip:callee@example.org") go to @p endpoint over UDP; what comes from there is trusted.
    void AddStaticRoute(const std::string& uri, const Endpoint& endpoint);

    /// @param channel the number of the datagram listener; 0 is also the one that core-side traffic uses.
    void HandleDatagram(TimePoint now, uint32_t channel, const Endpoint& from, ByteView bytes);
    /// @param channel not used by another listener or stream. @param transport "TCP" or "TLS", for our Via.
    void HandleStreamOpened(TimePoint now,
                            uint32_t channel,
                            const Endpoint& from,
                            const std::string& transport);
    void HandleStreamInput(TimePoint now, uint32_t channel, ByteView bytes);
    void HandleStreamClosed(TimePoint now, uint32_t channel);
    void HandleTimeout(TimePoint now);
    std::optional<SipTransmit> PollTransmit();
    std::optional<PCscfEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    const Registrar&
    Bindings() const
    {
        return m_registrar;
    }

    std::size_t
    TransactionCount() const
    {
        return m_layer.Size();
    }

  private:
    struct Stream
    {
        SipFlow flow;
        std::string transport;
        SipFramer framer;
    };

    /// A request that we passed on, until its client transaction has ended.
    struct Pending
    {
        TransactionId server{};
        SipMessage request; ///< as received, to answer it ourselves
        bool isAnswered{false};
        bool isCancelled{false}; ///< to be cancelled as soon as there is a provisional response
    };

    /// Where a request has to go, or the status that refuses it.
    struct Target
    {
        std::optional<SipFlow> flow;
        int status{0};
        std::string reason;
        std::string token; ///< of the binding that the flow belongs to, if any
    };

    // ims-sip-p-cscf-flows.cc
    void HandleMessage(TimePoint now, const SipFlow& flow, ByteView bytes);
    void HandleFrames(TimePoint now, uint32_t channel);
    /// What a peer that says nothing more has left: 64*T1 for a message begun, or for a first registration.
    void ArmStream(TimePoint now, const Stream& stream);
    void BreakStalled(TimePoint now);

    void DrainLayer(TimePoint now);
    void HandleRegister(TimePoint now, const LayerEvent& event);
    /// @return whether the agreement of RFC 3329 lets the request through; it is answered where not.
    bool CheckSecurity(TimePoint now, const LayerEvent& event);
    void AddRegistered(TimePoint now, const LayerEvent& event, SipMessage& response);
    void HandleRequest(TimePoint now, const LayerEvent& event);
    /// @return whether every option in Proxy-Require is known; the request is answered where not.
    bool CheckOptions(TimePoint now, const LayerEvent& event);
    void HandleAck(TimePoint now, const LayerEvent& event);
    void HandleResponse(TimePoint now, const LayerEvent& event);
    void HandleNoResponse(TimePoint now, TransactionId client, int status);
    void HandleCancel(TimePoint now, const LayerEvent& event);
    void Forward(TimePoint now, const LayerEvent& event, SipMessage request, const Target& target);
    void Refuse(TimePoint now, const LayerEvent& event, int status, const std::string& reason);
    void Report(TimePoint now,
                PCscfEvent::Type type,
                const SipFlow& flow,
                const std::string& reason);
    void ReportGone(TimePoint now, const std::vector<Binding>& bindings, const std::string& reason);

    // ims-sip-p-cscf-routing.cc
    bool IsOurs(const SipUri& uri) const;
    bool IsCoreSide(const SipFlow& flow) const;
    /// Take our own entries off the top of the Route. @return the binding's token in the first of them, if any.
    std::string TakeOwnRoutes(SipMessage& request) const;
    Target FindTarget(TimePoint now,
                      SipMessage& request,
                      const SipFlow& from,
                      const std::string& token) const;
    Target FindByUri(TimePoint now, SipMessage& request, const SipFlow& from) const;
    void Assert(TimePoint now, SipMessage& request, const SipFlow& from) const;
    /// Add and take away what belongs to the core's side alone.
    void MarkForSide(SipMessage& request, bool isForUe);
    SipVia NewVia(const SipFlow& target);
    std::string OwnUri(const std::string& user, const std::string& host) const;

    PCscfConfig m_config;
    RandomSource& m_random;
    TransactionLayer m_layer;
    Registrar m_registrar;
    std::map<std::string, Endpoint> m_staticRoutes; ///< by address of record
    std::map<uint32_t, Stream> m_streams;
    Deadlines<uint32_t> m_stalls;               ///< of streams
    std::map<TransactionId, Pending> m_pending; ///< by client transaction
    Deadlines<TransactionId> m_timersC;         ///< of those that are INVITEs
    Queue<SipTransmit> m_raw;                   ///< pongs
    Queue<PCscfEvent> m_events;
};

} // namespace imsfw::sip
