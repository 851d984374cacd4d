// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Policies that decide by nDPI's verdicts, in the engine with NAT: each cuts where a firewall with nDPI 4.2 was measured
/// to cut, and tells the same side.
#include "../classify/measured-flows.h"
#include "classify/stream-inspector.h"
#include "engine/policy/policy-loader.h"
#include "ndpi/ndpi-recogniser.h"
#include "rig.h"

#include <gtest/gtest.h>

namespace imsfw::engine
{

namespace
{

using classify::Direction;

std::shared_ptr<classify::RecogniserFactory>
Ndpi()
{
    ndpi::NdpiOptions options;
    options.epochSeconds = tls::EPOCH_SECONDS;
    auto factory = ndpi::MakeNdpiFactory(options);
    EXPECT_TRUE(factory);
    return factory ? std::shared_ptr(std::move(*factory)) : nullptr;
}

/// A connection from inside through the engine, packet by packet.
class Passage
{
  public:
    Passage(const std::string& policy, uint16_t port)
        : m_flow(TcpFlow("10.0.0.2:40000", "198.51.100.2:" + std::to_string(port)))
    {
        auto loaded = LoadPolicy(policy, POLICIES);
        EXPECT_TRUE(loaded) << config::ToString(loaded.Error());
        EngineConfig config = RigConfig();
        config.recogniser = Ndpi();
        EXPECT_EQ(FindConfigProblem(*loaded, config), "");
        m_rig = std::make_unique<Rig>(*loaded, config);
    }

    /// @return "+", or the phase of the cut (T connect, H handshake, A application, M media) and what the client sees of
    /// it (r reset, t silence).
    std::string
    Run(const std::vector<classify::OwnedPacket>& packets)
    {
        for (const auto& [packet, payload] : packets)
        {
            const bool up = packet.direction == Direction::TO_SERVER;
            const Bytes bytes =
                TcpPacket(up ? m_flow : m_translated.Reversed(),
                          {packet.tcpFlags, packet.sequence, packet.acknowledgement, payload});
            const auto out = m_rig->Send(up ? Zone::INSIDE : Zone::OUTSIDE, bytes);
            if (!IsForwarded(out))
            {
                return PhaseOf(payload) + (IsClientReset(out) ? "r" : "t");
            }
            m_passed.HandleSegment(
                packet.direction, packet.sequence, (packet.tcpFlags & TCP_SYN) != 0, payload);
        }
        return "+";
    }

    const Rig&
    GetRig() const
    {
        return *m_rig;
    }

  private:
    bool
    IsForwarded(const std::vector<OutPacket>& out)
    {
        for (const auto& one : out)
        {
            if (one.kind == TransmitKind::FORWARDED)
            {
                if (one.to == Zone::OUTSIDE)
                {
                    m_translated = ParseIp(one.packet)->tuple;
                }
                return true;
            }
        }
        return false;
    }

    static bool
    IsClientReset(const std::vector<OutPacket>& out)
    {
        return std::any_of(out.begin(),
                           out.end(),
                           [](const OutPacket& one)
                           { return one.to == Zone::INSIDE && ParseIp(one.packet)->Has(TCP_RST); });
    }

    std::string
    PhaseOf(const Bytes& payload) const
    {
        const auto& findings = m_passed.GetFindings();
        if (findings.content.Has(classify::Application::TURN_CHANNEL))
        {
            return "M";
        }
        const bool isHandshake = payload.size() > 1 && payload[0] == 22 && payload[1] == 3;
        return payload.empty() ? "T" : isHandshake ? "H" : "A";
    }

    Ip4Tuple m_flow;
    Ip4Tuple m_translated;
    std::unique_ptr<Rig> m_rig;
    classify::StreamInspector m_passed;
};

struct Row
{
    std::string policy;
    std::vector<std::string> cells; ///< in the order of MeasuredFlows
};

void
PrintTo(const Row& row, std::ostream* out)
{
    *out << row.policy;
}

class NdpiPolicyFiles : public testing::TestWithParam<Row>
{
};

TEST_P(NdpiPolicyFiles, CutWhereTheyWereMeasuredToCut)
{
    const auto flows = classify::MeasuredFlows();
    for (std::size_t i = 0; i < flows.size(); ++i)
    {
        Passage passage(GetParam().policy, flows[i].port);
        EXPECT_EQ(passage.Run(flows[i].packets), GetParam().cells[i]) << flows[i].name;
    }
}

// The order: SIP on 80; TLS with AES128-SHA, GCM, NULL-SHA, 1.3; TURN without TLS on 443.
INSTANTIATE_TEST_SUITE_P(Measured,
                         NdpiPolicyFiles,
                         testing::Values(Row{"ndpi-voip", {"Ar", "+", "+", "+", "+", "+"}},
                                         Row{"ndpi-unknown443", {"Ar", "+", "+", "+", "+", "Mr"}},
                                         Row{"ndpi-nothttps", {"+", "Hr", "Hr", "Hr", "Hr", "Ar"}},
                                         Row{"ndpi-weak", {"+", "Ht", "+", "+", "+", "Ar"}}),
                         [](const auto& row)
                         {
                             std::string name = row.param.policy;
                             name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                             return name;
                         });

TEST(NdpiPolicies, SayWhichRuleAndWhy)
{
    Passage passage("ndpi-weak", 443);
    passage.Run(classify::MeasuredFlows()[1].packets);
    EXPECT_EQ(passage.GetRig().LastVerdict(), "ndpi-weak-cipher/recognised");
}

TEST(NdpiPolicies, TellWhatTheyLack)
{
    const auto policy = LoadPolicy("ndpi-weak", POLICIES);
    ASSERT_TRUE(policy);
    EXPECT_EQ(FindConfigProblem(*policy, RigConfig()),
              "policy ndpi-weak needs the recogniser \"ndpi\", which is not there");
    EngineConfig config = RigConfig();
    config.recogniser = Ndpi();
    Policy misspelt = *policy;
    misspelt.rules.front().recognised.risks = {"tls-weak-chipher"};
    EXPECT_NE(FindConfigProblem(misspelt, config).find("did you mean \"tls-weak-cipher\""),
              std::string::npos);
}

/// The same rule, asked of our own probes: the NULL suite is what they object to.
TEST(Recognisers, AreInterchangeable)
{
    Policy policy = AllowOut();
    Rule rule;
    rule.id = "null";
    rule.recognised.risks = {"tls-null-cipher"};
    rule.action = Action::RESET;
    policy.rules.insert(policy.rules.begin(), rule);
    EXPECT_EQ(FindConfigProblem(policy, RigConfig()), "");
    const auto flows = classify::MeasuredFlows();
    for (const std::size_t i : {1U, 3U})
    {
        Rig rig(policy);
        Ip4Tuple flow = TcpFlow("10.0.0.2:40000", "198.51.100.2:443");
        Ip4Tuple translated;
        for (const auto& [packet, payload] : flows[i].packets)
        {
            const bool up = packet.direction == Direction::TO_SERVER;
            const Bytes bytes =
                TcpPacket(up ? flow : translated.Reversed(),
                          {packet.tcpFlags, packet.sequence, packet.acknowledgement, payload});
            const auto leaving = rig.Leaves(up ? Zone::INSIDE : Zone::OUTSIDE, bytes);
            translated = up && leaving ? *leaving : translated;
        }
        EXPECT_EQ(rig.LastVerdict(), i == 3 ? "null/recognised" : "out/rule") << i;
    }
}

} // namespace

} // namespace imsfw::engine
