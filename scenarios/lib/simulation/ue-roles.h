// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The people's machines: a UE in a firewalled network, or a callee at the core's side.
#pragma once

#include "engine/policy/policy.h"
#include "experiment.h"
#include "party.h"
#include "tls-contexts.h"
#include "topology.h"

#include "ns3/socket-factory.h"

namespace imsfw::scenario
{

/// Installs UEs in one network.
class UeInstaller
{
  public:
    /// All must outlive the installer.
    UeInstaller(const Experiment& experiment,
                const TlsContexts& tls,
                const engine::Policy& policy,
                const Site& site);

    /// @param index which UE of the network. @param name of the person, for random streams
    /// @param subscriber who the person is to the home network
    Party Install(unsigned index,
                  const std::string& name,
                  std::shared_ptr<const sip::SipUser> subscriber) const;

  private:
    /// @return the socket factory of streams to the outside, noted at @p end where it makes tunnels.
    /// @param name of the server
    ns3::Ptr<ns3::SocketFactory> WayOut(WayEnd& end,
                                        ns3::Ptr<ns3::Node> node,
                                        const std::string& name,
                                        const std::string& stream) const;
    ns3::Ptr<ns3::imstls::TlsSocketFactory> TlsOf(WayEnd& end,
                                                  const Party& party,
                                                  ns3::Ptr<ns3::Node> node,
                                                  const std::string& name,
                                                  const std::string& stream) const;
    ns3::Ptr<ns3::imstls::TlsSocketFactory> DtlsOf(const Party& party,
                                                   const std::string& stream) const;
    /// Decide for @p end's way to @p name: by which way out, and who resolves the name.
    void Choose(WayEnd& end, const std::string& name) const;
    /// Let @p factory know the server from before the run, where the experiment says so.
    void Remember(const ns3::imstls::TlsSocketFactory& factory,
                  const Endpoint& server,
                  const std::shared_ptr<const tls::Context>& context,
                  const std::string& stream) const;
    ControlEnd MakeControl(const Party& party, const Way& way, ns3::Ptr<ns3::Node> node) const;
    MediaEnd MakeMedia(const Party& party, const Way& way, ns3::Ptr<ns3::Node> node) const;
    ns3::Ptr<ns3::imsturn::IcePath> MakeIce(const Party& party,
                                            MediaEnd& end,
                                            ns3::Ptr<ns3::Node> node) const;
    MessageEnd MakeMessages(const Party& party, const Way& way, ns3::Ptr<ns3::Node> node) const;
    ns3::Ptr<ns3::imsturn::MediaPath> MakeRelay(const Party& party,
                                                MediaEnd& end,
                                                ns3::Ptr<ns3::Node> node) const;

    const Experiment& m_experiment;
    const TlsContexts& m_tls;
    const engine::Policy& m_policy;
    const Site& m_site;
};

/// Install a person at the core's side, reached by SIP over UDP and by media directly.
/// @param index of several on the same node. @param pCscf the number of the one that serves its caller
Party InstallCallee(const Experiment& experiment,
                    ns3::Ptr<ns3::Node> node,
                    unsigned index,
                    unsigned pCscf);

} // namespace imsfw::scenario
