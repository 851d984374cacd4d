// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What an agent of ICE is set to, and what it gives out.
#pragma once

#include "base/stream-layer.h"
#include "base/time.h"
#include "ims-turn-ice-candidate.h"
#include "ims-turn-ice-check-list.h"

#include <optional>
#include <string>

namespace imsfw::ice
{

struct AgentConfig
{
    Profile profile{Profile::RFC8445};
    bool isControlling{true};                   ///< the one that makes the offer (RFC 8445 6.1.1)
    bool isLite{false};                         ///< RFC 8445 2.5: answers checks, makes none
    unsigned components{1};                     ///< 1: RTP with RTCP on one port
    Duration ta{std::chrono::milliseconds(50)}; ///< RFC 8445 14.2: from one check to the next
    Duration rtoFloor{std::chrono::milliseconds(500)}; ///< RFC 8445 14.3
    unsigned rc{7};                                    ///< RFC 8489 6.2.1: sendings of one check
    unsigned rm{16};                                   ///< ... and the wait after the last
    Duration ti{std::chrono::milliseconds(39'500)};    ///< RFC 8489 6.2.2: a check over TCP
    /// RFC 8445 8.1.1 leaves to the agent when to nominate: as soon as no better pair can still succeed, or this long
    /// after the first that did. Longer than an RTO: where NATs filter, the first check often only opens the way.
    Duration nominationWait{std::chrono::seconds(1)};
    /// RFC 8863 4: no agent says that it failed before this time, since the peer may still find a way.
    Duration patience{std::chrono::milliseconds(39'500)};
    Duration keepAlive{std::chrono::seconds(15)}; ///< RFC 8445 11: Tr
    bool hasConsent{true};                        ///< RFC 7675; without it, keep-alive indications
    Duration consentInterval{std::chrono::seconds(5)};
    Duration consentTimeout{std::chrono::seconds(30)};
    std::size_t maxPairs{100}; ///< RFC 8445 6.1.2.5
    TypePreferences preferences;

    /// @return the values that @p profile recommends.
    static AgentConfig For(Profile profile);
};

/// A candidate as it was gathered, for the agent to give it a foundation and a priority.
struct Gathered
{
    CandidateType type{CandidateType::HOST};
    CandidateTransport transport{CandidateTransport::UDP};
    unsigned component{1};
    Endpoint address;
    std::size_t base{0};  ///< what is sent from and received at; any number
    Endpoint baseAddress; ///< of that base: itself for host and relayed candidates
    uint16_t localPreference{
        65535}; ///< RFC 8445 5.1.2.1; over TCP, its upper 3 bits give way to the direction
    std::optional<Endpoint> related; ///< nothing for host candidates
    std::string server; ///< RFC 8445 5.1.1.3: the server and the transport to it; empty without one
};

/// What is to be sent: a STUN message, or the user's data.
struct Transmit
{
    std::size_t base{0};
    Endpoint to;
    Bytes bytes;
};

/// What kind of way a pair is.
enum class PairKind
{
    DIRECT,    ///< from one host's address to the other's
    REFLEXIVE, ///< through a NAT at one end or both
    RELAYED,   ///< over a TURN server at one end or both
};

/// @return "direct", "reflexive", "relay"
std::string_view ToString(PairKind kind);

struct SelectedPair
{
    unsigned component{1};
    Candidate local; ///< as the peer sees it
    Candidate remote;
    std::size_t base{0};
    Endpoint baseAddress; ///< what is sent from
    PairKind kind{PairKind::DIRECT};
};

struct AgentEvent
{
    enum class Type
    {
        SELECTED,     ///< `pair` carries data from now on. Again where a better one was nominated.
        ROLE_CHANGED, ///< both were of one role, and this one gave in or took over (RFC 8445 7.3.1.1)
        FAILED, ///< `failure`, of layer "ice": no pair was found or the one in use was lost. Nothing follows.
    };

    Type type;
    SelectedPair pair{};
    StreamFailure failure{};
};

} // namespace imsfw::ice
