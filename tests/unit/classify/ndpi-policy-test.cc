// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Firewalls that decide by nDPI's verdicts: where they cut SIP and TURN, and which side sees a reset, as it was measured
/// with nDPI on real programs.
///
/// Whoever sent the packet at which the condition first holds is reset. A client that waits for that packet's answer
/// sees silence; one that goes on sending media is reset at its next packet.
#include "classify/recogniser-condition.h"
#include "classify/stream-inspector.h"
#include "measured-flows.h"
#include "ndpi/ndpi-recogniser.h"

#include <gtest/gtest.h>

namespace imsfw::ndpi
{

namespace
{

using namespace classify;

RecogniserCondition
Voip()
{
    RecogniserCondition condition;
    condition.applications = {"sip", "stun", "rtp"};
    return condition;
}

RecogniserCondition
Weak()
{
    RecogniserCondition condition;
    condition.risks = {"tls-weak-cipher"};
    return condition;
}

RecogniserCondition
NotHttps()
{
    RecogniserCondition condition;
    condition.risks = {"tls-not-carrying-https"};
    return condition;
}

RecogniserCondition
Unknown()
{
    RecogniserCondition condition;
    condition.confidences = {Confidence::NONE, Confidence::PORT};
    return condition;
}

/// @return "+", or the phase of the cut (T connect, H handshake, A application, M media) and what the client sees of it
/// (r reset, t silence).
std::string
CellOf(RecogniserFactory& factory,
       const RecogniserCondition& condition,
       uint16_t port,
       const std::vector<OwnedPacket>& packets)
{
    const auto recogniser = factory.Make(FlowTo(IpProtocol::TCP, port));
    StreamInspector passed; // what got through
    for (const auto& [packet, payload] : packets)
    {
        FlowPacket whole = packet;
        whole.payload = payload;
        recogniser->Handle(whole);
        const bool up = packet.direction == Direction::TO_SERVER;
        if (condition.Holds(recogniser->GetVerdict(), recogniser->IsSettled()))
        {
            const auto& findings = passed.GetFindings();
            const bool hadMedia = findings.content.Has(Application::TURN_CHANNEL);
            const bool inHandshake = ByteView(payload).Sub(0, 2) == ByteView(Hex("1603")) ||
                                     (findings.tls && !findings.tls->protectedToClient);
            const std::string phase = hadMedia ? "M" : inHandshake ? "H" : "A";
            return phase + (up || hadMedia ? "r" : "t");
        }
        passed.HandleSegment(
            packet.direction, packet.sequence, (packet.tcpFlags & FLOW_TCP_SYN) != 0, payload);
    }
    return "+";
}

struct PolicyRow
{
    std::string name;
    RecogniserCondition condition;
    std::vector<std::string> cells; ///< in the order of MeasuredFlows
};

void
PrintTo(const PolicyRow& row, std::ostream* out)
{
    *out << row.name;
}

class NdpiPolicies : public testing::TestWithParam<PolicyRow>
{
};

TEST_P(NdpiPolicies, CutWhereTheyWereMeasuredToCut)
{
    NdpiOptions options;
    options.epochSeconds = tls::EPOCH_SECONDS;
    const auto factory = MakeNdpiFactory(options);
    ASSERT_TRUE(factory);
    EXPECT_EQ(FindUnknownName(GetParam().condition, **factory), "");
    const auto flows = MeasuredFlows();
    for (std::size_t i = 0; i < flows.size(); ++i)
    {
        const auto& [name, port, packets] = flows[i];
        EXPECT_EQ(CellOf(**factory, GetParam().condition, port, packets), GetParam().cells[i])
            << name;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Measured,
    NdpiPolicies,
    testing::Values(PolicyRow{"Voip", Voip(), {"Ar", "+", "+", "+", "+", "+"}},
                    PolicyRow{"Unknown", Unknown(), {"+", "+", "+", "+", "+", "Mr"}},
                    PolicyRow{"NotHttps", NotHttps(), {"+", "Hr", "Hr", "Hr", "Hr", "+"}},
                    PolicyRow{"Weak", Weak(), {"+", "Ht", "+", "+", "+", "+"}}),
    [](const auto& row) { return row.param.name; });

TEST(RecogniserCondition, AsksForAllOfItsLists)
{
    RecogniserCondition condition;
    EXPECT_FALSE(condition.IsAsked());
    RecogniserVerdict verdict;
    EXPECT_TRUE(condition.Holds(verdict, false));
    condition.applications = {"tls", "sip"};
    EXPECT_TRUE(condition.IsAsked());
    EXPECT_FALSE(condition.Holds(verdict, true));
    verdict.application = "google";
    verdict.carrier = "tls";
    EXPECT_TRUE(condition.Holds(verdict, false));
    condition.risks = {"tls-missing-sni", "tls-weak-cipher"};
    EXPECT_FALSE(condition.Holds(verdict, false));
    verdict.risks = {"tls-weak-cipher"};
    EXPECT_TRUE(condition.Holds(verdict, false));
    condition.inside = {"sip"};
    EXPECT_FALSE(condition.Holds(verdict, false));
    verdict.inside = "sip";
    EXPECT_TRUE(condition.Holds(verdict, false));
    condition.confidences = {Confidence::BYTES};
    EXPECT_FALSE(condition.Holds(verdict, false));
    verdict.confidence = Confidence::BYTES;
    EXPECT_TRUE(condition.Holds(verdict, false));
}

TEST(RecogniserCondition, WaitsForTheEndBeforeItCallsAFlowUnnamed)
{
    RecogniserCondition condition;
    condition.confidences = {Confidence::NONE};
    EXPECT_FALSE(condition.Holds({}, false));
    EXPECT_TRUE(condition.Holds({}, true));
}

TEST(RecogniserCondition, NamesWhatNoVerdictEverSays)
{
    const auto factory = MakeNdpiFactory();
    ASSERT_TRUE(factory);
    RecogniserCondition condition;
    condition.applications = {"sipp"};
    EXPECT_EQ(FindUnknownName(condition, **factory).find("no application is called \"sipp\""), 0U);
    condition.applications = {"sip"};
    condition.risks = {"tls-weak"};
    const auto problem = FindUnknownName(condition, **factory);
    EXPECT_NE(problem.find("no risk is called \"tls-weak\""), std::string::npos);
}

} // namespace

} // namespace imsfw::ndpi
