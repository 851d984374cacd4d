// SPDX-License-Identifier: GPL-2.0-only
#include "result-json.h"

#include "commit.h"
#include "event-json.h"
#include "fallback.h"
#include "media-json.h"

#include <nlohmann/json.hpp>
#include <openssl/crypto.h>

namespace imsfw::scenario
{

namespace
{

using Json = nlohmann::ordered_json;

double
Milliseconds(TimePoint time)
{
    return ToMilliseconds(time.time_since_epoch());
}

Json
ToJson(const PlaneResult& plane)
{
    Json json{{"verdict", ToString(plane.verdict)}};
    if (plane.decidedBy)
    {
        json["decided_by"] = ToJson(*plane.decidedBy);
    }
    return json;
}

/// Layers that carried nothing are left out.
Json
ToJson(const Traffic& traffic)
{
    Json layers = Json::object();
    for (std::size_t i = 0; i < LAYERS; ++i)
    {
        if (traffic.bytes[i] > 0)
        {
            layers[ToString(static_cast<Layer>(i))] = traffic.bytes[i];
        }
    }
    return {{"packets", traffic.packets}, {"bytes", traffic.Total()}, {"layers", layers}};
}

Json
ToJson(const Phase& phase)
{
    Json json{
        {"plane", phase.plane},
        {"transport", phase.transport},
        {"name", phase.name},
        {"parent", phase.parent ? Json(*phase.parent) : Json()},
        {"depth", phase.depth},
        {"start_ms", Milliseconds(phase.start)},
        {"end_ms", Milliseconds(phase.end)},
    };
    if (phase.traffic)
    {
        json["round_trips"] = phase.traffic->roundTrips;
        json["sent"] = ToJson(phase.traffic->sent);
        json["received"] = ToJson(phase.traffic->received);
    }
    if (phase.computed)
    {
        json["computed_ms"] = ToMilliseconds(*phase.computed);
    }
    return json;
}

Json
ToJson(const MediaPairEnd& end)
{
    return {
        {"type", end.type},
        {"transport", end.transport},
        {"via_web_proxy", end.viaProxy},
        {"address", end.address},
    };
}

Json
ToJson(const MediaPair& pair)
{
    return {
        {"kind", pair.kind},
        {"local", ToJson(pair.local)},
        {"remote", ToJson(pair.remote)},
    };
}

Json OptionalMilliseconds(const std::optional<Duration>& duration);

Json
ToJson(const MessageResult& messages)
{
    return {
        {"expected", messages.expected},
        {"whole", messages.whole},
        {"damaged", messages.damaged},
        {"bytes", messages.bytes},
        {"success_reports", messages.successReports},
        {"failures", messages.failures},
        {"first_ms", OptionalMilliseconds(messages.first)},
        {"last_ms", OptionalMilliseconds(messages.last)},
    };
}

Json
ToJson(const TlsResult& tls)
{
    return {
        {"plane", tls.plane},
        {"transport", tls.transport},
        {"version", tls.version},
        {"suite", tls.suite},
        {"null", tls.isNull},
        {"handshake_bytes_sent", tls.handshakeBytesSent},
        {"handshake_bytes_received", tls.handshakeBytesReceived},
        {"resumed", tls.isResumed},
        {"group", tls.group},
        {"alpn", tls.alpn},
        {"computed_ms", ToMilliseconds(tls.computed)},
    };
}

Json
ToJson(const CpuOperation& operation)
{
    return {
        {"name", operation.name},
        {"times", operation.times},
        {"bytes", operation.bytes},
        {"ms", ToMilliseconds(operation.time)},
    };
}

template <typename T>
Json ListOf(const std::vector<T>& items);

Json
ToJson(const CpuResult& cpu)
{
    return {
        {"node", cpu.node},
        {"table", cpu.table},
        {"cpu", cpu.model},
        {"cores", cpu.cores},
        {"speed", cpu.speed},
        {"jobs", cpu.jobs},
        {"busy_ms", ToMilliseconds(cpu.busy)},
        {"waited_ms", ToMilliseconds(cpu.waited)},
        {"longest_wait_ms", ToMilliseconds(cpu.longestWait)},
        {"utilisation", cpu.utilisation},
        {"operations", ListOf(cpu.operations)},
    };
}

Json
OptionalMilliseconds(const std::optional<Duration>& duration)
{
    return duration ? Json(ToMilliseconds(*duration)) : Json();
}

Json
ToJson(const UeResult& ue)
{
    return {
        {"name", ue.name},
        {"site", ue.site},
        {"started_ms", Milliseconds(ue.started)},
        {"planes",
         {{"control", ToJson(ue.control)},
          {"media_udp", ToJson(ue.mediaUdp)},
          {"media_tcp", ToJson(ue.mediaTcp)}}},
        {"registration_ms", OptionalMilliseconds(ue.registration)},
        {"call_setup_ms", OptionalMilliseconds(ue.callSetup)},
    };
}

Json
OptionalMilliseconds(const std::optional<TimePoint>& time)
{
    return time ? Json(Milliseconds(*time)) : Json();
}

Json
ToJson(const AttemptResult& attempt)
{
    Json json{
        {"plane", attempt.plane},
        {"transport", attempt.transport},
        {"via_web_proxy", attempt.viaProxy},
        {"outcome", attempt.outcome},
        {"started_ms", OptionalMilliseconds(attempt.started)},
        {"ended_ms", OptionalMilliseconds(attempt.ended)},
    };
    if (attempt.decidedBy)
    {
        json["decided_by"] = ToJson(*attempt.decidedBy);
    }
    return json;
}

Json
ToJson(const FlowFailureResult& failure)
{
    return {
        {"at_ms", Milliseconds(failure.at)},
        {"reason", failure.reason},
        {"detail", failure.detail},
        {"recovered_ms", OptionalMilliseconds(failure.recovered)},
    };
}

template <typename T>
Json
ListOf(const std::vector<T>& items)
{
    Json list = Json::array();
    for (const auto& item : items)
    {
        list.push_back(ToJson(item));
    }
    return list;
}

template <typename T>
Json
OptionalOf(const std::optional<T>& value)
{
    return value ? ToJson(*value) : Json();
}

} // namespace

std::string
ToString(Verdict verdict)
{
    switch (verdict)
    {
    case Verdict::PASS:
        return "pass";
    case Verdict::FAIL:
        return "fail";
    case Verdict::NOT_ATTEMPTED:
        return "not-attempted";
    }
    return {};
}

Provenance
MakeProvenance(const std::string& policyHash)
{
    return {COMMIT, policyHash, IMSFW_NS3_VERSION, OpenSSL_version(OPENSSL_VERSION_STRING)};
}

std::string
ToJson(const Experiment& experiment, const RunResult& result, const Provenance& provenance)
{
    const Json json{
        {"name", experiment.name},
        {"policy", experiment.firewall.policy},
        {"transport", experiment.transport},
        {"seed", experiment.seed},
        {"run", experiment.run},
        {"provenance",
         {
             {"commit", provenance.commit},
             {"policy_hash", provenance.policyHash},
             {"ns3", provenance.ns3},
             {"openssl", provenance.openssl},
         }},
        {"planes",
         {
             {"control", ToJson(result.control)},
             {"media_udp", ToJson(result.mediaUdp)},
             {"media_tcp", ToJson(result.mediaTcp)},
         }},
        {"via_web_proxy", result.viaProxy},
        {"registration_ms", OptionalMilliseconds(result.registration)},
        {"call_setup_ms", OptionalMilliseconds(result.callSetup)},
        {"attempts", ListOf(result.attempts)},
        {"fallback_ms",
         {{"control", OptionalMilliseconds(FallbackCost(result.attempts, "control"))},
          {"media", OptionalMilliseconds(FallbackCost(result.attempts, "media"))}}},
        {"phases", ListOf(result.phases)},
        {"media_pair", OptionalOf(result.mediaPair)},
        {"ice_legs", ListOf(result.iceLegs)},
        {"voice", {{"up", OptionalOf(result.voiceUp)}, {"down", OptionalOf(result.voiceDown)}}},
        {"video", {{"up", OptionalOf(result.videoUp)}, {"down", OptionalOf(result.videoDown)}}},
        {"messages",
         {{"up", OptionalOf(result.messagesUp)}, {"down", OptionalOf(result.messagesDown)}}},
        {"tls", ListOf(result.tls)},
        {"cpus", ListOf(result.cpus)},
        {"refusals", ListOf(result.refusals)},
        {"flow_failures", ListOf(result.flowFailures)},
        {"firewall_packets",
         {{"allowed", result.firewall.allowed}, {"refused", result.firewall.refused}}},
        {"ues", ListOf(result.ues)},
        {"simulated_ms", Milliseconds(result.simulatedEnd)},
        {"events", result.events},
        {"notes", result.notes},
    };
    return json.dump(2) + "\n";
}

} // namespace imsfw::scenario
