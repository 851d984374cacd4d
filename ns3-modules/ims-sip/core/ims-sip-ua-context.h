// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the parts of a user agent share: its configuration, its one flow, its transactions, and the events it reports.
#pragma once

#include "base/address.h"
#include "base/queue.h"
#include "base/random.h"
#include "ims-sip-aka.h"
#include "ims-sip-sdp.h"
#include "ims-sip-transaction-layer.h"
#include "ims-web-proxy-digest.h"

#include <optional>
#include <string>
#include <vector>

namespace imsfw::sip
{

struct UserAgentConfig
{
    std::string publicIdentity{"sip:ue@ims.test"};
    std::string privateIdentity{"ue@ims.test"};
    std::string password; ///< for SIP Digest
    http::DigestOptions::Qop qop{http::DigestOptions::Qop::AUTH_OR_INT};
    Isim* isim{
        nullptr}; ///< where it is there, IMS AKA takes the place of SIP Digest; outlives the agent
    std::string realm{
        "ims.test"}; ///< home domain: Request-URI of REGISTER, realm that we authenticate to
    Endpoint local;  ///< where this agent listens: Via and Contact
    Endpoint proxy;  ///< outbound proxy (the P-CSCF), top of the Route
    std::string transport{"UDP"}; ///< as the Via says it: "UDP", "TCP", "TLS"
    bool isReliable{false};       ///< a stream: framed, without retransmissions
    SipTimers timers{SipTimers::Rfc3261()};
    uint32_t expiresS{600000}; ///< wanted lifetime; TS 24.229 5.1.1.2.1 suggests 600 000 s
    Duration ringDelay{0};     ///< INVITE to 180
    Duration answerDelay{std::chrono::seconds(1)}; ///< 180 to 200, if the user answered by then
    /// A call that nobody answers is given up; longer than a proxy's timer C, which ends it before that.
    Duration answerTimeout{std::chrono::seconds(200)};
    bool reliableProvisional{true}; ///< RFC 3262: offered as caller, used as callee where offered
    Duration keepAlive{
        0}; ///< upper bound of the interval of keep-alives after registration; 0: none
    bool keepsAliveByStun{
        false}; ///< on UDP: RFC 5626 4.4.2, where else four bytes go out unanswered
    Duration pongTimeout{std::chrono::seconds(10)}; ///< RFC 5626 4.4.1
    std::vector<std::string>
        securityMechanisms; ///< sought by RFC 3329 at registration; none: no agreement
    std::string instanceId{"urn:gsma:imei:35145120-840121-0"}; ///< +sip.instance
    std::string accessNetworkInfo{"IEEE-802.11;i-wlan-node-id=00aabbccddee"};
    std::string userAgent{"imsfw-ue/0.1"};
};

struct UserAgentEvent
{
    enum class Type
    {
        REGISTERED,          ///< `status` 200; first time and at each refresh
        REGISTRATION_FAILED, ///< `reason`
        DEREGISTERED,        ///< as the user wished
        RINGING,             ///< the callee of our call rings
        CALL_ANSWERED, ///< 200 to our INVITE; `sdp` is the peer's answer; the ACK is on its way
        INCOMING_CALL, ///< `sdp` is the peer's offer; to be answered by Answer or refused by Hangup
        CALL_ESTABLISHED, ///< the ACK to our 200 is in
        SESSION_CHANGED, ///< a re-INVITE was agreed on; `sdp` is the peer's description, `reason` who wished it
        CALL_ENDED,       ///< `reason` "local" or "remote": who hung up
        CALL_FAILED,      ///< `reason`
        OPTIONS_ANSWERED, ///< `status`
        REQUEST_TIMED_OUT, ///< `detail` is the method; the failure that follows from it is an event of its own
        FLOW_FAILED, ///< the flow is of no use any more: `reason` "no-pong", "framing", or what the driver said
    };

    Type type;
    TimePoint time{};
    std::string
        reason; ///< kebab-case: "timeout", "wrong-credentials", "refused", "flow-failed", ...
    std::string detail; ///< for people: "403 Forbidden"
    int status{0};      ///< the SIP status behind it, if any
    std::optional<SdpSession> sdp;
};

/// @return kebab-case name, as traces and results print it.
std::string_view ToString(UserAgentEvent::Type type);

struct UserAgentContext
{
    UserAgentContext(UserAgentConfig configuration, RandomSource& randomSource);

    /// Put our Via on top and hand the request to a new transaction.
    TransactionId Send(TimePoint now, SipMessage request);
    /// The same without a transaction: an ACK to a 2xx.
    void SendStateless(const SipMessage& request);
    void Report(TimePoint now,
                UserAgentEvent::Type type,
                std::string reason = {},
                std::string detail = {});
    /// Report with the status and phrase of @p response.
    void Report(TimePoint now,
                UserAgentEvent::Type type,
                std::string reason,
                const SipMessage& response);

    /// @return a Via of ours with a new branch.
    SipVia NewVia();
    /// @return our Contact with the feature tags of an MMTEL phone; @p forRegister adds instance and reg-id.
    SipNameAddr Contact(bool forRegister) const;
    /// A request outside of a dialog with the headers that an IMS UE puts into each: Route, identity, access network.
    SipMessage NewRequest(const std::string& method, const std::string& to);
    void AddCapabilities(SipMessage& message) const;

    UserAgentConfig config;
    RandomSource& random;
    TransactionLayer layer;
    SipFlow flow;
    Queue<UserAgentEvent> events;
    std::vector<std::string> serviceRoute; ///< from the 200 to REGISTER (RFC 3608)
    std::vector<std::string> associated;   ///< P-Associated-URI of the same
};

} // namespace imsfw::sip
