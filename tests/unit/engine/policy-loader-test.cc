// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Policy files: what is read from them, how they extend each other, and what is said of bad ones.
#include "policy-files.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <unistd.h>

namespace imsfw::engine
{

namespace
{

using namespace std::chrono_literals;

TEST_F(PolicyFiles, EveryFieldIsRead)
{
    Write("full", R"(type: x
description: D
refusal: icmp
default: allow
nat:
  enabled: true
  mapping: address-dependent
  filtering: endpoint-independent
  port_assignment: random
  port_range: 2000-2999
  port_parity: true
  hairpinning: true
  inbound_refresh: false
  timeouts: {udp: 1s, tcp_established: 2s, tcp_transitory: 3s, icmp: 4s, other: 5s}
proxy: {port: 8080, connect_ports: [443, 563], authentication: basic, idle_timeout: 6s, max_lifetime: 7s}
rules:
  - id: one
    description: first
    from: dmz
    to: inside
    protocol: tcp
    ports: [80, 5060-5061, "90"]
    addresses: [192.0.2.0/24, "2001:db8::1"]
    source: {ports: [1024-65535], addresses: [10.0.0.0/8]}
    first_bytes: {not: http}
    tls: {null_suite: true}
    content: [sip, turn]
    action: reset
  - {id: two, from: any, protocol: 47, first_bytes: tls, action: refuse}
)");
    const Policy policy = Good("full");
    EXPECT_EQ(policy.id + policy.title + policy.label + policy.description, "fullTxD");
    EXPECT_EQ(policy.refusal, Action::ICMP);
    EXPECT_EQ(policy.defaultAction, Action::ALLOW);
    const NatSection& nat = policy.nat;
    EXPECT_TRUE(nat.enabled && nat.portParity && nat.hairpinning && !nat.inboundRefresh);
    EXPECT_EQ(nat.mapping, NatBehaviour::ADDRESS_DEPENDENT);
    EXPECT_EQ(nat.filtering, NatBehaviour::ENDPOINT_INDEPENDENT);
    EXPECT_EQ(nat.portAssignment, PortAssignment::RANDOM);
    EXPECT_EQ(nat.portRange.low, 2000);
    EXPECT_EQ(nat.portRange.high, 2999);
    const FlowTimeouts& times = nat.timeouts;
    EXPECT_EQ(times.udp + 10 * times.tcpEstablished + 100 * times.tcpTransitory, 321s);
    EXPECT_EQ(times.icmp + 10 * times.other, 54s);
    ASSERT_TRUE(policy.proxy);
    EXPECT_EQ(policy.proxy->port, 8080);
    EXPECT_EQ(policy.proxy->connectPorts, (std::vector<uint16_t>{443, 563}));
    EXPECT_EQ(policy.proxy->authentication, "basic");
    EXPECT_EQ(policy.proxy->idleTimeout, 6s);
    EXPECT_EQ(policy.proxy->maxLifetime, 7s);
    ASSERT_EQ(policy.rules.size(), 2U);
    const Rule& one = policy.rules[0];
    EXPECT_EQ(one.id + one.description, "onefirst");
    EXPECT_EQ(one.from, Zone::DMZ);
    ASSERT_EQ(one.source.ports.size(), 1U);
    EXPECT_EQ(one.source.ports[0].low, 1024);
    ASSERT_EQ(one.source.addresses.size(), 1U);
    EXPECT_EQ(one.source.addresses[0].ToString(), "10.0.0.0/8");
    EXPECT_NE(Flatten(policy).find(" source-ports 1024-65535 source-addresses 10.0.0.0/8 "),
              std::string::npos);
    EXPECT_EQ(one.to, Zone::INSIDE);
    EXPECT_EQ(one.protocol, IpProtocol::TCP);
    ASSERT_EQ(one.ports.size(), 3U);
    EXPECT_EQ(one.ports[1].low, 5060);
    EXPECT_EQ(one.ports[1].high, 5061);
    EXPECT_EQ(one.ports[2].high, 90);
    ASSERT_EQ(one.addresses.size(), 2U);
    EXPECT_EQ(one.addresses[0].ToString(), "192.0.2.0/24");
    EXPECT_EQ(one.firstBytes, FirstBytes::HTTP);
    EXPECT_TRUE(one.firstBytesNegated && one.nullSuite);
    EXPECT_TRUE(one.content.Has(classify::Application::SIP));
    EXPECT_TRUE(one.content.Has(classify::Application::TURN_CHANNEL));
    EXPECT_EQ(one.action, Action::RESET);
    const Rule& two = policy.rules[1];
    EXPECT_FALSE(two.from || two.to || two.firstBytesNegated || two.nullSuite);
    EXPECT_EQ(static_cast<int>(*two.protocol), 47);
    EXPECT_EQ(two.firstBytes, FirstBytes::TLS);
}

TEST_F(PolicyFiles, ReadRareConditions)
{
    Write("rare", R"(default: drop
rules:
  - id: one
    protocol: tcp
    tls:
      certificate: ["CN=*"]
      ja3: {not: [00112233445566778899aabbccddeeff]}
      ja4: [t13d1516h2_8daaf6152771_e5627efa2ab1]
      hello_records_above: 1
      hello_segments_above: 2
    payload: [{regex: "^GET|POST"}]
    flow: {rate_above_bps: 3, state: established}
    time: {days: [mon, sun], hours: "22:00-06:30"}
    tagged: {not: [b]}
    action: tag
    tag: a
)");
    const Policy policy = Good("rare");
    EXPECT_TRUE(policy.hasWrittenDefault);
    const Rule& one = policy.rules.at(0);
    EXPECT_EQ(one.tls.certificate.values, std::vector<std::string>{"CN=*"});
    EXPECT_TRUE(one.tls.ja3.negated);
    EXPECT_EQ(one.meter.state, FlowState::ESTABLISHED);
    EXPECT_EQ(one.tls.ja4.values.size(), 1U);
    EXPECT_EQ(*one.tls.recordsAbove + 10 * *one.tls.segmentsAbove, 21U);
    EXPECT_EQ(one.payload.at(0).regex.Text(), "^GET|POST");
    EXPECT_EQ(one.meter.rateAbove, 3U);
    EXPECT_EQ(one.schedule.ToString(), "mon,sun 22:00-06:30");
    EXPECT_TRUE(one.tagged.negated);
    EXPECT_EQ(one.action, Action::TAG);
    EXPECT_EQ(one.tag, "a");
    const std::string flat = Flatten(policy);
    for (const char* word : {"certificate CN=*",
                             "ja3 not 0011",
                             "ja4 t13d",
                             "hello-records-above 1",
                             "hello-segments-above 2",
                             "regex ^GET|POST",
                             "rate-above 3",
                             "time mon,sun 22:00-06:30",
                             "tagged not b",
                             "tag a"})
    {
        EXPECT_THAT(flat, testing::HasSubstr(word));
    }
}

TEST_F(PolicyFiles, ExtendMergesFieldByField)
{
    Write("base", R"(refusal: reset
nat: {enabled: true, mapping: address-dependent, timeouts: {udp: 30s}}
proxy: {port: 8080, authentication: basic}
rules:
  - {id: a, protocol: tcp, action: allow}
  - {id: b, protocol: udp, action: allow}
  - {id: c, protocol: icmp, action: allow}
)");
    Write("middle", R"(extends: base
remove: [b]
nat: {filtering: endpoint-independent}
rules:
  - {id: d, protocol: esp, action: allow}
)");
    Write("top", R"(extends: middle
proxy: {idle_timeout: 9s}
rules:
  - {id: a, protocol: tcp, ports: [80], action: allow}
)");
    const Policy policy = Good("top");
    EXPECT_EQ(policy.id, "top");
    EXPECT_EQ(policy.refusal, Action::RESET);
    EXPECT_EQ(policy.nat.mapping, NatBehaviour::ADDRESS_DEPENDENT);
    EXPECT_EQ(policy.nat.filtering, NatBehaviour::ENDPOINT_INDEPENDENT);
    EXPECT_EQ(policy.nat.timeouts.udp, 30s);
    EXPECT_EQ(policy.proxy->port, 8080);
    EXPECT_EQ(policy.proxy->idleTimeout, 9s);
    std::string order;
    for (const Rule& rule : policy.rules)
    {
        order += rule.id;
    }
    EXPECT_EQ(order, "adc");
    EXPECT_EQ(policy.rules[0].ports.size(), 1U);
}

TEST_F(PolicyFiles, BadOnesAreNamedWithLineAndField)
{
    struct Row
    {
        const char* text;
        const char* diagnostic;
    };

    Write("base", "rules:\n  - {id: web-ports, action: allow}\n");
    const Row rows[] = {
        {"refusl: drop", "bad.yaml:3:1: refusl: unknown key \"refusl\"; did you mean \"refusal\"?"},
        {"refusal: rest",
         "bad.yaml:3:10: refusal: \"rest\" is not one of: drop, reset, icmp; did you mean "
         "\"reset\"?"},
        {"refusal: allow", "refusal: \"allow\" is not one of: drop, reset, icmp"},
        {"nat: {maping: address-dependent}",
         "nat.maping: unknown key \"maping\"; did you mean \"mapping\"?"},
        {"nat: {mapping: symmetric}",
         "bad.yaml:3:16: nat.mapping: \"symmetric\" is not one of: endpoint-independent, "
         "address-dependent, address-and-port-dependent"},
        {"nat: {enabled: yes}", "nat.enabled: expected true or false, found the string \"yes\""},
        {"nat: {port_range: 9-1}", "bad.yaml:3:19: nat.port_range: \"9-1\" is no range of ports"},
        {"nat: {timeouts: {udp: 5}}",
         "nat.timeouts.udp: expected a string (a duration such as 30s), found 5"},
        {"nat: {timeouts: {udp: 9999999d}}", "nat.timeouts.udp: "},
        {"proxy: {port: 0}", "proxy.port: 0 is out of range: must be at least 1"},
        {"proxy: {authentication: ntlm}",
         "proxy.authentication: \"ntlm\" is not one of: none, basic, digest"},
        {"extends: bse",
         "bad.yaml:3:10: extends: there is no policy \"bse\"; did you mean \"base\""},
        {"extends: bad", "extends itself"},
        {"extends: base\nremove: [web-port]",
         "bad.yaml:4:10: remove[0]: the base has no rule \"web-port\"; did you mean "
         "\"web-ports\"?"},
        {"rules:\n  - {id: a, action: allow}\n  - {action: drop}",
         "bad.yaml:5:5: rules[1]: the key \"id\" is missing"},
        {"rules:\n  - {id: a}", "rules[0]: the key \"action\" is missing"},
        {"rules:\n  - {id: a, action: alow}",
         "bad.yaml:4:21: rules[0].action: \"alow\" is not one of: "},
        {"rules:\n  - {id: A b, action: drop}",
         "rules[0].id: \"A b\" is not an id of lower-case words joined by hyphens"},
        {"rules:\n  - {id: a, action: drop}\n  - {id: a, action: drop}",
         "bad.yaml:5:10: rules[1].id: a rule \"a\" stands above"},
        {"rules:\n  - {id: a, form: inside, action: drop}",
         "rules[0].form: unknown key \"form\"; did you mean \"from\"?"},
        {"rules:\n  - {id: a, from: insde, action: drop}",
         "\"insde\" is not one of: inside, dmz, outside, any; did you mean \"inside\"?"},
        {"rules:\n  - {id: a, protocol: tpc, action: drop}", "rules[0].protocol: "},
        {"rules:\n  - {id: a, protocol: 256, action: drop}", "rules[0].protocol: "},
        {"rules:\n  - {id: a, protocol: tcp, ports: [0], action: drop}", "rules[0].ports[0]: "},
        {"rules:\n  - {id: a, protocol: tcp, ports: [70000-1], action: drop}",
         "rules[0].ports[0]: \"70000-1\" is no port and no range of ports"},
        {"rules:\n  - {id: a, protocol: tcp, ports: [99-98], action: drop}",
         "rules[0].ports[0]: \"99-98\" is no port and no range of ports"},
        {"rules:\n  - {id: a, ports: [80], action: drop}",
         "bad.yaml:4:20: rules[0].ports: only a rule for tcp or udp can have ports"},
        {"rules:\n  - {id: a, protocol: icmp, ports: [80], action: drop}",
         "only a rule for tcp or udp can have ports"},
        {"rules:\n  - {id: a, addresses: [10.0.0.0/33], action: drop}",
         "bad.yaml:4:25: rules[0].addresses[0]: \"10.0.0.0/33\" is no address and no prefix"},
        {"rules:\n  - {id: a, source: {addresses: [10.0.0.0/33]}, action: drop}",
         "bad.yaml:4:34: rules[0].source.addresses[0]: \"10.0.0.0/33\" is no address and no "
         "prefix"},
        {"rules:\n  - {id: a, protocol: udp, source: {ports: [9-8]}, action: drop}",
         "rules[0].source.ports[0]: \"9-8\" is no port and no range of ports"},
        {"rules:\n  - {id: a, source: {ports: [80]}, action: drop}",
         "rules[0].source.ports: only a rule for tcp or udp can have ports"},
        {"rules:\n  - {id: a, source: {port: [80]}, action: drop}",
         "unknown key \"port\"; did you mean \"ports\"?"},
        {"rules:\n  - {id: a, addresses: [pcscf.example], action: drop}",
         "\"pcscf.example\" is no address and no prefix"},
        {"rules:\n  - {id: a, first_bytes: tsl, action: drop}", "rules[0].first_bytes: "},
        {"rules:\n  - {id: a, content: [spi], action: drop}",
         "rules[0].content[0]: \"spi\" is not one of: "},
        {"rules:\n  - {id: a, tls: {version: [tls1.4]}, action: drop}", "rules[0].tls.version"},
        {"rules:\n  - {id: a, tls: {sin: [x]}, action: drop}",
         "unknown key \"sin\"; did you mean \"sni\"?"},
        {"rules:\n  - {id: a, payload: [{}], action: drop}",
         "rules[0].payload[0]: one of text, hex and regex is needed"},
        {"rules:\n  - {id: a, payload: [{hex: abc}], action: drop}", "rules[0].payload[0].hex: "},
        {"rules:\n  - {id: a, flow: {state: related}, action: drop}", "rules[0].flow.state: "},
        {"rules:\n  - {id: a, flow: {age_above: 9999999d}, action: drop}",
         "rules[0].flow.age_above: "},
        {"rules:\n  - {id: a, action: drop, icmp_code: 3}",
         "bad.yaml:4:38: rules[0].icmp_code: goes with the action icmp only"},
        {"rules:\n  - {id: a, action: drop, reset_side: client}",
         "goes with the action reset only"},
        {"rules:\n  - {id: a, action: drop, delay: 1s}",
         "rules[0].delay: goes with the action allow only"},
        {"rules:\n  - {id: a, action: drop, throttle_bps: 1}", "goes with the action allow only"},
        {"rules:\n  - {id: a, payload: [{regex: \"a(b\"}], action: drop}",
         "bad.yaml:4:31: rules[0].payload[0].regex: \"a(b\" is no regular expression: missing )"},
        {"rules:\n  - {id: a, payload: [{regex: a, hex: \"00\"}], action: drop}",
         "rules[0].payload[0]: one of text, hex and regex is needed"},
        {"rules:\n  - {id: a, payload: [{regex: \"(((a{100}){100}){100}){100}\"}], action: drop}",
         "is no regular expression: "},
        {"rules:\n  - {id: a, time: {hours: 8:00-8:00}, action: drop}",
         "rules[0].time.hours: \"8:00-8:00\" is no span of hours such as 08:00-18:00"},
        {"rules:\n  - {id: a, time: {hours: 8:00-25:00}, action: drop}", "is no span of hours"},
        {"rules:\n  - {id: a, time: {days: [monday]}, action: drop}", "rules[0].time.days[0]: "},
        {"rules:\n  - {id: a, tls: {ja3: [XY]}, action: drop}", "rules[0].tls.ja3"},
        {"rules:\n  - {id: a, action: tag}",
         "bad.yaml:4:5: rules[0].tag: the action tag needs the name of the tag"},
        {"rules:\n  - {id: a, action: drop, tag: b}",
         "rules[0].tag: goes with the action tag only"},
        {"default: tag", "default: \"tag\" is not one of: "},
        {"rules: {id: a, action: drop}",
         "bad.yaml:3:8: rules: expected a list, found a map of keys"},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.text);
        Write("bad", row.text);
        EXPECT_THAT(Bad("bad"), testing::HasSubstr(row.diagnostic));
    }
}

TEST_F(PolicyFiles, TheTypeIsOfTheFileAlone)
{
    Write("base", "type: \"5\"\n");
    Write("over", "extends: base\n");
    EXPECT_EQ(Good("base").label, "5");
    EXPECT_EQ(Good("over").label, "");
}

TEST_F(PolicyFiles, SeveralFaultsAreAllTold)
{
    Write("bad",
          "nat: {timeouts: {udp: 9999999d}}\nrules:\n"
          "  - {id: a, ports: [80], addresses: [x], action: drop}\n");
    const std::string text = Bad("bad");
    EXPECT_THAT(text, testing::HasSubstr("bad.yaml:3:"));
    EXPECT_THAT(text, testing::HasSubstr("rules[0].ports"));
    EXPECT_THAT(text, testing::HasSubstr("rules[0].addresses[0]"));
}

TEST_F(PolicyFiles, AFaultInABaseIsNamedThere)
{
    Write("base", "nat: {enabled: maybe}\n");
    Write("top", "extends: base\n");
    EXPECT_THAT(Bad("top"), testing::HasSubstr("base.yaml:3:16: nat.enabled"));
    Write("one", "extends: two\n");
    Write("two", "extends: one\n");
    EXPECT_THAT(Bad("one"), testing::HasSubstr("extends itself"));
}

TEST_F(PolicyFiles, UnknownIdsGetTheNearestNames)
{
    const auto policy = LoadPolicy("symetric-nat", SHIPPED);
    ASSERT_FALSE(policy.IsOk());
    ASSERT_EQ(policy.Error().size(), 1U);
    EXPECT_EQ(policy.Error().front().line, 0);
    EXPECT_THAT(policy.Error().front().message,
                testing::HasSubstr("did you mean \"symmetric-nat\"?"));
    EXPECT_THAT(Bad("nothing-like-it"), testing::HasSubstr("there is no policy"));
    EXPECT_THAT(Bad("missing.yaml"), testing::HasSubstr("there is no such file"));
    std::filesystem::remove(m_folder / "policy.schema.json");
    EXPECT_THAT(Bad("missing"),
                testing::HasSubstr("policy.schema.json: the schema cannot be read"));
}

TEST_F(PolicyFiles, CanBeLoadedByPath)
{
    Write("mine", "extends: base\n");
    Write("base", "refusal: icmp\n");
    const auto policy = LoadPolicy((m_folder / "mine.yaml").string(), m_folder);
    ASSERT_TRUE(policy.IsOk());
    EXPECT_EQ(policy->refusal, Action::ICMP);
}

TEST_F(PolicyFiles, TruncatedAtEveryByteAreAnAnswer)
{
    std::ifstream file(SHIPPED + "/proxy-only.yaml");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::filesystem::copy(SHIPPED, m_folder, std::filesystem::copy_options::overwrite_existing);
    for (std::size_t size = 0; size <= text.size(); size += 3)
    {
        std::ofstream(m_folder / "cut.yaml") << text.substr(0, size);
        const auto policy = LoadPolicy("cut", m_folder);
        EXPECT_TRUE(policy.IsOk() || !policy.Error().empty()) << size;
    }
}

TEST_F(PolicyFiles, TheHashIsOfWhatDecides)
{
    const char* const variants[] = {
        "",
        "refusal: icmp",
        "default: allow",
        "nat: {enabled: true}",
        "nat: {mapping: address-dependent}",
        "nat: {filtering: endpoint-independent}",
        "nat: {port_assignment: random}",
        "nat: {port_range: 1-2}",
        "nat: {port_parity: true}",
        "nat: {hairpinning: true}",
        "nat: {inbound_refresh: false}",
        "nat: {timeouts: {udp: 1s}}",
        "nat: {timeouts: {tcp_established: 1s}}",
        "nat: {timeouts: {tcp_transitory: 1s}}",
        "nat: {timeouts: {icmp: 1s}}",
        "nat: {timeouts: {other: 1s}}",
        "proxy: {}",
        "proxy: {port: 1}",
        "proxy: {connect_ports: [1]}",
        "proxy: {authentication: basic}",
        "proxy: {idle_timeout: 1s}",
        "proxy: {max_lifetime: 1s}",
        "rules: [{id: a, action: drop}]",
        "rules: [{id: b, action: drop}]",
        "rules: [{id: a, action: allow}]",
        "rules: [{id: a, from: inside, action: drop}]",
        "rules: [{id: a, to: inside, action: drop}]",
        "rules: [{id: a, protocol: tcp, action: drop}]",
        "rules: [{id: a, protocol: tcp, ports: [1], action: drop}]",
        "rules: [{id: a, addresses: [10.0.0.0/8], action: drop}]",
        "rules: [{id: a, first_bytes: tls, action: drop}]",
        "rules: [{id: a, first_bytes: {not: tls}, action: drop}]",
        "rules: [{id: a, first_bytes: http, action: drop}]",
        "rules: [{id: a, tls: {null_suite: true}, action: drop}]",
        "rules: [{id: a, content: [sip], action: drop}]",
        "rules: [{id: a, tls: {version: [tls1.2]}, action: drop}]",
        "rules: [{id: a, tls: {version: {not: [tls1.2]}}, action: drop}]",
        "rules: [{id: a, tls: {suite: [\"0xc02f\"]}, action: drop}]",
        "rules: [{id: a, tls: {offers: [\"0xc02f\"]}, action: drop}]",
        "rules: [{id: a, tls: {sni: [x]}, action: drop}]",
        "rules: [{id: a, tls: {alpn: [x]}, action: drop}]",
        "rules: [{id: a, tls: {hello_above: 7}, action: drop}]",
        "rules: [{id: a, http: {method: [x]}, action: drop}]",
        "rules: [{id: a, http: {connect_target: [x]}, action: drop}]",
        "rules: [{id: a, payload: [{text: x}], action: drop}]",
        "rules: [{id: a, payload: [{hex: \"79\"}], action: drop}]",
        "rules: [{id: a, payload: [{text: x, direction: to-client}], action: drop}]",
        "rules: [{id: a, flow: {bytes_above: 7}, action: drop}]",
        "rules: [{id: a, flow: {age_above: 7s}, action: drop}]",
        "rules: [{id: a, flow: {state: new}, action: drop}]",
        "rules: [{id: a, flow: {state: established}, action: drop}]",
        "rules: [{id: a, action: reset, reset_side: client}]",
        "rules: [{id: a, action: reset, reset_side: server}]",
        "rules: [{id: a, action: icmp, icmp_code: 1}]",
        "rules: [{id: a, action: allow, delay: 1s}]",
        "rules: [{id: a, action: allow, throttle_bps: 1}]",
        "rules: [{id: a, action: drop}, {id: b, action: drop}]",
        "rules: [{id: b, action: drop}, {id: a, action: drop}]",
    };
    std::set<std::string> hashes;
    for (const char* text : variants)
    {
        Write("x", text);
        EXPECT_TRUE(hashes.insert(PolicyHash(Good("x"))).second) << text;
    }
    Write("x", "type: \"9\"\ndescription: another\n");
    EXPECT_EQ(hashes.count(PolicyHash(Good("x"))), 1U);
}

} // namespace

} // namespace imsfw::engine
