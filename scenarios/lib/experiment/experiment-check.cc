// SPDX-License-Identifier: GPL-2.0-only
#include "experiment-check.h"

#include "base/text.h"
#include "cpu-tables.h"
#include "data-files.h"
#include "engine/policy/policy-loader.h"
#include "experiment-findings.h"
#include "experiment-media-check.h"
#include "experiment-names.h"
#include "experiment-yaml.h"
#include "ims-tls-pki.h"
#include "proxy-selection.h"
#include "subscribers.h"
#include "tls-settings.h"

#include <algorithm>
#include <optional>
#include <set>

namespace imsfw::scenario
{

namespace
{

/// The last octets of 10.1.0.0/16 in /30s (scenarios/lib/simulation/address-plan.h).
constexpr unsigned MAX_UES_BEHIND_A_FIREWALL = 16384;

bool
IsSet(const std::vector<Document>& layers, const char* section)
{
    for (const auto& layer : layers)
    {
        const YAML::Node root = layer.root;
        if (root[section])
        {
            return true;
        }
    }
    return false;
}

void
CheckPlanes(const Experiment& e, Findings& findings)
{
    if (!e.HasControl() && !e.HasMedia() && !e.HasMessages())
    {
        findings.Add(
            "control",
            "transport",
            "\"none\", and there is no media either (media.path, call.enabled): nothing to "
            "measure");
    }
}

void
CheckMessages(const Experiment& e, const std::vector<Document>& layers, Findings& findings)
{
    if (!e.messages.enabled)
    {
        if (IsSet(layers, "messages") && !IsDefaultSection(e, "messages"))
        {
            findings.Add("messages", "", "are not written: set messages.enabled to true");
        }
        return;
    }
    if (!e.call.enabled)
    {
        findings.Add(
            "messages", "enabled", "true, but there is no call to write in (call.enabled)");
    }
    else if (!e.HasMedia() && e.messages.path == MessagePath::AS_MEDIA)
    {
        findings.Add("messages",
                     "path",
                     "\"as-media\", but there is no media (media.path); set it to direct or relay");
    }
    if (e.messages.count == 0 && e.messages.file == 0)
    {
        findings.Add("messages", "count", "0, and there is no file either: nothing to write");
    }
}

void
CheckAttempts(const Experiment& e, Findings& findings)
{
    if (e.attempts.order == AttemptOrder::FIXED && !e.attempts.transports.empty())
    {
        findings.Add(
            "attempts",
            "transports",
            "are not tried: attempts.order is \"fixed\"; set it to ordered or race, or name "
            "one transport");
    }
    if (e.attempts.order != AttemptOrder::FIXED && e.attempts.transports.empty())
    {
        findings.Add("attempts", "order", "needs attempts.transports: the named transports to try");
    }
}

void
CheckTls(const Experiment& e, const std::vector<Document>& layers, Findings& findings)
{
    if (IsSet(layers, "tls") && !e.UsesTls() && !IsDefaultSection(e, "tls"))
    {
        findings.Add("tls",
                     "",
                     "neither control nor media goes over TLS; take this section out, or set their "
                     "transport to tls");
        return;
    }
    if (const auto problem = FindTlsProblem(e))
    {
        findings.Add("tls", problem->first.c_str(), problem->second);
    }
    const bool hasOwn = !e.servers.certificate.empty();
    if (hasOwn && (e.tls.certificate != CertificateKind::RSA_2048 || e.tls.intermediates > 0))
    {
        findings.Add("servers",
                     "certificate",
                     "is what the servers show, so tls.certificate and tls.intermediates decide "
                     "nothing; take either out");
    }
}

void
CheckSelection(const Experiment& e, Findings& findings)
{
    for (const auto& rule : e.proxy.select)
    {
        if (!ParseProxyRule(rule))
        {
            findings.Add("proxy",
                         "select",
                         "\"" + rule +
                             "\" has an address that is none; write PROXY ADDRESS:PORT, "
                             "for example PROXY 10.3.0.2:3128");
        }
    }
    if (e.attempts.order == AttemptOrder::RACE && MostChoices(e.proxy.select) > 1)
    {
        findings.Add("proxy",
                     "select",
                     "the choices of a rule are tried one after the other, but attempts.order is "
                     "\"race\"; set that to ordered, or leave each rule one choice");
    }
}

void
CheckProxy(const Experiment& e, const engine::Policy& policy, Findings& findings)
{
    if (e.proxy.chained && !policy.proxy)
    {
        findings.Add("proxy",
                     "chained",
                     "there is no first web proxy: policy \"" + policy.id + "\" configures none");
    }
    if (e.proxy.alpnHeader && e.tls.alpn.empty())
    {
        findings.Add("proxy", "alpn_header", "has nothing to say: tls.alpn is empty");
    }
    CheckSelection(e, findings);
    if (e.proxy.use != ProxyUse::ALWAYS || e.attempts.order != AttemptOrder::FIXED)
    {
        return;
    }
    if (!policy.proxy)
    {
        findings.Add(
            "proxy",
            "use",
            "\"always\", but policy \"" + policy.id +
                "\" configures no web proxy; use if-configured, or a policy with a proxy section");
    }
    if (e.control.transport == ControlTransport::UDP)
    {
        findings.Add("control",
                     "transport",
                     "\"udp\" cannot go through a web proxy: CONNECT carries TCP only");
    }
    if (e.media.path == MediaPathKind::DIRECT ||
        (e.media.path == MediaPathKind::RELAY && IsOverUdp(e.media.transport)))
    {
        findings.Add("media",
                     "transport",
                     "UDP media cannot go through a web proxy: CONNECT carries TCP only");
    }
}

/// The TURN server has one UDP port for one of the two.
void
CheckDtls(const Experiment& e, Findings& findings)
{
    std::set<uint16_t> plain;
    std::set<uint16_t> secure;
    for (const auto& way : e.Ways())
    {
        for (const auto& server : way.MediaServers())
        {
            if (IsOverUdp(server.transport))
            {
                (server.transport == MediaTransport::UDP ? plain : secure).insert(server.port);
            }
        }
    }
    // One path alone, other than ICE, has one server.
    const bool isFixed = e.attempts.order == AttemptOrder::FIXED;
    for (const uint16_t port : secure)
    {
        if (plain.count(port) != 0)
        {
            findings.Add(isFixed ? "media" : "attempts",
                         isFixed ? "ice" : "transports",
                         "the TURN server cannot have UDP and DTLS at UDP port " +
                             std::to_string(port) + " both; give one of them another port");
        }
    }
}

/// @return the policy; nothing, and what is wrong among the findings, where it cannot be used.
std::optional<engine::Policy>
CheckPolicy(const char* section,
            const std::string& name,
            const std::vector<Document>& layers,
            Findings& findings)
{
    auto policy = engine::LoadPolicy(name, PolicyDirectory());
    if (policy)
    {
        return *policy;
    }
    const auto& errors = policy.Error();
    // A policy file's own errors point into that file; a name that leads nowhere is this experiment's error.
    if (IsSet(layers, section) && errors.size() == 1 && errors.front().line == 0)
    {
        findings.Add(section, "policy", errors.front().message);
        return std::nullopt;
    }
    findings.Add(errors);
    return std::nullopt;
}

void
CheckFirewall(const Experiment& e, const std::vector<Document>& layers, Findings& findings)
{
    if (const auto policy = CheckPolicy("firewall", e.firewall.policy, layers, findings))
    {
        CheckProxy(e, *policy, findings);
    }
    if (const auto start = engine::ParseWeekTime(e.firewall.clockStart); !start)
    {
        findings.Add("firewall", "clock_start", start.Error());
    }
    if (!e.callee.policy.empty())
    {
        CheckPolicy("callee", e.callee.policy, layers, findings);
    }
}

void
CheckPopulation(const Experiment& e, Findings& findings)
{
    if (e.ues.firewalls > e.ues.count)
    {
        findings.Add("ues",
                     "firewalls",
                     std::to_string(e.ues.firewalls) + " networks for " +
                         std::to_string(e.ues.count) +
                         " UEs: some would be empty; raise ues.count or lower this");
    }
    if (e.ues.count / e.ues.firewalls >= MAX_UES_BEHIND_A_FIREWALL)
    {
        findings.Add("ues",
                     "count",
                     "more than " + std::to_string(MAX_UES_BEHIND_A_FIREWALL) +
                         " UEs behind one firewall; raise ues.firewalls");
    }
    if (e.ues.arrival != Arrival::AT_ONCE && e.ues.over == Duration(0))
    {
        findings.Add("ues", "arrival", "needs ues.over: the time in which the UEs arrive");
    }
    if (!e.callee.policy.empty() && !e.call.enabled)
    {
        findings.Add("callee", "policy", "call.enabled is false, so nobody is called");
    }
}

void
CheckSip(const Experiment& e, Findings& findings)
{
    const auto ways = e.Ways();
    const bool isTlsAlone =
        std::all_of(ways.begin(),
                    ways.end(),
                    [](const Way& way) { return way.control == ControlTransport::TLS; });
    if (e.sip.securityAgreement && !isTlsAlone)
    {
        findings.Add(
            "sip", "security_agreement", "is one on TLS, but control does not always go over TLS");
    }
    if (e.sip.akaOutOfStep && e.sip.authentication != SipAuthentication::AKA)
    {
        findings.Add("sip", "aka_out_of_step", "needs sip.authentication aka");
    }
    if (const auto problem = SubscribersProblem(e))
    {
        findings.Add("sip", "subscribers", *problem);
    }
    if (!e.sip.password.empty() && e.sip.authentication != SipAuthentication::DIGEST)
    {
        findings.Add("sip", "password", "is for sip.authentication digest");
    }
    if (e.sip.recoveryMax < e.sip.recoveryBase)
    {
        findings.Add("sip", "recovery_max", "is less than sip.recovery_base");
    }
    if (e.sip.expires < std::chrono::seconds(1) || e.sip.maxExpires < std::chrono::seconds(1))
    {
        findings.Add("sip",
                     e.sip.expires < std::chrono::seconds(1) ? "expires" : "max_expires",
                     "a registration lasts at least 1s");
    }
    if (e.call.idle > Duration(0) && !e.HasControl())
    {
        findings.Add("call", "idle", "nothing is kept alive: there is no SIP");
    }
    if (e.call.idle >= e.limits.simulated)
    {
        findings.Add("call", "idle", "is not over before limits.simulated; raise that");
    }
}

void
CheckServers(const Experiment& e, Findings& findings)
{
    if (e.servers.certificate.empty() != e.servers.privateKey.empty())
    {
        findings.Add("servers",
                     e.servers.certificate.empty() ? "private_key" : "certificate",
                     "certificate and private_key are needed together");
        return;
    }
    if (e.servers.certificate.empty())
    {
        return;
    }
    const auto loaded = tls::LoadPem(e.servers.certificate, e.servers.privateKey);
    if (!loaded)
    {
        findings.Add("servers", "certificate", loaded.Error());
    }
    if (e.servers.trustAnchor.empty())
    {
        findings.Add(
            "servers", "certificate", "needs trust_anchor too: the UE must know whom to trust");
    }
}

void
CheckLink(const Link& link, const char* name, Findings& findings)
{
    if (link.burst > 1 && link.loss >= link.lossInBurst)
    {
        findings.AddBelow("links",
                          name,
                          "loss",
                          "in bursts, less is lost in all than in a burst; lower it, or raise "
                          "loss_in_burst");
    }
    if (link.burst == 1 && link.lossInBurst != 1)
    {
        findings.AddBelow("links",
                          name,
                          "loss_in_burst",
                          "there are no bursts; set burst to the packets that one lasts");
    }
    if (link.reorder && link.jitter == Duration(0))
    {
        findings.AddBelow("links", name, "reorder", "without jitter, no packet overtakes another");
    }
}

void
CheckLinks(const Experiment& e, Findings& findings)
{
    const std::pair<const char*, const Link*> links[] = {{"access", &e.links.access},
                                                         {"dmz", &e.links.dmz},
                                                         {"internet", &e.links.internet},
                                                         {"core", &e.links.core}};
    for (const auto& [name, link] : links)
    {
        CheckLink(*link, name, findings);
        if (link->medium == LinkMedium::WIFI && link != &e.links.access)
        {
            findings.AddBelow("links", name, "medium", "only links.access can be wifi");
        }
    }
    if (e.links.internet.crossTraffic > 0)
    {
        findings.AddBelow("links",
                          "internet",
                          "cross_traffic",
                          "would end at the firewall, which judges it; load links.access or "
                          "links.core");
    }
}

void
CheckCpu(const CpuChoice& cpu, const char* node, Findings& findings)
{
    if (cpu.IsNone())
    {
        if (cpu.cores != 0 || cpu.speed != 1)
        {
            findings.AddBelow("cpu",
                              node,
                              cpu.cores != 0 ? "cores" : "speed",
                              "of no CPU: name its table too, for example table: server");
        }
        return;
    }
    const auto table = LoadCpuTable(cpu.table);
    if (table)
    {
        return;
    }
    if (table.Error().size() == 1 && table.Error().front().line == 0)
    {
        findings.AddBelow("cpu", node, "table", table.Error().front().message);
        return;
    }
    findings.Add(table.Error());
}

} // namespace

std::vector<Diagnostic>
CheckExperiment(const Experiment& experiment, const std::vector<Document>& layers)
{
    Findings findings(layers);
    CheckPlanes(experiment, findings);
    CheckMessages(experiment, layers, findings);
    CheckAttempts(experiment, findings);
    CheckTls(experiment, layers, findings);
    CheckFirewall(experiment, layers, findings);
    CheckPopulation(experiment, findings);
    CheckSip(experiment, findings);
    CheckServers(experiment, findings);
    CheckLinks(experiment, findings);
    CheckCpu(experiment.cpu.ue, "ue", findings);
    CheckCpu(experiment.cpu.pCscf, "p_cscf", findings);
    CheckCpu(experiment.cpu.proxy, "proxy", findings);
    CheckCpu(experiment.cpu.turn, "turn", findings);
    CheckCpu(experiment.cpu.firewall, "firewall", findings);
    CheckVideo(experiment, findings);
    CheckIce(experiment, findings);
    CheckDtls(experiment, findings);
    return findings.Take();
}

} // namespace imsfw::scenario
