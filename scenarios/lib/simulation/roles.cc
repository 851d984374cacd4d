// SPDX-License-Identifier: GPL-2.0-only
#include "roles.h"

#include "address-plan.h"

#include "ims-firewall-helper.h"
#include "ims-sip-helper.h"
#include "ims-tls-pki.h"
#include "ims-turn-direct-path.h"
#include "ims-turn-relay-path.h"
#include "ims-turn-server-application.h"
#include "ims-web-proxy-connect-socket-factory.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

namespace imsfw::scenario
{

namespace
{

using namespace ns3;

constexpr const char* REALM = "ims.test";
constexpr const char* UE_URI = "sip:ue@ims.test";
constexpr const char* CALLEE_URI = "sip:callee@ims.test";
constexpr const char* SIP_PASSWORD = "sip secret";
constexpr const char* TURN_USER = "ue";
constexpr const char* TURN_PASSWORD = "turn secret";
constexpr uint16_t SIP_PORT = 5060;
constexpr uint16_t STUN_PORT = 3478;
constexpr uint16_t CALLEE_RTP_PORT = 40000;

Endpoint
At(const char* address, uint16_t port)
{
    return {*IpAddress::Parse(address), port};
}

IpPrefix
Network(const char* prefix)
{
    return *IpPrefix::Parse(prefix);
}

std::string
Word(ControlTransport transport)
{
    return transport == ControlTransport::TLS   ? "TLS"
           : transport == ControlTransport::TCP ? "TCP"
                                                : "UDP";
}

/// A role that runs from the start to the end of the simulation.
void
Place(Ptr<Node> node, Ptr<Application> application)
{
    node->AddApplication(application);
    application->SetStartTime(Seconds(0));
}

} // namespace

RoleInstaller::RoleInstaller(const Experiment& experiment,
                             const engine::Policy& policy,
                             const Topology& topology)
    : m_experiment(experiment),
      m_policy(policy),
      m_topology(topology),
      m_viaProxy(experiment.proxy.use != ProxyUse::NEVER && policy.proxy)
{
}

Result<Roles, std::string>
RoleInstaller::Install()
{
    if (const std::string error = MakeTlsContexts(); !error.empty())
    {
        return Failure{error};
    }
    Roles roles;
    roles.viaProxy = m_viaProxy;
    InstallFirewall(roles);
    InstallProxy(roles);
    InstallPCscf(roles);
    InstallTurnServer(roles);
    InstallUe(roles);
    InstallCallee(roles);
    InstallMedia(roles);
    return roles;
}

std::shared_ptr<RandomSource>
RoleInstaller::Stream(const std::string& name) const
{
    return std::make_shared<SeededRandom>(m_experiment.seed, m_experiment.run, name);
}

std::string
RoleInstaller::MakeTlsContexts()
{
    if (!m_experiment.UsesTls())
    {
        return {};
    }
    const auto& pki = tls::Pki::Simulation();
    tls::ClientConfig client{m_experiment.tls.suites,
                             m_experiment.tls.minVersion,
                             m_experiment.tls.maxVersion,
                             {pki.TrustAnchor()}};
    tls::ServerConfig pCscf{pki.Issue({"p-cscf.ims.test", addresses::P_CSCF}), {}, "1.2", "1.3"};
    tls::ServerConfig turn{pki.Issue({"turn.ims.test", addresses::TURN_SERVER}), {}, "1.2", "1.3"};
    if (!m_experiment.servers.certificate.empty())
    {
        const auto loaded =
            tls::LoadPem(m_experiment.servers.certificate, m_experiment.servers.privateKey);
        const auto anchors = tls::LoadTrustAnchors(m_experiment.servers.trustAnchor);
        if (!loaded || !anchors)
        {
            return loaded ? anchors.Error() : loaded.Error();
        }
        pCscf.credential = turn.credential = *loaded;
        client.trustAnchors = *anchors;
    }
    const auto clientContext = tls::Context::MakeClient(client, *Stream("ue/tls-context"));
    const auto pCscfContext = tls::Context::MakeServer(pCscf, *Stream("p-cscf/tls-context"));
    const auto turnContext = tls::Context::MakeServer(turn, *Stream("turn-server/tls-context"));
    for (const auto* context : {&clientContext, &pCscfContext, &turnContext})
    {
        if (!*context)
        {
            return context->Error();
        }
    }
    m_client = *clientContext;
    m_pCscf = *pCscfContext;
    m_turn = *turnContext;
    return {};
}

RoleInstaller::FactoryPtr
RoleInstaller::TcpOf(Ptr<Node> node)
{
    return node->GetObject<TcpSocketFactory>();
}

RoleInstaller::FactoryPtr
RoleInstaller::ServerTls(Ptr<Node> node, const std::string& name) const
{
    const auto factory = CreateObject<imstls::TlsSocketFactory>();
    factory->SetLowerFactory(TcpOf(node));
    factory->SetServerContext(name == "p-cscf" ? m_pCscf : m_turn);
    factory->SetRandom(Stream(name + "/tls"));
    return factory;
}

RoleInstaller::FactoryPtr
RoleInstaller::WayOut(const std::string& plane) const
{
    if (!m_viaProxy)
    {
        return TcpOf(m_topology.ue);
    }
    const auto tunnel = CreateObject<imsproxy::HttpConnectSocketFactory>();
    tunnel->SetLowerFactory(TcpOf(m_topology.ue));
    tunnel->SetProxy(At(addresses::WEB_PROXY, m_policy.proxy->port));
    tunnel->SetCredentials(m_experiment.proxy.user, m_experiment.proxy.password);
    tunnel->SetRandom(Stream("ue/connect/" + plane));
    return tunnel;
}

Ptr<imstls::TlsSocketFactory>
RoleInstaller::ClientTls(const std::string& plane) const
{
    const auto factory = CreateObject<imstls::TlsSocketFactory>();
    factory->SetLowerFactory(WayOut(plane));
    factory->SetClientContext(m_client);
    factory->SetRandom(Stream("ue/tls/" + plane));
    return factory;
}

void
RoleInstaller::InstallFirewall(Roles& roles)
{
    engine::EngineConfig config;
    config.externalAddress = *IpAddress::Parse(addresses::FIREWALL_OUTSIDE);
    config.inside = {Network(addresses::INSIDE_NETWORK)};
    config.dmz = {Network(addresses::DMZ_NETWORK)};
    imsfirewall::FirewallHelper helper(m_policy, config);
    helper.SetZone(Topology::InterfaceOf(m_topology.firewall, addresses::FIREWALL_INSIDE),
                   engine::Zone::INSIDE);
    helper.SetZone(Topology::InterfaceOf(m_topology.firewall, addresses::FIREWALL_OUTSIDE),
                   engine::Zone::OUTSIDE);
    if (m_topology.webProxy)
    {
        helper.SetZone(Topology::InterfaceOf(m_topology.firewall, addresses::FIREWALL_DMZ),
                       engine::Zone::DMZ);
    }
    roles.firewall = helper.Install(m_topology.firewall);
}

void
RoleInstaller::InstallProxy(Roles& roles)
{
    if (!m_topology.webProxy)
    {
        return;
    }
    const auto& section = *m_policy.proxy;
    const auto proxy = CreateObject<imsproxy::WebProxyApplication>();
    proxy->SetAttribute("Port", UintegerValue(section.port));
    proxy->SetAttribute("Authentication", StringValue(section.authentication));
    for (const uint16_t port : section.connectPorts)
    {
        proxy->AddConnectPort(port);
    }
    if (section.idleTimeout)
    {
        proxy->SetAttribute("IdleTimeout", TimeValue(imstls::ToNs3Time(*section.idleTimeout)));
    }
    if (section.maxLifetime)
    {
        proxy->SetAttribute("MaxLifetime", TimeValue(imstls::ToNs3Time(*section.maxLifetime)));
    }
    proxy->AddUser("employee", "correct horse");
    Place(m_topology.webProxy, proxy);
    roles.webProxy = proxy;
}

void
RoleInstaller::InstallPCscf(Roles& roles)
{
    const auto& control = m_experiment.control;
    roles.controlServer = At(addresses::P_CSCF, control.port);
    if (control.transport == ControlTransport::NONE)
    {
        return;
    }
    const auto pCscf = CreateObject<imssip::PCscfApplication>();
    pCscf->AddUdpListener(control.transport == ControlTransport::UDP ? control.port : SIP_PORT);
    if (control.transport == ControlTransport::TCP)
    {
        pCscf->AddStreamListener(TcpOf(m_topology.pCscf), control.port, "TCP");
    }
    if (control.transport == ControlTransport::TLS)
    {
        pCscf->AddStreamListener(ServerTls(m_topology.pCscf, "p-cscf"), control.port, "TLS");
    }
    pCscf->AddUser("ue@ims.test", UE_URI, SIP_PASSWORD);
    pCscf->AddStaticRoute(CALLEE_URI, At(addresses::CALLEE, SIP_PORT));
    Place(m_topology.pCscf, pCscf);
}

void
RoleInstaller::InstallTurnServer(Roles& roles)
{
    const auto& media = m_experiment.media;
    if (media.path == MediaPathKind::NONE)
    {
        return;
    }
    const bool isRelay = media.path == MediaPathKind::RELAY;
    roles.mediaServer = At(addresses::TURN_SERVER, isRelay ? media.port : STUN_PORT);
    const auto server = CreateObject<imsturn::TurnServerApplication>();
    server->SetAttribute("Realm", StringValue(REALM));
    server->SetUser(TURN_USER, TURN_PASSWORD);
    if (!isRelay || media.transport == MediaTransport::UDP)
    {
        server->AddUdpListener(roles.mediaServer.port);
    }
    else if (media.transport == MediaTransport::TCP)
    {
        server->AddStreamListener(TcpOf(m_topology.turnServer), media.port);
    }
    else
    {
        server->AddStreamListener(ServerTls(m_topology.turnServer, "turn-server"), media.port);
    }
    Place(m_topology.turnServer, server);
}

void
RoleInstaller::InstallUe(Roles& roles)
{
    const auto transport = m_experiment.control.transport;
    roles.ue.uri = UE_URI;
    roles.ue.host = At(addresses::UE, 9); // RFC 863: a port where nobody listens
    if (transport == ControlTransport::NONE)
    {
        return;
    }
    const auto ue = CreateObject<imssip::SipUaApplication>();
    ue->SetAttribute("PublicIdentity", StringValue(UE_URI));
    ue->SetAttribute("PrivateIdentity", StringValue("ue@ims.test"));
    ue->SetAttribute("Password", StringValue(SIP_PASSWORD));
    ue->SetAttribute("Realm", StringValue(REALM));
    ue->SetAttribute("TransportName", StringValue(Word(transport)));
    ue->SetAttribute("AutoRegister", BooleanValue(false));
    ue->SetAttribute("AnswerDelay", TimeValue(imstls::ToNs3Time(m_experiment.call.answerAfter)));
    ue->SetAttribute("PCscf", AddressValue(imstls::ToNs3Address(roles.controlServer)));
    if (transport == ControlTransport::TLS)
    {
        roles.controlTls = ClientTls("control");
        ue->SetTransport(roles.controlTls);
    }
    if (transport == ControlTransport::TCP)
    {
        ue->SetTransport(WayOut("control"));
    }
    Place(m_topology.ue, ue);
    roles.ue.sip = ue;
}

void
RoleInstaller::InstallCallee(Roles& roles)
{
    roles.callee.uri = CALLEE_URI;
    roles.callee.host = At(addresses::CALLEE, 9);
    if (m_experiment.control.transport == ControlTransport::NONE)
    {
        return;
    }
    const uint16_t coreSide = m_experiment.control.transport == ControlTransport::UDP
                                  ? m_experiment.control.port
                                  : SIP_PORT;
    const auto callee = CreateObject<imssip::SipUaApplication>();
    callee->SetAttribute("PublicIdentity", StringValue(CALLEE_URI));
    callee->SetAttribute("Realm", StringValue(REALM));
    callee->SetAttribute("LocalPort", UintegerValue(SIP_PORT));
    callee->SetAttribute("AutoRegister", BooleanValue(false));
    callee->SetAttribute("AnswerDelay",
                         TimeValue(imstls::ToNs3Time(m_experiment.call.answerAfter)));
    callee->SetAttribute("PCscf",
                         AddressValue(imstls::ToNs3Address(At(addresses::P_CSCF, coreSide))));
    Place(m_topology.callee, callee);
    roles.callee.sip = callee;
}

void
RoleInstaller::InstallMedia(Roles& roles)
{
    const auto& media = m_experiment.media;
    if (media.path == MediaPathKind::NONE || !m_experiment.call.enabled)
    {
        return;
    }
    if (media.path == MediaPathKind::DIRECT)
    {
        const auto path = CreateObject<imsturn::DirectPath>();
        path->SetNode(m_topology.ue);
        path->SetStunServer(roles.mediaServer);
        roles.ue.path = path;
    }
    else
    {
        const auto path = CreateObject<imsturn::RelayPath>();
        path->SetNode(m_topology.ue);
        path->SetServer(roles.mediaServer);
        path->SetCredentials(TURN_USER, TURN_PASSWORD);
        if (media.transport == MediaTransport::TLS)
        {
            roles.mediaTls = ClientTls("media");
            path->SetTransport(roles.mediaTls);
        }
        if (media.transport == MediaTransport::TCP)
        {
            path->SetTransport(WayOut("media"));
        }
        roles.ue.path = path;
    }
    const auto calleePath = CreateObject<imsturn::DirectPath>();
    calleePath->SetNode(m_topology.callee);
    calleePath->SetLocalPort(CALLEE_RTP_PORT);
    calleePath->SetLatch(media.peerLatches);
    roles.callee.path = calleePath;
    for (Party* party : {&roles.ue, &roles.callee})
    {
        party->voice = CreateObject<imsmedia::VoiceApplication>();
        party->voice->SetAttribute("Codec", StringValue(media.codec));
        party->voice->SetRandomStream(party == &roles.ue ? "ue" : "callee");
        Place(party == &roles.ue ? m_topology.ue : m_topology.callee, party->voice);
    }
    roles.ue.voice->SetPeer(roles.callee.voice);
    roles.callee.voice->SetPeer(roles.ue.voice);
}

} // namespace imsfw::scenario
