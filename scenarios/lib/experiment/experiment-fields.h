// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Every field of an experiment once: where it stands in YAML, and the variable that it fills.
///
/// Reading and writing both walk this list, so a field that is added here (and described in the schema) is loaded, can
/// be set by hand, and is written down in every run folder.
#pragma once

#include <string>

namespace imsfw::scenario
{

/// Call @p visit(path, variable) for every field of a link.
template <typename AnyLink, typename Visitor>
void
ForEachLinkField(AnyLink& link, const char* name, Visitor&& visit)
{
    const std::string prefix = std::string("links.") + name;
    visit(prefix + ".rate", link.rate);
    visit(prefix + ".delay", link.delay);
    visit(prefix + ".loss", link.loss);
    visit(prefix + ".medium", link.medium);
    visit(prefix + ".rate_up", link.rateUp);
    visit(prefix + ".jitter", link.jitter);
    visit(prefix + ".reorder", link.reorder);
    visit(prefix + ".burst", link.burst);
    visit(prefix + ".loss_in_burst", link.lossInBurst);
    visit(prefix + ".queue", link.queue);
    visit(prefix + ".queue_size", link.queueSize);
    visit(prefix + ".cross_traffic", link.crossTraffic);
}

/// Call @p visit(path, variable) for every field of a node's CPU.
template <typename AnyCpu, typename Visitor>
void
ForEachCpuField(AnyCpu& cpu, const char* name, Visitor&& visit)
{
    const std::string prefix = std::string("cpu.") + name;
    visit(prefix + ".table", cpu.table);
    visit(prefix + ".cores", cpu.cores);
    visit(prefix + ".speed", cpu.speed);
}

/// Call @p visit(path, variable) for every field of @p e, in the order that people read them. The named transport is
/// not among them: it is a layer of its own, below the fields.
template <typename AnyExperiment, typename Visitor>
void
ForEachField(AnyExperiment& e, Visitor&& visit)
{
    visit("name", e.name);
    visit("title", e.title);
    visit("seed", e.seed);
    visit("run", e.run);
    visit("firewall.policy", e.firewall.policy);
    visit("firewall.clock_start", e.firewall.clockStart);
    visit("firewall.reboot_at", e.firewall.rebootAt);
    visit("ues.count", e.ues.count);
    visit("ues.firewalls", e.ues.firewalls);
    visit("ues.arrival", e.ues.arrival);
    visit("ues.over", e.ues.over);
    visit("callee.policy", e.callee.policy);
    ForEachLinkField(e.links.access, "access", visit);
    ForEachLinkField(e.links.dmz, "dmz", visit);
    ForEachLinkField(e.links.internet, "internet", visit);
    ForEachLinkField(e.links.core, "core", visit);
    visit("tcp.variant", e.tcp.variant);
    visit("tcp.initial_window", e.tcp.initialWindow);
    visit("tcp.delayed_ack", e.tcp.delayedAck);
    visit("tcp.delayed_ack_segments", e.tcp.delayedAckSegments);
    visit("tcp.nagle", e.tcp.nagle);
    visit("tcp.sack", e.tcp.sack);
    visit("tcp.min_rto", e.tcp.minRto);
    visit("tcp.connect_timeout", e.tcp.connectTimeout);
    visit("tcp.syn_retries", e.tcp.synRetries);
    visit("tcp.keep_alive", e.tcp.keepAlive);
    visit("tcp.keep_alive_time", e.tcp.keepAliveTime);
    visit("tcp.keep_alive_interval", e.tcp.keepAliveInterval);
    visit("tcp.keep_alive_probes", e.tcp.keepAliveProbes);
    visit("control.transport", e.control.transport);
    visit("control.port", e.control.port);
    visit("sip.authentication", e.sip.authentication);
    visit("sip.subscribers", e.sip.subscribers);
    visit("sip.password", e.sip.password);
    visit("sip.algorithms", e.sip.algorithms);
    visit("sip.qop", e.sip.qop);
    visit("sip.nonce_lifetime", e.sip.nonceLifetime);
    visit("sip.aka_out_of_step", e.sip.akaOutOfStep);
    visit("sip.security_agreement", e.sip.securityAgreement);
    visit("sip.timers", e.sip.timers);
    visit("sip.expires", e.sip.expires);
    visit("sip.max_expires", e.sip.maxExpires);
    visit("sip.keep_alive", e.sip.keepAlive);
    visit("sip.keep_alive_kind", e.sip.keepAliveKind);
    visit("sip.keep_alive_recommended", e.sip.keepAliveRecommended);
    visit("sip.flow_timer", e.sip.flowTimer);
    visit("sip.recover", e.sip.recover);
    visit("sip.recovery_base", e.sip.recoveryBase);
    visit("sip.recovery_max", e.sip.recoveryMax);
    visit("media.path", e.media.path);
    visit("media.transport", e.media.transport);
    visit("media.port", e.media.port);
    visit("media.codec", e.media.codec);
    visit("media.dtx", e.media.dtx);
    visit("media.talkspurt", e.media.talkspurt);
    visit("media.pause", e.media.pause);
    visit("media.playout", e.media.playout);
    visit("media.playout_delay", e.media.playoutDelay);
    visit("media.rtcp", e.media.rtcp);
    visit("media.srtp", e.media.srtp);
    visit("media.peer_latches", e.media.peerLatches);
    visit("media.video.enabled", e.media.video.enabled);
    visit("media.video.bit_rate", e.media.video.bitRate);
    visit("media.video.frame_rate", e.media.video.frameRate);
    visit("media.video.key_interval", e.media.video.keyInterval);
    visit("media.video.key_ratio", e.media.video.keyRatio);
    visit("media.video.variation", e.media.video.variation);
    visit("media.video.packet_size", e.media.video.packetSize);
    visit("media.video.payload_type", e.media.video.payloadType);
    visit("media.video.key_frame_requests", e.media.video.keyFrameRequests);
    visit("media.ice.profile", e.media.ice.profile);
    visit("media.ice.servers", e.media.ice.servers);
    visit("media.ice.stun", e.media.ice.stun);
    visit("media.ice.tcp", e.media.ice.tcp);
    visit("media.ice.lite", e.media.ice.lite);
    visit("media.ice.consent", e.media.ice.consent);
    visit("media.ice.ta", e.media.ice.ta);
    visit("media.ice.nomination_wait", e.media.ice.nominationWait);
    visit("media.ice.gather_wait", e.media.ice.gatherWait);
    visit("turn.lifetime", e.turn.lifetime);
    visit("turn.keep_alive", e.turn.keepAlive);
    visit("turn.nonce_lifetime", e.turn.nonceLifetime);
    visit("messages.enabled", e.messages.enabled);
    visit("messages.path", e.messages.path);
    visit("messages.setup", e.messages.setup);
    visit("messages.count", e.messages.count);
    visit("messages.size", e.messages.size);
    visit("messages.file", e.messages.file);
    visit("messages.interval", e.messages.interval);
    visit("messages.keep_alive", e.messages.keepAlive);
    visit("messages.chunk", e.messages.chunk);
    visit("messages.unanswered", e.messages.unanswered);
    visit("messages.success_reports", e.messages.successReports);
    visit("messages.failure_reports", e.messages.failureReports);
    visit("attempts.order", e.attempts.order);
    visit("attempts.transports", e.attempts.transports);
    visit("attempts.cap", e.attempts.cap);
    visit("attempts.stagger", e.attempts.stagger);
    visit("proxy.use", e.proxy.use);
    visit("proxy.user", e.proxy.user);
    visit("proxy.password", e.proxy.password);
    visit("proxy.select", e.proxy.select);
    visit("proxy.alpn_header", e.proxy.alpnHeader);
    visit("proxy.chained", e.proxy.chained);
    visit("proxy.via", e.proxy.via);
    visit("proxy.max_tunnels", e.proxy.maxTunnels);
    visit("proxy.closes_after_407", e.proxy.closesAfter407);
    visit("proxy.full_pages", e.proxy.fullPages);
    visit("dns.resolution", e.dns.resolution);
    visit("dns.delay", e.dns.delay);
    visit("dns.failure", e.dns.failure);
    visit("dns.timeout", e.dns.timeout);
    visit("dns.attempts", e.dns.attempts);
    visit("tls.suites", e.tls.suites);
    visit("tls.min_version", e.tls.minVersion);
    visit("tls.max_version", e.tls.maxVersion);
    visit("tls.trusts_interceptor", e.tls.trustsInterceptor);
    visit("tls.profile", e.tls.profile);
    visit("tls.groups", e.tls.groups);
    visit("tls.certificate", e.tls.certificate);
    visit("tls.intermediates", e.tls.intermediates);
    visit("tls.resumption", e.tls.resumption);
    visit("tls.known_servers", e.tls.knownServers);
    visit("tls.session_lifetime", e.tls.sessionLifetime);
    visit("tls.client_certificate", e.tls.clientCertificate);
    visit("tls.encrypt_then_mac", e.tls.encryptThenMac);
    visit("tls.record_size", e.tls.recordSize);
    visit("tls.sni", e.tls.sni);
    visit("tls.alpn", e.tls.alpn);
    visit("tls.hello_size", e.tls.helloSize);
    visit("servers.certificate", e.servers.certificate);
    visit("servers.private_key", e.servers.privateKey);
    visit("servers.trust_anchor", e.servers.trustAnchor);
    visit("servers.p_cscfs", e.servers.pCscfs);
    ForEachCpuField(e.cpu.ue, "ue", visit);
    ForEachCpuField(e.cpu.pCscf, "p_cscf", visit);
    ForEachCpuField(e.cpu.proxy, "proxy", visit);
    ForEachCpuField(e.cpu.turn, "turn", visit);
    ForEachCpuField(e.cpu.firewall, "firewall", visit);
    visit("call.enabled", e.call.enabled);
    visit("call.duration", e.call.duration);
    visit("call.answer_after", e.call.answerAfter);
    visit("call.refresh", e.call.refresh);
    visit("call.idle", e.call.idle);
    visit("limits.attempt", e.limits.attempt);
    visit("limits.simulated", e.limits.simulated);
    visit("evidence.phases", e.evidence.phases);
    visit("evidence.timeline", e.evidence.timeline);
    visit("evidence.couples", e.evidence.couples);
    visit("evidence.captures", e.evidence.captures);
    visit("evidence.key_log", e.evidence.keyLog);
}

} // namespace imsfw::scenario
