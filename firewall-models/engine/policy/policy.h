// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A firewall policy as plain values: what its file says, with everything it extends merged in.
///
/// Rules are ordered and the first that matches decides. The label is for people; nothing here reads it.
#pragma once

#include "base/address.h"
#include "base/time.h"
#include "classify/application.h"
#include "classify/recogniser-condition.h"
#include "engine/policy/rule-terms.h"
#include "engine/policy/schedule.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::engine
{

enum class Zone : uint8_t
{
    INSIDE,
    DMZ,
    OUTSIDE,
};

enum class Action : uint8_t
{
    ALLOW,
    DROP,     ///< say nothing
    RESET,    ///< TCP RST; for other protocols as ICMP
    ICMP,     ///< destination unreachable, communication administratively prohibited
    HTTP_403, ///< a page that answers a readable HTTP request, the server is reset; else as RESET
    REFUSE,   ///< as the policy's `refusal` says; never in a verdict
    TAG,      ///< give the flow a tag and go on to the next rule; never in a verdict
};

/// RFC 4787 4.1 and 5: which part of the remote endpoint a mapping or filter depends on.
enum class NatBehaviour : uint8_t
{
    ENDPOINT_INDEPENDENT,
    ADDRESS_DEPENDENT,
    ADDRESS_AND_PORT_DEPENDENT,
};

enum class PortAssignment : uint8_t
{
    PRESERVING, ///< the inside port where it is free, else a random one
    RANDOM,
};

/// RFC 4787 4.1, "IP address pooling": which external address a host's new mapping gets.
enum class Pooling : uint8_t
{
    PAIRED,    ///< the same as its other mappings
    ARBITRARY, ///< any
};

/// RFC 4787 11: what becomes of fragments.
enum class FragmentBehaviour : uint8_t
{
    REFUSE,
    IN_ORDER,  ///< passed on behind their first one
    ANY_ORDER, ///< those that come before their first one wait for it
};

/// What an event does to the state of the flow that it belongs to.
enum class StateEffect : uint8_t
{
    KEEP,       ///< nothing
    TRANSITORY, ///< the flow is remembered for the shorter time
    REMOVE,     ///< the flow is forgotten
};

/// Both ends belong to it.
struct PortRange
{
    uint16_t low{0};
    uint16_t high{0};
};

/// How long a flow without packets is remembered.
struct FlowTimeouts
{
    Duration udp{std::chrono::minutes(5)}; ///< RFC 4787 REQ-5
    std::optional<Duration> udpUnanswered; ///< before anything has come back; nothing: as udp
    Duration tcpEstablished{std::chrono::minutes(124)}; ///< RFC 5382 REQ-5
    Duration tcpTransitory{std::chrono::minutes(4)};    ///< RFC 5382 REQ-5
    Duration icmp{std::chrono::seconds(60)};            ///< RFC 5508 REQ-2
    Duration other{std::chrono::minutes(2)};
};

struct NatSection
{
    bool enabled{false};
    NatBehaviour mapping{NatBehaviour::ENDPOINT_INDEPENDENT};
    NatBehaviour filtering{NatBehaviour::ADDRESS_DEPENDENT};
    PortAssignment portAssignment{PortAssignment::PRESERVING};
    PortRange portRange{1024,
                        65535}; ///< of ports that the NAT picks; preserved ones may lie outside
    bool portParity{false}; ///< RFC 4787 REQ-4: picked ports are even or odd as the inside ones are
    bool hairpinning{false}; ///< RFC 4787 REQ-9: inside hosts reach each other's external addresses
    bool inboundRefresh{true};        ///< RFC 4787 REQ-6: UDP from outside keeps a flow alive too
    unsigned addresses{1};            ///< external ones, of those that the network has
    Pooling pooling{Pooling::PAIRED}; ///< RFC 4787 REQ-2
    std::optional<uint32_t>
        portsPerHost; ///< RFC 6888 REQ-4: mappings that one inside host may have
    FragmentBehaviour fragments{FragmentBehaviour::REFUSE};
    StateEffect onReset{StateEffect::TRANSITORY}; ///< a TCP RST (RFC 7857 2.2)
    /// An ICMP error about a flow, which is passed on (RFC 5508 REQ-4); TRANSITORY stands for KEEP.
    StateEffect onIcmpError{StateEffect::KEEP};
    bool passesIcmpErrors{true};
    FlowTimeouts timeouts;
};

/// What the web proxy of this network does; the engine itself does not read it.
struct ProxySection
{
    uint16_t port{3128};
    std::vector<uint16_t> connectPorts{443};
    std::string authentication{"none"}; ///< none, basic or digest
    std::optional<Duration> idleTimeout;
    std::optional<Duration> maxLifetime;
    bool intercepts{false};    ///< TLS is decrypted and encrypted again under the proxy's own CA
    bool passesUnknown{false}; ///< an intercepting proxy lets through what is no TLS
};

enum class FirstBytes : uint8_t
{
    TLS,
    HTTP,
};

/// Who opens a flow, as it is before NAT. Empty lists hold for everybody.
struct SourceCondition
{
    std::vector<PortRange> ports;
    std::vector<IpPrefix> addresses;

    bool
    IsAsked() const
    {
        return !ports.empty() || !addresses.empty();
    }
};

/// Conditions that are absent hold for every flow.
struct Rule
{
    std::string id;
    std::string description;
    std::optional<Zone> from;
    std::optional<Zone> to;
    std::optional<IpProtocol> protocol;
    std::vector<PortRange> ports;    ///< of the destination
    std::vector<IpPrefix> addresses; ///< of the destination
    SourceCondition source;          ///< who opens the flow
    bool decrypted{false}; ///< of what an intercepting proxy has decrypted, and of nothing else
    std::optional<FirstBytes> firstBytes;
    bool firstBytesNegated{false};
    bool nullSuite{false};
    TlsCondition tls;
    HttpCondition http;
    std::vector<PayloadPattern> payload; ///< any of them
    MeterCondition meter;
    classify::ApplicationSet content;
    classify::RecogniserCondition recognised; ///< of the policy's recogniser
    Schedule schedule;
    OneOf<std::string> tagged; ///< by rules before this one; of a negated list, by none of them
    Action action{Action::DROP};
    std::string tag; ///< that the action TAG gives
    ResetSide resetSide{ResetSide::BOTH};
    uint8_t icmpCode{13}; ///< of destination unreachable; 13: administratively prohibited
    Duration delay{0};    ///< of packets that this rule allows
    std::optional<uint64_t>
        bitsPerSecond; ///< to which this rule holds down each flow that it allows

    /// @return true where a flow's addresses alone do not decide this rule.
    bool NeedsInspection() const;
};

struct Policy
{
    std::string id;
    std::string title;
    std::string label;
    std::string description;
    Action refusal{Action::DROP};
    std::string
        behind; ///< the policy of a firewall or NAT further out, such as the provider's; may be empty
    std::shared_ptr<const Policy>
        outer; ///< the policy that `behind` names; null where it names none
    NatSection nat;
    std::optional<ProxySection> proxy;
    std::string recogniser{
        "probes"}; ///< who names the flows that rules ask about: "probes" or "ndpi"
    std::vector<Rule> rules;
    Action defaultAction{Action::REFUSE};
    bool hasWrittenDefault{false}; ///< some file of those that this one extends says it
};

/// The owner's explicit block, as a switch on any policy: flows to @p addresses are refused before all other rules.
void BlockAddresses(Policy& policy, const std::string& ruleId, std::vector<IpPrefix> addresses);

/// @return the names that policy files and traces use.
std::string ToString(Zone zone);
std::string ToString(Action action);
std::string ToString(NatBehaviour behaviour);
std::string ToString(PortAssignment assignment);
std::string ToString(Pooling pooling);
std::string ToString(FragmentBehaviour behaviour);
std::string ToString(StateEffect effect);

/// @return all that @p policy decides by, one line for each value, in a fixed order.
std::string Flatten(const Policy& policy);
/// @return SHA-256 of Flatten, in hexadecimal.
std::string PolicyHash(const Policy& policy);

} // namespace imsfw::engine
