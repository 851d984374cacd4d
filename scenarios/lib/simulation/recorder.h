// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Listens to the trace sources of a run and keeps what its result needs.
#pragma once

#include "diagnosis.h"
#include "result.h"
#include "roles.h"

#include "ims-tls-session.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace imsfw::scenario
{

/// What the firewall and the web proxy of one network refused.
class SiteRecorder
{
  public:
    explicit SiteRecorder(const SiteRoles& roles);
    SiteRecorder(const SiteRecorder&) = delete;
    SiteRecorder& operator=(const SiteRecorder&) = delete;

    const std::vector<Refusal>&
    GetRefusals() const
    {
        return m_refusals;
    }

  private:
    void HandleVerdict(const engine::VerdictEvent& verdict);
    void HandleProxyRefusal(const ns3::imsproxy::ProxyRefusal& refused);

    std::vector<Refusal> m_refusals;
    std::set<FiveTuple> m_refusedFlows;
};

/// The TLS connections of one party.
class TlsRecorder
{
  public:
    explicit TlsRecorder(const Party& party);
    TlsRecorder(const TlsRecorder&) = delete;
    TlsRecorder& operator=(const TlsRecorder&) = delete;

    /// Plane and connection, in the order of their handshakes' ends.
    const std::vector<std::pair<std::string, tls::SessionInfo>>&
    GetSessions() const
    {
        return m_sessions;
    }

    /// @return the secrets in NSS key log format.
    const std::string&
    GetKeyLog() const
    {
        return m_keyLog;
    }

  private:
    using Handler = void (TlsRecorder::*)(const tls::SessionInfo&,
                                          const Endpoint&,
                                          const Endpoint&);

    void Connect(ns3::Ptr<ns3::imstls::TlsSocketFactory> factory, Handler handler);
    void HandleControl(const tls::SessionInfo& info, const Endpoint&, const Endpoint&);
    void HandleMedia(const tls::SessionInfo& info, const Endpoint&, const Endpoint&);
    void HandleKeyLog(const std::string& line);

    std::vector<std::pair<std::string, tls::SessionInfo>> m_sessions;
    std::string m_keyLog;
};

} // namespace imsfw::scenario
