// SPDX-License-Identifier: GPL-2.0-only
#include "ue-roles.h"

#include "experiment-names.h"
#include "identities.h"
#include "network-services.h"
#include "person-applications.h"
#include "proxy-selection.h"
#include "remembered-session.h"
#include "server-roles.h"
#include "sip-settings.h"

#include "ims-turn-direct-path.h"
#include "ims-turn-relay-path.h"

#include "base/text.h"

#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

using namespace ns3;
namespace id = identities;

Endpoint
At(const std::string& address, uint16_t port)
{
    return {*IpAddress::Parse(address), port};
}

void
Place(Ptr<Node> node, Ptr<Application> application)
{
    node->AddApplication(application);
    application->SetStartTime(Seconds(0));
}

/// What every SIP user agent of an experiment has in common.
Ptr<imssip::SipUaApplication>
MakeUserAgent(const Experiment& experiment, const Party& party)
{
    const auto agent = CreateObject<imssip::SipUaApplication>();
    agent->SetAttribute("PublicIdentity", StringValue(party.uri));
    ConfigureAgent(experiment, *agent);
    return agent;
}

Ptr<imsturn::IcePath>
MakeIcePath(const Experiment& experiment)
{
    const auto& ice = experiment.media.ice;
    const auto path = CreateObject<imsturn::IcePath>();
    path->SetAttribute("Profile", StringValue(ToString(ice.profile)));
    path->SetAttribute("Ta", TimeValue(imstls::ToNs3Time(ice.ta)));
    path->SetAttribute("NominationWait", TimeValue(imstls::ToNs3Time(ice.nominationWait)));
    path->SetAttribute("GatherWait", TimeValue(imstls::ToNs3Time(ice.gatherWait)));
    path->SetAttribute("Tcp", BooleanValue(ice.tcp));
    path->SetAttribute("Consent", BooleanValue(ice.consent));
    path->SetCredentials(id::TURN_USER, id::TURN_PASSWORD);
    return path;
}

/// At the core's side: one address, which everybody reaches.
MediaEnd
MakeCoreMedia(const Experiment& experiment, uint16_t port)
{
    MediaEnd end;
    const auto ways = experiment.Ways();
    if (ways.front().path == MediaPathKind::ICE)
    {
        end.path = end.ice = MakeIcePath(experiment);
        end.ice->SetAttribute("Lite", BooleanValue(experiment.media.ice.lite));
        end.ice->SetLocalPort(port);
        return end;
    }
    const auto path = CreateObject<imsturn::DirectPath>();
    path->SetLocalPort(port);
    path->SetLatch(experiment.media.peerLatches);
    end.path = path;
    return end;
}

} // namespace

UeInstaller::UeInstaller(const Experiment& experiment,
                         const TlsContexts& tls,
                         const engine::Policy& policy,
                         const Site& site)
    : m_experiment(experiment), m_tls(tls), m_policy(policy), m_site(site)
{
}

Party
UeInstaller::Install(unsigned index,
                     const std::string& name,
                     std::shared_ptr<const sip::SipUser> subscriber) const
{
    const auto node = m_site.ues[index];
    Party party;
    party.name = name;
    party.uri = subscriber->publicIdentity;
    party.subscriber = std::move(subscriber);
    party.site = m_site.number;
    party.host = At(addresses::Ue(index).host, id::DISCARD_PORT);
    party.resolver =
        InstallResolver(m_experiment, node, addresses::Ue(index).router, name + "/dns");
    if (m_experiment.tls.resumption != TlsResumption::NONE)
    {
        party.tlsSessions = std::make_shared<tls::SessionStore>(m_experiment.tls.sessionLifetime);
    }
    for (const auto& way : m_experiment.Ways())
    {
        if (m_experiment.HasControl())
        {
            party.controls.push_back(MakeControl(party, way, node));
        }
        if (m_experiment.HasMedia())
        {
            party.medias.push_back(MakeMedia(party, way, node));
        }
        if (m_experiment.HasMessages())
        {
            party.messages.push_back(MakeMessages(party, way, node));
        }
    }
    if (m_experiment.HasMessages())
    {
        InstallMessages(m_experiment, party, node);
    }
    if (m_experiment.HasMedia())
    {
        InstallVoice(m_experiment, party, node);
    }
    return party;
}

void
UeInstaller::Choose(WayEnd& end, const std::string& name) const
{
    const bool hasNames = m_experiment.dns.resolution != Resolution::NONE;
    const auto choices =
        SelectProxies(m_experiment.proxy.select, hasNames ? name : end.server.address.ToString());
    end.isChoice = end.way.choice < std::max<std::size_t>(choices.size(), 1);
    const bool isByRule = end.way.choice < choices.size();
    const auto chosen =
        isByRule ? choices[end.way.choice] : ProxyChoice{end.way.proxy == ProxyUse::NEVER, {}};
    end.viaProxy = !chosen.isDirect && (chosen.proxy || m_policy.proxy);
    end.isPossible =
        end.viaProxy || (isByRule && chosen.isDirect) || end.way.proxy != ProxyUse::ALWAYS;
    if (end.viaProxy)
    {
        end.proxy =
            chosen.proxy ? *chosen.proxy : At(addresses::WEB_PROXY.host, m_policy.proxy->port);
    }
    if (hasNames && !(end.viaProxy && m_experiment.dns.resolution == Resolution::PROXY))
    {
        end.nameToResolve = name;
    }
}

Ptr<SocketFactory>
UeInstaller::WayOut(WayEnd& end,
                    Ptr<Node> node,
                    const std::string& name,
                    const std::string& stream) const
{
    const auto tcp = node->GetObject<TcpSocketFactory>();
    if (!end.viaProxy)
    {
        return tcp;
    }
    const auto tunnel = CreateObject<imsproxy::HttpConnectSocketFactory>();
    tunnel->SetLowerFactory(tcp);
    tunnel->SetProxy(end.proxy);
    tunnel->SetCredentials(m_experiment.proxy.user, m_experiment.proxy.password);
    if (m_experiment.dns.resolution == Resolution::PROXY)
    {
        tunnel->SetTargetName(name);
    }
    if (m_experiment.proxy.alpnHeader)
    {
        tunnel->SetAlpn(m_experiment.tls.alpn);
    }
    tunnel->SetRandom(StreamOf(m_experiment, stream + "/connect"));
    end.tunnels.push_back(tunnel);
    return tunnel;
}

Ptr<imstls::TlsSocketFactory>
UeInstaller::TlsOf(WayEnd& end,
                   const Party& party,
                   Ptr<Node> node,
                   const std::string& name,
                   const std::string& stream) const
{
    const auto factory = CreateObject<imstls::TlsSocketFactory>();
    factory->SetLowerFactory(WayOut(end, node, name, stream));
    if (m_experiment.dns.resolution != Resolution::NONE)
    {
        factory->SetAttribute("ServerName", StringValue(name)); // RFC 6066 3: sent as well
    }
    factory->SetClientContext(m_tls.ue);
    factory->SetSessionStore(party.tlsSessions);
    factory->SetRandom(StreamOf(m_experiment, stream + "/tls"));
    return factory;
}

Ptr<imstls::TlsSocketFactory>
UeInstaller::DtlsOf(const Party& party, const std::string& stream) const
{
    const auto factory = CreateObject<imstls::TlsSocketFactory>();
    if (m_experiment.dns.resolution != Resolution::NONE)
    {
        factory->SetAttribute("ServerName", StringValue(id::TURN_SERVER_NAME));
    }
    factory->SetClientContext(m_tls.ueDtls);
    factory->SetSessionStore(party.tlsSessions);
    factory->SetRandom(StreamOf(m_experiment, stream + "/dtls"));
    return factory;
}

void
UeInstaller::Remember(const imstls::TlsSocketFactory& factory,
                      const Endpoint& server,
                      const std::shared_ptr<const tls::Context>& context,
                      const std::string& stream) const
{
    if (m_experiment.tls.knownServers)
    {
        const auto random = StreamOf(m_experiment, stream + "/known-server");
        RememberServer(factory, server, context, *random);
    }
}

ControlEnd
UeInstaller::MakeControl(const Party& party, const Way& way, Ptr<Node> node) const
{
    ControlEnd end;
    end.way = way;
    end.server = At(addresses::PCscf(PCscfOf(m_experiment, m_site.number)).host, way.controlPort);
    Choose(end, id::P_CSCF_NAME);
    if (way.control == ControlTransport::NONE)
    {
        return end;
    }
    const std::string stream = party.name + "/" + way.name + "/control";
    end.sip = MakeUserAgent(m_experiment, party);
    ConfigureUe(m_experiment, party, *end.sip);
    end.sip->SetAttribute("TransportName", StringValue(ToUpper(ToString(way.control))));
    end.sip->SetAttribute("PCscf", AddressValue(imstls::ToNs3Address(end.server)));
    if (way.control == ControlTransport::TLS)
    {
        end.tls = TlsOf(end, party, node, id::P_CSCF_NAME, stream);
        const auto& pCscf = m_tls.pCscfs[PCscfOf(m_experiment, m_site.number)];
        Remember(*end.tls, end.server, pCscf, stream);
        end.sip->SetTransport(end.tls);
    }
    if (way.control == ControlTransport::TCP)
    {
        end.sip->SetTransport(WayOut(end, node, id::P_CSCF_NAME, stream));
    }
    Place(node, end.sip);
    return end;
}

MediaEnd
UeInstaller::MakeMedia(const Party& party, const Way& way, Ptr<Node> node) const
{
    MediaEnd end;
    end.way = way;
    for (const auto& server : way.MediaServers())
    {
        end.servers.push_back(MediaServerAt(server.port));
    }
    end.server = end.servers.empty() ? MediaServerAt(id::STUN_PORT) : end.servers.front();
    Choose(end, id::TURN_SERVER_NAME);
    if (way.path == MediaPathKind::DIRECT)
    {
        const auto path = CreateObject<imsturn::DirectPath>();
        path->SetStunServer(end.server);
        end.path = path;
    }
    else if (way.path == MediaPathKind::RELAY)
    {
        end.path = MakeRelay(party, end, node);
    }
    else if (way.path == MediaPathKind::ICE)
    {
        end.path = end.ice = MakeIce(party, end, node);
    }
    if (end.path)
    {
        end.path->SetAttribute("Name", StringValue(way.name));
        end.path->SetNode(node);
    }
    return end;
}

Ptr<imsturn::IcePath>
UeInstaller::MakeIce(const Party& party, MediaEnd& end, Ptr<Node> node) const
{
    const std::string stream = party.name + "/" + end.way.name + "/media";
    const auto path = MakeIcePath(m_experiment);
    if (end.way.hasStun)
    {
        path->SetStunServer(end.servers.back());
    }
    for (const auto& server : end.way.iceServers)
    {
        const bool isStream = !IsOverUdp(server.transport);
        Ptr<SocketFactory> factory;
        if (server.transport == MediaTransport::TLS)
        {
            // One for all TLS servers: it makes a connection for each.
            end.tls = end.tls ? end.tls : TlsOf(end, party, node, id::TURN_SERVER_NAME, stream);
            factory = end.tls;
        }
        else if (server.transport == MediaTransport::DTLS)
        {
            factory = end.dtls = end.dtls ? end.dtls : DtlsOf(party, stream);
        }
        else if (isStream)
        {
            factory =
                WayOut(end, node, id::TURN_SERVER_NAME, stream + "/" + std::to_string(server.port));
        }
        path->AddServer(ToString(server.transport), MediaServerAt(server.port), factory);
        end.isServerViaProxy.push_back(end.viaProxy && isStream);
    }
    return path;
}

Ptr<imsturn::MediaPath>
UeInstaller::MakeRelay(const Party& party, MediaEnd& end, Ptr<Node> node) const
{
    const std::string stream = party.name + "/" + end.way.name + "/media";
    const auto path = CreateObject<imsturn::RelayPath>();
    path->SetServer(end.server);
    path->SetCredentials(id::TURN_USER, id::TURN_PASSWORD);
    path->SetAttribute("Lifetime", TimeValue(imstls::ToNs3Time(m_experiment.turn.lifetime)));
    path->SetAttribute("KeepAlive", TimeValue(imstls::ToNs3Time(m_experiment.turn.keepAlive)));
    if (end.way.media == MediaTransport::TLS)
    {
        end.tls = TlsOf(end, party, node, id::TURN_SERVER_NAME, stream);
        Remember(*end.tls, end.server, m_tls.turnServer, stream);
        path->SetTransport(end.tls);
    }
    if (end.way.media == MediaTransport::DTLS)
    {
        end.dtls = DtlsOf(party, stream);
        Remember(*end.dtls, end.server, m_tls.turnServerDtls, stream);
        path->SetTransport(end.dtls);
    }
    if (end.way.media == MediaTransport::TCP)
    {
        path->SetTransport(WayOut(end, node, id::TURN_SERVER_NAME, stream));
    }
    return path;
}

MessageEnd
UeInstaller::MakeMessages(const Party& party, const Way& way, Ptr<Node> node) const
{
    MessageEnd end;
    end.way = way;
    const auto relay = m_experiment.MessageRelay(way);
    const bool isAsMedia = m_experiment.messages.path == MessagePath::AS_MEDIA;
    if (!relay)
    {
        // Straight to the peer: that is no server, which a web proxy would be asked for.
        end.listenAt = {party.host.address, id::MSRP_PORT};
        end.direct = isAsMedia && way.path == MediaPathKind::NONE
                         ? nullptr
                         : node->GetObject<TcpSocketFactory>();
        return end;
    }
    end.server = At(addresses::TURN_SERVER.host, way.mediaPort);
    Choose(end, id::TURN_SERVER_NAME);
    const std::string stream = party.name + "/" + way.name + "/messages";
    end.allocation = CreateObject<imsturn::TcpAllocation>();
    end.allocation->SetAttribute("Name", StringValue(stream));
    end.allocation->SetAttribute("Lifetime",
                                 TimeValue(imstls::ToNs3Time(m_experiment.turn.lifetime)));
    end.allocation->SetAttribute("KeepAlive",
                                 TimeValue(imstls::ToNs3Time(m_experiment.turn.keepAlive)));
    end.allocation->SetNode(node);
    end.allocation->SetServer(end.server);
    end.allocation->SetCredentials(id::TURN_USER, id::TURN_PASSWORD);
    if (*relay == MediaTransport::TLS)
    {
        end.tls = TlsOf(end, party, node, id::TURN_SERVER_NAME, stream);
        end.allocation->SetTransport(end.tls);
    }
    else
    {
        end.allocation->SetTransport(WayOut(end, node, id::TURN_SERVER_NAME, stream));
    }
    return end;
}

Party
InstallCallee(const Experiment& experiment, Ptr<Node> node, unsigned index, unsigned pCscf)
{
    Party party;
    party.name = id::Numbered("callee", index);
    party.uri = id::PublicIdentity(party.name);
    party.host = At(addresses::CALLEE.host, id::DISCARD_PORT);
    party.sipAddress = At(addresses::CALLEE.host, static_cast<uint16_t>(id::SIP_PORT + index));
    if (experiment.HasControl())
    {
        ControlEnd end;
        end.server = At(addresses::PCscf(pCscf).host, CorePortOf(experiment));
        end.sip = MakeUserAgent(experiment, party);
        end.sip->SetAttribute("LocalPort", UintegerValue(party.sipAddress.port));
        end.sip->SetAttribute("PCscf", AddressValue(imstls::ToNs3Address(end.server)));
        Place(node, end.sip);
        party.controls.push_back(end);
    }
    if (experiment.HasMedia())
    {
        party.medias.push_back(
            MakeCoreMedia(experiment, static_cast<uint16_t>(id::RTP_PORT + 2 * index)));
        party.medias.back().path->SetNode(node);
        InstallVoice(experiment, party, node);
    }
    if (experiment.HasMessages())
    {
        MessageEnd end;
        end.direct = node->GetObject<TcpSocketFactory>();
        end.listenAt = At(addresses::CALLEE.host, static_cast<uint16_t>(id::MSRP_PORT + index));
        party.messages.push_back(end);
        InstallMessages(experiment, party, node);
    }
    return party;
}

} // namespace imsfw::scenario
