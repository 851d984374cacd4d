// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Listens to the trace sources of a run and keeps what its result needs.
#pragma once

#include "diagnosis.h"
#include "result.h"
#include "roles.h"

#include "ims-tls-session.h"

#include <memory>
#include <set>
#include <string>
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

    /// @return the first verdict of each flow, each change of it, every refusal.
    const std::vector<engine::VerdictEvent>&
    GetVerdicts() const
    {
        return m_verdicts;
    }

    /// @return the secrets of an intercepting proxy's own connections, in NSS key log format.
    const std::string&
    GetKeyLog() const
    {
        return m_keyLog;
    }

  private:
    void HandleKeyLog(const std::string& line);
    void HandleVerdict(const engine::VerdictEvent& verdict);
    void HandleProxyRefusal(const ns3::imsproxy::ProxyRefusal& refused);
    void HandleInterception(const ns3::imsproxy::ProxyRefusal& told);

    std::vector<engine::VerdictEvent> m_verdicts;
    std::vector<Refusal> m_refusals;
    std::string m_keyLog;
    std::set<FiveTuple> m_refusedFlows;
};

/// A TLS connection, and what it was made for.
struct RecordedSession
{
    std::string plane;
    std::string way;
    tls::SessionInfo info;
};

/// The TLS connections of one party.
class TlsRecorder
{
  public:
    explicit TlsRecorder(const Party& party);
    TlsRecorder(const TlsRecorder&) = delete;
    TlsRecorder& operator=(const TlsRecorder&) = delete;

    /// In the order of their handshakes' ends.
    const std::vector<RecordedSession>&
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
    /// Knows which socket factory it listens to.
    struct Tap
    {
        void HandleSession(const tls::SessionInfo& info, const Endpoint&, const Endpoint&);
        void HandleKeyLog(const std::string& line);

        TlsRecorder& recorder;
        std::string plane;
        std::string way;
    };

    void Listen(ns3::Ptr<ns3::imstls::TlsSocketFactory> factory,
                const std::string& plane,
                const std::string& way);

    std::vector<std::unique_ptr<Tap>> m_taps;
    std::vector<RecordedSession> m_sessions;
    std::string m_keyLog;
};

} // namespace imsfw::scenario
