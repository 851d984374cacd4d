// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Installs the roles of an experiment on the nodes of its topology: who listens where, who reaches what by which way.
#pragma once

#include "base/random.h"
#include "base/result.h"
#include "call-flow.h"
#include "engine/policy-loader.h"
#include "experiment.h"
#include "topology.h"

#include "ims-firewall-router.h"
#include "ims-tls-socket-factory.h"
#include "ims-web-proxy-application.h"

#include <memory>
#include <string>

namespace imsfw::scenario
{

/// All that was installed, for the run to watch.
struct Roles
{
    Party ue;
    Party callee;
    ns3::Ptr<ns3::imsfirewall::FirewallRouter> firewall;
    ns3::Ptr<ns3::imsproxy::WebProxyApplication> webProxy; ///< null where the network has none
    ns3::Ptr<ns3::imstls::TlsSocketFactory> controlTls;    ///< the UE's, null without TLS
    ns3::Ptr<ns3::imstls::TlsSocketFactory> mediaTls;      ///< the UE's, null without TLS
    Endpoint controlServer;                                ///< P-CSCF as the UE addresses it
    Endpoint mediaServer;                                  ///< TURN or STUN server
    bool viaProxy{false};
};

class RoleInstaller
{
  public:
    RoleInstaller(const Experiment& experiment,
                  const engine::Policy& policy,
                  const Topology& topology);

    /// @return an error where certificates or suites cannot be used.
    Result<Roles, std::string> Install();

  private:
    using FactoryPtr = ns3::Ptr<ns3::SocketFactory>;

    std::string MakeTlsContexts();
    void InstallFirewall(Roles& roles);
    void InstallProxy(Roles& roles);
    void InstallPCscf(Roles& roles);
    void InstallTurnServer(Roles& roles);
    void InstallUe(Roles& roles);
    void InstallCallee(Roles& roles);
    void InstallMedia(Roles& roles);

    std::shared_ptr<RandomSource> Stream(const std::string& name) const;
    static FactoryPtr TcpOf(ns3::Ptr<ns3::Node> node);
    FactoryPtr ServerTls(ns3::Ptr<ns3::Node> node, const std::string& name) const;
    /// The UE's way to a server: TCP, or a CONNECT tunnel over TCP.
    FactoryPtr WayOut(const std::string& plane) const;
    ns3::Ptr<ns3::imstls::TlsSocketFactory> ClientTls(const std::string& plane) const;

    const Experiment& m_experiment;
    const engine::Policy& m_policy;
    const Topology& m_topology;
    bool m_viaProxy;
    std::shared_ptr<const tls::Context> m_client;
    std::shared_ptr<const tls::Context> m_pCscf;
    std::shared_ptr<const tls::Context> m_turn;
};

} // namespace imsfw::scenario
