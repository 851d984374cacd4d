// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Nodes, links, addresses and routes of one experiment; no roles yet (see roles.h).
///
///     UEs -- firewall (and web proxy) --+
///     UEs -- firewall (and web proxy) --+-- internet -- P-CSCFs, TURN server, callee
#pragma once

#include "address-plan.h"
#include "experiment.h"

#include "ims-access-wifi.h"

#include "ns3/net-device-container.h"
#include "ns3/node.h"
#include "ns3/ptr.h"

#include <string>
#include <vector>

namespace imsfw::scenario
{

/// A link with the name that its capture file gets.
struct NamedLink
{
    std::string name;
    ns3::NetDeviceContainer devices; ///< the first is the end that a capture is taken at
};

/// A network behind a firewall.
struct Site
{
    std::string name; ///< in front of its links' names; empty for the first one
    unsigned number{0};
    ns3::Ptr<ns3::Node> firewall;
    ns3::Ptr<ns3::Node> webProxy; ///< null where the network has none
    ns3::Ptr<ns3::Node>
        secondProxy; ///< that the first one goes through; null where it reaches servers itself
    std::vector<ns3::Ptr<ns3::Node>> ues;
};

/// What a network is to have.
struct SitePlan
{
    std::string name;
    unsigned ues{1};
    bool hasWebProxy{false}; ///< on a leg of its own
    unsigned externalAddresses{1};
};

class Topology
{
  public:
    Topology(const Experiment& experiment, const std::vector<SitePlan>& plans);

    ns3::Ptr<ns3::Node> internet;
    std::vector<ns3::Ptr<ns3::Node>> pCscfs;
    ns3::Ptr<ns3::Node> turnServer;
    ns3::Ptr<ns3::Node> callee; ///< at the core's side
    std::vector<Site> sites;

    std::vector<NamedLink> links;

    /// @return the number of @p node's IP interface that has @p address. @pre there is one
    static uint32_t InterfaceOf(ns3::Ptr<ns3::Node> node, const std::string& address);

    /// @return how long the network needs until hosts can use it: 0 unless some of it is Wi-Fi.
    ns3::Time GetSettleTime() const;

    /// Write one pcap file for each link into @p directory.
    void Capture(const std::string& directory) const;

  private:
    ns3::Ptr<ns3::Node> MakeServer(const std::string& name, const addresses::Pair& pair);
    void MakeSite(const SitePlan& plan);
    void MakeProxies(Site& site, const std::string& prefix);
    void Connect(const std::string& name,
                 const Link& link,
                 ns3::Ptr<ns3::Node> host,
                 ns3::Ptr<ns3::Node> router,
                 const addresses::Pair& pair);

    const Experiment& m_experiment;
    ns3::imsaccess::WifiMedium m_wifi;
};

} // namespace imsfw::scenario
