// SPDX-License-Identifier: GPL-2.0-only
#include "server-roles.h"

#include "identities.h"

#include "ims-sip-p-cscf-application.h"
#include "ims-turn-server-application.h"

#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"

namespace imsfw::scenario
{

namespace
{

using namespace ns3;
namespace id = identities;

Ptr<SocketFactory>
TcpOf(Ptr<Node> node)
{
    return node->GetObject<TcpSocketFactory>();
}

Ptr<SocketFactory>
TlsOf(Ptr<Node> node,
      const std::shared_ptr<const tls::Context>& context,
      std::shared_ptr<RandomSource> random)
{
    const auto factory = CreateObject<imstls::TlsSocketFactory>();
    factory->SetLowerFactory(TcpOf(node));
    factory->SetServerContext(context);
    factory->SetRandom(std::move(random));
    return factory;
}

void
Place(Ptr<Node> node, Ptr<Application> application)
{
    node->AddApplication(application);
    application->SetStartTime(Seconds(0));
}

Ptr<imssip::PCscfApplication>
MakePCscf(const Experiment& e, const TlsContexts& tls, Ptr<Node> node, const std::string& name)
{
    const auto& control = e.control;
    const auto pCscf = CreateObject<imssip::PCscfApplication>();
    pCscf->AddUdpListener(control.transport == ControlTransport::UDP ? control.port : id::SIP_PORT);
    if (control.transport == ControlTransport::TCP)
    {
        pCscf->AddStreamListener(TcpOf(node), control.port, "TCP");
    }
    if (control.transport == ControlTransport::TLS)
    {
        const auto factory = TlsOf(node, tls.pCscf, StreamOf(e, name + "/tls"));
        pCscf->AddStreamListener(factory, control.port, "TLS");
    }
    return pCscf;
}

/// A party behind a firewall is a subscriber; one at the core's side has a fixed place.
void
AddParty(Ptr<imssip::PCscfApplication> pCscf, const Party& party)
{
    if (party.site)
    {
        pCscf->AddUser(id::PrivateIdentity(party.name), party.uri, id::SIP_PASSWORD);
    }
    else
    {
        pCscf->AddStaticRoute(party.uri, party.sipAddress);
    }
}

} // namespace

unsigned
PCscfOf(const Experiment& experiment, unsigned site)
{
    return site % experiment.servers.pCscfs;
}

void
InstallPCscfs(const Experiment& e,
              const TlsContexts& tls,
              const Topology& topology,
              const std::vector<Couple>& couples)
{
    if (e.control.transport == ControlTransport::NONE)
    {
        return;
    }
    for (unsigned i = 0; i < topology.pCscfs.size(); ++i)
    {
        const auto node = topology.pCscfs[i];
        const auto pCscf = MakePCscf(e, tls, node, id::Numbered("p-cscf", i));
        for (const auto& couple : couples)
        {
            if (PCscfOf(e, *couple.ue.site) == i)
            {
                AddParty(pCscf, couple.ue);
                AddParty(pCscf, couple.callee);
            }
        }
        Place(node, pCscf);
    }
}

Endpoint
MediaServerOf(const Experiment& experiment)
{
    const auto& media = experiment.media;
    return {*IpAddress::Parse(addresses::TURN_SERVER.host),
            media.path == MediaPathKind::RELAY ? media.port : id::STUN_PORT};
}

void
InstallTurnServer(const Experiment& e, const TlsContexts& tls, const Topology& topology)
{
    const auto& media = e.media;
    if (media.path == MediaPathKind::NONE)
    {
        return;
    }
    const auto node = topology.turnServer;
    const auto port = MediaServerOf(e).port;
    const auto server = CreateObject<imsturn::TurnServerApplication>();
    server->SetAttribute("Realm", StringValue(id::REALM));
    server->SetUser(id::TURN_USER, id::TURN_PASSWORD);
    if (media.path != MediaPathKind::RELAY || media.transport == MediaTransport::UDP)
    {
        server->AddUdpListener(port);
    }
    else if (media.transport == MediaTransport::TCP)
    {
        server->AddStreamListener(TcpOf(node), port);
    }
    else
    {
        server->AddStreamListener(TlsOf(node, tls.turnServer, StreamOf(e, "turn-server/tls")),
                                  port);
    }
    Place(node, server);
}

} // namespace imsfw::scenario
