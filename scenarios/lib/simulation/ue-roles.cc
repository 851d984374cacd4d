// SPDX-License-Identifier: GPL-2.0-only
#include "ue-roles.h"

#include "experiment-names.h"
#include "identities.h"
#include "server-roles.h"

#include "ims-turn-direct-path.h"
#include "ims-turn-relay-path.h"
#include "ims-web-proxy-connect-socket-factory.h"

#include "base/text.h"

#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

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
    agent->SetAttribute("Realm", StringValue(id::REALM));
    agent->SetAttribute("AutoRegister", BooleanValue(false));
    agent->SetAttribute("AnswerDelay", TimeValue(imstls::ToNs3Time(experiment.call.answerAfter)));
    return agent;
}

void
InstallVoice(const Experiment& experiment, Party& party, Ptr<Node> node)
{
    party.voice = CreateObject<imsmedia::VoiceApplication>();
    party.voice->SetAttribute("Codec", StringValue(experiment.media.codec));
    party.voice->SetRandomStream(party.name);
    Place(node, party.voice);
}

bool
HasMedia(const Experiment& experiment)
{
    return experiment.media.path != MediaPathKind::NONE && experiment.call.enabled;
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
UeInstaller::Install(unsigned index, const std::string& name) const
{
    Party party;
    party.name = name;
    party.uri = id::PublicIdentity(name);
    party.site = m_site.number;
    party.host = At(addresses::Ue(index).host, id::DISCARD_PORT);
    party.viaProxy = m_experiment.proxy.use != ProxyUse::NEVER && m_policy.proxy;
    InstallSip(party, m_site.ues[index]);
    InstallMedia(party, m_site.ues[index]);
    return party;
}

Ptr<SocketFactory>
UeInstaller::WayOut(const Party& party, Ptr<Node> node, const std::string& plane) const
{
    const auto tcp = node->GetObject<TcpSocketFactory>();
    if (!party.viaProxy)
    {
        return tcp;
    }
    const auto tunnel = CreateObject<imsproxy::HttpConnectSocketFactory>();
    tunnel->SetLowerFactory(tcp);
    tunnel->SetProxy(At(addresses::WEB_PROXY.host, m_policy.proxy->port));
    tunnel->SetCredentials(m_experiment.proxy.user, m_experiment.proxy.password);
    tunnel->SetRandom(StreamOf(m_experiment, party.name + "/connect/" + plane));
    return tunnel;
}

Ptr<imstls::TlsSocketFactory>
UeInstaller::TlsOf(const Party& party, Ptr<Node> node, const std::string& plane) const
{
    const auto factory = CreateObject<imstls::TlsSocketFactory>();
    factory->SetLowerFactory(WayOut(party, node, plane));
    factory->SetClientContext(m_tls.ue);
    factory->SetRandom(StreamOf(m_experiment, party.name + "/tls/" + plane));
    return factory;
}

void
UeInstaller::InstallSip(Party& party, Ptr<Node> node) const
{
    const auto& control = m_experiment.control;
    const auto pCscf = addresses::PCscf(PCscfOf(m_experiment, m_site.number));
    party.controlServer = At(pCscf.host, control.port);
    if (control.transport == ControlTransport::NONE)
    {
        return;
    }
    party.sip = MakeUserAgent(m_experiment, party);
    party.sip->SetAttribute("PrivateIdentity", StringValue(id::PrivateIdentity(party.name)));
    party.sip->SetAttribute("Password", StringValue(id::SIP_PASSWORD));
    party.sip->SetAttribute("TransportName", StringValue(ToUpper(ToString(control.transport))));
    party.sip->SetAttribute("PCscf", AddressValue(imstls::ToNs3Address(party.controlServer)));
    if (control.transport == ControlTransport::TLS)
    {
        party.controlTls = TlsOf(party, node, "control");
        party.sip->SetTransport(party.controlTls);
    }
    if (control.transport == ControlTransport::TCP)
    {
        party.sip->SetTransport(WayOut(party, node, "control"));
    }
    Place(node, party.sip);
}

void
UeInstaller::InstallMedia(Party& party, Ptr<Node> node) const
{
    const auto& media = m_experiment.media;
    if (!HasMedia(m_experiment))
    {
        return;
    }
    party.mediaServer = MediaServerOf(m_experiment);
    if (media.path == MediaPathKind::DIRECT)
    {
        const auto path = CreateObject<imsturn::DirectPath>();
        path->SetStunServer(party.mediaServer);
        party.path = path;
    }
    else
    {
        const auto path = CreateObject<imsturn::RelayPath>();
        path->SetServer(party.mediaServer);
        path->SetCredentials(id::TURN_USER, id::TURN_PASSWORD);
        if (media.transport == MediaTransport::TLS)
        {
            party.mediaTls = TlsOf(party, node, "media");
            path->SetTransport(party.mediaTls);
        }
        if (media.transport == MediaTransport::TCP)
        {
            path->SetTransport(WayOut(party, node, "media"));
        }
        party.path = path;
    }
    party.path->SetNode(node);
    InstallVoice(m_experiment, party, node);
}

Party
InstallCallee(const Experiment& experiment, Ptr<Node> node, unsigned index, unsigned pCscf)
{
    const bool isUdp = experiment.control.transport == ControlTransport::UDP;
    Party party;
    party.name = id::Numbered("callee", index);
    party.uri = id::PublicIdentity(party.name);
    party.host = At(addresses::CALLEE.host, id::DISCARD_PORT);
    party.sipAddress = At(addresses::CALLEE.host, static_cast<uint16_t>(id::SIP_PORT + index));
    party.controlServer =
        At(addresses::PCscf(pCscf).host, isUdp ? experiment.control.port : id::SIP_PORT);
    if (experiment.control.transport != ControlTransport::NONE)
    {
        party.sip = MakeUserAgent(experiment, party);
        party.sip->SetAttribute("LocalPort", UintegerValue(party.sipAddress.port));
        party.sip->SetAttribute("PCscf", AddressValue(imstls::ToNs3Address(party.controlServer)));
        Place(node, party.sip);
    }
    if (HasMedia(experiment))
    {
        const auto path = CreateObject<imsturn::DirectPath>();
        path->SetNode(node);
        path->SetLocalPort(static_cast<uint16_t>(id::RTP_PORT + 2 * index));
        path->SetLatch(experiment.media.peerLatches);
        party.path = path;
        InstallVoice(experiment, party, node);
    }
    return party;
}

void
Introduce(Party& ue, Party& callee)
{
    if (ue.voice && callee.voice)
    {
        ue.voice->SetPeer(callee.voice);
        callee.voice->SetPeer(ue.voice);
    }
}

} // namespace imsfw::scenario
