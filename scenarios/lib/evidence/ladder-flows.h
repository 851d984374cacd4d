// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Tells one couple's flows from others' on links that many share: behind a NAT, an address says nothing.
///
/// A flow is a couple's where bytes of its own hosts' captures go by, where SIP names one of the two, or where such SIP (its
/// SDP) names an end of it. Left out: what nobody readable announced, as media that is relayed by addresses agreed on within TLS.
#pragma once

#include "base/address.h"
#include "base/bytes.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace imsfw::scenario
{

class CoupleFlows
{
  public:
    /// A host of the couple: all flows with it are the couple's.
    void AddHost(const IpAddress& address);
    /// How SIP names one of the two.
    void AddUri(const std::string& uri);
    /// @param payload of a packet of its own hosts
    void AddOwn(ByteView payload);
    /// @param payload of a packet on a link that others use too. It outlives this.
    void AddShared(const std::string& link, const FiveTuple& flow, ByteView payload);
    /// After all was added.
    void Decide();

    bool IsOwn(const std::string& link, const FiveTuple& flow) const;

  private:
    struct Flow
    {
        FiveTuple tuple;
        std::vector<ByteView> payloads;
        bool isOwn{false};
    };

    bool IsWithHost(const FiveTuple& tuple) const;
    bool CarriesOwnBytes(const Flow& flow) const;
    bool NamesTheCouple(const Flow& flow) const;
    bool IsAnnounced(const FiveTuple& tuple) const;

    std::vector<IpAddress> m_hosts;
    std::vector<std::string> m_uris;
    std::set<std::string> m_payloads;
    std::vector<std::string> m_texts; ///< SIP of the couple's own flows
    std::map<std::string, Flow> m_flows;
};

} // namespace imsfw::scenario
