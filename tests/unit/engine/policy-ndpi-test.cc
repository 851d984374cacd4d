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

#include <map>

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
        : Passage(policy, TcpFlow("10.0.0.2:40000", "198.51.100.2:" + std::to_string(port)))
    {
    }

    Passage(const std::string& policy,
            const Ip4Tuple& flow,
            Zone from = Zone::INSIDE,
            Zone to = Zone::OUTSIDE)
        : m_flow(flow), m_from(from), m_to(to), m_translated(flow)
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
            const auto out = m_rig->Send(up ? m_from : m_to, bytes);
            if (!IsForwarded(out))
            {
                return PhaseOf(payload) + (IsTold(out) ? "r" : "t");
            }
            m_passed.HandleSegment(
                packet.direction, packet.sequence, (packet.tcpFlags & TCP_SYN) != 0, payload);
        }
        return "+";
    }

    /// One datagram: an application that gets no answer waits (At), or is told by ICMP (Ar).
    std::string
    Ask(const Bytes& payload)
    {
        const auto out = m_rig->Send(m_from, UdpPacket(m_flow, payload));
        return IsForwarded(out) ? "+" : out.empty() ? "At" : "Ar";
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
                if (one.to == m_to)
                {
                    m_translated = ParseIp(one.packet)->tuple;
                }
                return true;
            }
        }
        return false;
    }

    /// @return whether the client is reset.
    bool
    IsTold(const std::vector<OutPacket>& out) const
    {
        return std::any_of(out.begin(),
                           out.end(),
                           [this](const OutPacket& one)
                           { return one.to == m_from && ParseIp(one.packet)->Has(TCP_RST); });
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
    Zone m_from;
    Zone m_to;
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

/// A flow of the table that was measured with real programs, by its column.
struct Column
{
    std::string name;
    uint16_t port;
    classify::Talk talk;
    bool isUdp{false};
    bool viaProxy{false};
};

std::vector<Column>
Columns()
{
    using classify::OverTls;
    const std::string aes = "TLS_RSA_WITH_AES_128_CBC_SHA";
    const std::string gcm = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    const std::string null = "TLS_RSA_WITH_NULL_SHA";
    const std::string tls13 = "TLS_AES_128_GCM_SHA256";
    const auto turn = classify::TurnTalk(100);
    const auto turnOver = [&](const std::string& suite)
    {
        const auto text = [](const Bytes& bytes)
        { return std::string(bytes.begin(), bytes.end()); };
        return OverTls(suite, "1.2", text(turn.at(0).bytes), text(turn.at(1).bytes));
    };
    return {
        {"sip udp", 5060, classify::SipTalk(), true},
        {"sip tcp5060", 5060, classify::SipTalk()},
        {"sip tcp80", 80, classify::SipTalk()},
        {"sip AES", 443, OverTls(aes, "1.2")},
        {"sip GCM", 443, OverTls(gcm, "1.2")},
        {"sip NULL", 443, OverTls(null, "1.2")},
        {"sip 1.3", 443, OverTls(tls13, "1.3")},
        {"px sip AES", 443, OverTls(aes, "1.2"), false, true},
        {"px sip NULL", 443, OverTls(null, "1.2"), false, true},
        {"px sip 1.3", 443, OverTls(tls13, "1.3"), false, true},
        {"turn udp", 3478, turn, true},
        {"turn tcp80", 80, turn},
        {"turn tcp443", 443, turn},
        {"turn AES", 443, turnOver(aes)},
        {"turn NULL", 443, turnOver(null)},
        {"px turn AES", 443, turnOver(aes), false, true},
        {"px turn NULL", 443, turnOver(null), false, true},
        {"px turn tcp", 443, turn, false, true},
    };
}

/// Through the web proxy there are two flows, and the policy sees both: what cuts the second, the proxy passes on.
std::string
ThroughProxy(const std::string& policy, const Column& column)
{
    classify::Talk lan{
        classify::Client(classify::Text("CONNECT 198.51.100.2:443 HTTP/1.1\r\n"
                                        "Host: 198.51.100.2:443\r\n\r\n")),
        classify::Server(classify::Text("HTTP/1.1 200 Connection established\r\n\r\n"))};
    lan.insert(lan.end(), column.talk.begin(), column.talk.end());
    Passage toProxy(policy, TcpFlow("10.0.0.2:40000", "10.9.0.1:3128"), Zone::INSIDE, Zone::DMZ);
    const std::string first = toProxy.Run(classify::AsTcp(lan));
    if (first != "+")
    {
        return first;
    }
    Passage fromProxy(
        policy, TcpFlow("10.9.0.1:40000", "198.51.100.2:443"), Zone::DMZ, Zone::OUTSIDE);
    return fromProxy.Run(classify::AsTcp(column.talk));
}

std::string
CellOf(const std::string& policy, const Column& column)
{
    if (column.viaProxy)
    {
        return ThroughProxy(policy, column);
    }
    if (column.isUdp)
    {
        const auto flow = UdpFlow("10.0.0.2:40000", "198.51.100.2:" + std::to_string(column.port));
        return Passage(policy, flow).Ask(column.talk.at(0).bytes);
    }
    return Passage(policy, column.port).Run(classify::AsTcp(column.talk));
}

/// Measured with the real programs, all eighteen columns (T connect, H handshake, A application, M media; t silence, r
/// reset or closed).
TEST(NdpiPolicies, ReproduceTheMeasuredRows)
{
    const std::map<std::string, std::vector<std::string>> rows{
        {"ndpi-voip",
         {"At",
          "Tt",
          "Ar",
          "+",
          "+",
          "+",
          "+",
          "+",
          "+",
          "+",
          "At",
          "+",
          "+",
          "+",
          "+",
          "+",
          "+",
          "+"}},
        {"ndpi-unknown443",
         {"At",
          "Tt",
          "Ar",
          "+",
          "+",
          "+",
          "+",
          "+",
          "+",
          "+",
          "At",
          "+",
          "Mr",
          "+",
          "+",
          "+",
          "+",
          "Mr"}},
        {"ndpi-nothttps",
         {"At",
          "Tt",
          "+",
          "Hr",
          "Hr",
          "Hr",
          "Hr",
          "Hr",
          "Hr",
          "Hr",
          "At",
          "+",
          "Ar",
          "Hr",
          "Hr",
          "Hr",
          "Hr",
          "Ar"}},
        {"ndpi-weak",
         {"At",
          "Tt",
          "+",
          "Ht",
          "+",
          "+",
          "+",
          "Ht",
          "+",
          "+",
          "At",
          "+",
          "Ar",
          "Ht",
          "+",
          "Ht",
          "+",
          "Ar"}},
    };
    const auto columns = Columns();
    for (const auto& [policy, cells] : rows)
    {
        ASSERT_EQ(cells.size(), columns.size());
        for (std::size_t i = 0; i < columns.size(); ++i)
        {
            EXPECT_EQ(CellOf(policy, columns[i]), cells[i]) << policy << ", " << columns[i].name;
        }
    }
}

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
