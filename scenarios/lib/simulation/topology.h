// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Nodes, links, addresses and routes of one experiment; no roles yet (see roles.h).
#pragma once

#include "experiment.h"

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

class Topology
{
  public:
    /// @param withProxy whether the firewalled network has a web proxy on a leg of its own
    Topology(const Experiment& experiment, bool withProxy);

    ns3::Ptr<ns3::Node> ue;
    ns3::Ptr<ns3::Node> firewall;
    ns3::Ptr<ns3::Node> webProxy; ///< null where the network has none
    ns3::Ptr<ns3::Node> internet;
    ns3::Ptr<ns3::Node> pCscf;
    ns3::Ptr<ns3::Node> turnServer;
    ns3::Ptr<ns3::Node> callee;

    std::vector<NamedLink> links;

    /// @return the number of @p node's IP interface that has @p address. @pre there is one
    static uint32_t InterfaceOf(ns3::Ptr<ns3::Node> node, const std::string& address);

    /// Write one pcap file for each link into @p directory.
    void Capture(const std::string& directory) const;

  private:
    static ns3::Ptr<ns3::Node> MakeNode();
    void Connect(const std::string& name,
                 const Link& link,
                 ns3::Ptr<ns3::Node> first,
                 const std::string& firstAddress,
                 ns3::Ptr<ns3::Node> second,
                 const std::string& secondAddress);
};

/// TCP as today's Linux has it where ns-3's own defaults differ (segment size, initial window, time-outs), checksums
/// on. Sets ns-3's global defaults: call it before the nodes are made.
void ApplyHostDefaults();

} // namespace imsfw::scenario
