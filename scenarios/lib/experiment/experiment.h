// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One experiment, as plain values: everything that decides what a run does.
///
/// The meaning, units and limits of every field stand in scenarios/experiment.schema.json; the defaults stand here.
#pragma once

#include "base/time.h"
#include "host-settings.h"
#include "video-settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

enum class ControlTransport
{
    UDP,
    TCP,
    TLS,
    NONE, ///< no SIP: offer and answer travel out of band
};

enum class MediaPathKind
{
    DIRECT,
    RELAY,
    ICE, ///< whatever pair of candidates of both ends works best
    NONE,
};

enum class MediaTransport
{
    UDP,
    TCP,
    TLS,
    DTLS, ///< over UDP
};

/// @return whether it runs over UDP, which no web proxy's CONNECT carries.
inline bool
IsOverUdp(MediaTransport transport)
{
    return transport == MediaTransport::UDP || transport == MediaTransport::DTLS;
}

/// Which generation of ICE both ends follow.
enum class IceProfile
{
    RFC8445, ///< regular nomination, consent
    RFC5245, ///< aggressive nomination, faster timers, no consent
};

/// A STUN or TURN server by one transport.
struct MediaServer
{
    MediaTransport transport{MediaTransport::TLS};
    uint16_t port{443};
};

enum class ProxyUse
{
    NEVER,
    IF_CONFIGURED,
    ALWAYS,
};

/// Which of several transports a UE tries, and when.
enum class AttemptOrder
{
    FIXED,   ///< the one that the experiment names
    ORDERED, ///< the next when the one before has failed
    RACE,    ///< staggered; the first to succeed is taken
};

/// How a receiver waits for late packets; it changes figures, no packet.
enum class Playout
{
    NONE,
    FIXED,
    ADAPTIVE,
};

/// The key of the servers' certificate, and of the CAs between it and the trust anchor.
enum class CertificateKind
{
    RSA_2048,
    RSA_3072,
    ECDSA_P256,
    ED25519,
};

/// How a second connection to the same server is made shorter.
enum class TlsResumption
{
    NONE,
    TICKETS,
    IDS,
};

/// Whether the UE offers RFC 7366 for CBC suites.
enum class EncryptThenMac
{
    BY_PROFILE, ///< without a profile: offered
    OFFERED,
    NOT_OFFERED,
};

/// How the P-CSCF finds out who a UE is.
enum class SipAuthentication
{
    DIGEST,
    AKA, ///< over TLS an extension: the standards pair it with IPsec
};

/// The transaction timers of SIP.
enum class SipTimerProfile
{
    RFC3261,
    THREE_GPP, ///< TS 24.229 table 7.7.1
};

/// What keeps a SIP flow over UDP alive; streams have CRLF.
enum class KeepAliveKind
{
    CRLF,
    STUN,
};

/// Who finds out the servers' addresses.
enum class Resolution
{
    NONE, ///< nobody: UEs are configured with them
    UE,
    PROXY, ///< the web proxy, by the name in CONNECT; the UE where it goes directly
};

/// What the network's resolver says instead of an answer.
enum class DnsFailure
{
    NONE,
    NAME_ERROR,
    SERVER_FAILURE,
    SILENT,
};

/// How messages get from one to the other.
enum class MessagePath
{
    AS_MEDIA, ///< relayed where the way's media is, else directly
    DIRECT,
    RELAY,
};

/// One complete way to reach the operator: what a named transport says.
struct Way
{
    std::string name;
    ControlTransport control{ControlTransport::TLS};
    uint16_t controlPort{443};
    MediaPathKind path{MediaPathKind::RELAY};
    MediaTransport media{MediaTransport::TLS};
    uint16_t mediaPort{443};
    ProxyUse proxy{ProxyUse::IF_CONFIGURED};
    std::vector<MediaServer> iceServers; ///< of a path by ICE, the most wanted first
    bool hasStun{true};                  ///< whether ICE asks for a server-reflexive address
    std::size_t choice{
        0}; ///< of proxy.select's: 0 the first; a further one where those before could not be reached

    /// @return what the operator's TURN (or STUN) server has to listen at for this way.
    std::vector<MediaServer> MediaServers() const;

    /// @return whether the media path is, or with ICE may be, one over the TURN server by that transport.
    bool RelaysOver(MediaTransport transport) const;
};

/// The CPU of a kind of node.
struct CpuChoice
{
    std::string table{"none"}; ///< a CPU table's name or path; "none": computing takes no time
    unsigned cores{0};         ///< 0: as many as the table says
    double speed{1};           ///< how many times faster than the table

    bool
    IsNone() const
    {
        return table == "none";
    }
};

/// When UEs begin.
enum class Arrival
{
    AT_ONCE,
    UNIFORM,   ///< evenly over the time given
    POISSON,   ///< at random, at the rate that fills the time given
    POWER_CUT, ///< in a rush within the time given, as when power comes back
};

struct Experiment
{
    std::string name{"experiment"};
    std::string title;
    uint32_t seed{1};
    uint32_t run{1};

    struct
    {
        std::string policy{"stateful-nat"};
        std::string clockStart{
            "mon 09:00"};    ///< the time of the week at which the simulation begins
        Duration rebootAt{}; ///< when every firewall loses its state; 0: never
    } firewall;

    struct
    {
        unsigned count{1};
        unsigned firewalls{1}; ///< networks, of the same policy, that the UEs are spread over
        Arrival arrival{Arrival::AT_ONCE};
        Duration over{}; ///< the time in which they arrive
    } ues;

    struct
    {
        std::string
            policy; ///< of the callee's own network; empty: the callee is at the core's side
    } callee;

    struct
    {
        Link access{"100Mbps", std::chrono::milliseconds(5), 0};
        Link dmz{"1Gbps", std::chrono::microseconds(500), 0};
        Link internet{"1Gbps", std::chrono::milliseconds(15), 0};
        Link core{"1Gbps", std::chrono::microseconds(500), 0};
    } links;

    std::string access; ///< the named access network that links.access came from; may be empty

    TcpSettings tcp;

    std::string
        transport; ///< the named transport that control, media and proxy came from; may be empty

    struct
    {
        ControlTransport transport{ControlTransport::TLS};
        uint16_t port{443};
    } control;

    struct
    {
        SipAuthentication authentication{SipAuthentication::DIGEST};
        std::string subscribers; ///< a YAML file with those of the HSS; empty: one is made for each
        std::string password;    ///< that the UEs use; empty: the one that the HSS has for them
        std::vector<std::string> algorithms{"MD5"}; ///< that the P-CSCF offers, most wanted first
        std::vector<std::string> qop{"auth"};       ///< likewise; the UE takes the first
        Duration nonceLifetime{std::chrono::minutes(5)}; ///< an older one is stale
        bool akaOutOfStep{false};      ///< the ISIM is ahead of the HSS: it has to resynchronise
        bool securityAgreement{false}; ///< RFC 3329
        SipTimerProfile timers{SipTimerProfile::RFC3261};
        Duration expires{std::chrono::seconds(600000)}; ///< that the UE asks for
        Duration maxExpires{std::chrono::hours(1)};     ///< that the P-CSCF grants
        Duration keepAlive{};                           ///< the UE's own bound; 0: none
        KeepAliveKind keepAliveKind{KeepAliveKind::CRLF};
        Duration keepAliveRecommended{}; ///< by the P-CSCF (RFC 6223); 0: none
        Duration flowTimer{};            ///< of the P-CSCF (RFC 5626); 0: none
        bool recover{false};             ///< a failed flow is formed anew, and registered on
        Duration recoveryBase{std::chrono::seconds(30)};
        Duration recoveryMax{std::chrono::minutes(30)};
    } sip;

    struct
    {
        MediaPathKind path{MediaPathKind::RELAY};
        MediaTransport transport{MediaTransport::TLS};
        uint16_t port{443};
        std::string codec{"g711"};
        bool dtx{false};                                     ///< comfort noise in pauses
        Duration talkspurt{std::chrono::milliseconds(1004)}; ///< mean, with dtx (ITU-T P.59)
        Duration pause{std::chrono::milliseconds(1587)};     ///< likewise
        Playout playout{Playout::FIXED};
        Duration playoutDelay{std::chrono::milliseconds(60)};
        bool rtcp{false};
        std::string srtp{"none"}; ///< or the crypto suite
        bool peerLatches{false};

        VideoSettings video;

        struct
        {
            IceProfile profile{IceProfile::RFC8445};
            std::vector<std::string> servers{
                "udp:3478", "tcp:3478", "tls:443"}; ///< TRANSPORT:PORT, the most wanted first
            bool stun{true};
            bool tcp{false};  ///< TCP host candidates (RFC 6544)
            bool lite{false}; ///< the callee at the core's side only answers checks
            bool consent{true};
            Duration ta{}; ///< 0: the profile's
            Duration nominationWait{std::chrono::seconds(1)};
            Duration gatherWait{std::chrono::seconds(1)};
        } ice;
    } media;

    struct
    {
        Duration lifetime{};  ///< of allocations, as asked for; 0: the server's default
        Duration keepAlive{}; ///< of the client's silence before a Binding indication; 0: none
        Duration nonceLifetime{std::chrono::hours(1)};
    } turn;

    struct
    {
        bool enabled{false}; ///< whether the two write to each other in their call
        MessagePath path{MessagePath::AS_MEDIA};
        std::string setup{"actpass"}; ///< of the UE's offer
        unsigned count{3};            ///< of chat
        unsigned size{200};           ///< bytes of each
        unsigned file{0};             ///< bytes of a file that follows; 0: none
        Duration interval{};          ///< from one to the next
        Duration keepAlive{};         ///< of silence before an empty SEND; 0: none
        unsigned chunk{2048};         ///< bytes of content in one SEND at most
        unsigned unanswered{65536};   ///< bytes that wait for responses at most; 0: any number
        bool successReports{true};
        std::string failureReports{"yes"};
    } messages;

    struct
    {
        AttemptOrder order{AttemptOrder::FIXED};
        std::vector<std::string> transports; ///< named ones, in the order of preference
        Duration cap{std::chrono::seconds(3)};
        Duration stagger{std::chrono::milliseconds(250)};
    } attempts;

    struct
    {
        ProxyUse use{ProxyUse::IF_CONFIGURED};
        std::string user{"employee"};
        std::string password{"correct horse"};
        std::vector<std::string>
            select; ///< rules of the UE (ProxyRule), the first that fits; none: all by `use`
        bool alpnHeader{false}; ///< RFC 7639, with what tls.alpn says
        bool chained{false};    ///< the provider has a proxy too, behind this one
        std::string via;        ///< what proxies call themselves in Via; empty: they do not
        unsigned maxTunnels{0}; ///< at a time; 0: any number
        bool closesAfter407{false};
        bool fullPages{false};
    } proxy;

    struct
    {
        Resolution resolution{Resolution::NONE};
        Duration delay{std::chrono::milliseconds(20)}; ///< that the network's resolver takes
        DnsFailure failure{DnsFailure::NONE};
        Duration timeout{std::chrono::seconds(5)}; ///< after which is asked again
        unsigned attempts{2};
    } dns;

    struct
    {
        std::vector<std::string>
            suites; ///< exactly what is offered; empty: what the TLS library offers by default
        std::string minVersion; ///< "1.2", "1.3", or empty: the lowest that the suites are for
        std::string maxVersion; ///< "1.2", "1.3", or empty: the highest that the suites are for
        bool trustsInterceptor{false};   ///< UEs trust the CA of web proxies that intercept
        std::string profile;             ///< "2012", "current", or empty: what the keys here say
        std::vector<std::string> groups; ///< empty: the profile's, or the TLS library's
        CertificateKind certificate{CertificateKind::RSA_2048};
        unsigned intermediates{0};
        TlsResumption resumption{TlsResumption::NONE};
        bool knownServers{false}; ///< a session of each is remembered from before the run
        Duration sessionLifetime{std::chrono::hours(2)};
        bool clientCertificate{false};
        EncryptThenMac encryptThenMac{EncryptThenMac::BY_PROFILE};
        unsigned recordSize{16384};
        std::string sni; ///< empty: none, as UEs are configured with addresses
        std::vector<std::string> alpn;
        unsigned helloSize{0};
    } tls;

    struct
    {
        std::string certificate;
        std::string privateKey;
        std::string trustAnchor;
        unsigned pCscfs{1}; ///< networks take turns
    } servers;

    struct
    {
        CpuChoice ue; ///< a callee behind a firewall of its own has the same
        CpuChoice pCscf;
        CpuChoice proxy;
        CpuChoice turn;
        CpuChoice firewall;
    } cpu;

    struct
    {
        bool enabled{true};
        Duration duration{std::chrono::seconds(30)};
        Duration answerAfter{};
        Duration refresh{}; ///< the UE's re-INVITEs while it talks; 0: none
        Duration
            idle{}; ///< between the UE's own call and the one that it gets, or after registering only
    } call;

    struct
    {
        Duration attempt{std::chrono::seconds(10)};
        Duration simulated{std::chrono::minutes(10)};
    } limits;

    struct
    {
        bool phases{true}; ///< their bytes and round trips
        bool timeline{true};
        bool captures{true};
        bool keyLog{true};
        unsigned couples{8}; ///< counted from the first: those that the timeline tells of
    } evidence;

    /// @return whether the callee is behind a firewall of its own.
    bool HasCalleeSite() const;

    /// What attempts.transports name; empty where the order is fixed.
    std::vector<Way> namedWays;

    /// @return the ways that the UE may try; one of its own making where the order is fixed. Where proxy.select has rules of
    /// several choices, each way is followed by itself with the second choice, and so on.
    std::vector<Way> Ways() const;

    /// @return what control, media and proxy say.
    Way OwnWay() const;

    /// @return what media.ice.servers say; entries that say nothing are left out (CheckExperiment tells of them).
    std::vector<MediaServer> IceServers() const;

    /// @return the time that one attempt has.
    Duration AttemptCap() const;

    /// @return whether the UE has SIP at all.
    bool HasControl() const;

    /// @return whether the UE sends and receives RTP.
    bool HasMedia() const;

    /// @return whether UE and callee write messages to each other.
    bool HasMessages() const;

    /// @return what messages go over to the TURN server by that way; nothing where they go directly.
    std::optional<MediaTransport> MessageRelay(const Way& way) const;

    /// @return whether any connection of the UE is made over TLS.
    bool UsesTls() const;

    /// @return the experiment as YAML that LoadExperiment reads back to the same values, all defaults filled in.
    std::string ToYaml() const;
};

} // namespace imsfw::scenario
