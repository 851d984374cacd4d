// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include "fallback.h"

#include "base/text.h"
#include "experiment-names.h"
#include "ice-leg-text.h"
#include "phase-report.h"

#include <algorithm>
#include <cstdio>

namespace imsfw::scenario
{

namespace
{

std::string
Format(const char* format, double value)
{
    char text[64];
    std::snprintf(text, sizeof(text), format, value);
    return text;
}

std::string
Milliseconds(Duration duration)
{
    return Format("%.3f ms", ToMilliseconds(duration));
}

std::string
Milliseconds(TimePoint time)
{
    return Milliseconds(time.time_since_epoch());
}

std::string
Padded(std::string text, std::size_t width)
{
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string
Coloured(const Paint& paint, Verdict verdict)
{
    const std::string word = ToString(verdict);
    switch (verdict)
    {
    case Verdict::PASS:
        return paint.Good(word);
    case Verdict::FAIL:
        return paint.Bad(word);
    case Verdict::NOT_ATTEMPTED:
        return paint.Dim(word);
    }
    return word;
}

void
PrintPlane(std::ostream& out, const Paint& paint, const char* name, const PlaneResult& plane)
{
    out << "  " << Padded(name, 14) << Coloured(paint, plane.verdict) << "\n";
    if (!plane.decidedBy)
    {
        return;
    }
    const DecidingEvent& event = *plane.decidedBy;
    out << "    decided at    " << Milliseconds(event.at) << " by " << paint.Strong(event.element);
    out << (event.rule.empty() ? "" : ", rule " + paint.Strong(event.rule)) << "\n";
    out << "    because       " << event.reason << (event.detail.empty() ? "" : ": " + event.detail)
        << "\n";
    if (!event.flow.empty())
    {
        out << "    packet        " << event.flow;
        out << (event.firstBytes.empty() ? "" : ", begins " + event.firstBytes) << "\n";
    }
}

void
PrintVoice(std::ostream& out, const char* name, const std::optional<VoiceResult>& voice)
{
    if (!voice)
    {
        return;
    }
    out << "  " << Padded(name, 14) << voice->received << " of " << voice->sent
        << " packets, delay mean " << Format("%.2f", voice->delayMeanMs) << " ms, p95 "
        << Format("%.2f", voice->delayP95Ms) << " ms, jitter " << Format("%.3f", voice->jitterMs)
        << " ms" << (voice->late > 0 ? ", " + std::to_string(voice->late) + " too late" : "")
        << (voice->mos ? ", MOS " + Format("%.2f", *voice->mos) : "") << "\n";
}

void
PrintVideo(std::ostream& out, const char* name, const std::optional<VideoResult>& video)
{
    if (!video)
    {
        return;
    }
    out << "  " << Padded(name, 14) << video->whole << " of " << video->frames << " frames whole, "
        << video->decodable << " of use, " << video->received << " of " << video->sent
        << " packets, delay mean " << Format("%.2f", video->delayMeanMs) << " ms, p95 "
        << Format("%.2f", video->delayP95Ms) << " ms\n";
}

/// What SRTP adds to each direction of a stream.
void
PrintSrtp(std::ostream& out, const char* name, const std::optional<SrtpResult>& srtp)
{
    if (srtp)
    {
        out << "  " << Padded(name, 14) << "SRTP: " << srtp->sent << " packets, "
            << srtp->plainBytes << " bytes became " << srtp->protectedBytes;
        if (srtp->protect + srtp->unprotect > Duration::zero())
        {
            out << ", " << Format("%.3f", ToMilliseconds(srtp->protect + srtp->unprotect))
                << " ms of CPU";
        }
        out << "\n";
    }
}

void
PrintTls(std::ostream& out, const std::vector<TlsResult>& connections)
{
    for (const auto& tls : connections)
    {
        out << "  " << Padded(tls.plane, 14) << tls.version << " " << tls.suite
            << (tls.isNull ? " (integrity only: readable on the wire)" : "")
            << (tls.isResumed ? ", resumed" : "") << ", handshake " << tls.handshakeBytesSent
            << " bytes sent, " << tls.handshakeBytesReceived << " received\n";
    }
}

void
PrintFlowFailures(std::ostream& out, const std::vector<FlowFailureResult>& failures)
{
    for (const auto& failure : failures)
    {
        out << "  flow failed   at " << Milliseconds(failure.at) << ": " << failure.reason << " ("
            << failure.detail << "), "
            << (failure.recovered
                    ? "registered again " + Milliseconds(*failure.recovered - failure.at) + " later"
                    : std::string("not registered again"))
            << "\n";
    }
}

void
PrintPairEnd(std::ostream& out, const char* name, const MediaPairEnd& end)
{
    out << "  " << Padded(name, 14) << end.type << " " << end.address << " over "
        << ToUpper(end.transport) << (end.viaProxy ? ", through the web proxy" : "") << "\n";
}

std::string
Describe(const Way& way)
{
    std::string text =
        way.control == ControlTransport::NONE
            ? "no SIP"
            : "SIP over " + ToUpper(ToString(way.control)) + " " + std::to_string(way.controlPort);
    if (way.path == MediaPathKind::DIRECT)
    {
        text += ", direct media";
    }
    if (way.path == MediaPathKind::RELAY)
    {
        text += ", TURN over " + ToUpper(ToString(way.media)) + " " + std::to_string(way.mediaPort);
    }
    if (way.path == MediaPathKind::ICE)
    {
        text += ", media by ICE";
    }
    return text;
}

std::string
Describe(const Experiment& e, bool viaProxy)
{
    const auto ways = e.Ways();
    if (ways.size() == 1)
    {
        return Describe(ways.front()) + (viaProxy ? ", by HTTP CONNECT through the web proxy" : "");
    }
    std::vector<std::string> names;
    for (const auto& way : ways)
    {
        names.push_back(way.name);
    }
    return "transports tried " +
           std::string(e.attempts.order == AttemptOrder::RACE ? "as a race: " : "in order: ") +
           Join(names, ", ");
}

void
PrintMessages(std::ostream& out,
              const std::string& direction,
              const std::optional<MessageResult>& messages)
{
    if (!messages)
    {
        return;
    }
    out << "  " << Padded(direction, 14) << messages->whole << " of " << messages->expected
        << " whole, " << messages->bytes << " bytes";
    if (messages->first && messages->last)
    {
        out << ", the first after " << Milliseconds(*messages->first) << ", the last after "
            << Milliseconds(*messages->last);
    }
    out << "\n";
}

void
PrintAttempts(std::ostream& out, const Paint& paint, const std::vector<AttemptResult>& attempts)
{
    out << "\nAttempts\n";
    for (const auto& attempt : attempts)
    {
        const bool hasFailed = attempt.outcome == "failed";
        out << "  " << Padded(attempt.plane + "/" + attempt.transport, 28);
        if (!attempt.started)
        {
            out << paint.Dim("not needed") << "\n";
            continue;
        }
        out << Padded(Milliseconds(*attempt.started), 15)
            << (hasFailed ? paint.Bad(attempt.outcome) : paint.Good(attempt.outcome));
        if (attempt.ended)
        {
            out << " after " << Milliseconds(*attempt.ended - *attempt.started);
        }
        if (attempt.decidedBy)
        {
            const auto& event = *attempt.decidedBy;
            out << ": " << event.element << (event.rule.empty() ? "" : " " + event.rule) << ", "
                << event.reason << (event.detail.empty() ? "" : " (" + event.detail + ")");
        }
        out << "\n";
    }
    for (const std::string plane : {"control", "media"})
    {
        const auto cost = FallbackCost(attempts, plane);
        if (cost && *cost > Duration(0))
        {
            out << "  " << Padded(plane + " fell back", 28) << "for " << Milliseconds(*cost)
                << " before what won began\n";
        }
    }
}

} // namespace

void
PrintReport(std::ostream& out, const Experiment& experiment, const RunResult& result, bool colour)
{
    const Paint paint(colour);
    out << paint.Strong(experiment.title.empty() ? experiment.name : experiment.title) << "\n";
    out << "firewall " << experiment.firewall.policy << "; "
        << Describe(experiment, result.viaProxy) << "\n\n";
    out << "Verdicts\n";
    PrintPlane(out, paint, "control", result.control);
    PrintPlane(out, paint, "media (UDP)", result.mediaUdp);
    if (experiment.HasMessages())
    {
        PrintPlane(out, paint, "media (TCP)", result.mediaTcp);
    }
    if (result.registration)
    {
        out << "\n  registration  " << Milliseconds(*result.registration) << "\n";
    }
    if (result.callSetup)
    {
        out << "  call set-up   " << Milliseconds(*result.callSetup)
            << " (media gathering included)\n";
    }
    PrintFlowFailures(out, result.flowFailures);
    if (experiment.Ways().size() > 1)
    {
        PrintAttempts(out, paint, result.attempts);
    }
    PrintWaterfall(out, result.phases);
    PrintLayers(out, result.phases);
    if (result.mediaUdp.verdict == Verdict::FAIL && !result.iceLegs.empty())
    {
        out << "\nWhat ICE tried\n";
        PrintIceLegs(out, result.iceLegs);
    }
    if (result.mediaPair)
    {
        out << "\nMedia pair (ICE): " << result.mediaPair->kind << "\n";
        PrintPairEnd(out, "UE", result.mediaPair->local);
        PrintPairEnd(out, "callee", result.mediaPair->remote);
    }
    if (!result.tls.empty())
    {
        out << "\nTLS\n";
        PrintTls(out, result.tls);
    }
    if (result.voiceUp || result.voiceDown)
    {
        out << "\nVoice (as its receiver measured it)\n";
        PrintVoice(out, "UE to callee", result.voiceUp);
        PrintVoice(out, "callee to UE", result.voiceDown);
        PrintSrtp(out, "UE to callee", result.voiceUp ? result.voiceUp->srtp : std::nullopt);
        PrintSrtp(out, "callee to UE", result.voiceDown ? result.voiceDown->srtp : std::nullopt);
    }
    if (result.videoUp || result.videoDown)
    {
        out << "\nVideo (as its receiver measured it)\n";
        PrintVideo(out, "UE to callee", result.videoUp);
        PrintVideo(out, "callee to UE", result.videoDown);
    }
    if (result.messagesUp || result.messagesDown)
    {
        out << "\nMessages (as their receiver saw them)\n";
        PrintMessages(out, "UE to callee", result.messagesUp);
        PrintMessages(out, "callee to UE", result.messagesDown);
    }
    out << "\nFirewall: " << result.firewall.allowed << " packets allowed, "
        << result.firewall.refused << " refused\n";
    for (const auto& note : result.notes)
    {
        out << "Note: " << note << "\n";
    }
}

std::string
Paint::With(const char* code, const std::string& text) const
{
    return m_enabled ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
}

std::string
Paint::Good(const std::string& text) const
{
    return With("32", text);
}

std::string
Paint::Bad(const std::string& text) const
{
    return With("31", text);
}

std::string
Paint::Dim(const std::string& text) const
{
    return With("2", text);
}

std::string
Paint::Strong(const std::string& text) const
{
    return With("1", text);
}

} // namespace imsfw::scenario
