// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One person of an experiment with the applications that act for it on its node.
#pragma once

#include "base/address.h"
#include "experiment.h"

#include "ims-dns-resolver-application.h"
#include "ims-media-msrp-application.h"
#include "ims-media-video-application.h"
#include "ims-media-voice-application.h"
#include "ims-sip-hss.h"
#include "ims-sip-ua-application.h"
#include "ims-tls-socket-factory.h"
#include "ims-turn-ice-path.h"
#include "ims-turn-media-path.h"
#include "ims-turn-tcp-allocation.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// One way of a party to the P-CSCF.
struct ControlEnd
{
    Way way;
    bool viaProxy{false};
    Endpoint proxy;  ///< the web proxy, where the way is through one; port 0: none
    Endpoint server; ///< P-CSCF as the party addresses it
    ns3::Ptr<ns3::imssip::SipUaApplication> sip; ///< null where the way has no SIP
    ns3::Ptr<ns3::imstls::TlsSocketFactory> tls; ///< null without TLS
    std::string
        nameToResolve;     ///< of the server, by the party itself beforehand; empty: it need not
    bool isPossible{true}; ///< false: it wants a web proxy, and there is none
};

/// One way of a party to its peer's media.
struct MediaEnd
{
    Way way;
    bool viaProxy{false};
    Endpoint proxy;                ///< the web proxy, where the way is through one; port 0: none
    Endpoint server;               ///< TURN or STUN server; of several, the first
    std::vector<Endpoint> servers; ///< by each transport that the way may use
    ns3::Ptr<ns3::imsturn::MediaPath> path;       ///< null where the way has no media
    ns3::Ptr<ns3::imsturn::IcePath> ice;          ///< the same, where it does ICE
    std::vector<bool> isServerViaProxy;           ///< of ICE, by the number of the TURN server
    ns3::Ptr<ns3::imstls::TlsSocketFactory> tls;  ///< null without TLS
    ns3::Ptr<ns3::imstls::TlsSocketFactory> dtls; ///< null without DTLS
    std::string
        nameToResolve;     ///< of the server, by the party itself beforehand; empty: it need not
    bool isPossible{true}; ///< false: it wants a web proxy, and there is none
};

/// One way of a party to its peer's messages.
struct MessageEnd
{
    Way way;
    bool viaProxy{false};
    Endpoint proxy;  ///< the web proxy, where the way is through one; port 0: none
    Endpoint server; ///< TURN server
    ns3::Ptr<ns3::imsturn::TcpAllocation> allocation{}; ///< null where messages go directly
    ns3::Ptr<ns3::SocketFactory> direct{};              ///< null where they are relayed
    std::string nameToResolve{};                        ///< as a MediaEnd's
    Endpoint listenAt{};                           ///< directly: where the party can be reached
    ns3::Ptr<ns3::imstls::TlsSocketFactory> tls{}; ///< null without TLS
    bool isPossible{true}; ///< false: it wants a web proxy, and there is none
};

struct Party
{
    std::string name; ///< "ue", "ue-2", "callee"
    std::string uri;
    std::shared_ptr<const sip::SipUser> subscriber; ///< null at the core's side
    std::optional<unsigned> site; ///< the firewalled network it is in; nothing for the core's side
    Endpoint host;                ///< what its SDP says when there is no media path
    Endpoint sipAddress;          ///< at the core's side: where it is called

    ns3::Ptr<ns3::imsdns::DnsResolverApplication>
        resolver; ///< null where it knows addresses beforehand
    std::shared_ptr<tls::SessionStore>
        tlsSessions;                  ///< that its connections may resume; null without resumption
    std::vector<ControlEnd> controls; ///< one for each way; empty where the experiment has no SIP
    std::vector<MediaEnd> medias;     ///< one for each way; empty where it has no media
    ns3::Ptr<ns3::imsmedia::VoiceApplication> voice;
    ns3::Ptr<ns3::imsmedia::VideoApplication> video; ///< null where the experiment has none
    std::vector<MessageEnd> messages; ///< one for each way; empty where it writes none
    ns3::Ptr<ns3::imsmedia::MsrpApplication> msrp;
    std::string msrpSession; ///< the session-id of its MSRP URI
};

} // namespace imsfw::scenario
