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
#include "ims-web-proxy-connect-socket-factory.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// What the ends of all planes have in common: one way of a party to a server.
struct WayEnd
{
    Way way;
    bool viaProxy{false};
    Endpoint proxy;  ///< the web proxy, where the way is through one; port 0: none
    Endpoint server; ///< as the party addresses it; of several, the first
    std::string
        nameToResolve;     ///< of the server, by the party itself beforehand; empty: it need not
    bool isPossible{true}; ///< false: it wants a web proxy, and there is none
    bool isChoice{true};   ///< false: the rule for this server has fewer choices (Way::choice)
    std::vector<ns3::Ptr<ns3::imsproxy::HttpConnectSocketFactory>> tunnels; ///< through the proxy

    /// @return whether the web proxy was reached, whatever it said then.
    bool
    HasReachedProxy() const
    {
        return std::any_of(tunnels.begin(),
                           tunnels.end(),
                           [](const auto& tunnel) { return tunnel->HasReachedProxy(); });
    }
};

/// One way of a party to the P-CSCF.
struct ControlEnd : WayEnd
{
    ns3::Ptr<ns3::imssip::SipUaApplication> sip; ///< null where the way has no SIP
    ns3::Ptr<ns3::imstls::TlsSocketFactory> tls; ///< null without TLS
};

/// One way of a party to its peer's media.
struct MediaEnd : WayEnd
{
    std::vector<Endpoint> servers;                ///< by each transport that the way may use
    ns3::Ptr<ns3::imsturn::MediaPath> path;       ///< null where the way has no media
    ns3::Ptr<ns3::imsturn::IcePath> ice;          ///< the same, where it does ICE
    std::vector<bool> isServerViaProxy;           ///< of ICE, by the number of the TURN server
    ns3::Ptr<ns3::imstls::TlsSocketFactory> tls;  ///< null without TLS
    ns3::Ptr<ns3::imstls::TlsSocketFactory> dtls; ///< null without DTLS
};

/// One way of a party to its peer's messages.
struct MessageEnd : WayEnd
{
    ns3::Ptr<ns3::imsturn::TcpAllocation> allocation{}; ///< null where messages go directly
    ns3::Ptr<ns3::SocketFactory> direct{};              ///< null where they are relayed
    Endpoint listenAt{};                           ///< directly: where the party can be reached
    ns3::Ptr<ns3::imstls::TlsSocketFactory> tls{}; ///< null without TLS
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
