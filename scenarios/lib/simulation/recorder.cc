// SPDX-License-Identifier: GPL-2.0-only
#include "recorder.h"

#include "base/text.h"

#include "ns3/callback.h"

namespace imsfw::scenario
{

SiteRecorder::SiteRecorder(const SiteRoles& roles)
{
    roles.firewall->TraceConnectWithoutContext(
        "Verdict", ns3::MakeCallback(&SiteRecorder::HandleVerdict, this));
    if (roles.webProxy)
    {
        roles.webProxy->TraceConnectWithoutContext(
            "Refused", ns3::MakeCallback(&SiteRecorder::HandleProxyRefusal, this));
    }
}

void
SiteRecorder::HandleVerdict(const engine::VerdictEvent& verdict)
{
    // The first refusal of a flow tells all; its retransmissions would only fill the list.
    if (verdict.action == engine::Action::ALLOW || !m_refusedFlows.insert(verdict.flow).second)
    {
        return;
    }
    Refusal refusal;
    refusal.flow = verdict.flow;
    refusal.event = {"nimsfw",
                     verdict.ruleId,
                     engine::ToString(verdict.reason),
                     engine::ToString(verdict.action),
                     verdict.flow.ToString(),
                     ToHex(verdict.firstBytes),
                     verdict.at};
    m_refusals.push_back(std::move(refusal));
}

void
SiteRecorder::HandleProxyRefusal(const ns3::imsproxy::ProxyRefusal& refused)
{
    Refusal refusal;
    refusal.flow = {
        IpProtocol::TCP, refused.client, Endpoint::Parse(refused.target).value_or(Endpoint{})};
    refusal.event = {"web-proxy",
                     refused.id,
                     refused.reason,
                     refused.target,
                     refusal.flow.ToString(),
                     "",
                     refused.at};
    m_refusals.push_back(std::move(refusal));
}

TlsRecorder::TlsRecorder(const Party& party)
{
    Connect(party.controlTls, &TlsRecorder::HandleControl);
    Connect(party.mediaTls, &TlsRecorder::HandleMedia);
}

void
TlsRecorder::Connect(ns3::Ptr<ns3::imstls::TlsSocketFactory> factory, Handler handler)
{
    if (factory)
    {
        factory->TraceConnectWithoutContext("HandshakeDone", ns3::MakeCallback(handler, this));
        factory->TraceConnectWithoutContext("KeyLog",
                                            ns3::MakeCallback(&TlsRecorder::HandleKeyLog, this));
    }
}

void
TlsRecorder::HandleControl(const tls::SessionInfo& info, const Endpoint&, const Endpoint&)
{
    m_sessions.emplace_back("control", info);
}

void
TlsRecorder::HandleMedia(const tls::SessionInfo& info, const Endpoint&, const Endpoint&)
{
    m_sessions.emplace_back("media", info);
}

void
TlsRecorder::HandleKeyLog(const std::string& line)
{
    m_keyLog += line + "\n";
}

} // namespace imsfw::scenario
