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
        roles.webProxy->TraceConnectWithoutContext(
            "Intercepted", ns3::MakeCallback(&SiteRecorder::HandleInterception, this));
        roles.webProxy->TraceConnectWithoutContext(
            "KeyLog", ns3::MakeCallback(&SiteRecorder::HandleKeyLog, this));
    }
}

void
SiteRecorder::HandleKeyLog(const std::string& line)
{
    m_keyLog += line + "\n";
}

void
SiteRecorder::HandleVerdict(const engine::VerdictEvent& verdict)
{
    m_verdicts.push_back(verdict);
    // The first refusal of a flow tells all; its retransmissions would only fill the list.
    if (verdict.action == engine::Action::ALLOW || !m_refusedFlows.insert(verdict.flow).second)
    {
        return;
    }
    Refusal refusal;
    refusal.flow = verdict.flow;
    refusal.event = {verdict.stage == 0 ? NIMSFW : NIMSFW_FURTHER_OUT,
                     verdict.ruleId,
                     engine::ToString(verdict.reason),
                     engine::ToString(verdict.action),
                     verdict.flow.ToString(),
                     ToHex(verdict.firstBytes),
                     verdict.at};
    m_refusals.push_back(std::move(refusal));
}

void
SiteRecorder::HandleInterception(const ns3::imsproxy::ProxyRefusal& told)
{
    HandleProxyRefusal(told);
    m_refusals.back().isInterception = true;
}

void
SiteRecorder::HandleProxyRefusal(const ns3::imsproxy::ProxyRefusal& refused)
{
    Refusal refusal;
    refusal.isByProxy = true;
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
    for (const auto& end : party.controls)
    {
        Listen(end.tls, "control", end.way.name);
    }
    for (const auto& end : party.medias)
    {
        Listen(end.tls, "media", end.way.name);
        Listen(end.dtls, "media", end.way.name);
    }
    for (const auto& end : party.messages)
    {
        Listen(end.tls, "messages", end.way.name);
    }
}

void
TlsRecorder::Listen(ns3::Ptr<ns3::imstls::TlsSocketFactory> factory,
                    const std::string& plane,
                    const std::string& way)
{
    if (!factory)
    {
        return;
    }
    m_taps.push_back(std::make_unique<Tap>(Tap{*this, plane, way}));
    Tap* tap = m_taps.back().get();
    factory->TraceConnectWithoutContext("HandshakeDone",
                                        ns3::MakeCallback(&Tap::HandleSession, tap));
    factory->TraceConnectWithoutContext("KeyLog", ns3::MakeCallback(&Tap::HandleKeyLog, tap));
}

void
TlsRecorder::Tap::HandleSession(const tls::SessionInfo& info, const Endpoint&, const Endpoint&)
{
    recorder.m_sessions.push_back({plane, way, info});
}

void
TlsRecorder::Tap::HandleKeyLog(const std::string& line)
{
    recorder.m_keyLog += line + "\n";
}

} // namespace imsfw::scenario
