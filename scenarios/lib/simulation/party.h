// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One person of an experiment with the applications that act for it on its node.
#pragma once

#include "base/address.h"

#include "ims-media-voice-application.h"
#include "ims-sip-ua-application.h"
#include "ims-tls-socket-factory.h"
#include "ims-turn-media-path.h"

#include <optional>
#include <string>

namespace imsfw::scenario
{

/// Null pointers where the experiment leaves the plane out.
struct Party
{
    std::string name; ///< "ue", "ue-2", "callee"
    std::string uri;
    std::optional<unsigned> site; ///< the firewalled network it is in; nothing for the core's side
    Endpoint host;                ///< what its SDP says when there is no media path
    Endpoint sipAddress;          ///< at the core's side: where it is called
    bool viaProxy{false};

    ns3::Ptr<ns3::imssip::SipUaApplication> sip;
    ns3::Ptr<ns3::imsturn::MediaPath> path;
    ns3::Ptr<ns3::imsmedia::VoiceApplication> voice;

    Endpoint controlServer;                             ///< P-CSCF as the party addresses it
    Endpoint mediaServer;                               ///< TURN or STUN server
    ns3::Ptr<ns3::imstls::TlsSocketFactory> controlTls; ///< null without TLS
    ns3::Ptr<ns3::imstls::TlsSocketFactory> mediaTls;   ///< null without TLS
};

} // namespace imsfw::scenario
