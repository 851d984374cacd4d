// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a run found out, as plain values. All times are simulated.
#pragma once

#include "base/address.h"
#include "base/time.h"
#include "traffic.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

enum class Verdict
{
    PASS,
    FAIL,
    NOT_ATTEMPTED,
};

/// @return "pass", "fail", "not-attempted"
std::string ToString(Verdict verdict);

/// The firewall of a network, and those further out that its policy stands behind, as elements of decisions.
inline constexpr const char* NIMSFW = "nimsfw";
inline constexpr const char* NIMSFW_FURTHER_OUT = "nimsfw-behind";

/// What decided that a plane failed: the element, its rule, the packet.
struct DecidingEvent
{
    std::string
        element;        ///< NIMSFW, NIMSFW_FURTHER_OUT, "web-proxy", or the node that gave up: "ue"
    std::string rule;   ///< the rule's id; empty where no rule decided (a time-out, a TLS alert)
    std::string reason; ///< kebab-case, from the element's closed list
    std::string detail; ///< for people
    std::string flow;   ///< five-tuple of the packet, as the firewall saw it first
    std::string firstBytes; ///< the packet's first payload bytes, hexadecimal
    TimePoint at;

    bool
    IsByFirewall() const
    {
        return element == NIMSFW || element == NIMSFW_FURTHER_OUT;
    }
};

/// A plane of the architecture with its verdict.
struct PlaneResult
{
    Verdict verdict{Verdict::NOT_ATTEMPTED};
    std::optional<DecidingEvent> decidedBy; ///< failed planes only
};

/// What the UE's interface saw of the flows of a phase, while it lasted.
struct PhaseTraffic
{
    Traffic sent;
    Traffic received;
    unsigned roundTrips{0}; ///< how often something was received after something was sent
};

/// A stretch of simulated time with a name, for example control/tls or media/turn-allocate.
struct Phase
{
    std::string plane;     ///< "control", "media" or "messages"
    std::string transport; ///< the attempt that it belongs to
    std::string name;
    TimePoint start;
    TimePoint end;
    std::optional<PhaseTraffic> traffic{}; ///< nothing where it is not measured
    std::optional<std::size_t> parent{};   ///< the one that it lies in: its place in the list
    unsigned depth{0};                     ///< 0 for one that lies in no other
    bool isLeaf{false};                    ///< contains no other, whatever the times say
    std::optional<Duration>
        computed{}; ///< what the UE's CPU did meanwhile; nothing where it has none
};

/// What SRTP did around one direction of a stream: with TLS below it, the second encryption.
struct SrtpResult
{
    uint64_t sent{0};           ///< packets protected by the sender, RTCP's among them
    uint64_t plainBytes{0};     ///< of these, before
    uint64_t protectedBytes{0}; ///< and after: the difference is what SRTP adds
    uint64_t opened{0};         ///< packets that the receiver opened
    uint64_t refused{0};        ///< that it refused: changed, replayed
    Duration protect{};         ///< CPU time of the sender, where its computing is charged
    Duration unprotect{};       ///< and of the receiver
};

/// What the sender of one direction learnt about it by RTCP.
struct RtcpResult
{
    uint64_t sent{0};       ///< packets
    uint64_t received{0};   ///< packets
    uint64_t roundTrips{0}; ///< how many it could measure, from LSR and DLSR (RFC 3550 6.4.1)
    double roundTripMeanMs{0};
    double roundTripMaxMs{0};
    std::optional<int64_t> reportedLost; ///< packets, by the last report; nothing without one
};

/// So many percent of the packets took no longer.
struct DelayQuantile
{
    unsigned percent{0};
    double ms{0};
};

/// One direction of the video stream, as its receiver measured it.
struct VideoResult
{
    uint64_t frames{0};    ///< sent
    uint64_t sent{0};      ///< packets
    uint64_t sentBytes{0}; ///< behind RTP headers
    uint64_t received{0};
    uint64_t lost{0};
    uint64_t whole{0};            ///< frames of which every packet came
    uint64_t keyFrames{0};        ///< among these
    uint64_t decodable{0};        ///< whole, with an unbroken chain to a key frame
    uint64_t keyFrameRequests{0}; ///< that the receiver sent
    double jitterMs{0};
    double delayMeanMs{0}; ///< of whole frames, from sending to the arrival of their last packet
    double delayP95Ms{0};
    double delayMaxMs{0};
    std::optional<SrtpResult> srtp;
};

/// One direction of the voice stream, as its receiver measured it.
struct VoiceResult
{
    uint64_t sent{0};
    uint64_t received{0};
    uint64_t lost{0};
    double jitterMs{0};
    double delayMeanMs{0};
    double delayP95Ms{0};
    double delayMaxMs{0};
    uint64_t late{0}; ///< came, but after the moment of their playout
    std::optional<double>
        mos; ///< E-model, 1 to 4.5; nothing where the codec has no published figures
    std::optional<double>
        rating; ///< R, on the codec's own scale: narrowband to 93.2, wideband to 129
    std::optional<double> mouthToEarMs;
    uint64_t sentBytes{0};                     ///< behind RTP headers
    std::vector<DelayQuantile> delayQuantiles; ///< rising; empty where nothing came
    std::optional<RtcpResult> rtcp;            ///< where media.rtcp is true
    std::optional<SrtpResult> srtp;            ///< where media.srtp names a suite
};

/// Messages (MSRP) in one direction, as their receiver saw them.
struct MessageResult
{
    uint64_t expected{0};
    uint64_t whole{0};             ///< came whole and as written
    uint64_t damaged{0};           ///< came, but otherwise than written
    uint64_t bytes{0};             ///< of those that came whole
    uint64_t successReports{0};    ///< that the receiver got for messages of its own
    uint64_t failures{0};          ///< of messages of its own that it was told of
    std::optional<Duration> first; ///< from offer and answer to the first whole message
    std::optional<Duration> last;
};

/// What one TLS connection of the UE negotiated.
struct TlsResult
{
    std::string plane;
    std::string transport; ///< the attempt that it belongs to
    std::string version;
    std::string suite; ///< IANA name
    bool isNull{false};
    std::size_t handshakeBytesSent{0};
    std::size_t handshakeBytesReceived{0};
    bool isResumed{false};
    std::string group;   ///< IANA name; empty without (EC)DHE
    std::string alpn;    ///< the protocol agreed on; empty without
    Duration computed{}; ///< what the UE's CPU did for the handshake, without waits
};

/// All operations of one kind on one CPU.
struct CpuOperation
{
    std::string name;
    uint64_t times{0};
    uint64_t bytes{0};
    Duration time{};
};

/// What the CPU of one node did.
struct CpuResult
{
    std::string node;
    std::string table; ///< as the experiment names it
    std::string model; ///< the CPU's name
    unsigned cores{1};
    double speed{1};
    uint64_t jobs{0};
    Duration busy{};   ///< summed over cores
    Duration waited{}; ///< summed over jobs
    Duration longestWait{};
    double utilisation{0}; ///< of all cores, over the whole run
    std::vector<CpuOperation> operations;
};

/// One end of the pair of candidates that carried the media.
struct MediaPairEnd
{
    std::string type;      ///< "host", "srflx", "prflx", "relay" (RFC 8839)
    std::string transport; ///< what the end sends over: "udp", "tcp"; to its TURN server: "tls" too
    bool viaProxy{false};  ///< whether that goes through the network's web proxy
    std::string address;   ///< as the other end sees it
};

/// The pair that ICE selected.
struct MediaPair
{
    std::string kind;    ///< "direct", "reflexive", "relay"
    MediaPairEnd local;  ///< of the UE
    MediaPairEnd remote; ///< of the callee
};

/// One thing that ICE tried at one end: to gather a candidate, or to reach one of the peer's.
struct IceLeg
{
    std::string party;  ///< "ue" or "callee"
    std::string local;  ///< "srflx udp", "relay tls"
    std::string remote; ///< "host udp 192.0.2.10:40000"; empty: the gathering of the local one
    std::string
        state; ///< gathered, failed, unanswered; of a pair frozen, waiting, in-progress, succeeded, failed
    std::string why;     ///< for people
    std::string element; ///< that refused its packets; empty where nothing did
    std::string rule;
    std::string reason;
};

/// What the firewall did with packets, counted.
struct FirewallCounters
{
    uint64_t allowed{0};
    uint64_t refused{0};
};

/// One try of one plane over one transport.
struct AttemptResult
{
    std::string plane;     ///< "control", "media" or "messages"
    std::string transport; ///< the named transport, or "custom"
    bool viaProxy{false};
    std::string outcome; ///< "won", "failed", "cancelled", "not-started", "running"
    std::optional<TimePoint> started;
    std::optional<TimePoint> ended;
    std::optional<DecidingEvent> decidedBy; ///< failed ones only
};

/// A registered UE's flow that failed while it waited (experiment key sip.recover).
struct FlowFailureResult
{
    TimePoint at;
    std::string reason;                 ///< "sip-no-pong", "tcp-reset", ...
    std::string detail;                 ///< for people
    std::optional<TimePoint> recovered; ///< registered again; nothing where that did not come
};

/// The little that is kept of each of many UEs.
struct UeResult
{
    std::string name;
    unsigned site{0}; ///< which firewalled network, from 0
    TimePoint started;
    PlaneResult control;
    PlaneResult mediaUdp;
    PlaneResult mediaTcp;
    std::optional<Duration> registration;
    std::optional<Duration> callSetup;
};

/// Where there are several UEs, all but `ues`, `firewall` and `events` is about the first of them.
struct RunResult
{
    PlaneResult control;
    PlaneResult mediaUdp;
    PlaneResult mediaTcp;                 ///< messages (MSRP)
    std::optional<Duration> registration; ///< first packet of the attempt to 200 (OK) for REGISTER
    std::optional<Duration>
        callSetup; ///< first packet for the call (media gathering included) to its 200 (OK)
    std::vector<AttemptResult> attempts;       ///< in the order of the transports
    std::vector<Phase> phases;                 ///< each one before those that lie in it
    std::optional<MediaPair> mediaPair;        ///< of calls by ICE
    std::vector<IceLeg> iceLegs;               ///< of calls by ICE, both ends
    std::optional<VoiceResult> voiceUp;        ///< UE to callee
    std::optional<VoiceResult> voiceDown;      ///< callee to UE
    std::optional<VideoResult> videoUp;        ///< UE to callee
    std::optional<VideoResult> videoDown;      ///< callee to UE
    std::optional<MessageResult> messagesUp;   ///< UE to callee
    std::optional<MessageResult> messagesDown; ///< callee to UE
    std::vector<TlsResult> tls;
    std::vector<CpuResult> cpus; ///< of nodes that have one: servers, firewalls, the first UE
    std::vector<DecidingEvent> refusals; ///< the first packet of each flow that a rule refused
    std::vector<FlowFailureResult> flowFailures; ///< of the UE's control plane
    FirewallCounters firewall;
    std::vector<std::string> notes; ///< what a reader must know before trusting the figures
    TimePoint simulatedEnd;
    uint64_t events{0}; ///< ns-3 events executed
    bool viaProxy{false};
    std::vector<UeResult> ues; ///< every one
};

} // namespace imsfw::scenario
