// SPDX-License-Identifier: GPL-2.0-only
#include "classify/probe-recogniser.h"

#include <algorithm>
#include <array>

namespace imsfw::classify
{

namespace
{

constexpr uint16_t TLS_1_2 = 0x0303;
constexpr std::string_view NULL_CIPHER = "tls-null-cipher";
constexpr std::string_view OBSOLETE_VERSION = "tls-obsolete-version";
constexpr std::string_view MISSING_SNI = "tls-missing-sni";
constexpr std::string_view MALFORMED = "malformed-packet";
constexpr std::string_view HTTP_CONNECT = "http-connect";

/// Of several things in one flow, the one that is named: what carries the others comes first.
constexpr std::array<Application, 10> ORDER{Application::TLS,
                                            Application::HTTP,
                                            Application::SIP,
                                            Application::MSRP,
                                            Application::STUN,
                                            Application::TURN_CHANNEL,
                                            Application::DTLS,
                                            Application::DNS,
                                            Application::RTCP,
                                            Application::RTP};

std::string
NameFirst(ApplicationSet set)
{
    const auto first = std::find_if(
        ORDER.begin(), ORDER.end(), [set](Application candidate) { return set.Has(candidate); });
    return first == ORDER.end() ? std::string() : ToString(*first);
}

/// @return the outermost thing on the flow. Of an HTTP connection the first request tells.
std::string
NameOutermost(const Findings& findings)
{
    const bool isConnect = findings.httpRequest && findings.httpRequest->method == "CONNECT";
    return isConnect ? std::string(HTTP_CONNECT) : NameFirst(findings.content);
}

/// @return what is carried, as far as it was recognised.
std::string
NameInside(const Findings& findings)
{
    if (!findings.connectTunnel && !(findings.tls && findings.tls->nullSuite))
    {
        return {};
    }
    for (const Application candidate : ORDER)
    {
        const bool isCarrier = candidate == Application::TLS || candidate == Application::HTTP;
        if (!isCarrier && findings.content.Has(candidate))
        {
            return ToString(candidate);
        }
    }
    const bool hasTls = findings.connectTunnel && findings.content.Has(Application::TLS);
    return hasTls ? ToString(Application::TLS) : std::string();
}

/// @return whether more packets may change the verdict on a flow that has a name.
bool
MayChange(const Findings& findings)
{
    const bool isTls = findings.content.Has(Application::TLS);
    const bool isHttp = findings.content.Has(Application::HTTP);
    if (isTls || findings.connectRequested)
    {
        const std::string inside = NameInside(findings);
        return inside.empty() || inside == ToString(Application::TLS);
    }
    return isHttp && !findings.httpRequest;
}

class ProbeRecogniser : public Recogniser
{
  public:
    ProbeRecogniser(IpProtocol protocol, const InspectionLimits& limits)
        : m_isTcp(protocol == IpProtocol::TCP), m_inspector(limits)
    {
    }

    void
    Handle(const FlowPacket& packet) override
    {
        ++m_packets;
        if (m_isTcp)
        {
            const bool syn = (packet.tcpFlags & FLOW_TCP_SYN) != 0;
            m_inspector.HandleSegment(packet.direction, packet.sequence, syn, packet.payload);
        }
        else
        {
            m_inspector.HandleDatagram(packet.direction, packet.payload);
        }
        const auto& findings = m_inspector.GetFindings();
        if (findings.generation != m_generation)
        {
            m_generation = findings.generation;
            Judge(findings);
        }
    }

    void
    Finish() override
    {
    }

    const RecogniserVerdict&
    GetVerdict() const override
    {
        return m_verdict;
    }

    bool
    IsSettled() const override
    {
        return m_isSettled || m_inspector.IsSettled();
    }

  private:
    void
    Judge(const Findings& findings)
    {
        if (m_verdict.application.empty())
        {
            m_verdict.packets = m_packets;
        }
        m_verdict.application = NameOutermost(findings);
        const bool isNamed = !m_verdict.application.empty();
        m_verdict.confidence = isNamed ? Confidence::BYTES : Confidence::NONE;
        m_verdict.inside = NameInside(findings);
        m_verdict.risks = RisksOf(findings);
        m_isSettled = isNamed && !MayChange(findings);
        ++m_verdict.generation;
    }

    bool m_isTcp;
    bool m_isSettled{false};
    StreamInspector m_inspector;
    RecogniserVerdict m_verdict;
    uint32_t m_generation{0};
    uint32_t m_packets{0};
};

} // namespace

std::vector<std::string>
RisksOf(const Findings& findings)
{
    std::vector<std::string> risks;
    const auto add = [&risks](bool holds, std::string_view name)
    {
        if (holds)
        {
            risks.emplace_back(name);
        }
    };
    add(findings.gaveUp, MALFORMED);
    if (findings.tls)
    {
        const TlsFindings& tls = *findings.tls;
        add(tls.clientHello && tls.sni.empty(), MISSING_SNI);
        add(tls.nullSuite, NULL_CIPHER);
        add(tls.serverHello && tls.version < TLS_1_2, OBSOLETE_VERSION); // RFC 8996
    }
    std::sort(risks.begin(), risks.end());
    return risks;
}

ProbeRecogniserFactory::ProbeRecogniserFactory(InspectionLimits limits) : m_limits(limits)
{
}

std::string
ProbeRecogniserFactory::GetName() const
{
    return "probes";
}

std::unique_ptr<Recogniser>
ProbeRecogniserFactory::Make(const FiveTuple& flow)
{
    return std::make_unique<ProbeRecogniser>(flow.protocol, m_limits);
}

std::vector<std::string>
ProbeRecogniserFactory::ApplicationNames() const
{
    auto names = classify::ApplicationNames();
    names.emplace_back(HTTP_CONNECT);
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string>
ProbeRecogniserFactory::RiskNames() const
{
    return {std::string(MALFORMED),
            std::string(MISSING_SNI),
            std::string(NULL_CIPHER),
            std::string(OBSOLETE_VERSION)};
}

} // namespace imsfw::classify
