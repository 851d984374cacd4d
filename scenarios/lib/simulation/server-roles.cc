// SPDX-License-Identifier: GPL-2.0-only
#include "server-roles.h"

#include "experiment-names.h"
#include "identities.h"
#include "sip-settings.h"

#include "ims-sip-p-cscf-application.h"
#include "ims-turn-server-application.h"

#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>
#include <set>

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

Ptr<imstls::TlsSocketFactory>
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

/// A service that several ways may lead to is offered once. @return whether @p port was not there yet
bool
IsNew(std::set<std::pair<std::string, uint16_t>>& offered, const std::string& kind, uint16_t port)
{
    return offered.emplace(kind, port).second;
}

Ptr<imssip::PCscfApplication>
MakePCscf(const Experiment& e, const TlsContexts& tls, Ptr<Node> node, unsigned index)
{
    const std::string name = id::Numbered("p-cscf", index);
    const auto pCscf = CreateObject<imssip::PCscfApplication>();
    ConfigurePCscf(e, *pCscf);
    std::set<std::pair<std::string, uint16_t>> offered{{"udp", CorePortOf(e)}};
    pCscf->AddUdpListener(CorePortOf(e)); // the first one carries the core's side too
    for (const auto& way : e.Ways())
    {
        if (!IsNew(offered, ToString(way.control), way.controlPort))
        {
            continue;
        }
        if (way.control == ControlTransport::UDP)
        {
            pCscf->AddUdpListener(way.controlPort);
        }
        if (way.control == ControlTransport::TCP)
        {
            pCscf->AddStreamListener(TcpOf(node), way.controlPort, "TCP");
        }
        if (way.control == ControlTransport::TLS)
        {
            const auto factory = TlsOf(node, tls.pCscfs[index], StreamOf(e, name + "/tls"));
            pCscf->AddStreamListener(factory, way.controlPort, "TLS");
        }
    }
    return pCscf;
}

/// A party behind a firewall is a subscriber; one at the core's side has a fixed place.
void
AddParty(Ptr<imssip::PCscfApplication> pCscf, const Party& party)
{
    if (party.site)
    {
        pCscf->AddUser(*party.subscriber);
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
    if (!e.HasControl())
    {
        return;
    }
    for (unsigned i = 0; i < topology.pCscfs.size(); ++i)
    {
        const auto node = topology.pCscfs[i];
        const auto pCscf = MakePCscf(e, tls, node, i);
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
MediaServerAt(uint16_t port)
{
    return {*IpAddress::Parse(addresses::TURN_SERVER.host), port};
}

uint16_t
CorePortOf(const Experiment& experiment)
{
    const auto ways = experiment.Ways();
    const auto udp =
        std::find_if(ways.begin(),
                     ways.end(),
                     [](const Way& way) { return way.control == ControlTransport::UDP; });
    return udp != ways.end() ? udp->controlPort : id::SIP_PORT;
}

namespace
{

void
Listen(const Experiment& e,
       const TlsContexts& tls,
       const MediaServer& wanted,
       imsturn::TurnServerApplication& server,
       Ptr<Node> node)
{
    switch (wanted.transport)
    {
    case MediaTransport::UDP:
        server.AddUdpListener(wanted.port);
        return;
    case MediaTransport::TCP:
        server.AddStreamListener(TcpOf(node), wanted.port);
        return;
    case MediaTransport::TLS:
        server.AddStreamListener(TlsOf(node, tls.turnServer, StreamOf(e, "turn-server/tls")),
                                 wanted.port);
        return;
    case MediaTransport::DTLS:
        server.AddDtlsListener(TlsOf(node, tls.turnServerDtls, StreamOf(e, "turn-server/dtls")),
                               wanted.port);
        return;
    }
}

} // namespace

void
InstallTurnServer(const Experiment& e, const TlsContexts& tls, const Topology& topology)
{
    if (!e.HasMedia() && !e.HasMessages())
    {
        return;
    }
    const auto node = topology.turnServer;
    const auto server = CreateObject<imsturn::TurnServerApplication>();
    server->SetAttribute("Realm", StringValue(id::REALM));
    server->SetAttribute("NonceLifetime", TimeValue(imstls::ToNs3Time(e.turn.nonceLifetime)));
    server->SetUser(id::TURN_USER, id::TURN_PASSWORD);
    std::set<std::pair<std::string, uint16_t>> offered;
    const auto listen = [&](const MediaServer& wanted)
    {
        if (IsNew(offered, ToString(wanted.transport), wanted.port))
        {
            Listen(e, tls, wanted, *server, node);
        }
    };
    for (const auto& way : e.Ways())
    {
        for (const auto& wanted : way.MediaServers())
        {
            listen(wanted);
        }
        if (const auto transport = e.MessageRelay(way))
        {
            listen({*transport, way.mediaPort});
        }
    }
    Place(node, server);
}

} // namespace imsfw::scenario
